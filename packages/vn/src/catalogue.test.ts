import { readFileSync, readdirSync } from 'node:fs';
import { lintForm } from '@onceform/compiler';
import { digestJson, valueAt, type Json, type JsonObject, type PrintSpec } from '@onceform/core';
import { describe, expect, it } from 'vitest';
import { reportOf, testsOf } from '../test/form-tests.ts';
import { vnPack } from './pack.ts';
import { roles } from './sources.ts';
import { definitionOf, formOf } from '../test/open.ts';

const slugs = readdirSync(new URL('../forms/', import.meta.url))
  .filter(name => name.endsWith('.form.json'))
  .map(name => name.replace('.form.json', ''));

/** The forms that are complete to the last rule. */
const DEEP = new Set([
  'birth-registration',
  'criminal-record-certificate',
  'household-business',
  'marital-status-certificate',
  'permanent-residence',
]);

const printOf = (slug: string): PrintSpec => valueAt(definitionOf(slug), '/form/print') as unknown as PrintSpec;

for (const slug of slugs) {
  describe(slug, () => {
    it('compiles without a warning, says everything in both languages, and prints its official lines', async () => {
      const form = await formOf(slug);
      expect(form.notes.filter(note => note.severity !== 'info')).toEqual([]);
      for (const part of [form.title, form.outline, form.components, form.rules, form.procedure])
        expect(untranslated(part)).toEqual([]);
      expect(printOf(slug).lines.length).toBeGreaterThan(5);
      expect(form.procedure?.code).toMatch(/^[0-9]\.[0-9]{6}$/);
      expect(form.procedure?.purpose).toBeDefined();
    });

    it('is clean to the linter', async () => {
      const text = readFileSync(new URL(`../forms/${slug}.form.json`, import.meta.url), 'utf8');
      expect((await lintForm(text, { pack: vnPack })).filter(finding => finding.severity !== 'info')).toEqual([]);
    });

    it('translates only texts that exist', () => {
      const definition = definitionOf(slug);
      for (const pointer of Object.keys(valueAt(definition, '/form/locales/en') as object))
        expect(valueAt(definition, pointer), pointer).toBeTypeOf('string');
    });

    it('prints only what it asks', () => {
      const known = new Set(pointersOf(definitionOf(slug)));
      for (const line of printOf(slug).lines)
        if ('pointers' in line) for (const pointer of line.pointers) expect(known, pointer).toContain(pointer);
    });

    it('asks registers only about people that a role resolves to', async () => {
      const form = await formOf(slug);
      for (const item of form.reuse.filter(each => each.policy.mode !== 'never'))
        expect(Object.keys(roles), item.pointer).toContain(item.subject);
    });

    it('has the same identity however often it is compiled', async () => {
      const form = await formOf(slug);
      const documents = await form.documents();
      expect(await digestJson(documents as unknown as Json)).toBe(form.digest);
    });

    const file = testsOf(slug);
    it('has an ordinary, a hard and a refused test', () => {
      expect(new Set(file?.tests.map(test => test.kind))).toEqual(new Set(['ordinary', 'hard', 'refused']));
    });
    const report = reportOf(slug);
    if (DEEP.has(slug)) {
      it('has form tests that see at least four fifths of its rules hold and fail, and of its conditions both ways', async () => {
        const { seen, of } = (await report).coverage;
        expect(seen / of).toBeGreaterThanOrEqual(0.8);
      });
    }
    for (const test of file?.tests ?? []) {
      it(`${test.kind}: ${test.name}`, async () => {
        const result = (await report).results.find(each => each.name === test.name)!;
        expect({ failures: result.failures, error: result.error }).toEqual({ failures: [], error: undefined });
      });
    }
  });
}

/** Texts that are in one language only: objects with `vi` and no `en`, as pointers. */
function untranslated(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('vi' in value && !('en' in value)) return [at];
  return Object.entries(value).flatMap(([key, inner]) => untranslated(inner, `${at}/${key}`));
}

function pointersOf(schema: Json | undefined, at = ''): string[] {
  return Object.entries((valueAt(schema, '/properties') ?? {}) as JsonObject).flatMap(([key, inner]) => [
    `${at}/${key}`,
    ...pointersOf(inner, `${at}/${key}`),
  ]);
}
