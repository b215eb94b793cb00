import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  allIssues,
  applySeal,
  checkEntries,
  enteredBy,
  entryAt,
  mergeDrafts,
  openForm,
  originAt,
  progress,
  receiveOffers,
  serializeDraft,
  setActor,
  submissionOf,
  uncheckedEntries,
  useOffer,
  type Draft,
  type FormSession,
  type Offer,
  type OpenedSeal,
} from './index.ts';

const form = await compileForm({
  $id: 'https://example.org/forms/desk',
  title: 'Desk',
  type: 'object',
  properties: {
    name: { type: 'string' },
    home: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    rows: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } } },
    number: { type: 'string', subject: 'applicant', concept: 'p.no', reuse: { mode: 'choose', edit: 'locked' } },
    place: { type: 'string', subject: 'applicant', concept: 'p.at', reuse: { mode: 'choose', edit: 'correctable' } },
  },
  form: { version: '1', locale: 'en' },
});
const assistant = { role: 'assistant', id: 'a-1' } as const;
const officer = { role: 'officer', id: 'o-1' } as const;
let minute = 0;
const open = (draft?: Draft, actor?: typeof assistant | typeof officer): FormSession =>
  openForm(form, {
    clock: () => new Date(Date.UTC(2026, 10, 22, 0, minute++)),
    ...(draft === undefined ? {} : { draft }),
    ...(actor === undefined ? {} : { actor }),
  });
const offer = (item: string, edit: 'locked' | 'correctable', value: string): Offer => ({
  id: item,
  item,
  source: { id: 's', name: 'S', kind: 'authoritative' },
  recordRef: 'r',
  lastUpdated: null,
  retrievedAt: '2026-11-22T00:00:00Z',
  verification: { status: 'verified', assuranceLevel: 'high' },
  flags: [],
  preferred: true,
  rule: 'only',
  values: [{ pointer: item, concept: 'c', edit, value }],
});

describe('what an assistant enters', () => {
  test('waits, and nothing is filed until somebody answers for it', () => {
    const session = open(undefined, assistant);
    session.dispatch({
      changes: [
        { input: '/name', text: 'An' },
        { set: '/home', value: { street: 'x', city: 'y' } },
      ],
    });
    expect(uncheckedEntries(session.state)).toEqual(['/home/city', '/home/street', '/name']);
    expect(allIssues(session.state).map(issue => issue.keyword)).toEqual(['unchecked', 'unchecked', 'unchecked']);
    expect(
      progress(session.state)
        .pages.map(page => page.errors)
        .reduce((a, b) => a + b),
    ).toBe(3);
    session.dispatch(checkEntries());
    expect(uncheckedEntries(session.state)).toHaveLength(3);
  });

  test('becomes the citizen’s own word when the citizen confirms or changes it', () => {
    const session = open(undefined, assistant);
    session.dispatch({
      changes: [
        { set: '/name', value: 'An' },
        { set: '/home', value: { street: 'x', city: 'y' } },
      ],
    });
    session.dispatch(setActor({ role: 'citizen' }));
    session.dispatch(checkEntries('/home'));
    expect(uncheckedEntries(session.state)).toEqual(['/name']);
    session.dispatch({ changes: { input: '/name', text: 'Anna' } });
    expect(uncheckedEntries(session.state)).toEqual([]);
    expect(submissionOf(session.state).origins).toEqual({
      '/name': { origin: 'manual' },
      '/home/street': { origin: 'manual' },
      '/home/city': { origin: 'manual' },
    });
    session.undo();
    expect(uncheckedEntries(session.state)).toEqual(['/name']);
    expect(allIssues(session.state)).toHaveLength(1);
  });

  test('is an officer’s once an officer has checked it', () => {
    const session = open(undefined, assistant);
    session.dispatch({ changes: { set: '/name', value: 'An' } });
    expect(originAt(session.state, '/name')?.origin).toBe('manual');
    session.dispatch({ ...checkEntries(['/name']), annotations: [enteredBy.of(officer)] });
    expect(originAt(session.state, '/name')?.origin).toBe('officer-entered');
    expect(entryAt(session.state, '/name')).toEqual({ by: assistant, checkedBy: officer });
    expect(submissionOf(session.state).origins['/name']).toEqual({ origin: 'officer-entered' });
    expect(allIssues(session.state)).toEqual([]);
  });

  test('goes with its row, and only what was written is marked', () => {
    const session = open();
    session.dispatch({ changes: { insert: '/rows', value: { a: '1' } } });
    session.dispatch(setActor(assistant));
    session.dispatch({ changes: { set: '/rows/0/b', value: '2' } });
    session.dispatch({ changes: { insert: '/rows', index: 0, value: { a: '3' } } });
    expect(uncheckedEntries(session.state)).toEqual(['/rows/0/a', '/rows/1/b']);
    session.dispatch({ changes: { remove: '/rows/0' } });
    expect(uncheckedEntries(session.state)).toEqual(['/rows/0/b']);
    session.dispatch({ changes: { clear: '/rows/0/b' } });
    expect(uncheckedEntries(session.state)).toEqual([]);
  });

  test('is marked in the draft and on the other device', () => {
    const base = serializeDraft(open().state);
    const [a, b] = [open(base, assistant), open(base)];
    a.dispatch({ changes: { set: '/name', value: 'An' } });
    b.dispatch({ changes: { set: '/home', value: { city: 'x' } } });
    const { draft } = mergeDrafts(base, serializeDraft(a.state), serializeDraft(b.state));
    const again = open(JSON.parse(JSON.stringify(draft)) as Draft);
    expect(uncheckedEntries(again.state)).toEqual(['/name']);
    expect(again.state.read).toBeDefined();
  });
});

describe('what an officer enters', () => {
  test('is officer-entered, beside what a source says', () => {
    const session = open(undefined, officer);
    session.dispatch(receiveOffers({ item: '/place', offers: [offer('/place', 'correctable', 'N')], misses: [] }));
    session.dispatch(useOffer('/place'));
    expect(originAt(session.state, '/place')?.origin).toBe('auto');
    session.dispatch({
      changes: [
        { set: '/place', value: 'S' },
        { set: '/name', value: 'An' },
      ],
    });
    expect(originAt(session.state, '/place')).toMatchObject({ origin: 'officer-entered', official: 'N' });
    expect(originAt(session.state, '/name')).toEqual({ origin: 'officer-entered' });
    expect(uncheckedEntries(session.state)).toEqual([]);
  });

  test('does not reach what a source locked', () => {
    const session = open(undefined, officer);
    session.dispatch(receiveOffers({ item: '/number', offers: [offer('/number', 'locked', '42')], misses: [] }));
    session.dispatch(useOffer('/number'));
    const { refused } = session.dispatch({ changes: { set: '/number', value: '43' } });
    expect([refused, session.state.data['number']]).toEqual([['/number'], '42']);
  });

  test('of a sealed value keeps the official one beside it in what is filed', () => {
    const session = open(undefined, officer);
    const { values, ...record } = offer('/place', 'correctable', 'N');
    const seal = {
      jws: 'a.b.c',
      verified: true,
      payload: {
        form,
        context: session.state.data['$context'],
        items: [{ ...record, ...values[0]!, record: '/place', chosen: { rule: 'only', of: 1 } }],
      },
    } as unknown as OpenedSeal;
    session.dispatch(applySeal(seal));
    session.dispatch({ changes: { set: '/place', value: 'S' } });
    expect(submissionOf(session.state).origins['/place']).toMatchObject({ origin: 'officer-entered', official: 'N' });
  });
});
