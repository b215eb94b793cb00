// The incremental way and the whole way give the same, whatever is done in whatever order.

import { compileForm } from '@onceform/compiler';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { answersSlot } from './answers.ts';
import { celEvaluator } from './cel.ts';
import { contextSlot } from './context.ts';
import { deriveAll, type Derived } from './derive.ts';
import { deriveContextOf, derivedSlot } from './derived.ts';
import { issueId, issuesOf } from './issues.ts';
import { countPages } from './pages.ts';
import {
  branchAt,
  fieldAt,
  isOnceFormError,
  type FormState,
  openForm,
  pagesSlot,
  reviewOf,
  setContext,
  walkInstance,
  type CompiledForm,
  type Issue,
  type Json,
  type TransactionSpec,
} from './index.ts';

const person = {
  type: 'object',
  title: 'Person',
  properties: {
    name: { type: 'string', minLength: 2 },
    alive: { type: 'boolean' },
    died: { type: 'string', format: 'date', when: { properties: { alive: { const: false } }, required: ['alive'] } },
    parents: { type: 'array', maxItems: 2, items: { $ref: '#/$defs/person' } },
  },
  required: ['name', 'died'],
};

const definition = {
  $id: 'https://example.org/forms/everything',
  title: 'Everything',
  type: 'object',
  $defs: { person },
  properties: {
    kind: { type: 'string', enum: ['a', 'b', 'c'] },
    count: { type: 'integer', minimum: 0, maximum: 9 },
    a: {
      type: 'object',
      when: { properties: { kind: { const: 'a' } }, required: ['kind'] },
      properties: {
        text: { type: 'string', maxLength: 3 },
        more: { type: 'boolean' },
        inner: {
          type: 'object',
          when: { properties: { more: { const: true } }, required: ['more'] },
          properties: { deep: { type: 'string' }, double: { type: 'integer', compute: 'data.count * 2' } },
          required: ['deep'],
        },
      },
      required: ['text'],
    },
    b: {
      type: 'object',
      properties: {
        first: { type: 'string', when: { at: '/kind', is: { const: 'b' } } },
        second: { type: 'string', when: { at: '/a/inner/deep', is: { const: 'x' } } },
      },
    },
    rows: {
      type: 'array',
      maxItems: 4,
      uniqueItems: true,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          price: { type: 'integer' },
          times: { type: 'integer' },
          total: { type: 'integer', compute: 'self.price * self.times' },
          big: { type: 'string', when: { properties: { total: { minimum: 4 } }, required: ['total'] } },
          sub: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                flag: { type: 'boolean' },
                why: { type: 'string', when: { properties: { flag: { const: true } }, required: ['flag'] } },
                only: { type: 'string', when: { at: '/kind', is: { const: 'c' } } },
              },
              required: ['why', 'flag'],
            },
          },
        },
        required: ['name', 'big'],
      },
    },
    pay: {
      oneOf: [
        {
          title: 'Card',
          type: 'object',
          properties: { method: { const: 'card' }, number: { type: 'string', minLength: 2 } },
          required: ['method', 'number'],
        },
        {
          title: 'Cash',
          type: 'object',
          properties: {
            method: { const: 'cash' },
            amount: { type: 'integer' },
            number: {
              oneOf: [
                { title: 'Text', type: 'string', minLength: 3 },
                { title: 'Number', type: 'integer', minimum: 2 },
              ],
            },
          },
          required: ['method', 'amount'],
        },
      ],
    },
    tree: { $ref: '#/$defs/person' },
    late: { type: 'string', when: { at: '/$context/channel', is: { const: 'post' } } },
    extra: { type: 'object', additionalProperties: { type: 'string', maxLength: 2 } },
  },
  required: ['kind', 'a', 'late'],
  checks: [{ id: 'few', rule: 'self.count <= 5', message: 'Few.' }],
  form: { version: '1', locale: 'en' },
};

const form: CompiledForm = await compileForm(definition);
const rules = celEvaluator();
const open = (data?: Json): ReturnType<typeof openForm> =>
  openForm(form, { rules, clock: () => new Date(0), ...(data === undefined ? {} : { data }) });

/** Order-free picture of a derived state. */
function picture({ data, hidden, computed, issues }: Derived): unknown {
  return {
    data,
    hidden: [...hidden].map(([at, ids]) => [at, [...ids].sort()]).sort(),
    computed: [...computed].map(([at]) => at).sort(),
    issues: [...issues.byPointer].flatMap(([, found]) => found.map(issueId)).sort(),
    sources: [...issues.bySource].map(([source, found]) => [source, found.map(issueId)]).sort(),
  };
}

function schemaIssues(issues: readonly Issue[]): string[] {
  return [
    ...new Set(issues.filter(issue => issue.keyword !== 'rule' && issue.keyword !== 'advice').map(issueId)),
  ].sort();
}

function expectSameAsWhole(state: FormState): void {
  const derived = state.read(derivedSlot);
  const whole = deriveAll(deriveContextOf(state), state.read(answersSlot), state.read(contextSlot) as unknown as Json);
  expect(picture(derived)).toEqual(picture(whole));
  const errors = issuesOf(form.validators.whole(state.data), '', form, at => branchAt(state, at), state.data);
  expect(schemaIssues([...derived.issues.byPointer].flatMap(([, found]) => found))).toEqual(schemaIssues(errors));
  // Nothing invalid is silent, whichever branch is chosen.
  const found = form.validators.whole(state.data);
  expect(errors.length > 0).toBe(found.length > 0);
  expect(state.read(pagesSlot).counts).toEqual(countPages(state));
  compared++;
  // The review lists what is filed, value by value. Where a list should be and something else is, nothing can be filed.
  if (found.some(error => error.keyword === 'type')) return;
  const filed = new Map<string, Json>(),
    branchOf = (at: string): number | null => branchAt(state, at);
  walkInstance(form, form.outline.root, '', state.data, branchOf, (_, at, value) => {
    if (fieldAt(form, at, branchOf) !== undefined && !at.startsWith('/$context')) filed.set(at, value);
  });
  const listed = reviewOf(state)
    .sections.flatMap(section => section.rows)
    .flatMap(row => (row.value === undefined ? [] : [[row.pointer, row.value] as const]));
  expect(new Map(listed)).toEqual(filed);
}

let compared = 0;
afterAll(() => {
  if (process.env['ONCEFORM_RUNS'] !== undefined) console.log(`states compared: ${compared}`);
});

const leaf = fc.constantFrom<Json>('', 'x', 'xy', 'long text', 0, 1, 2, 7, true, false, null, '2000-01-01');
const pointer = fc.constantFrom(
  '/kind',
  '/count',
  '/a/text',
  '/a/more',
  '/a/inner/deep',
  '/a/inner/double',
  '/b/first',
  '/b/second',
  '/pay/number',
  '/pay/amount',
  '/pay/method',
  '/tree/name',
  '/tree/alive',
  '/tree/died',
  '/tree/parents/0/name',
  '/tree/parents/0/alive',
  '/tree/parents/0/died',
  '/tree/parents/0/parents/0/alive',
  '/tree/parents/0/parents/0/died',
  '/rows/0/name',
  '/rows/0/price',
  '/rows/0/times',
  '/rows/1/price',
  '/rows/1/times',
  '/rows/1/big',
  '/rows/0/big',
  '/rows/0/sub/0/flag',
  '/rows/0/sub/0/why',
  '/rows/1/sub/1/flag',
  '/rows/1/sub/0/only',
  '/late',
  '/extra/one',
  '/extra/two',
  '/unknown',
  '/b',
  '/a',
  '/rows',
  '/tree',
  '/pay',
  '/a/inner',
);
const list = fc.constantFrom('/rows', '/rows/0/sub', '/rows/1/sub', '/tree/parents', '/tree/parents/0/parents');
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Json>('a', 'b', 'c', 'x') },
  { weight: 6, arbitrary: leaf },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(
      {},
      [],
      { name: 'An', sub: [{ flag: true, why: 'w' }] },
      [{ name: 'r', price: 2, times: 3, big: 'B' }, { price: 1 }],
      { method: 'cash', amount: 4 },
      { text: 'q', more: true, inner: { deep: 'x' } },
    ),
  },
);

const step: fc.Arbitrary<TransactionSpec> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ set: pointer, value }).map(changes => ({ changes })) },
  {
    weight: 3,
    arbitrary: fc
      .record({ input: pointer, text: fc.constantFrom('', 'x', 'a', '3', '12', '1/2/2000', 'zz zz') })
      .map(changes => ({ changes, userEvent: 'input' })),
  },
  { weight: 2, arbitrary: pointer.map(clear => ({ changes: { clear } })) },
  { weight: 3, arbitrary: list.map(insert => ({ changes: { insert } })) },
  { weight: 2, arbitrary: fc.record({ insert: list, index: fc.nat(2), value }).map(changes => ({ changes })) },
  { weight: 2, arbitrary: fc.tuple(list, fc.nat(2)).map(([at, i]) => ({ changes: { remove: `${at}/${i}` } })) },
  {
    weight: 1,
    arbitrary: fc.tuple(list, fc.nat(2), fc.nat(2)).map(([at, i, to]) => ({ changes: { move: `${at}/${i}`, to } })),
  },
  { weight: 1, arbitrary: fc.tuple(list, fc.nat(2)).map(([at, i]) => ({ changes: { duplicate: `${at}/${i}` } })) },
  { weight: 2, arbitrary: fc.nat(1).map(branch => ({ changes: { choose: '/pay', branch } })) },
  { weight: 1, arbitrary: fc.constantFrom('post', 'online').map(channel => setContext({ channel } as never)) },
);

// `npm run fuzz -- core --runs 100000` does it at length.
const RUNS = Number(process.env['ONCEFORM_RUNS'] ?? 120);
const timeout = Math.max(120_000, RUNS * 100);

describe('the derive pass', () => {
  test(
    'gives the same step by step as from nothing, and finds what the whole validation finds',
    () => {
      fc.assert(
        fc.property(
          fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: fc.constant('undo' as const) }), {
            minLength: 1,
            maxLength: 25,
          }),
          steps => {
            const session = open();
            for (const one of steps) {
              if (one === 'undo') session.undo();
              else
                try {
                  session.dispatch(one);
                } catch (error) {
                  if (!isOnceFormError(error, 'ERR_POINTER_UNKNOWN')) throw error;
                }
              expectSameAsWhole(session.state);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeout,
  );

  test('counts a text in a row that is not there yet, when rows before it come', () => {
    const session = open({ rows: [{ price: 'a' }] });
    session.dispatch({ changes: { input: '/rows/1/price', text: 'a' } });
    session.dispatch({ changes: { insert: '/rows', index: 0, value: '' } });
    session.dispatch({ changes: { clear: '/kind' } });
    expectSameAsWhole(session.state);
  });

  test(
    'loads any JSON to a state with issues, never a crash',
    () => {
      fc.assert(
        fc.property(fc.jsonValue(), json => {
          const session = open(json as Json);
          expectSameAsWhole(session.state);
        }),
        { numRuns: RUNS },
      );
      const base = {
        kind: 'a',
        count: 3,
        a: { text: 'q', more: true, inner: { deep: 'x' } },
        rows: [{ name: 'r', sub: [{ flag: true }] }],
        pay: { method: 'card' },
        tree: { name: 'T', parents: [{ alive: false }] },
      };
      fc.assert(
        fc.property(pointer, fc.jsonValue(), (at, json) => {
          const session = open(base);
          try {
            session.dispatch({ changes: { set: at, value: json as Json } });
          } catch (error) {
            if (!isOnceFormError(error, 'ERR_POINTER_UNKNOWN')) throw error;
          }
          expectSameAsWhole(session.state);
          expectSameAsWhole(open(session.state.read(answersSlot).values).state);
        }),
        { numRuns: RUNS },
      );
    },
    timeout,
  );

  test(
    'undoes every step exactly',
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), steps => {
          const session = open({ kind: 'a', rows: [{ name: 'r' }] });
          const before: [Json, Json][] = [];
          for (const one of steps) {
            const at: [Json, Json] = [session.state.read(answersSlot).values, session.state.data];
            try {
              if (!session.dispatch({ ...one, userEvent: 'test' }).changes.isEmpty) before.push(at);
            } catch (error) {
              if (!isOnceFormError(error, 'ERR_POINTER_UNKNOWN')) throw error;
            }
          }
          for (const [values, data] of before.reverse()) {
            session.undo();
            expect(session.state.read(answersSlot).values).toEqual(values);
            expect({ ...(session.state.data as object), $context: 0, late: 0 }).toEqual({
              ...(data as object),
              $context: 0,
              late: 0,
            });
          }
        }),
        { numRuns: RUNS },
      );
    },
    timeout,
  );
});
