import { compileForm, validateAgainst } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  allIssues,
  componentStates,
  isBlocked,
  isRelevant,
  keepMine,
  keepRecord,
  missingComponents,
  offersAt,
  onMissingAt,
  openForm,
  progress,
  receiveOffers,
  receiveRecheck,
  recheckItems,
  rawTextAt,
  submissionOf,
  useOffer,
  type FormSession,
  type Json,
  type JsonObject,
  type Offer,
} from './index.ts';
import { checkPublishedRules } from './cel.ts';

const field = (onMissing: string, more: object = {}) => ({
  type: 'string',
  subject: 'applicant',
  concept: `person.${onMissing}`,
  reuse: { mode: 'choose', edit: 'correctable', onMissing, recheck: 'always', ...more },
});
const form = await compileForm({
  $id: 'https://example.org/forms/missing',
  title: 'Missing',
  type: 'object',
  properties: {
    asked: field('ask'),
    proven: field('ask-with-evidence', { replaces: ['letter'] }),
    only: field('block'),
    without: field('skip'),
    adult: { type: 'boolean' },
    later: { ...field('block'), when: { properties: { adult: { const: true } }, required: ['adult'] } },
    cars: {
      type: 'array',
      items: {
        type: 'object',
        subject: 'applicant',
        concept: 'car',
        reuse: { mode: 'choose', edit: 'correctable', onMissing: 'block', onStale: 'reject', recheck: 'never' },
        properties: { plate: { type: 'string', concept: 'car.plate' } },
      },
    },
  },
  form: {
    version: '1',
    locale: 'en',
    components: [
      { id: 'letter', title: 'Letter', required: false },
      { id: 'proof', title: 'Proof', required: false, replacedBy: { pointers: ['/proven'], minAssurance: 'high' } },
    ],
  },
});
const open = (data?: Json): FormSession =>
  openForm(form, { clock: () => new Date('2026-11-22T03:00:00Z'), ...(data === undefined ? {} : { data }) });
const offer = (item: string, value: string, pointer = item): Offer => ({
  id: `${item} ${value}`,
  item,
  source: { id: 'register', name: 'Register', kind: 'authoritative' },
  recordRef: value,
  lastUpdated: null,
  retrievedAt: '2026-11-22T03:00:00Z',
  verification: { status: 'verified', assuranceLevel: 'high' },
  flags: [],
  preferred: true,
  rule: 'only',
  values: [{ pointer, concept: 'person.x', edit: 'correctable', value }],
});
const give = (session: FormSession, one: Offer): void => {
  session.dispatch(receiveOffers({ item: one.item, offers: [one], misses: [] }));
  session.dispatch(useOffer(one.id));
};
const said = (session: FormSession): string[] =>
  allIssues(session.state).map(({ pointer, keyword }) => `${keyword} ${pointer}`);

describe('where no source said anything', () => {
  test('`ask` asks as if there were no source', () => {
    const session = open();
    session.dispatch({ changes: { input: '/asked', text: 'mine' } });
    expect(session.state.data['asked']).toBe('mine');
    expect(onMissingAt(form, '/asked')).toBe('ask');
  });

  test('`skip` does without: it is asked only while a source gave it', () => {
    const session = open();
    expect(isRelevant(session.state, '/without')).toBe(false);
    session.dispatch({ changes: { set: '/without', value: 'typed all the same' } });
    expect(session.state.data['without']).toBeUndefined();
    give(session, offer('/without', 'R'));
    expect([isRelevant(session.state, '/without'), session.state.data['without']]).toEqual([true, 'R']);
    session.dispatch(keepMine('/without'));
    expect([isRelevant(session.state, '/without'), session.state.data['without']]).toEqual([false, undefined]);
    session.undo();
    expect(session.state.data['without']).toBe('R');
  });

  test('`block` takes the source’s word or none: nobody types it, and nothing is filed without it', () => {
    const session = open();
    expect(said(session)).toEqual(['onMissing /only']);
    const { refused } = session.dispatch({ changes: { input: '/only', text: 'mine' } });
    expect([refused, rawTextAt(session.state, '/only')]).toEqual([['/only'], '']);
    expect(progress(session.state).pages[0]!.errors).toBe(1);
    give(session, offer('/only', 'R'));
    expect(said(session)).toEqual([]);
    expect(progress(session.state).pages[0]!.errors).toBe(0);
    session.dispatch({ changes: { set: '/only', value: 'corrected' } });
    expect(session.state.data['only']).toBe('corrected');
    session.dispatch(keepMine('/only'));
    expect(said(session)).toEqual(['onMissing /only']);
  });

  test('`block` holds only while it is asked, and in rows for each row', () => {
    const session = open();
    session.dispatch({ changes: { set: '/adult', value: true } });
    expect(said(session)).toEqual(['onMissing /only', 'onMissing /later']);
    session.dispatch({ changes: { set: '/adult', value: false } });
    expect(said(session)).toEqual(['onMissing /only']);
    session.dispatch({ changes: { insert: '/cars' } });
    expect(said(session)).toContain('onMissing /cars/0/plate');
    expect(isBlocked(form, session.state.data, '/cars/0/plate')).toBe(true);
    give(session, offer('/cars/0', 'P', '/cars/0/plate'));
    expect(said(session)).toEqual(['onMissing /only']);
    session.dispatch({ changes: { insert: '/cars', index: 0 } });
    expect(said(session)).toEqual(['onMissing /only', 'onMissing /cars/0/plate']);
    session.dispatch({ changes: { remove: '/cars/0' } });
    expect(said(session)).toEqual(['onMissing /only']);
  });

  test('`ask-with-evidence` wants the papers that the data would have replaced', () => {
    const session = open();
    expect(missingComponents(session.state)).toEqual([]);
    session.dispatch({ changes: { set: '/proven', value: 'mine' } });
    expect(missingComponents(session.state).map(({ id }) => id)).toEqual(['letter', 'proof']);
    expect(componentStates(session.state).map(({ evidence }) => evidence)).toEqual([true, true]);
    give(session, offer('/proven', 'R'));
    expect(missingComponents(session.state)).toEqual([]);
  });

  test('a receiver with nothing but the published schema and rules finds the same in what is filed', async () => {
    const { dataSchema, rules } = await form.documents();
    const found = (data: JsonObject): string[] => [
      ...validateAgainst(dataSchema, data).map(
        ({ instancePath, keyword, params }) =>
          `${keyword} ${instancePath}${keyword === 'required' ? `/${String(params['missingProperty'])}` : ''}`,
      ),
      ...checkPublishedRules(rules, data, { dataSchema }).map(({ pointer, rule }) => `${String(rule)} ${pointer}`),
    ];
    const filed = (more: JsonObject, provided: readonly string[] = []): string[] => {
      const retrieved = Object.fromEntries(provided.map(at => [at, 'provided']));
      return found({ ...more, $context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved } });
    };
    expect(filed({})).toEqual(['required /only']);
    expect(filed({ only: 'typed', adult: true })).toEqual(['false schema /only', 'required /later']);
    expect(filed({ only: 'R' }, ['/only'])).toEqual([]);
    expect(filed({ only: 'R', without: 'typed' }, ['/only'])).toEqual(['false schema /without']);
    expect(filed({ only: 'R', without: 'R', cars: [{ plate: 'x' }] }, ['/only', '/without'])).toEqual([
      'block:/cars/[]/plate /cars/0/plate',
    ]);
    expect(filed({ only: 'R', cars: [{}, { plate: 'x' }] }, ['/only', '/cars/1/plate'])).toEqual([
      'block:/cars/[]/plate /cars/0/plate',
    ]);
    // Without a context nothing was provided.
    expect(found({ only: 'R', without: 'R', cars: [{}] })).toEqual([
      'false schema /without',
      'false schema /only',
      'block:/cars/[]/plate /cars/0/plate',
    ]);
    const session = open();
    give(session, offer('/only', 'R'));
    expect(found(submissionOf(session.state).data)).toEqual([]);
  });
});

describe('asking again before filing', () => {
  test('is about records in use and sources that were down', () => {
    const session = open();
    give(session, offer('/only', 'R'));
    const miss = { pointer: '/asked', concept: 'person.ask', source: null, reason: 'timeout' as const };
    session.dispatch(receiveOffers({ item: '/asked', offers: [], misses: [miss] }));
    session.dispatch(
      receiveOffers({ item: '/proven', offers: [], misses: [{ ...miss, pointer: '/proven', reason: 'not-found' }] }),
    );
    expect(recheckItems(session.state).map(({ item }) => item)).toEqual(['/only', '/asked']);
  });

  test('offers what was down, and takes nothing by itself', async () => {
    const fill = await compileForm({
      $id: 'https://example.org/forms/fill',
      title: 'Fill',
      type: 'object',
      properties: { name: { ...field('ask'), reuse: { mode: 'fill', edit: 'free' } } },
      form: { version: '1', locale: 'en' },
    });
    const session = openForm(fill);
    session.dispatch(receiveRecheck([{ record: '/name', state: 'changed', offers: [offer('/name', 'An')] }]));
    expect(session.state.data['name']).toBeUndefined();
    expect(offersAt(session.state, '/name')).toHaveLength(1);
    session.dispatch(useOffer('/name An'));
    expect(session.state.data['name']).toBe('An');
  });

  test('says what changed until the citizen takes it, keeps it, or takes that back', () => {
    const session = open();
    give(session, offer('/only', 'R'));
    const again = receiveRecheck([{ record: '/only', state: 'changed', offers: [offer('/only', 'S')] }]);
    session.dispatch(again);
    expect([said(session), session.state.data['only']]).toEqual([['recheck /only'], 'R']);
    session.dispatch(keepRecord('/only'));
    expect(said(session)).toEqual([]);
    session.undo();
    expect(said(session)).toEqual(['recheck /only']);
    session.dispatch(useOffer('/only S'));
    expect([said(session), session.state.data['only']]).toEqual([[], 'S']);
    session.dispatch(receiveRecheck([{ record: '/only', state: 'gone', offers: [] }]));
    expect(allIssues(session.state)).toMatchObject([
      { keyword: 'recheck', severity: 'warn', params: { state: 'gone' } },
    ]);
    session.dispatch(receiveRecheck([{ record: '/only', state: 'same', offers: [] }]));
    expect(said(session)).toEqual([]);
  });

  test('stops a filing where the policy takes no doubtful data, and goes with its row', () => {
    const session = open();
    give(session, offer('/only', 'R'));
    give(session, offer('/cars/0', 'P', '/cars/0/plate'));
    session.dispatch(receiveRecheck([{ record: '/cars/0', state: 'unavailable', offers: [] }]));
    session.dispatch(keepRecord('/cars/0'));
    expect(progress(session.state).pages.map(page => page.errors)).toEqual([1]);
    session.dispatch({ changes: { insert: '/cars', index: 0 } });
    expect(said(session)).toContain('recheck /cars/1');
    session.dispatch({ changes: { remove: '/cars/1' } });
    expect(said(session).filter(one => one.startsWith('recheck'))).toEqual([]);
  });
});
