import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  applySeal,
  decisions,
  declineOffers,
  isLocked,
  itemKeys,
  keepMine,
  mergeDrafts,
  offersAt,
  openForm,
  originAt,
  receiveOffers,
  recordAt,
  serializeDraft,
  submissionOf,
  useOffer,
  type Draft,
  type FormSession,
  type Json,
  type Offer,
  type OpenedSeal,
  type SealItem,
} from './index.ts';

const formOf = (mode: 'fill' | 'choose', list: object = {}) =>
  compileForm({
    $id: `https://example.org/forms/licences-${mode}`,
    title: 'Licences',
    type: 'object',
    properties: {
      licences: {
        type: 'array',
        ...list,
        items: {
          type: 'object',
          concept: 'licence',
          subject: 'applicant',
          reuse: { mode, edit: 'locked' },
          properties: {
            number: { type: 'string', concept: 'licence.number' },
            date: { type: 'string', format: 'date', concept: 'licence.date' },
            kind: { type: 'string', default: 'car' },
          },
          required: ['number'],
        },
      },
    },
    form: { version: '1', locale: 'en' },
  });
const choose = await formOf('choose');
const fill = await formOf('fill', { maxItems: 2 });

const offer = (index: number, number: string, more: Partial<Offer> = {}): Offer => ({
  id: `o-${number}`,
  item: `/licences/${index}`,
  source: { id: 'register', name: 'Register', kind: 'authoritative' },
  recordRef: number,
  lastUpdated: null,
  retrievedAt: '2026-11-22T03:00:00Z',
  verification: { status: 'verified', assuranceLevel: 'high' },
  flags: [],
  preferred: true,
  rule: 'only',
  values: [
    { pointer: `/licences/${index}/number`, concept: 'licence.number', edit: 'locked', value: number },
    { pointer: `/licences/${index}/date`, concept: 'licence.date', edit: 'locked', value: '2020-01-01' },
  ],
  ...more,
});
const three = [offer(0, 'A'), offer(1, 'B'), offer(2, 'C')];
const open = (form = choose, data?: Json, draft?: Draft, keySeed = 'k'): FormSession =>
  openForm(form, {
    keySeed,
    clock: () => new Date('2026-11-22T03:00:00Z'),
    ...(data === undefined ? {} : { data }),
    ...(draft === undefined ? {} : { draft }),
  });
const received = (form = choose, data?: Json): FormSession => {
  const session = open(form, data);
  session.dispatch(receiveOffers({ item: '/licences/[]', offers: three, misses: [] }));
  return session;
};
const numbers = (session: FormSession): unknown[] =>
  ((session.state.data['licences'] ?? []) as { number?: string }[]).map(row => row.number ?? null);
const waiting = (session: FormSession, index: number): string[] =>
  offersAt(session.state, `/licences/${index}`).map(one => one.recordRef);
const row = (number: string): Json => ({ number, date: '2020-01-01', kind: 'car' });

describe('offers of rows', () => {
  test('are taken in any order: each record gets a row of its own at the end', () => {
    const session = received();
    session.dispatch(useOffer('o-C'));
    expect(session.state.data['licences']).toEqual([row('C')]);
    expect(originAt(session.state, '/licences/0/number')).toMatchObject({ origin: 'auto', recordRef: 'C' });
    expect(isLocked(session.state, '/licences/0/number')).toBe(true);
    expect([waiting(session, 1), waiting(session, 2)]).toEqual([['A'], ['B']]);
    session.dispatch(useOffer('o-A'));
    session.dispatch(useOffer('o-B'));
    expect(numbers(session)).toEqual(['C', 'A', 'B']);
  });

  test('stand behind the rows the citizen wrote, and never take their place', () => {
    const session = open(choose, { licences: [{ number: 'mine' }] });
    session.dispatch({ changes: { insert: '/licences', index: 1, value: { number: 'mine too' } } });
    session.dispatch(receiveOffers({ item: '/licences/[]', offers: three, misses: [] }));
    expect([0, 1, 2, 3, 4].map(index => waiting(session, index))).toEqual([[], [], ['A'], ['B'], ['C']]);
    session.dispatch({ changes: { insert: '/licences', index: 0, value: { number: 'third' } } });
    session.dispatch(useOffer('o-B'));
    expect(numbers(session)).toEqual(['third', 'mine', 'mine too', 'B']);
    expect(originAt(session.state, '/licences/0/number')?.origin).toBe('manual');
  });

  test('fill an empty row that the citizen has just added', () => {
    const session = open();
    session.dispatch({ changes: { insert: '/licences' } });
    session.dispatch(receiveOffers({ item: '/licences/[]', offers: three, misses: [] }));
    session.dispatch(useOffer('o-A'));
    expect(numbers(session)).toEqual(['A']);
  });

  test('taken twice are there once', () => {
    const session = received();
    session.dispatch(useOffer('o-B'));
    const { data } = session.state;
    session.dispatch(useOffer('o-B'));
    expect(session.state.data).toEqual(data);
    expect(decisions(session.state)).toEqual([{ item: '/licences/1', action: 'use', offer: 'o-B', at: '/licences/0' }]);
  });

  test('that come again keep their rows, and add none', () => {
    const session = received();
    session.dispatch(useOffer('o-C'));
    session.dispatch(receiveOffers({ item: '/licences/[]', offers: three, misses: [] }));
    expect([waiting(session, 0), waiting(session, 1), waiting(session, 2)]).toEqual([['C'], ['A'], ['B']]);
    // Another session of the gateway counts anew and gives other ids.
    const again = three.map(one => ({ ...one, id: `new-${one.recordRef}` }));
    session.dispatch(receiveOffers({ item: '/licences/[]', offers: again, misses: [] }));
    expect(waiting(session, 0)).toEqual(['C', 'C']);
    expect(numbers(session)).toEqual(['C']);
  });

  test('go with their row when rows move, and the gateway is told where they are now', () => {
    const session = received();
    session.dispatch(useOffer('o-A'));
    session.dispatch(useOffer('o-B'));
    session.dispatch({ changes: { insert: '/licences', index: 0, value: { number: 'mine' } } });
    session.dispatch({ changes: { move: '/licences/2', to: 0 } });
    expect(numbers(session)).toEqual(['B', 'mine', 'A']);
    expect(recordAt(session.state, '/licences/0')?.values[0]?.entry.recordRef).toBe('B');
    expect(decisions(session.state)).toEqual([
      { item: '/licences/0', action: 'use', offer: 'o-A', at: '/licences/2' },
      { item: '/licences/1', action: 'use', offer: 'o-B', at: '/licences/0' },
    ]);
    expect(submissionOf(session.state).decisions.map(one => one.item)).toEqual(['/licences/2', '/licences/0']);
  });

  test('leave with a row that is removed, wait to be taken again, and do not come back by themselves', () => {
    const session = received(fill);
    expect(numbers(session)).toEqual(['A', 'B']);
    session.dispatch({ changes: { remove: '/licences/0' } });
    expect(numbers(session)).toEqual(['B']);
    expect(decisions(session.state)).toContainEqual({ item: '/licences/0', action: 'decline' });
    session.dispatch(receiveOffers({ item: '/licences/[]', offers: three.slice(0, 1), misses: [] }));
    expect(numbers(session)).toEqual(['B']);
    session.dispatch(useOffer('o-A'));
    expect(numbers(session)).toEqual(['B', 'A']);
    expect(decisions(session.state)).not.toContainEqual({ item: '/licences/0', action: 'decline' });
  });

  test('more than the form has room for are offered, and the rest is not taken without asking', () => {
    const session = received(fill);
    expect(numbers(session)).toEqual(['A', 'B']);
    expect(waiting(session, 2)).toEqual(['C']);
    session.dispatch(useOffer('o-C'));
    expect(numbers(session)).toEqual(['A', 'B', 'C']);
  });

  test('are undone and redone as one step: row, record, decision and what waits', () => {
    const session = received();
    const before = session.state;
    session.dispatch(useOffer('o-C'));
    const after = session.state;
    session.undo();
    expect(session.state.data).toEqual(before.data);
    expect(decisions(session.state)).toEqual([]);
    expect([waiting(session, 0), waiting(session, 2)]).toEqual([['A'], ['C']]);
    session.redo();
    expect(session.state.data).toEqual(after.data);
    expect(itemKeys(session.state, '/licences')).toEqual(itemKeys(after, '/licences'));
    expect(recordAt(session.state, '/licences/0')?.offer).toBe('o-C');
    session.dispatch({ changes: { remove: '/licences/0' } });
    session.undo();
    expect(recordAt(session.state, '/licences/0')?.offer).toBe('o-C');
    expect(isLocked(session.state, '/licences/0/number')).toBe(true);
  });

  test('put aside take their row along, unless the citizen wrote in it', () => {
    const session = received();
    session.dispatch(useOffer('o-B'));
    session.dispatch(declineOffers('/licences/0'));
    expect(numbers(session)).toEqual([]);
    session.dispatch(useOffer('o-B'));
    session.dispatch({ changes: { set: '/licences/0/kind', value: 'boat' } });
    session.dispatch(keepMine('/licences/0'));
    expect(session.state.data['licences']).toEqual([{ kind: 'boat' }]);
    expect(decisions(session.state)).toEqual([{ item: '/licences/1', action: 'keep-mine' }]);
  });

  test('go on in a resumed draft where they stood', () => {
    const session = received();
    session.dispatch(useOffer('o-C'));
    const draft = JSON.parse(JSON.stringify(serializeDraft(session.state))) as Draft;
    const again = open(choose, undefined, draft);
    again.dispatch(useOffer('o-A'));
    expect(numbers(again)).toEqual(['C', 'A']);
    expect(decisions(again.state)).toEqual([
      { item: '/licences/2', action: 'use', offer: 'o-C', at: '/licences/0' },
      { item: '/licences/0', action: 'use', offer: 'o-A', at: '/licences/1' },
    ]);
  });

  test('that a seal holds go to the row their record is in by now; one that is gone stays gone', () => {
    const session = received();
    session.dispatch(useOffer('o-A'));
    session.dispatch(useOffer('o-B'));
    const items = three.slice(0, 2).flatMap(one =>
      one.values.map(({ pointer, concept, edit, value }): SealItem => ({
        pointer,
        concept,
        edit,
        value,
        record: one.item,
        recordRef: one.recordRef,
        source: one.source,
        verification: one.verification,
        lastUpdated: null,
        retrievedAt: one.retrievedAt,
        chosen: { rule: 'only', of: 1 },
      })),
    );
    const seal: OpenedSeal = {
      jws: 'a.b.c',
      verified: true,
      payload: {
        format: 'https://onceform.dev/seal/1',
        iss: 'g',
        aud: 'p',
        sub: 's',
        draft: 'd',
        nonce: 'n',
        iat: 0,
        exp: 1,
        form: choose,
        purpose: 'p',
        context: { ...(session.state.data['$context'] as object), retrieved: {} } as never,
        items,
      },
    };
    session.dispatch({ changes: { move: '/licences/1', to: 0 } });
    session.dispatch(applySeal(seal));
    expect(numbers(session)).toEqual(['B', 'A']);
    session.dispatch({ changes: { remove: '/licences/1' } });
    session.dispatch(applySeal(seal));
    expect(numbers(session)).toEqual(['B']);
    expect(recordAt(session.state, '/licences/0')?.values[0]?.entry.recordRef).toBe('B');
  });

  test('stay with their row when two devices merge and the other one moved it', () => {
    const base = JSON.parse(JSON.stringify(serializeDraft(received().state))) as Draft;
    const later = (draft: Draft, minute: number): Draft => ({ ...draft, saved: `2026-11-22T03:0${minute}:00Z` });
    const [a, b] = [open(choose, undefined, base, 'a'), open(choose, undefined, base, 'b')];
    a.dispatch(useOffer('o-B'));
    const between = later(serializeDraft(a.state), 1);
    const [c, d] = [open(choose, undefined, between, 'c'), b];
    d.dispatch({ changes: { insert: '/licences', value: { number: 'mine' } } });
    c.dispatch({ changes: { insert: '/licences', index: 0, value: { number: 'first' } } });
    const { draft } = mergeDrafts(between, later(serializeDraft(c.state), 3), later(between, 2));
    const merged = open(choose, undefined, draft);
    expect(numbers(merged)).toEqual(['first', 'B']);
    expect(recordAt(merged.state, '/licences/1')?.values[0]?.entry.recordRef).toBe('B');
    expect(isLocked(merged.state, '/licences/1/number')).toBe(true);
    expect(isLocked(merged.state, '/licences/0/number')).toBe(false);
    // And the other way: the record was taken on one device, the row was added on the other.
    const both = mergeDrafts(base, later(serializeDraft(d.state), 4), later(serializeDraft(a.state), 5)).draft;
    const again = open(choose, undefined, both);
    const at = numbers(again).indexOf('B');
    expect([...numbers(again)].sort()).toEqual(['B', 'mine']);
    expect(recordAt(again.state, `/licences/${at}`)?.values[0]?.pointer).toBe(`/licences/${at}/number`);
    expect(isLocked(again.state, `/licences/${1 - at}/number`)).toBe(false);
  });
});

describe('offers for rows of rows', () => {
  const person = (mode: string): object => ({
    type: 'object',
    concept: 'person',
    subject: 'applicant',
    reuse: { mode, edit: 'locked' },
    properties: { name: { type: 'string', concept: 'person.name' } },
  });
  const homesOf = (mode: string, home: object) =>
    compileForm({
      $id: `https://example.org/forms/homes-${mode}`,
      title: 'Homes',
      type: 'object',
      properties: {
        homes: { type: 'array', items: { type: 'object', properties: { street: { type: 'string' }, ...home } } },
      },
      form: { version: '1', locale: 'en' },
    });
  const people = (mode: string) => homesOf(mode, { people: { type: 'array', items: person(mode) } });
  const living = (item: string, name: string): Offer => ({
    ...offer(0, name),
    id: `${item} ${name}`,
    item,
    values: [{ pointer: `${item}/name`, concept: 'person.name', edit: 'locked', value: name }],
  });
  const receive = (session: FormSession, ...offers: Offer[]) =>
    session.dispatch(receiveOffers({ item: '/homes/[]/people/[]', offers, misses: [] }));

  test('wait while the outer row is missing: taking one is refused in words, and nothing is lost', async () => {
    const session = open(await people('choose'));
    receive(session, living('/homes/1/people/0', 'A'), living('/homes/[]/people/0', 'B'));
    const before = session.state;
    for (const id of ['/homes/1/people/0 A', '/homes/[]/people/0 B'])
      expect(() => session.dispatch(useOffer(id))).toThrow(
        expect.objectContaining({ code: 'ERR_POINTER_UNKNOWN', message: expect.stringContaining('stays offered') }),
      );
    expect(session.state).toBe(before);

    session.dispatch({ changes: { insert: '/homes', value: { street: 'first' } } });
    expect(() => session.dispatch(useOffer('/homes/1/people/0 A'))).toThrow('stays offered');
    session.dispatch({ changes: { insert: '/homes', value: { street: 'second' } } });
    expect(offersAt(session.state, '/homes/1/people/0')).toHaveLength(1);
    session.dispatch(useOffer('/homes/1/people/0 A'));
    expect(session.state.data['homes']).toEqual([{ street: 'first' }, { street: 'second', people: [{ name: 'A' }] }]);
    expect(originAt(session.state, '/homes/1/people/0/name')?.origin).toBe('auto');
    session.dispatch({ changes: { move: '/homes/1', to: 0 } });
    expect(recordAt(session.state, '/homes/0/people/0')?.offer).toBe('/homes/1/people/0 A');
  });

  test('wait again when the outer row goes, taken or not', async () => {
    const session = open(await people('choose'), { homes: [{ street: 'only' }] });
    receive(session, living('/homes/0/people/0', 'A'), living('/homes/0/people/1', 'B'));
    session.dispatch(useOffer('/homes/0/people/1 B'));
    session.dispatch({ changes: { remove: '/homes/0' } });
    expect(decisions(session.state)).toEqual([]);
    session.dispatch({ changes: { insert: '/homes', value: { street: 'again' } } });
    session.dispatch(useOffer('/homes/0/people/1 B'));
    session.dispatch(useOffer('/homes/0/people/0 A'));
    const names = (session.state.data['homes'] as { people: { name: string }[] }[])[0]!.people.map(({ name }) => name);
    expect(names).toEqual(['B', 'A']);
  });

  test('are not taken without asking into a row that nobody made, and the others are', async () => {
    const session = open(await people('fill'), { homes: [{ street: 'only' }] });
    receive(session, living('/homes/0/people/0', 'A'), living('/homes/1/people/0', 'B'));
    expect(session.state.data['homes']).toEqual([{ street: 'only', people: [{ name: 'A' }] }]);
    expect(offersAt(session.state, '/homes/1/people/0')).toHaveLength(1);
  });

  test('hold too for a record that is one part of a row', async () => {
    const session = open(await homesOf('fill', { owner: person('fill') }));
    session.dispatch(receiveOffers({ item: '/homes/[]/owner', offers: [living('/homes/[]/owner', 'A')], misses: [] }));
    expect(session.state.data['homes']).toBeUndefined();
    receive(session, living('/homes/0/owner', 'B'));
    session.dispatch({ changes: { insert: '/homes' } });
    session.dispatch(useOffer('/homes/0/owner B'));
    expect(session.state.data['homes']).toEqual([{ owner: { name: 'B' } }]);
  });
});
