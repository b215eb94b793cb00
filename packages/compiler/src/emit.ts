// Writes a form as ES modules that a browser loads under `script-src 'self'`: no import is left, nothing is evaluated.

import { fileURLToPath } from 'node:url';
import { type CompiledForm, digestJson, type Json, type Sha256 } from '@onceform/core';
import { build, type Plugin } from 'esbuild';
import { compactPlan } from './compact.ts';
import { formOf } from './compile.ts';
import { LISTED } from './keywords.ts';
import { separateTexts } from './languages.ts';
import { type CompileOptions, type Plan, planForm } from './plan.ts';
import { divide, functionsModule } from './validators.ts';

export interface EmittedForm {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  /** SHA-256 of the modules: the same form emitted by another version of the compiler has another. */
  readonly address: Sha256;
  readonly compiled: CompiledForm;
  /** Languages that a page may load by themselves; empty for a form in one language. */
  readonly languages: readonly string[];
  /**
   * `form.js` has the form as its default export, in every language. In a form of several languages it only brings
   * together `code.js` and, for each language, `form.<language>.js`: these too have the form as their default export,
   * in one language, and loading a second one adds it to the same form. `documents.js` is imported when `documents()` is
   * called; `form.d.ts` types the form's data. No file imports anything but these.
   */
  readonly files: Readonly<Record<string, string>> & {
    readonly 'form.js': string;
    readonly 'documents.js': string;
    readonly 'form.d.ts': string;
  };
}

export interface EmitOptions extends CompileOptions {
  /** Default true. */
  readonly minify?: boolean;
}

/** Compiles a definition and writes it as modules. Throws as `compileForm` does. */
export async function emitModule(definition: unknown, options: EmitOptions = {}): Promise<EmittedForm> {
  const plan = await planForm(definition, options);
  const [modules, types] = await Promise.all([modulesOf(plan, options.minify ?? true), emitTypes(plan)]);
  const files = {
    ...modules.files,
    'documents.js': `export default ${parsed(plan.documents as unknown as Json)};\n`,
    'form.d.ts': types,
  };
  return {
    id: plan.id,
    version: plan.version,
    digest: plan.digest,
    address: await digestJson(files),
    compiled: formOf(plan),
    languages: modules.languages,
    files,
  };
}

async function modulesOf(
  plan: Plan,
  minify: boolean,
): Promise<{ languages: string[]; files: Record<string, string> & { 'form.js': string } }> {
  const { value, mark, count, languages } = separateTexts(compactPlan(plan) as unknown as Json, plan.locales);
  const names = Object.keys(languages);
  if (names.length < 2)
    return {
      languages: [],
      files: { 'form.js': await bundleForm(plan, parsed(compactPlan(plan) as unknown as Json), '', [], minify) },
    };
  // Texts are objects that grow: a language fills in its own member of each.
  const texts = `
    const texts = Array.from({ length: ${count} }, () => ({}));
    export const say = languages => {
      for (const language in languages)
        for (const index in languages[language])
          if (languages[language][index] !== null) texts[index][language] = languages[language][index];
    };
    // JSON is revived in the order it is written.
    let placed = 0;
    const place = (_, value) => (value === ${JSON.stringify(mark)} ? texts[placed++] : value);`;
  const code = await bundleForm(plan, `${parsed(value).slice(0, -1)}, place)`, texts, names, minify);
  const parts = names.map(language => [
    `form.${language}.js`,
    `import form, { say } from './code.js';\nsay(${parsed(languages[language]!)});\nexport default form;\n`,
  ]);
  return {
    languages: names,
    files: {
      'form.js': `${names.map(language => `import './form.${language}.js';\n`).join('')}export { default } from './code.js';\n`,
      'code.js': code,
      ...Object.fromEntries(parts),
    },
  };
}

// Whoever asks for the documents keeps the form, so every language belongs to it then.
async function bundleForm(
  plan: Plan,
  data: string,
  texts: string,
  languages: readonly string[],
  minify: boolean,
): Promise<string> {
  const schemas = {
    functions: plan.functions,
    definitions: {
      ...plan.definitions,
      ...Object.fromEntries(plan.codeLists.map(name => [name, { [LISTED]: name }])),
    },
  };
  const { generated, interpreted } = divide(schemas);
  // Parts and branches are asked what is wrong; of conditions, only whether they hold.
  const branches = JSON.stringify(plan.form.outline).matchAll(/"matches":"(\w+)"/g);
  const judges = new Set([...plan.parts.map(({ validate }) => validate), ...[...branches].map(hit => hit[1]!)]);
  const isInterpreted = Object.keys(interpreted).length > 0;
  const functions = functionsModule(schemas, 'onceform:helpers', name => !judges.has(name));
  const others = languages.map(language => `, import('./form.${language}.js')`).join('');
  const entry = `
    import { ${plan.parts.length === 1 ? 'assembleOne' : 'assemble'} as assemble } from 'onceform:assemble';
    import { learnLists } from 'onceform:judge';
    import { ${generated.join(', ')} } from 'onceform:functions';
    ${texts}
    const functions = { ${generated.join(', ')} };
    ${
      isInterpreted
        ? `import { interpretFunctions } from 'onceform:interpreter';
    Object.assign(functions, interpretFunctions(${parsed({ definitions: schemas.definitions, functions: interpreted })}));`
        : ''
    }
    export default assemble(${data}, functions, () => Promise.all([import('./documents.js')${others}]).then(([{ default: documents }]) => (${
      plan.codeLists.length === 0 ? '' : `learnLists(documents.dataSchema.$defs, ${parsed(plan.codeLists)}), `
    }documents)));
  `;
  const here = fileURLToPath(new URL('.', import.meta.url));
  const own = (name: string): string =>
    fileURLToPath(new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
  const plugin: Plugin = {
    name: 'onceform',
    setup(setup) {
      setup.onResolve({ filter: /^\.\/(?:documents|form\.[\w-]+)\.js$/ }, ({ path }) => ({ path, external: true }));
      setup.onResolve({ filter: /^onceform:(?:assemble|judge|interpreter)$/ }, ({ path }) => ({
        path: own(path.slice('onceform:'.length)),
      }));
      setup.onResolve({ filter: /^onceform:(?:functions|helpers)$/ }, ({ path }) => ({ path, namespace: 'onceform' }));
      setup.onLoad({ filter: /functions$/, namespace: 'onceform' }, () => ({ contents: functions, resolveDir: here }));
      setup.onLoad({ filter: /helpers$/, namespace: 'onceform' }, () => ({
        contents: `export * from ${JSON.stringify(own('checks'))}; export * from ${JSON.stringify(own('judge'))};`,
        resolveDir: here,
      }));
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
