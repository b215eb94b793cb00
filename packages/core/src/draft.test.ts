import { compileForm } from '@onceform/compiler';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answerStatus,
  compareWithSource,
  itemKeys,
  mergeDrafts,
  migrateDraft,
  openForm,
  progress,
  goToPage,
  rawTextAt,
  receiveOffers,
  serializeDraft,
  useOffer,
  originAt,
  type CompiledForm,
  type Draft,
  type FormSession,
  type Json,
  type Offer,
  type TransactionSpec,
} from './index.ts';

const schema = (version: string, properties: object): object => ({
  $id: 'https://example.org/forms/move',
  title: 'Move',
  type: 'object',
  properties,
  form: {
    version,
    locale: 'en',
    pages: [
      { id: 'one', title: 'One', fields: ['/name'] },
      {
        id: 'two',
        title: 'Two',
        fields: Object.keys(properties)
          .filter(key => key !== 'name')
          .map(key => `/${key}`),
      },
    ],
  },
});
const text = { type: 'string' };
const first = await compileForm(
  schema('1', {
    name: text,
    born: { type: 'string', format: 'date' },
    city: { type: 'string', enum: ['n', 's'] },
    age: { type: 'integer' },
    gone: text,
    people: { type: 'array', items: { type: 'object', properties: { name: text, kin: text } } },
    how: {
      oneOf: [
        { title: 'A', type: 'object', properties: { by: { const: 'a' }, x: text }, required: ['by'] },
        { title: 'B', type: 'object', properties: { by: { const: 'b' }, y: text }, required: ['by'] },
      ],
    },
    record: {
      type: 'object',
      concept: 'r',
      reuse: { edit: 'correctable', mode: 'choose' },
      properties: { no: { type: 'string', concept: 'r.no' }, at: { type: 'string', concept: 'r.at' } },
    },
  }),
);
const second = await compileForm(
  schema('2', {
    name: text,
    birth: { type: 'object', properties: { date: { type: 'string', format: 'date' } } },
    city: { type: 'string', enum: ['north', 's'] },
    people: { type: 'array', items: { type: 'object', properties: { fullName: text, kin: text } } },
  }),
);

let minute = 0;
const clock = (): Date => new Date(Date.UTC(2026, 10, 22, 0, minute++));
const open = (form: CompiledForm = first, draft?: Draft, keySeed = 'k'): FormSession =>
  openForm(form, { clock, keySeed, ...(draft === undefined ? {} : { draft }) });
const offer = (id: string, no: string, at: string): Offer => ({
  id,
  item: '/record',
  source: { id: 's', name: 'S', kind: 'authoritative' },
  recordRef: id,
  lastUpdated: null,
  retrievedAt: '2026-11-22T00:00:00Z',
  verification: { status: 'verified', assuranceLevel: 'high' },
  flags: [],
  preferred: true,
  rule: 'only',
  values: [
    { pointer: '/record/no', concept: 'r.no', edit: 'correctable', value: no },
    { pointer: '/record/at', concept: 'r.at', edit: 'correctable', value: at },
  ],
});

describe('a draft', () => {
  test('goes on exactly where it stopped: values, half-typed text, what was emptied, branches, keys, page, records', () => {
    const session = open();
    session.dispatch({
      changes: [
        { input: '/name', text: 'An' },
        { input: '/age', text: 'twelve' },
        { clear: '/gone' },
        { choose: '/how', branch: 1 },
        { insert: '/people' },
        { insert: '/people', index: 0 },
      ],
    });
    session.dispatch(receiveOffers({ item: '/record', offers: [offer('o', '1', 'N')], misses: [] }));
    session.dispatch(useOffer('o'));
    session.dispatch(goToPage('two'));
    const draft = JSON.parse(JSON.stringify(serializeDraft(session.state))) as Draft;
    const again = open(first, draft);
    expect(again.state.data).toEqual(session.state.data);
    expect(rawTextAt(again.state, '/age')).toBe('twelve');
    expect(answerStatus(again.state, '/gone')).toBe('cleared');
    expect(itemKeys(again.state, '/people')).toEqual(itemKeys(session.state, '/people'));
    expect(progress(again.state).currentPage).toBe('two');
    expect(originAt(again.state, '/record/no')).toEqual(originAt(session.state, '/record/no'));
    expect({ ...serializeDraft(again.state), saved: '' }).toEqual({ ...draft, saved: '' });
  });

  test('of another form or version is refused, not guessed at', () => {
    const draft = serializeDraft(open().state);
    expect(() => open(second, draft)).toThrow(expect.objectContaining({ code: 'ERR_DRAFT_INCOMPATIBLE' }));
    expect(() => openForm(first, { draft: {} as Draft })).toThrow(
      expect.objectContaining({ code: 'ERR_DRAFT_INCOMPATIBLE' }),
    );
  });

  test('moves to a newer version through migrations, and says what it did', () => {
    const session = open();
    session.dispatch({
      changes: [
        { set: '/name', value: 'An' },
        { set: '/born', value: '1990-01-02' },
        { set: '/city', value: 'n' },
        { set: '/gone', value: 'x' },
        { set: '/people', value: [{ name: 'B', kin: 'c' }, { name: 'D' }] },
        { input: '/age', text: 'many' },
      ],
    });
    const draft = serializeDraft(session.state);
    const { draft: moved, report } = migrateDraft(draft, second, [
      {
        from: '1',
        to: '2',
        steps: [
          { move: '/born', to: '/birth/date' },
          { recode: '/city', codes: { n: 'north' } },
          { move: '/people/[]/name', to: '/people/[]/fullName' },
        ],
      },
    ]);
    expect(moved.answers.values).toEqual({
      name: 'An',
      birth: { date: '1990-01-02' },
      city: 'north',
      people: [{ fullName: 'B', kin: 'c' }, { fullName: 'D' }],
    });
    expect(report).toMatchObject({
      versions: ['1', '2'],
      recoded: ['/city'],
      lost: [{ pointer: '/gone', value: 'x' }],
    });
    expect(report.moved).toHaveLength(3);
    expect(open(second, moved).state.data).toMatchObject({ name: 'An', city: 'north' });
    expect(draft.answers.values).toMatchObject({ born: '1990-01-02' });
  });

  test('moves without a migration as far as the new form has a place, and names the rest', () => {
    const session = open();
    session.dispatch({
      changes: [
        { set: '/name', value: 'An' },
        { set: '/born', value: '1990-01-02' },
      ],
    });
    const { draft, report } = migrateDraft(serializeDraft(session.state), second);
    expect(draft.answers.values).toEqual({ name: 'An' });
    expect(report.lost).toEqual([{ pointer: '/born', value: '1990-01-02' }]);
  });
});

describe('prefill on a resumed draft', () => {
  test('shows what the source said then, says now, and what the citizen made of it', () => {
    const session = open();
    session.dispatch(receiveOffers({ item: '/record', offers: [offer('o', '1', 'N')], misses: [] }));
    session.dispatch(useOffer('o'));
    session.dispatch({ changes: { set: '/record/at', value: 'mine' } });
    const again = open(first, serializeDraft(session.state));
    again.dispatch(receiveOffers({ item: '/record', offers: [offer('o2', '2', 'N')], misses: [] }));
    expect(again.state.data['record']).toEqual({ no: '1', at: 'mine' });
    const comparison = compareWithSource(again.state, '/record');
    // Offers of the earlier session stay; the preferred one is compared.
    again.dispatch(
      receiveOffers({ item: '/record', offers: [{ ...offer('o', '1', 'N'), preferred: false }], misses: [] }),
    );
    const now = compareWithSource(again.state, '/record');
    expect(comparison ?? now).not.toBeNull();
    expect(now?.values).toEqual([
      { pointer: '/record/no', then: '1', now: '2', mine: '1', changed: 'source' },
      { pointer: '/record/at', then: 'N', now: 'N', mine: 'mine', changed: 'citizen' },
    ]);
    again.dispatch(useOffer('o2'));
    expect(again.state.data['record']).toEqual({ no: '2', at: 'N' });
    expect(compareWithSource(again.state, '/record')).toBeNull();
  });
});

// ---- two devices -----------------------------------------------------------------------------------

const edit: fc.Arbitrary<TransactionSpec> = fc.oneof(
  fc
    .record({
      set: fc.constantFrom('/name', '/gone', '/city', '/record/no', '/record/at'),
      value: fc.constantFrom<Json>('a', 'b', 'c'),
    })
    .map(changes => ({ changes })),
  fc
    .record({ input: fc.constantFrom('/age', '/born'), text: fc.constantFrom('1', '2', 'x', '') })
    .map(changes => ({ changes })),
  fc.constant<TransactionSpec>({ changes: { insert: '/people' } }),
  fc.constant<TransactionSpec>({ changes: { insert: '/people', index: 0, value: { name: 'n' } } }),
  fc
    .record({
      set: fc.constantFrom('/people/0/name', '/people/1/name', '/people/0/kin'),
      value: fc.constantFrom<Json>('p', 'q'),
    })
    .map(changes => ({ changes })),
  fc.constantFrom<TransactionSpec>(
    { changes: { remove: '/people/0' } },
    { changes: { remove: '/people/1' } },
    { changes: { move: '/people/0', to: 1 } },
  ),
  fc.nat(1).map(branch => ({ changes: { choose: '/how', branch } })),
  fc.constant<TransactionSpec>({ changes: { clear: '/name' } }),
);

function act(session: FormSession, spec: TransactionSpec): void {
  try {
    session.dispatch(spec);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_POINTER_UNKNOWN') throw error;
  }
}

const body = ({ answers, prefill, components }: Draft): unknown => ({
  ...answers,
  records: prefill.records,
  components,
});
const RUNS = Number(process.env['ONCEFORM_RUNS'] ?? 120);

describe('two devices', () => {
  const pair = fc.tuple(
    fc.array(edit, { maxLength: 6 }),
    fc.array(edit, { maxLength: 6 }),
    fc.array(edit, { maxLength: 6 }),
  );
  const drafts = (
    start: TransactionSpec[],
    left: TransactionSpec[],
    right: TransactionSpec[],
  ): [Draft, Draft, Draft] => {
    const session = open();
    for (const spec of start) act(session, spec);
    const base = serializeDraft(session.state);
    const [a, b] = [open(first, base, 'a'), open(first, base, 'b')];
    for (const spec of left) act(a, spec);
    for (const spec of right) act(b, spec);
    return [base, serializeDraft(a.state), serializeDraft(b.state)];
  };

  test('merge to the same whoever merges, and a side that did nothing adds nothing', () => {
    fc.assert(
      fc.property(pair, ([start, left, right]) => {
        const [base, a, b] = drafts(start, left, right);
        const ab = mergeDrafts(base, a, b),
          ba = mergeDrafts(base, b, a);
        expect(body(ab.draft)).toEqual(body(ba.draft));
        expect(ab.conflicts.length).toBe(ba.conflicts.length);
        expect(body(mergeDrafts(base, a, base).draft)).toEqual(body(a));
        expect(body(mergeDrafts(base, a, a).draft)).toEqual(body(a));
        expect(body(mergeDrafts(base, ab.draft, b).draft)).toEqual(body(ab.draft));
        expect(() => open(first, ab.draft)).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });

  test('lose no field that only one of them changed', () => {
    const fields = ['/name', '/gone', '/city', '/record/no', '/record/at'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...fields), fc.constantFrom('a', 'b', 'c')), { maxLength: 6 }),
        fc.array(fc.tuple(fc.constantFrom(...fields), fc.constantFrom('d', 'e', 'f')), { maxLength: 6 }),
        (left, right) => {
          const specs = (edits: [string, string][]): TransactionSpec[] =>
            edits.map(([set, value]) => ({ changes: { set, value } }));
          const [base, a, b] = drafts([], specs(left), specs(right));
          const { draft, conflicts } = mergeDrafts(base, a, b);
          const session = open(first, draft);
          for (const field of fields) {
            const [mine, theirs] = [
              left.findLast(([at]) => at === field)?.[1],
              right.findLast(([at]) => at === field)?.[1],
            ];
            if (mine !== undefined && theirs !== undefined)
              expect(conflicts.map(conflict => conflict.pointer)).toContain(field);
            else expect(rawTextAt(session.state, field)).toBe(mine ?? theirs ?? '');
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('come together through a server, whatever is sent twice, late or not at all', () => {
    type Move =
      | { device: 0 | 1; edit: TransactionSpec }
      | { device: 0 | 1; sync: 'ok' | 'answer lost' | 'request lost' | 'twice' };
    const device = fc.constantFrom<0 | 1>(0, 1);
    const move: fc.Arbitrary<Move> = fc.oneof(
      { weight: 3, arbitrary: fc.record({ device, edit }) },
      {
        weight: 1,
        arbitrary: fc.record({
          device,
          sync: fc.constantFrom('ok' as const, 'answer lost' as const, 'request lost' as const, 'twice' as const),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 20 }), moves => {
        const start = serializeDraft(open().state);
        let server = { revision: 0, draft: start };
        const devices = [0, 1].map(i => ({
          base: { revision: 0, draft: start },
          session: open(first, start, `d${i}`),
        }));
        const put = (revision: number, draft: Draft): boolean => {
          if (revision !== server.revision) return false;
          server = { revision: revision + 1, draft };
          return true;
        };
        const sync = (one: (typeof devices)[number], how: string): void => {
          if (how === 'request lost') return;
          for (let tries = 0; tries < 3; tries++) {
            const local = serializeDraft(one.session.state);
            const merged =
              one.base.revision === server.revision ? local : mergeDrafts(one.base.draft, local, server.draft).draft;
            const revision = server.revision;
            if (!put(revision, merged)) continue;
            if (how === 'twice') expect(put(revision, merged)).toBe(false);
            if (how === 'answer lost') return;
            one.base = server;
            one.session = open(first, merged, one.session.state.config.keySeed);
            return;
          }
        };
        for (const one of moves) {
          const target = devices[one.device]!;
          if ('edit' in one) act(target.session, one.edit);
          else sync(target, one.sync);
        }
        for (let round = 0; round < 3; round++) for (const one of devices) sync(one, 'ok');
        expect(body(serializeDraft(devices[0]!.session.state))).toEqual(
          body(serializeDraft(devices[1]!.session.state)),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
