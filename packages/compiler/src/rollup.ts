// @onceform/compiler/rollup: a plugin for rollup and whatever speaks its language (Vite), so that
// `import form from './birth.form.json'` gives the compiled form.

import { readFile } from 'node:fs/promises';
import { emitModule, type EmitOptions } from './emit.ts';

/** The parts of rollup's plugin interface that are used; structural, so that rollup is no dependency. */
export interface OnceFormPlugin {
  readonly name: string;
  resolveId(this: unknown, source: string, importer?: string): string | null;
  load(this: PluginContext, id: string): Promise<string | null>;
}

interface PluginContext {
  addWatchFile(id: string): void;
  error(error: { message: string; id: string; pluginCode?: string }): never;
}

const DOCUMENTS = '\0onceform-documents:';

/** Compiles every `*.form.json` that is imported. */
export function onceform(options: EmitOptions = {}): OnceFormPlugin {
  const documents = new Map<string, string>();
  return {
    name: 'onceform',
    resolveId(source) {
      return source.startsWith(DOCUMENTS) ? source : null;
    },
    async load(id) {
      if (id.startsWith(DOCUMENTS)) return documents.get(id.slice(DOCUMENTS.length)) ?? null;
      const file = id.split('?')[0]!;
      if (!file.endsWith('.form.json')) return null;
      this.addWatchFile(file);
      try {
        const { files } = await emitModule(await readFile(file, 'utf8'), { minify: false, ...options });
        documents.set(file, files['documents.js']);
        return files['form.js'].replaceAll(
          /import\("\.\/documents\.js"\)/g,
          `import(${JSON.stringify(DOCUMENTS + file)})`,
        );
      } catch (error) {
        const { code, pointer, message } = error as { code?: string; pointer?: string; message: string };
        return this.error({
          message: `${message}${pointer === undefined ? '' : ` (at ${pointer || 'the root'})`}`,
          id: file,
          ...(code === undefined ? {} : { pluginCode: code }),
        });
      }
    },
  };
}
