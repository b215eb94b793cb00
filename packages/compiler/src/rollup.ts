// @onceform/compiler/rollup: a plugin for rollup and whatever speaks its language (Vite), so that
// `import form from './birth.form.json'` gives the compiled form, and `'./birth.form.json?language=en'` the same form with
// only that language in the bundle; a second language joins it by `import()`.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type EmittedForm, emitModule, type EmitOptions } from './emit.ts';

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

/** Before the id of a module of a form: `<prefix>code.js|<definition>`. */
const MODULE = '\0onceform:';

/** Compiles every `*.form.json` that is imported. */
export function onceform(options: EmitOptions = {}): OnceFormPlugin {
  const emitted = new Map<string, EmittedForm['files']>();
  return {
    name: 'onceform',
    resolveId(source, importer = '') {
      const asked = /^(\.{1,2}\/.*\.form\.json)\?language=([\w-]+)$/.exec(source);
      if (asked !== null) return `${MODULE}form.${asked[2]!}.js|${resolve(dirname(importer), asked[1]!)}`;
      // The modules of a form import each other; `form.js` stands under the name of the definition.
      const file = importer.startsWith(MODULE) ? importer.slice(importer.indexOf('|') + 1) : importer.split('?')[0]!;
      const name = source.slice('./'.length);
      return source.startsWith('./') && emitted.get(file)?.[name] !== undefined ? `${MODULE}${name}|${file}` : null;
    },
    async load(id) {
      const [name, file] = id.startsWith(MODULE)
        ? [id.slice(MODULE.length, id.indexOf('|')), id.slice(id.indexOf('|') + 1)]
        : ['form.js', id.split('?')[0]!];
      if (!file.endsWith('.form.json')) return null;
      const known = name === 'form.js' ? undefined : emitted.get(file)?.[name];
      if (known !== undefined) return known;
      this.addWatchFile(file);
      try {
        const { files, languages } = await emitModule(await readFile(file, 'utf8'), { minify: false, ...options });
        emitted.set(file, files);
        return (
          files[name]
          ?? this.error({
            message: `The form has no language of its own for ${name.slice('form.'.length, -'.js'.length)}; it has ${languages.join(', ') || 'one only'}.`,
            id: file,
          })
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
