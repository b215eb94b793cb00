import { describe, expect, it } from 'vitest';
import type { Sha256 } from '@onceform/core';
import { compileForm } from './compile.ts';
import { diffForms, type FormDiff, migrateData } from './diff.ts';
import { planForm } from './plan.ts';

const text = (title: string, more: object = {}): object => ({ type: 'string', title, ...more });
const diff = async (before: object, after: object, oldForm: object = {}, newForm: object = {}): Promise<FormDiff> =>
  diffForms(
    await planForm({ type: 'object', title: 'F', properties: before, form: { version: '1', ...oldForm } }),
    await planForm({ type: 'object', title: 'F', properties: after, form: { version: '2', ...newForm } }),
  );
const codes = ({ changes }: FormDiff): string[] => changes.map(change => `${change.level} ${change.code} ${change.at}`);

describe('diff', () => {
  it('finds nothing between a form and itself', async () => {
    const form = await compileForm({ type: 'object', properties: { a: text('A') } });
    expect(diffForms(form, form)).toMatchObject({ level: null, changes: [], migration: { steps: [], gaps: [] } });
  });

  it('compares the entries of code lists, which plans write once for all fields', async () => {
    const islands = (...codes: string[]) => ({
      islands: {
        id: 'islands',
        title: 'Islands',
        count: codes.length,
        digest: codes.join('').padEnd(64, '0') as Sha256,
        load: async () => codes.map(code => ({ code, label: code })),
      },
    });
    const plan = (...codes: string[]) =>
      planForm(
        { type: 'object', title: 'F', properties: { island: text('Island', { codelist: 'islands' }) } },
        { codeLists: islands(...codes) },
      );
    expect(codes(diffForms(await plan('north', 'south'), await plan('north', 'south')))).toEqual([]);
    expect(codes(diffForms(await plan('north', 'south'), await plan('north', 'tern')))).toContain(
      'breaking OPTIONS_REMOVED /island',
    );
  });

  it.each<[string, object, object, string[]]>([
    ['an optional field', { a: text('A') }, { a: text('A'), b: text('B') }, ['additive FIELD_ADDED /b']],
    ['a field that is gone', { a: text('A'), b: text('B') }, { a: text('A') }, ['breaking FIELD_REMOVED /b']],
    [
      'a tighter bound',
      { a: text('A', { maxLength: 9 }) },
      { a: text('A', { maxLength: 5 }) },
      ['breaking CONSTRAINT_TIGHTENED /a'],
    ],
    [
      'a looser bound',
      { a: text('A', { minLength: 3 }) },
      { a: text('A', { minLength: 1 }) },
      ['additive CONSTRAINT_LOOSENED /a'],
    ],
    ['a new pattern', { a: text('A') }, { a: text('A', { pattern: '^a' }) }, ['breaking CONSTRAINT_TIGHTENED /a']],
    [
      'another answer',
      { a: { enum: ['x'], title: 'A' } },
      { a: { enum: ['x', 'y'], title: 'A' } },
      ['additive OPTIONS_ADDED /a'],
    ],
    [
      'an answer less',
      { a: { enum: ['x', 'y'], title: 'A' } },
      { a: { enum: ['x'], title: 'A' } },
      ['breaking OPTIONS_REMOVED /a'],
    ],
    ['another type', { a: text('A') }, { a: { type: 'boolean', title: 'A' } }, ['breaking TYPE_CHANGED /a']],
    [
      'a wider type',
      { a: { type: 'integer', title: 'A' } },
      { a: { type: 'number', title: 'A' } },
      ['additive TYPE_WIDENED /a'],
    ],
    [
      'a condition',
      { a: text('A'), b: text('B') },
      { a: text('A'), b: text('B', { when: { required: ['a'] } }) },
      ['breaking CONDITION_ADDED /b'],
    ],
    [
      'a rule',
      { a: text('A') },
      { a: text('A', { checks: [{ id: 'r', rule: 'value != ""', message: 'No.' }] }) },
      ['breaking RULE_ADDED /a'],
    ],
    [
      'a warning',
      { a: text('A') },
      { a: text('A', { checks: [{ id: 'r', rule: 'value != ""', message: 'No.', severity: 'warn' }] }) },
      ['compatible RULE_ADDED /a'],
    ],
    ['only a title', { a: text('A') }, { a: text('B') }, ['compatible TEXTS_CHANGED ']],
  ])('names %s', async (_name, before, after, expected) => {
    expect(codes(await diff(before, after))).toEqual(expected);
  });

  it('finds what moved, and moves it in a draft', async () => {
    const result = await diff(
      { name: text('Name', { concept: 'person.name' }), town: text('Town'), old: text('Old') },
      {
        person: {
          type: 'object',
          title: 'You',
          properties: { fullName: text('Full name', { concept: 'person.name' }) },
        },
        place: { type: 'object', title: 'Where', properties: { town: text('Town') } },
      },
    );
    expect(codes(result)).toEqual([
      'breaking FIELD_MOVED /name',
      'breaking FIELD_REMOVED /old',
      'breaking FIELD_MOVED /town',
    ]);
    expect(migrateData({ name: 'A', town: 'B', old: 'C' }, result.migration)).toEqual({
      person: { fullName: 'A' },
      place: { town: 'B' },
    });
  });

  it('names a gap where nobody can say what an old answer becomes', async () => {
    const result = await diff({ a: { enum: ['x', 'y'], title: 'A' } }, { a: { enum: ['x'], title: 'A' } });
    expect(result.migration.gaps).toMatchObject([{ at: '/a' }]);
    expect(() => migrateData({ a: 'y' }, result.migration)).toThrow(RangeError);
  });

  it('notices papers', async () => {
    const result = await diff(
      { a: text('A') },
      { a: text('A') },
      {},
      { components: [{ id: 'proof', title: 'Proof' }] },
    );
    expect(codes(result)).toEqual(['breaking COMPONENT_ADDED /form/components/proof']);
  });
});
