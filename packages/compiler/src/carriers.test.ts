// Two carriers, one behaviour; and the published schema gives the form's verdict in other validators.
// ONCEFORM_PAIRS=50000 runs the long version.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { describe, expect, it } from 'vitest';
import type { CompiledForm, Json, JsonObject } from '@onceform/core';
import { assemble } from './assemble.ts';
import { compactPlan } from './compact.ts';
import { formOf } from './compile.ts';
import { emitModule } from './emit.ts';
import { interpretFunctions } from './interpreter.ts';
import { planForm } from './plan.ts';
import { randomData, randomDefinition, randomSource, type RandomSource } from './random-form.test-data.ts';
import { compileFormAtRuntime } from './runtime.ts';
import { validateAgainst } from './validators.ts';

const wished = process.env.ONCEFORM_PAIRS;
const pairs = Number(wished ?? 200);
const PER_DEFINITION = 10;
const python = spawnSync('python3', ['-c', 'import jsonschema']).status === 0;
if (!python) console.warn('python3-jsonschema is not installed: the proof in another language is skipped.');

async function* cases(
  seed: number,
  count: number,
): AsyncGenerator<{ definition: JsonObject; data: Json[]; random: RandomSource }> {
  const random = randomSource(seed);
  for (let i = 0; i < count / PER_DEFINITION; i++) {
    const definition = randomDefinition(random);
    yield { definition, data: Array.from({ length: PER_DEFINITION }, () => randomData(definition, random)), random };
  }
}

// Which two of several equal items are named is the carrier's business.
const key = (errors: readonly { instancePath: string; keyword: string; params: object }[]): string[] =>
  errors
    .map(error =>
      JSON.stringify([error.instancePath, error.keyword, error.keyword === 'uniqueItems' ? {} : error.params]),
    )
    .sort();

describe('the two carriers', { timeout: 120_000 + pairs * 40 }, () => {
  it('find the same errors in random data for random forms', async () => {
    let valid = 0;
    let count = 0;
    for await (const { definition, data } of cases(1, pairs)) {
      const plan = await planForm(definition);
      const generated = formOf(plan);
      const interpreted = assemble(compactPlan(plan), interpretFunctions(plan), () => Promise.resolve(plan.documents));
      for (const value of data) {
        const errors = key(generated.validators.whole(value));
        expect(key(interpreted.validators.whole(value)), JSON.stringify({ definition, value })).toEqual(errors);
        for (const [i, guard] of generated.guards.entries())
          expect(interpreted.guards[i]!.test(value)).toBe(guard.test(value));
        count++;
        if (errors.length === 0) valid++;
      }
    }
    // The generator is no use if everything fails, or nothing does.
    expect(valid / count).toBeGreaterThan(0.1);
    expect(valid / count).toBeLessThan(0.9);
  });
});

describe('emitted modules', { timeout: 120_000 + pairs * 40 }, () => {
  it('find the errors that Node finds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onceform-emitted-'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    let n = 0;
    try {
      for await (const { definition, data } of cases(4, wished === undefined ? 60 : pairs)) {
        const { files, compiled } = await emitModule(definition);
        const file = join(folder, `form-${n++}.js`);
        await writeFile(file, files['form.js']);
        const { default: form } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
          default: CompiledForm;
        };
        for (const value of data) {
          const context = JSON.stringify({ definition, value });
          expect(key(form.validators.whole(value)), context).toEqual(key(compiled.validators.whole(value)));
          for (const [i, guard] of compiled.guards.entries())
            expect(form.guards[i]!.test(value), context).toBe(guard.test(value));
        }
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a keyword in an emitted module and at run time', () => {
  const named = (name: string): JsonObject => ({ type: 'object', properties: { [name]: { type: 'integer' } } });
  it.each<[string, JsonObject, Json[]]>([
    ['names that are names of ours', { ...named('check0'), required: ['check1'] }, [{ check0: 'x' }, { check1: 1 }]],
    [
      'names every object has',
      { ...named('toString'), required: ['constructor'], additionalProperties: false },
      [{}, { toString: 'x', constructor: 1 }, { toString: 1 }],
    ],
    [
      'a schema that contains itself',
      {
        type: 'object',
        properties: { tree: { $ref: '#/$defs/tree' } },
        $defs: {
          tree: {
            type: 'object',
            properties: { kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
            maxProperties: 1,
          },
          leaf: { type: 'string' },
        },
      },
      [{ tree: { kids: [{ kids: 3 }] } }, { tree: { kids: [{}], more: 1 } }],
    ],
    [
      'one that contains itself, and can be said in checks',
      {
        type: 'object',
        properties: { tree: { $ref: '#/$defs/tree' } },
        $defs: { tree: { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#/$defs/tree' } } } } },
      },
      [{ tree: { kids: [{ kids: 3 }] } }, { tree: { kids: [{}] } }, { tree: 1 }],
    ],
    [
      'alternatives, lists and numbers',
      {
        type: 'object',
        properties: {
          any: {
            anyOf: [
              { type: 'string', minLength: 2 },
              { type: 'integer', exclusiveMinimum: 3 },
            ],
          },
          one: { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'null' }] },
          words: { type: 'array', items: { type: 'string' }, uniqueItems: true },
          list: { type: 'array', items: { enum: ['a', 1, null] }, minItems: 1, maxItems: 2, uniqueItems: true },
          not: { not: { const: 'x' } },
          if: { if: { const: 1 }, then: { type: 'string' }, else: { type: ['integer', 'null'] } },
        },
      },
      [
        { any: 'x', one: 1, list: [], not: 'x', if: 1 },
        { any: 3, one: 1.5, list: ['a', 'a', 'b'], not: 'y', if: 'x' },
        { any: true, one: 'x', list: ['b', 'b'], if: null },
        { any: 4, one: null, list: ['a'], words: ['a', 1, 1, 'b', 'a'] },
        { words: [1, 1] },
      ],
    ],
  ])('finds what Node finds: %s', async (_, definition, data) => {
    const { files, compiled } = await emitModule(definition);
    const { default: form } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(files['form.js'])}`
    )) as { default: CompiledForm };
    const atRuntime = await compileFormAtRuntime(definition);
    for (const value of data)
      for (const other of [form, atRuntime])
        expect(key(other.validators.whole(value)), JSON.stringify(value)).toEqual(
          key(compiled.validators.whole(value)),
        );
    expect(data.some(value => compiled.validators.whole(value).length > 0)).toBe(true);
  });
});

describe('the published dataSchema', { timeout: 120_000 + pairs * 40 }, () => {
  it('gives the verdict of the form in ajv and in @hyperjump/json-schema', async () => {
    let n = 0;
    for await (const { definition, data } of cases(2, wished === undefined ? 50 : pairs)) {
      const plan = await planForm(definition);
      const form = formOf(plan);
      const uri = `https://example.org/proof-${n++}`;
      registerSchema(plan.documents.dataSchema as never, uri);
      try {
        const judge = await validate(uri);
        for (const value of data) {
          const verdict = form.validators.whole(value).length === 0;
          const context = JSON.stringify({ definition, dataSchema: plan.documents.dataSchema, value });
          expect(validateAgainst(plan.documents.dataSchema, value).length === 0, `ajv ${context}`).toBe(verdict);
          expect(judge(value as never).valid, `hyperjump ${context}`).toBe(verdict);
        }
      } finally {
        unregisterSchema(uri);
      }
    }
  });

  it.skipIf(!python)('gives the verdict of the form in Python', async () => {
    const lines: string[] = [];
    const verdicts: boolean[] = [];
    for await (const { definition, data } of cases(3, pairs)) {
      const plan = await planForm(definition);
      const form = formOf(plan);
      lines.push(JSON.stringify({ schema: plan.documents.dataSchema, data }));
      verdicts.push(...data.map(value => form.validators.whole(value).length === 0));
    }
    const program = [
      'import json, sys',
      'from jsonschema import Draft202012Validator as V',
      'for line in sys.stdin:',
      '    case = json.loads(line)',
      '    v = V(case["schema"])',
      '    for value in case["data"]: print(1 if v.is_valid(value) else 0)',
    ].join('\n');
    const run = spawnSync('python3', ['-c', program], {
      input: lines.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(run.stderr).toBe('');
    const theirs = run.stdout
      .trim()
      .split('\n')
      .map(line => line === '1');
    const different = verdicts
      .map((verdict, i) =>
        verdict === theirs[i] ? null : `${lines[Math.floor(i / PER_DEFINITION)]} case ${i % PER_DEFINITION}`,
      )
      .filter(each => each !== null);
    expect(different).toEqual([]);
  });
});
