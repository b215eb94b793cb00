import { describe, expect, it } from 'vitest';
import type { CodeListSpec, Json, JsonObject } from '@onceform/core';
import { Ajv } from 'ajv';
import { createRequire } from 'node:module';
import { compileForm } from './compile.ts';
import { interpretFunctions } from './interpreter.ts';
import { FORM_KEYWORDS, FORM_VOCABULARY } from './keywords.ts';
import { planSchema } from './plain-schema.ts';
import { flatMetaSchema, metaSchema } from './meta-schema.ts';
import { VOCABULARY, vocabularyPage } from './vocabulary.ts';

const list = (id: string, within?: string): CodeListSpec => ({
  id,
  title: id,
  count: 1,
  digest: 'd',
  ...(within === undefined ? {} : { within }),
  load: () => Promise.resolve([{ code: 'red', label: 'Red' }]),
});
const codeLists = { colours: list('colours'), shades: list('shades', 'colours') };
const require = createRequire(import.meta.url);
const standard = Object.fromEntries(
  [
    'schema',
    'meta/applicator',
    'meta/content',
    'meta/core',
    'meta/format-annotation',
    'meta/meta-data',
    'meta/unevaluated',
    'meta/validation',
  ].map(name => [
    `https://json-schema.org/draft/2020-12/${name}`,
    require(`ajv/dist/refs/json-schema-2020-12/${name}.json`) as Json,
  ]),
);

const fitsMeta = interpretFunctions(planSchema(metaSchema(), standard)).whole!;
const fitsFlat = new Ajv({ strict: false, allErrors: true }).compile(flatMetaSchema());

describe('the vocabulary', () => {
  it('describes every keyword there is', () => {
    expect(Object.keys(VOCABULARY).sort()).toEqual([...FORM_KEYWORDS].sort());
  });

  it.each(Object.entries(VOCABULARY))(
    'has an example of "%s" that compiles and fits both meta-schemas',
    async (keyword, { example }) => {
      expect(JSON.stringify(example)).toContain(`"${keyword}":`);
      expect(fitsMeta(example)).toEqual([]);
      expect(fitsFlat(example), JSON.stringify(fitsFlat.errors)).toBe(true);
      const form = await compileForm(example, { codeLists });
      expect(form.notes.filter(note => note.severity === 'error')).toEqual([]);
    },
  );

  it.each<[string, JsonObject]>([
    ['a concept that is a number', { concept: 3 }],
    ['a check without a message', { checks: [{ rule: 'true' }] }],
    ['a page without a title', { form: { pages: [{ fields: [] }] } }],
    ['a mode there is not', { properties: { a: { reuse: { mode: 'steal' } } } }],
    ['a member of form there is not', { form: { page: [] } }],
    ['a broken part deep inside', { allOf: [{ properties: { a: { when: 3 } } }] }],
  ])('refuses %s in both', (_name, definition) => {
    expect(fitsMeta({ $schema: FORM_VOCABULARY, ...definition })).not.toEqual([]);
    expect(fitsFlat({ $schema: FORM_VOCABULARY, ...definition })).toBe(false);
  });

  it('is published as it is here (npx vitest run -u writes it)', async () => {
    await expect(`${JSON.stringify(metaSchema(), null, 2)}\n`).toMatchFileSnapshot('../schema/form.schema.json');
    await expect(`${JSON.stringify(flatMetaSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../schema/form.draft-07.schema.json',
    );
    await expect(vocabularyPage()).toMatchFileSnapshot('../../../docs/reference/form-keywords.md');
  });
});
