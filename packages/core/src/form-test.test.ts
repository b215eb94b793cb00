import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import { celEvaluator } from './cel.ts';
import { runFormTests, type FormTestSuite } from './form-test.ts';

const form = await compileForm({
  $id: 'https://example.org/forms/move',
  title: 'Move',
  type: 'object',
  properties: {
    alone: { type: 'boolean' },
    members: {
      type: 'array',
      minItems: 1,
      when: { properties: { alone: { const: false } }, required: ['alone'] },
      items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    },
    count: { type: 'integer', compute: 'size(data.members) + 1' },
    how: {
      oneOf: [
        {
          title: 'Car',
          type: 'object',
          properties: { by: { const: 'car' }, plate: { type: 'string' } },
          required: ['by', 'plate'],
        },
        { title: 'Foot', type: 'object', properties: { by: { const: 'foot' } }, required: ['by'] },
      ],
    },
  },
  required: ['alone', 'members'],
  checks: [{ id: 'not-many', rule: 'self.count < 4', message: 'Too many.' }],
  form: { version: '1', locale: 'en' },
});
const rules = celEvaluator();

const suite: FormTestSuite = {
  form: 'move',
  tests: [
    {
      name: 'a family is counted',
      steps: [
        { answer: { alone: false } },
        { insert: '/members', value: { name: 'An' } },
        { expect: { values: { '/count': 2 }, errors: [] } },
        { insert: '/members' },
      ],
      expect: { errors: ['/members/1/name required'], values: { '/count': 3 } },
    },
    {
      name: 'who is alone is asked for nobody',
      data: { alone: true },
      steps: [{ answer: { how: { by: 'car', plate: 'X1' } } }],
      expect: { relevant: { '/members': false }, complete: true, values: { '/count': null, '/how/by': 'car' } },
    },
    {
      name: 'five are too many',
      kind: 'refused',
      data: { alone: false, members: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      expect: { errors: ['/ not-many'] },
    },
  ],
};

describe('form tests as data', () => {
  test('hold, and say what they did not reach', async () => {
    const report = await runFormTests(form, suite, { rules });
    expect(report.results.flatMap(result => [...result.failures, result.error ?? []].flat())).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.coverage).toEqual({ seen: 7, of: 8, missing: ['/how never branch 2'] });
  });

  test('fail with what was expected and what was there', async () => {
    const report = await runFormTests(
      form,
      {
        form: form.id,
        tests: [
          { name: 'wrong', data: { alone: true }, expect: { errors: ['/x required'], values: { '/alone': false } } },
        ],
      },
      { rules },
    );
    expect(report.ok).toBe(false);
    expect(report.results[0]?.failures).toEqual([
      { at: 'end', what: 'errors', expected: ['/x required'], actual: [] },
      { at: 'end', what: 'values /alone', expected: false, actual: true },
    ]);
  });

  test('that cannot be done say so, and are not taken for passed', async () => {
    const report = await runFormTests(
      form,
      {
        form: 'move',
        tests: [
          { name: 'asks sources', steps: [{ prefill: true }] },
          { name: 'no such row', steps: [{ remove: '/members/4' }] },
        ],
      },
      { rules },
    );
    expect(report.results.map(result => result.ok)).toEqual([false, false]);
    expect(report.results[0]?.error).toContain('sources');
    await expect(runFormTests(form, { form: 'other', tests: [] })).rejects.toThrow(RangeError);
  });
});
