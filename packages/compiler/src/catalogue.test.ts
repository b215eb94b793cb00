// The catalogue forms of the country pack: both carriers, and other validators, give one verdict on their published
// schemas. Data are the answers of each form's own tests, whole and with something wrong.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { describe, expect, it } from 'vitest';
import { type CompiledForm, isJsonObject, type Json, type JsonObject } from '@onceform/core';
import { vnPack } from '@onceform/vn';
import { assemble } from './assemble.ts';
import { compactPlan } from './compact.ts';
import { formOf } from './compile.ts';
import { interpretFunctions } from './interpreter.ts';
import { type Plan, planForm } from './plan.ts';
import { randomSource, type RandomSource } from './random-form.test-data.ts';

const FORMS = new URL('../../vn/forms/', import.meta.url);
const names = readdirSync(FORMS)
  .filter(name => name.endsWith('.form.json'))
  .map(name => name.slice(0, -'.form.json'.length));
const mutations = Number(process.env.ONCEFORM_MUTATIONS ?? 1);
const python = spawnSync('python3', ['-c', 'import jsonschema']).status === 0;
if (!python) console.warn('python3-jsonschema is not installed: the catalogue is not judged in another language.');

const compiled = new Map<string, Promise<{ plan: Plan; form: CompiledForm }>>();
const formNamed = (name: string): Promise<{ plan: Plan; form: CompiledForm }> => {
  const known =
    compiled.get(name)
    ?? planForm(readFileSync(new URL(`${name}.form.json`, FORMS), 'utf8'), { pack: vnPack }).then(plan => ({
      plan,
      form: formOf(plan),
    }));
  compiled.set(name, known);
  return known;
};

/** What people answer in the form's tests, and the same with a member gone or another value in its place. */
function answersOf(name: string): Json[] {
  const { tests } = JSON.parse(readFileSync(new URL(`${name}.tests.json`, FORMS), 'utf8')) as {
    tests: { steps?: { answer?: JsonObject }[] }[];
  };
  const random = randomSource(7);
  const context = { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} };
  return tests.flatMap(test => {
    const whole = (test.steps ?? []).reduce<JsonObject>((data, step) => merge(data, step.answer ?? {}), {
      $context: context,
    });
    return [whole, ...Array.from({ length: mutations }, () => spoiled(whole, random))];
  });
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b))
    out[key] = isJsonObject(value) && isJsonObject(out[key]) ? merge(out[key] as JsonObject, value) : value;
  return out;
}

function spoiled(data: Json, random: RandomSource): Json {
  if (!isJsonObject(data) || Object.keys(data).length === 0 || random.chance(0.1))
    return random.pick<Json>([null, '', 'x', 3, true, [], {}]);
  const key = random.pick(Object.keys(data));
  if (random.chance(0.2)) return Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
  return { ...data, [key]: spoiled(data[key]!, random) };
}

const key = (errors: readonly { instancePath: string; keyword: string; params: object }[]): string[] =>
  errors.map(error => `${error.instancePath} ${error.keyword} ${JSON.stringify(error.params)}`).sort();

describe.each(names)('%s', { timeout: 120_000 + mutations * 1000 }, name => {
  it('is judged alike by both carriers and by @hyperjump/json-schema', async () => {
    const { plan, form: generated } = await formNamed(name);
    const interpreted = assemble(compactPlan(plan), interpretFunctions(plan), () => Promise.resolve(plan.documents));
    const uri = `https://example.org/catalogue/${name}`;
    registerSchema(plan.documents.dataSchema as never, uri);
    try {
      const judge = await validate(uri);
      for (const data of answersOf(name)) {
        const errors = generated.validators.whole(data);
        expect(key(interpreted.validators.whole(data)), JSON.stringify(data)).toEqual(key(errors));
        expect(judge(data as never).valid, JSON.stringify(data)).toBe(errors.length === 0);
        for (const [i, guard] of generated.guards.entries())
          expect(interpreted.guards[i]!.test(data), guard.id).toBe(guard.test(data));
      }
    } finally {
      unregisterSchema(uri);
    }
  });

  it.skipIf(!python)('is judged alike in Python, where its patterns can be read', async () => {
    const {
      plan: { documents },
      form,
    } = await formNamed(name);
    const data = answersOf(name);
    const program =
      'import json, sys\nfrom jsonschema import Draft202012Validator as V\ncase = json.load(sys.stdin)\nv = V(case["schema"])\nprint(json.dumps([v.is_valid(d) for d in case["data"]]))';
    // Python's own regular expressions have no \p{…}; a face of letters stands in for it on both sides.
    const schema = JSON.parse(
      JSON.stringify(documents.dataSchema).replaceAll(/\[(?:[^\]"]|\\.)*\\\\p\{(?:[^\]"]|\\.)*\]|\\\\p\{\w+\}/g, '.'),
    ) as JsonObject;
    const run = spawnSync('python3', ['-c', program], { input: JSON.stringify({ schema, data }), encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const theirs = JSON.parse(run.stdout) as boolean[];
    const usesLetters = (value: Json): boolean =>
      form.validators
        .whole(value)
        .some(error => error.keyword === 'pattern' && String(error.params.pattern).includes('\\p{'));
    data.forEach((value, i) => {
      if (!usesLetters(value)) expect(theirs[i], JSON.stringify(value)).toBe(form.validators.whole(value).length === 0);
    });
  });
});
