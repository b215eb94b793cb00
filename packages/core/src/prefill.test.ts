import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  addComponentFile,
  answerAt,
  applySeal,
  componentAnswers,
  componentStates,
  decisions,
  declineOffers,
  dispute,
  isLocked,
  isRelevant,
  keepMine,
  missAt,
  missingComponents,
  offersAt,
  openForm,
  originAt,
  receiveOffers,
  recordAt,
  reviewDigestOf,
  reviewOf,
  submissionOf,
  useOffer,
  withdrawDispute,
  type FormSession,
  type Json,
  type Offer,
  type OpenedSeal,
  type SealItem,
} from './index.ts';

const definition = {
  $id: 'https://example.org/forms/register',
  title: 'Register',
  type: 'object',
  properties: {
    requester: {
      type: 'object',
      title: 'Requester',
      subject: 'applicant',
      concept: 'person',
      reuse: { mode: 'fill', edit: 'locked' },
      properties: {
        name: { type: 'string', title: 'Name', concept: 'person.name' },
        number: { type: 'string', title: 'Number', concept: 'person.number' },
        home: {
          type: 'object',
          title: 'Home',
          concept: 'person.home',
          properties: { scheme: { type: 'string', default: 'new' }, street: { type: 'string' } },
        },
        phone: { type: 'string', title: 'Phone' },
      },
      required: ['name', 'number', 'home'],
    },
    licence: {
      type: 'object',
      title: 'Licence',
      subject: 'applicant',
      concept: 'licence',
      reuse: { mode: 'choose', edit: 'correctable' },
      properties: {
        number: { type: 'string', concept: 'licence.number' },
        date: { type: 'string', format: 'date', concept: 'licence.date' },
        place: { type: 'string', concept: 'licence.place' },
      },
    },
    notice: {
      type: 'string',
      title: 'Notice',
      subject: 'child',
      concept: 'birth.notice',
      reuse: { mode: 'fill', edit: 'free' },
      when: {
        at: '',
        is: {
          properties: {
            $context: {
              properties: {
                retrieved: {
                  properties: { '/licence/number': { const: 'not-provided' } },
                  required: ['/licence/number'],
                },
              },
              required: ['retrieved'],
            },
          },
          required: ['$context'],
        },
      },
    },
  },
  required: ['requester'],
  form: {
    version: '1',
    locale: 'en',
    components: [
      { id: 'proof', title: 'Proof of number', replacedBy: { pointers: ['/requester/number'], minAssurance: 'high' } },
      { id: 'copy', title: 'Copy of licence', required: false },
    ],
  },
};
const form = await compileForm(definition);
const open = (data?: Json): FormSession =>
  openForm(form, { clock: () => new Date('2026-11-22T03:00:00Z'), ...(data === undefined ? {} : { data }) });

const source = { id: 'register', name: 'Register of people', kind: 'authoritative' } as const;

function offer(id: string, item: string, values: Record<string, Json>, more: Partial<Offer> = {}): Offer {
  const edit = item === '/requester' ? 'locked' : 'correctable';
  return {
    id,
    item,
    source,
    recordRef: id,
    lastUpdated: '2025-01-01',
    retrievedAt: '2026-11-22T03:00:00Z',
    verification: { status: 'verified', assuranceLevel: 'high' },
    flags: [],
    preferred: false,
    rule: 'only',
    values: Object.entries(values).map(([key, value]) => ({ pointer: `${item}/${key}`, concept: key, edit, value })),
    ...more,
  };
}
const me = offer(
  'p1',
  '/requester',
  { name: 'An', number: '42', home: { scheme: 'new', street: 'Long' } },
  { preferred: true },
);
const licenceA = offer('a', '/licence', { number: 'A1', date: '2020-01-01', place: 'North' });
const licenceB = offer('b', '/licence', { number: 'B2', date: '2022-02-02' });

function sealOf(session: FormSession, offers: readonly Offer[], context: object = {}): OpenedSeal {
  const items = offers.flatMap(one =>
    one.values.map(({ pointer, concept, edit, value }): SealItem => ({
      pointer,
      concept,
      edit,
      value,
      record: one.item,
      recordRef: one.recordRef,
      source: one.source,
      verification: one.verification,
      lastUpdated: one.lastUpdated,
      retrievedAt: one.retrievedAt,
      chosen: { rule: one.rule, of: 1 },
    })),
  );
  return {
    jws: 'x.y.z',
    verified: true,
    payload: {
      format: 'https://onceform.dev/seal/1',
      iss: 'gateway',
      aud: 'portal',
      sub: 's',
      draft: 'd',
      nonce: 'n',
      iat: 0,
      exp: 1,
      form: { id: form.id, version: form.version, digest: form.digest },
      purpose: 'p',
      context: { ...(session.state.data['$context'] as object), ...context } as never,
      items,
    },
  };
}

describe('what sources offer', () => {
  test('a preferred record of mode fill is taken at once, defaults notwithstanding, and is locked', () => {
    const session = open();
    expect(session.state.data['requester']).toEqual({ home: { scheme: 'new' } });
    session.dispatch(receiveOffers({ item: '/requester', offers: [me], misses: [] }));
    expect(session.state.data['requester']).toEqual({
      name: 'An',
      number: '42',
      home: { scheme: 'new', street: 'Long' },
    });
    expect(originAt(session.state, '/requester/name')).toMatchObject({ origin: 'auto', source: { id: 'register' } });
    expect(isLocked(session.state, '/requester/home/street')).toBe(true);
    expect(decisions(session.state)).toEqual([{ item: '/requester', action: 'use', offer: 'p1' }]);
    const tr = session.dispatch({
      changes: [
        { input: '/requester/name', text: 'Eve' },
        { clear: '/requester' },
        { set: '/requester/home/street', value: 'x' },
        { input: '/requester/phone', text: '1' },
      ],
    });
    expect(tr.refused).toEqual(['/requester/name', '/requester', '/requester/home/street']);
    expect(session.state.data['requester']).toMatchObject({ name: 'An', phone: '1', home: { street: 'Long' } });
  });

  test('a late answer offers and never overwrites what was typed, emptied or is being typed', () => {
    for (const change of [{ input: '/requester/name', text: 'Anh' }, { clear: '/requester/number' }]) {
      const session = open();
      session.dispatch({ changes: change });
      const { data } = session.state;
      session.dispatch(receiveOffers({ item: '/requester', offers: [me], misses: [] }));
      expect(session.state.data['requester']).toEqual(data['requester']);
      expect(offersAt(session.state, '/requester')).toHaveLength(1);
    }
  });

  test('a record is used as a whole: one licence never meets the date or place of another', () => {
    const session = open();
    session.dispatch(receiveOffers({ item: '/licence', offers: [licenceA, licenceB], misses: [] }));
    expect(session.state.data['licence']).toBeUndefined();
    session.dispatch(useOffer('a'));
    expect(session.state.data['licence']).toEqual({ number: 'A1', date: '2020-01-01', place: 'North' });
    session.dispatch(useOffer('b'));
    expect(session.state.data['licence']).toEqual({ number: 'B2', date: '2022-02-02' });
    expect(recordAt(session.state, '/licence')?.offer).toBe('b');
    session.undo();
    expect(session.state.data['licence']).toEqual({ number: 'A1', date: '2020-01-01', place: 'North' });
    expect(recordAt(session.state, '/licence')?.offer).toBe('a');
  });

  test("keeping one's own brings back what stood there before", () => {
    const session = open({ licence: { number: 'mine', place: 'South' } });
    session.dispatch(receiveOffers({ item: '/licence', offers: [licenceB], misses: [] }));
    session.dispatch(useOffer('b'));
    expect(session.state.data['licence']).toEqual({ number: 'B2', date: '2022-02-02' });
    session.dispatch(keepMine('/licence'));
    expect(session.state.data['licence']).toEqual({ number: 'mine', place: 'South' });
    expect(originAt(session.state, '/licence/number')).toEqual({ origin: 'manual' });
    expect(decisions(session.state)).toEqual([{ item: '/licence', action: 'keep-mine' }]);
  });

  test('a correctable value that is changed is an override that keeps the official one', () => {
    const session = open();
    session.dispatch(receiveOffers({ item: '/licence', offers: [licenceA], misses: [] }));
    session.dispatch(useOffer('a'));
    session.dispatch({ changes: { input: '/licence/number', text: 'A9' } });
    expect(originAt(session.state, '/licence/number')).toMatchObject({ origin: 'override', official: 'A1' });
  });

  test('what was declined and what was not found both become not-provided, which may ask for more', () => {
    const session = open();
    expect((session.state.data['$context'] as { retrieved: object }).retrieved).toMatchObject({
      '/licence/number': 'unavailable',
    });
    expect(isRelevant(session.state, '/notice')).toBe(false);
    session.dispatch(declineOffers('/licence'));
    expect(isRelevant(session.state, '/notice')).toBe(true);
    const other = open();
    const miss = { pointer: '/licence/number', concept: 'licence.number', source, reason: 'not-found' } as const;
    other.dispatch(receiveOffers({ item: '/licence', offers: [], misses: [miss] }));
    expect(isRelevant(other.state, '/notice')).toBe(true);
    expect(missAt(other.state, '/licence/number')?.reason).toBe('not-found');
    const third = open();
    third.dispatch(receiveOffers({ item: '/licence', offers: [], misses: [{ ...miss, reason: 'timeout' }] }));
    expect(isRelevant(third.state, '/notice')).toBe(false);
  });

  test('an offer sent again takes the place of the one with its id', () => {
    const session = open();
    session.dispatch(receiveOffers({ item: '/licence', offers: [licenceA, licenceB], misses: [] }));
    session.dispatch(receiveOffers({ item: '/licence', offers: [{ ...licenceA, flags: ['conflict'] }], misses: [] }));
    expect(offersAt(session.state, '/licence').map(one => [one.id, one.flags.length])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });

  test('a dispute stands beside the value', () => {
    const session = open();
    session.dispatch(receiveOffers({ item: '/requester', offers: [me], misses: [] }));
    session.dispatch(
      dispute({ item: '/requester', offer: 'p1', pointer: '/requester/name', reason: 'misspelt', value: 'Ann' }),
    );
    expect(answerAt(session.state, '/requester/name')).toBe('An');
    expect(decisions(session.state)).toHaveLength(2);
    session.dispatch(withdrawDispute('/requester/phone'));
    expect(decisions(session.state), 'another value').toHaveLength(2);
    session.dispatch(withdrawDispute('/requester/name'));
    expect(decisions(session.state).map(({ action }) => action)).toEqual(['use']);
  });
});

describe('the seal', () => {
  test('puts its values in place, whatever stands there, and what it lacks is no longer held', () => {
    const session = open({ requester: { name: 'Wrong', phone: '9' } });
    session.dispatch(receiveOffers({ item: '/licence', offers: [licenceA], misses: [] }));
    session.dispatch(useOffer('a'));
    session.dispatch(applySeal(sealOf(session, [me], { identityLevel: 2 })));
    expect(session.state.data['requester']).toMatchObject({ name: 'An', number: '42', phone: '9' });
    expect(session.state.data['$context']).toMatchObject({ identityLevel: 2 });
    expect(originAt(session.state, '/licence/number')).toEqual({ origin: 'manual' });
    const submission = submissionOf(session.state);
    expect(submission.data).toEqual(session.state.data);
    expect(submission.origins['/requester/name']?.origin).toBe('auto');
    expect(submission.ignored).toEqual([]);
  });

  test('lets sealed data stand in place of a paper, and a file where they cannot', () => {
    const session = open();
    expect(componentStates(session.state)[0]).toMatchObject({
      needed: true,
      replacedByData: false,
      reason: 'not-found',
      answer: null,
    });
    expect(missingComponents(session.state).map(({ id }) => id)).toEqual(['proof']);
    session.dispatch(
      addComponentFile('proof', { name: 'a.pdf', type: 'application/pdf', size: 1, sha256: '0'.repeat(64) }),
    );
    expect(componentAnswers(session.state)).toMatchObject([{ id: 'proof', fulfilledBy: 'file' }]);
    session.undo();
    session.dispatch(receiveOffers({ item: '/requester', offers: [me], misses: [] }));
    expect(componentStates(session.state)[0]).toMatchObject({ replacedByData: true });
    const low = open();
    low.dispatch(
      receiveOffers({
        item: '/requester',
        offers: [{ ...me, verification: { status: 'verified', assuranceLevel: 'low' } }],
        misses: [],
      }),
    );
    expect(componentStates(low.state)[0]).toMatchObject({ replacedByData: false, reason: 'low-assurance' });
  });
});

describe('the review', () => {
  test('lists exactly what is asked, in order, and its digest is that of what is filed', async () => {
    const session = open({
      requester: { name: 'An', number: '1', home: { scheme: 'new', street: 'Long' } },
      licence: { date: '2020-02-01' },
    });
    const { sections, data } = reviewOf(session.state);
    const rows = sections.flatMap(section => section.rows);
    expect(rows.map(row => row.pointer)).toEqual([
      '/requester/name',
      '/requester/number',
      '/requester/home/scheme',
      '/requester/home/street',
      '/requester/phone',
      '/licence/number',
      '/licence/date',
      '/licence/place',
    ]);
    expect(rows[3]).toMatchObject({
      label: 'street',
      within: ['Requester', 'Home'],
      text: 'Long',
      origin: { origin: 'manual' },
    });
    expect(data).toBe(session.state.data);
    const digest = await reviewDigestOf(session.state);
    session.dispatch({ changes: { set: '/requester/phone', value: '1' } });
    expect(await reviewDigestOf(session.state)).not.toBe(digest);
  });
});
