// What a browser loads runs where no code may be made from strings: emitted modules, and the run-time carrier.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '@onceform/core';
import { compileForm } from './compile.ts';
import { emitModule } from './emit.ts';

const definition = {
  $id: 'https://example.org/forms/strict',
  title: 'Strict',
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2, pattern: '^\\p{L}+$' },
    kind: { enum: ['a', 'b'] },
    more: { type: 'string', when: { properties: { kind: { const: 'b' } }, required: ['kind'] } },
    tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    nested: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { const: { x: [1] } } },
      unevaluatedProperties: false,
    },
  },
  required: ['name', 'more'],
};
const answers: Json[] = [
  {},
  { name: 'A', kind: 'c' },
  { name: 'Ab', kind: 'b' },
  { name: 'Ab', more: 'x' },
  { name: 'Ab', tags: ['x', 'x'], nested: { a: 1.5, b: { x: [1] }, c: 1 } },
  { name: '𝒳𝒳', nested: { b: { x: [2] } } },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-strict-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(folder, { recursive: true }));

async function strictly(program: string): Promise<unknown> {
  await writeFile(join(folder, 'main.js'), program);
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disallow-code-generation-from-strings',
    join(folder, 'main.js'),
  ]);
  return JSON.parse(stdout);
}

const REPORT = `const report = async form => JSON.stringify({
  digest: form.digest, guards: form.guards.map(guard => ANSWERS.map(answer => guard.test(answer))),
  errors: ANSWERS.map(answer => form.validators.whole(answer).map(error => error.instancePath + ' ' + error.keyword).sort()), schema: (await form.documents()).dataSchema,
});
const ANSWERS = ${JSON.stringify(answers)};`;

describe('without code generation', () => {
  it('an emitted module and the run-time carrier are the form that Node compiles', async () => {
    const form = await compileForm(definition);
    const expected = {
      digest: form.digest,
      guards: form.guards.map(guard => answers.map(answer => guard.test(answer))),
      errors: answers.map(answer =>
        form.validators
          .whole(answer)
          .map(error => `${error.instancePath} ${error.keyword}`)
          .sort(),
      ),
      schema: (await form.documents()).dataSchema,
    };
    expect(expected.errors.map(errors => errors.length)).toEqual([1, 2, 1, 1, 3, 1]);

    const { files } = await emitModule(definition);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    expect(await strictly(`import form from './form.js'; ${REPORT} console.log(await report(form));`)).toEqual(
      expected,
    );

    const runtime = await build({
      entryPoints: [fileURLToPath(new URL('runtime.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      conditions: ['onceform-source'],
      metafile: true,
      logLevel: 'silent',
    });
    expect(
      Object.keys(runtime.metafile.inputs).filter(path =>
        /node_modules\/(?:ajv|esbuild|recheck|json-schema-to-typescript)\//.test(path),
      ),
    ).toEqual([]);
    await writeFile(join(folder, 'runtime.js'), runtime.outputFiles[0]!.text);
    expect(
      await strictly(
        `import { compileFormAtRuntime } from './runtime.js'; ${REPORT} console.log(await report(await compileFormAtRuntime(${JSON.stringify(definition)})));`,
      ),
    ).toEqual(expected);
  }, 120_000);
});
