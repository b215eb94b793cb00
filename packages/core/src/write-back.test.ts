import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  chooseWriteBack,
  mergeDrafts,
  openForm,
  receiveOffers,
  serializeDraft,
  StateEffectType,
  StateSlot,
  submissionOf,
  substitute,
  useOffer,
  writeBackChoices,
  type Draft,
  type FormSession,
} from './index.ts';

const keep = { mode: 'choose', edit: 'free', writeBack: { defaultOn: true } };
const form = await compileForm({
  $id: 'https://example.org/forms/keep',
  title: 'Keep',
  type: 'object',
  properties: {
    phone: { type: 'string', concept: 'person.phone', subject: 'applicant', reuse: keep },
    mail: {
      type: 'string',
      concept: 'person.mail',
      subject: 'applicant',
      reuse: { ...keep, writeBack: { defaultOn: false } },
    },
    faith: { type: 'string', concept: 'person.faith', subject: 'applicant', sensitivity: 'S', reuse: keep },
    name: { type: 'string', concept: 'person.name', subject: 'applicant' },
    spouse: { type: 'string', concept: 'person.phone', subject: 'spouse', reuse: keep },
    home: {
      type: 'object',
      concept: 'person.home',
      subject: 'applicant',
      reuse: keep,
      properties: { street: { type: 'string' }, label: { type: 'string', compute: 'self.street' } },
    },
    cars: {
      type: 'array',
      items: {
        type: 'object',
        concept: 'car',
        subject: 'applicant',
        reuse: keep,
        properties: { plate: { type: 'string', concept: 'car.plate' } },
      },
    },
  },
  form: { version: '1', locale: 'en' },
});
const { celEvaluator } = await import('./cel.ts');
let minute = 0;
const open = (draft?: Draft): FormSession =>
  openForm(form, {
    rules: celEvaluator(),
    clock: () => new Date(Date.UTC(2026, 10, 22, 0, minute++)),
    ...(draft === undefined ? {} : { draft }),
  });
const on = (session: FormSession): string[] =>
  writeBackChoices(session.state)
    .filter(choice => choice.on)
    .map(choice => choice.pointer);

describe('keeping answers for the next form', () => {
  test("is offered for the applicant's own answered words, where the form allows it", () => {
    const session = open();
    expect(writeBackChoices(session.state)).toEqual([]);
    session.dispatch({
      changes: [
        { set: '/phone', value: '1' },
        { set: '/faith', value: 'x' },
        { set: '/name', value: 'An' },
        { set: '/spouse', value: '2' },
        { set: '/mail', value: '' },
        { insert: '/cars', value: { plate: 'A' } },
      ],
    });
    expect(writeBackChoices(session.state)).toEqual([
      { pointer: '/phone', concept: 'person.phone', sensitivity: 'B', on: false, said: null, suggested: true },
      { pointer: '/faith', concept: 'person.faith', sensitivity: 'S', on: false, said: null, suggested: false },
      { pointer: '/cars/0/plate', concept: 'car.plate', sensitivity: 'B', on: false, said: null, suggested: true },
    ]);
  });

  test('a default keeps nothing: only the word of the citizen does, and it can be taken back', () => {
    const session = open();
    session.dispatch({ changes: { set: '/phone', value: '1' } });
    expect(submissionOf(session.state).writeBack).toEqual([]);
    session.dispatch(chooseWriteBack('/phone', true));
    expect(submissionOf(session.state).writeBack).toEqual(['/phone']);
    session.dispatch(chooseWriteBack('/phone', false));
    expect(on(session)).toEqual([]);
    session.dispatch(chooseWriteBack('/phone', null));
    expect(writeBackChoices(session.state)[0]).toMatchObject({ said: null });
  });

  test('tells only the place it is about, and saying it again changes nothing', () => {
    const session = open();
    session.dispatch({ changes: { set: '/phone', value: '1' } });
    let told = 0;
    session.watch('/phone', () => told++);
    session.dispatch(chooseWriteBack(['/phone'], true));
    const { state } = session;
    session.dispatch(chooseWriteBack(['/phone'], true));
    expect(session.state).toBe(state);
    expect(told).toBe(1);
  });

  test('is undone and redone like anything else', () => {
    const session = open();
    session.dispatch({ changes: { set: '/phone', value: '1' } });
    session.dispatch(chooseWriteBack('/phone', true));
    session.undo();
    expect(on(session)).toEqual([]);
    session.redo();
    expect(on(session)).toEqual(['/phone']);
    session.undo();
    session.undo();
    expect(session.state.data['phone']).toBeUndefined();
  });

  test('goes with its row, and comes back with it', () => {
    const session = open();
    session.dispatch({
      changes: [
        { insert: '/cars', value: { plate: 'A' } },
        { insert: '/cars', value: { plate: 'B' } },
      ],
    });
    session.dispatch(chooseWriteBack('/cars/1/plate', true));
    session.dispatch({ changes: { move: '/cars/1', to: 0 } });
    expect(on(session)).toEqual(['/cars/0/plate']);
    session.dispatch({ changes: { remove: '/cars/0' } });
    expect(on(session)).toEqual([]);
    session.undo();
    expect(on(session)).toEqual(['/cars/0/plate']);
  });

  test('is not offered for what a source gave or the form computed, and whatever is ticked there is not filed', () => {
    const session = open();
    session.dispatch({ changes: { set: '/home', value: { street: 'Long' } } });
    expect(writeBackChoices(session.state)).toEqual([]);
    session.dispatch(
      receiveOffers({
        item: '/phone',
        misses: [],
        offers: [
          {
            id: 'o',
            item: '/phone',
            source: { id: 's', name: 'S', kind: 'authoritative' },
            recordRef: 'r',
            lastUpdated: null,
            retrievedAt: '2026-11-22T00:00:00Z',
            verification: { status: 'verified', assuranceLevel: 'high' },
            flags: [],
            preferred: false,
            rule: 'only',
            values: [{ pointer: '/phone', concept: 'person.phone', edit: 'free', value: '9' }],
          },
        ],
      }),
    );
    session.dispatch(useOffer('o'));
    session.dispatch(chooseWriteBack(['/phone', '/home', '/nowhere'], true));
    expect(on(session)).toEqual([]);
    const { seal, data } = submissionOf(session.state);
    const filed = substitute({
      form,
      answers: data,
      seal,
      components: [],
      decisions: [],
      writeBack: ['/nowhere', '/home', '/phone', '/phone'],
    });
    expect(filed.writeBack).toEqual(['/phone']);
  });

  test('is in the draft, and two devices agree about it', () => {
    const session = open();
    session.dispatch({ changes: { set: '/phone', value: '1' } });
    const base = JSON.parse(JSON.stringify(serializeDraft(session.state))) as Draft;
    expect(base.writeBack).toBeUndefined();
    const [a, b] = [open(base), open(base)];
    a.dispatch(chooseWriteBack('/phone', true));
    b.dispatch({ changes: { set: '/mail', value: 'm' } });
    const [left, right] = [serializeDraft(a.state), serializeDraft(b.state)];
    const merged = mergeDrafts(base, left, right);
    expect(merged.conflicts).toEqual([]);
    expect(on(open(merged.draft))).toEqual(['/phone']);
    b.dispatch(chooseWriteBack('/phone', false));
    const both = mergeDrafts(base, left, serializeDraft(b.state));
    expect(both.conflicts).toMatchObject([{ pointer: '/phone', what: 'keep', mine: true, theirs: false }]);
    expect(on(open(both.draft))).toEqual([]);
  });
});

describe('undo', () => {
  test("puts back the value of a third party's slot that asks for it", () => {
    const set = StateEffectType.define<number>('set');
    const slot = StateSlot.define<number>({
      create: () => 0,
      update: (value, tr) => tr.effectsOf(set).at(-1) ?? value,
      undo: { effect: set, changed: (before, after) => before !== after },
    });
    const session = openForm(form, { rules: celEvaluator(), extensions: slot });
    session.dispatch({ effects: [set.of(1)] });
    session.dispatch({ changes: { set: '/phone', value: '1' }, effects: [set.of(2)] });
    session.undo();
    expect([session.state.read(slot), session.state.data['phone']]).toEqual([1, undefined]);
    session.undo();
    expect(session.state.read(slot)).toBe(0);
    session.redo();
    session.redo();
    expect([session.state.read(slot), session.state.data['phone']]).toEqual([2, '1']);
  });
});
