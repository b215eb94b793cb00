import { compileForm } from '@onceform/compiler';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersSlot } from './answers.ts';
import { celEvaluator } from './cel.ts';
import { checkRules } from './check-rules.ts';
import type { CompiledForm, PublishedRule } from './compiled.ts';
import { deriveAll } from './derive.ts';
import { deriveContextOf, derivedSlot } from './derived.ts';
import {
  allIssues,
  contextSlot,
  instancesOfPart,
  openForm,
  originAt,
  recursivePlaces,
  submissionOf,
  substitute,
  valueAt,
  type ChangeSpec,
  type FormSession,
  type Json,
  type JsonObject,
  type RuleFunction,
} from './index.ts';

// A tree of shares, and persons whose guardian may be a person or a plain name.
const definition = {
  $id: 'https://example.org/forms/shares',
  title: 'Shares',
  type: 'object',
  $defs: {
    part: {
      type: 'object',
      title: 'Part',
      properties: {
        own: { type: 'integer', title: 'Own' },
        total: { type: 'integer', title: 'Total' },
        parts: { type: 'array', items: { $ref: '#/$defs/part' } },
        owner: {
          oneOf: [
            { title: 'Name', type: 'string' },
            { $ref: '#/$defs/part', title: 'Part' },
          ],
        },
      },
    },
  },
  properties: { limit: { type: 'integer' }, tree: { $ref: '#/$defs/part' } },
  form: { version: '1', locale: 'en' },
};
const bare = await compileForm(definition);
const [part] = Object.keys(bare.outline.definitions) as [string];
const unit = { reads: ['/own', '/parts/[]/total'], needs: ['/own'], type: 'integer' as const };
const total = 'self.own + (has(self.parts) ? sum(self.parts.map(p, has(p.total) ? p.total : 0)) : 0)';
const FUNCTIONS: { functions: { [name: string]: RuleFunction } } = {
  functions: {
    sum: {
      parameters: ['dyn'],
      result: 'int',
      description: 'Adds up a list.',
      call: (list: Json) => (list as number[]).reduce((a, b) => a + b, 0),
    },
  },
};
const rule = { expression: 'value <= data.limit', severity: 'error' as const, message: 'Too much.' };
/** What the compiler makes of `compute` and `checks` at the place that is written out and in the part itself. */
const form: CompiledForm = {
  ...bare,
  computed: [
    {
      ...unit,
      id: 'c',
      target: '/tree/total',
      expression: total,
      order: 3,
      reads: ['/tree/own', '/tree/parts/[]/total'],
      needs: ['/tree/own'],
    },
    { ...unit, id: 'c2', scope: part, target: '/total', expression: total, order: 2 },
  ],
  rules: [
    {
      ...rule,
      id: 'few',
      target: '/tree/own',
      reads: ['/tree/own', '/limit'],
      needs: ['/tree/own', '/limit'],
      order: 4,
    },
    {
      ...rule,
      id: 'few:2',
      scope: part,
      target: '/own',
      reads: ['/own'],
      needs: ['/own'],
      dataReads: ['/limit'],
      dataNeeds: ['/limit'],
      order: 5,
    },
  ],
};
const within = recursivePlaces(form.outline, part);
const published: PublishedRule[] = [
  { id: 'c', kind: 'compute', target: '/tree/total', expression: total, needs: ['/tree/own'] },
  { id: 'c2', kind: 'compute', within, target: '/total', expression: total, needs: ['/own'] },
  {
    id: 'few',
    kind: 'check',
    target: '/tree/own',
    expression: rule.expression,
    needs: ['/tree/own', '/limit'],
    severity: 'error',
  },
  {
    id: 'few:2',
    kind: 'check',
    within,
    target: '/own',
    expression: rule.expression,
    needs: ['/own'],
    dataNeeds: ['/limit'],
    severity: 'error',
  },
];
const open = (data?: Json): FormSession =>
  openForm(form, {
    rules: celEvaluator(FUNCTIONS),
    clock: () => new Date('2026-11-22T00:00:00Z'),
    ...(data === undefined ? {} : { data }),
  });
const wrong = (session: FormSession): string[] =>
  allIssues(session.state)
    .filter(issue => issue.keyword === 'rule')
    .map(issue => issue.pointer)
    .sort();

describe('the places of a recursive part', () => {
  test('are given by steps that any language can follow', () => {
    expect(within).toEqual({
      part,
      steps: [
        { from: null, path: '/tree/parts/[]', to: part },
        { from: null, path: '/tree/owner', to: part },
        { from: part, path: '/parts/[]', to: part },
        { from: part, path: '/owner', to: part },
      ],
    });
    const data = { tree: { parts: [{ parts: [{}] }, { owner: {} }], owner: 'x' }, other: { parts: [{}] } };
    expect(instancesOfPart(within, data).map(path => path.join('/'))).toEqual([
      'tree/parts/0',
      'tree/parts/1',
      'tree/owner',
      'tree/parts/0/parts/0',
      'tree/parts/1/owner',
    ]);
  });

  test('through another part are found too, and steps that lead elsewhere are left out', async () => {
    const { outline } = await compileForm({
      $id: 'https://example.org/forms/two',
      title: 'Two',
      type: 'object',
      $defs: {
        a: { type: 'object', properties: { b: { $ref: '#/$defs/b' }, c: { $ref: '#/$defs/c' } } },
        b: { type: 'object', properties: { list: { type: 'array', items: { $ref: '#/$defs/a' } } } },
        c: { type: 'object', properties: { c: { $ref: '#/$defs/c' } } },
      },
      properties: { first: { $ref: '#/$defs/a' } },
      form: { version: '1', locale: 'en' },
    });
    const name = Object.keys(outline.definitions).find(key => key.startsWith('a'))!;
    const places = recursivePlaces(outline, name);
    const data: Json = { first: { b: { list: [{ b: { list: [{}, {}] } }] }, c: { c: { c: {} } } } };
    expect(instancesOfPart(places, data).map(path => path.join('/'))).toEqual([
      'first/b/list/0',
      'first/b/list/0/b/list/0',
      'first/b/list/0/b/list/1',
    ]);
    expect(places.steps.every(({ to }) => !to.startsWith('c'))).toBe(true);
  });
});

describe('rules and computed values in a recursive part', () => {
  test('are worked out at any depth, from the leaves up', () => {
    const session = open({ limit: 9, tree: { own: 1, parts: [{ own: 2, parts: [{ own: 3, parts: [{ own: 4 }] }] }] } });
    expect(valueAt(session.state.data, '/tree/total')).toBe(10);
    session.dispatch({ changes: { set: '/tree/parts/0/parts/0/parts/0/own', value: 5 } });
    expect(valueAt(session.state.data, '/tree/total')).toBe(11);
    expect(valueAt(session.state.data, '/tree/parts/0/parts/0/total')).toBe(8);
    session.dispatch({ changes: { insert: '/tree/parts/0/parts', value: { own: 100 } } });
    expect(valueAt(session.state.data, '/tree/total')).toBe(111);
    session.dispatch({ changes: { remove: '/tree/parts/0/parts/0' } });
    expect(valueAt(session.state.data, '/tree/total')).toBe(103);
    expect(originAt(session.state, '/tree/parts/0/parts/0/total')?.origin).toBe('derived');
  });

  test('hear of what they read at the root', () => {
    const session = open({ limit: 3, tree: { own: 1, parts: [{ own: 2, parts: [{ own: 4 }] }] } });
    expect(wrong(session)).toEqual(['/tree/parts/0/parts/0/own']);
    session.dispatch({ changes: { set: '/limit', value: 1 } });
    expect(wrong(session)).toEqual(['/tree/parts/0/own', '/tree/parts/0/parts/0/own']);
    session.dispatch({ changes: { set: '/limit', value: undefined } });
    expect(wrong(session)).toEqual([]);
  });

  test('hold in the chosen branch of a choice that is the part again, and leave with it', () => {
    const session = open({ limit: 3, tree: { own: 1, owner: { own: 5 } } });
    expect(wrong(session)).toEqual(['/tree/owner/own']);
    session.dispatch({ changes: { choose: '/tree/owner', branch: 0 } });
    expect(wrong(session)).toEqual([]);
    session.dispatch({ changes: { choose: '/tree/owner', branch: 1 } });
    expect(wrong(session)).toEqual(['/tree/owner/own']);
    session.dispatch({ changes: { set: '/tree/owner/own', value: 2 } });
    expect([wrong(session), valueAt(session.state.data, '/tree/owner/total')]).toEqual([[], 2]);
  });

  test('are judged the same by whoever has only the published rules', async () => {
    const { dataSchema } = await form.documents();
    const judge = (data: JsonObject): string[] =>
      checkRules(published, data, dataSchema, celEvaluator(FUNCTIONS))
        .map(issue => `${issue.rule} ${issue.pointer}`)
        .sort();
    const session = open({ limit: 3, tree: { own: 1, parts: [{ own: 2, parts: [{ own: 4 }] }], owner: 'An' } });
    const { data } = session.state;
    expect(judge(data)).toEqual(['few:2 /tree/parts/0/parts/0/own']);
    const forged = JSON.parse(JSON.stringify(data).replace('"total":4', '"total":40')) as JsonObject;
    expect(judge(forged)).toContain('c2 /tree/parts/0/parts/0/total');
  });

  test('are of computed origin in what is filed, with the compiled form and with the published rules alike', () => {
    const session = open({ limit: 9, tree: { own: 1, parts: [{ own: 2 }] } });
    const { origins, data } = submissionOf(session.state);
    expect(origins['/tree/parts/0/total']).toEqual({ origin: 'derived' });
    const { id, version, digest } = form;
    const later = substitute({
      form: { id, version, digest, computed: published.filter(one => one.kind === 'compute') },
      answers: data,
      seal: null,
      components: [],
      decisions: [],
    });
    expect(later.origins).toEqual(origins);
  });

  test('end where a pass from nothing would, whatever is done', () => {
    const places = [
      '/tree',
      '/tree/parts/0',
      '/tree/parts/0/parts/0',
      '/tree/parts/1',
      '/tree/owner',
      '/tree/parts/0/owner',
    ];
    const step: fc.Arbitrary<ChangeSpec> = fc.oneof(
      fc.record({ set: fc.constantFrom(...places).map(at => `${at}/own`), value: fc.constantFrom(1, 2, 5, undefined) }),
      fc.record({ set: fc.constant('/limit'), value: fc.constantFrom(1, 3, undefined) }),
      fc.record({ insert: fc.constantFrom(...places).map(at => `${at}/parts`), index: fc.nat(1) }),
      fc.record({ remove: fc.constantFrom(...places.filter(at => at.endsWith('0') || at.endsWith('1'))) }),
      fc.record({ move: fc.constant('/tree/parts/0'), to: fc.constant(1) }),
      fc.record({ choose: fc.constantFrom('/tree/owner', '/tree/parts/0/owner'), branch: fc.nat(1) }),
      fc.record({ set: fc.constantFrom(...places), value: fc.constant<Json>({ own: 1, parts: [{ own: 2 }] }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), steps => {
        const session = open({ limit: 2, tree: { own: 1, parts: [{ own: 1 }] } });
        for (const changes of steps) {
          try {
            session.dispatch({ changes });
          } catch (error) {
            if ((error as { code?: string }).code !== 'ERR_POINTER_UNKNOWN') throw error;
          }
          const { state } = session;
          const now = state.read(derivedSlot);
          const anew = deriveAll(
            deriveContextOf(state),
            state.read(answersSlot),
            state.read(contextSlot) as unknown as Json,
          );
          expect(now.data).toEqual(anew.data);
          const sources = (book: typeof now.issues): string[] => [...book.bySource].map(([source]) => source).sort();
          expect(sources(now.issues)).toEqual(sources(anew.issues));
          expect([...now.computed].map(([at]) => at).sort()).toEqual([...anew.computed].map(([at]) => at).sort());
        }
      }),
      { numRuns: Number(process.env['ONCEFORM_RUNS'] ?? 60) },
    );
  });
});
