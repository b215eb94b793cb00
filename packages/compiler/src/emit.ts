// Writes a form as ES modules that a browser loads under `script-src 'self'`: no import is left, nothing is evaluated.

import { fileURLToPath } from 'node:url';
import type { CompiledForm, Json } from '@onceform/core';
import { build, type Plugin } from 'esbuild';
import { compactPlan, shareTests } from './compact.ts';
import { formOf } from './compile.ts';
import { type CompileOptions, type Plan, planForm } from './plan.ts';
import { divide, functionsModule } from './validators.ts';

export interface EmittedForm {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly compiled: CompiledForm;
  /**
   * `form.js` has the form as its default export, imports `./documents.js` when `documents()` is called and nothing
   * else; `form.d.ts` types its data.
   */
  readonly files: { readonly 'form.js': string; readonly 'documents.js': string; readonly 'form.d.ts': string };
}

export interface EmitOptions extends CompileOptions {
  /** Default true. */
  readonly minify?: boolean;
}

/** Compiles a definition and writes it as modules. Throws as `compileForm` does. */
export async function emitModule(definition: unknown, options: EmitOptions = {}): Promise<EmittedForm> {
  const plan = await planForm(definition, options);
  const [form, types] = await Promise.all([bundleForm(plan, options.minify ?? true), emitTypes(plan)]);
  return {
    id: plan.id,
    version: plan.version,
    digest: plan.digest,
    compiled: formOf(plan),
    files: {
      'form.js': form,
      'documents.js': `export default ${parsed(plan.documents as unknown as Json)};\n`,
      'form.d.ts': types,
    },
  };
}

async function bundleForm(plan: Plan, minify: boolean): Promise<string> {
  const data = compactPlan(plan);
  const shared = shareTests(plan);
  const { interpreted } = divide(shared);
  const isInterpreted = Object.keys(interpreted).length > 0;
  const entry = `
    import { assemble } from 'onceform:assemble';
    import { judge } from 'onceform:judge';
    import * as validate from 'onceform:functions';
    const functions = {};
    for (const name of Object.keys(validate)) functions[name] = judge(validate[name]);
    ${
      isInterpreted
        ? `import { interpretFunctions } from 'onceform:interpreter';
    Object.assign(functions, interpretFunctions(${parsed({ definitions: shared.definitions, functions: interpreted })}));`
        : ''
    }
    export default assemble(${parsed(data as unknown as Json)}, functions, () => import('./documents.js').then(module => module.default));
  `;
  const functions = functionsModule(shared, 'onceform:judge');
  const here = fileURLToPath(new URL('.', import.meta.url));
  const own = (name: string): string =>
    fileURLToPath(new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
  const plugin: Plugin = {
    name: 'onceform',
    setup(setup) {
      setup.onResolve({ filter: /^\.\/documents\.js$/ }, ({ path }) => ({ path, external: true }));
      setup.onResolve({ filter: /^onceform:(?:assemble|judge|interpreter)$/ }, ({ path }) => ({
        path: own(path.slice('onceform:'.length)),
      }));
      setup.onResolve({ filter: /^onceform:functions$/ }, ({ path }) => ({ path, namespace: 'onceform' }));
      setup.onLoad({ filter: /.*/, namespace: 'onceform' }, () => ({ contents: functions, resolveDir: here }));
    },
  };
  const result = await build({
    stdin: { contents: entry, resolveDir: here, sourcefile: 'form.js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify,
    treeShaking: true,
    legalComments: 'none',
    charset: 'utf8',
    plugins: [plugin],
    logLevel: 'silent',
    mainFields: ['module', 'main'],
    conditions: import.meta.url.endsWith('.ts') ? ['onceform-source'] : [],
  });
  return result.outputFiles[0]!.text;
}

/** JSON inside a program: parsed, not evaluated, so that no member name can mean more than itself. */
function parsed(value: Json): string {
  return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}

async function emitTypes(plan: Plan): Promise<string> {
  const { typesOf } = await import('./types.ts');
  return typesOf(plan);
}
