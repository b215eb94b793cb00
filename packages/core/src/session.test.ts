import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  allIssues,
  answerAt,
  answerStatus,
  gateBefore,
  goToField,
  goToPage,
  isRelevant,
  isRequired,
  issuesAt,
  itemKeys,
  markTouched,
  openForm,
  placeOfField,
  progress,
  rawTextAt,
  visibleIssuesAt,
  type Update,
} from './index.ts';

const clock = (): Date => new Date('2026-11-22T03:00:00Z');

const household = {
  $id: 'https://example.org/forms/household',
  title: 'Household',
  type: 'object',
  properties: {
    head: {
      type: 'object',
      title: 'Head',
      properties: {
        name: { type: 'string', title: 'Full name', minLength: 2 },
        birth: { type: 'string', format: 'date', title: 'Birth date' },
        married: { type: 'boolean', title: 'Married?' },
        income: { type: 'integer', title: 'Income', minimum: 0 },
      },
      required: ['name', 'birth'],
    },
    spouse: {
      type: 'object',
      title: 'Spouse',
      when: { at: '/head/married', is: { const: true } },
      properties: { name: { type: 'string', title: 'Name of spouse' }, since: { type: 'string', format: 'date' } },
      required: ['name'],
    },
    children: {
      type: 'array',
      title: 'Children',
      maxItems: 3,
      items: {
        type: 'object',
        properties: { name: { type: 'string', title: 'Name of child' }, age: { type: 'integer' } },
        required: ['name'],
      },
    },
  },
  required: ['head', 'spouse'],
  form: {
    version: '1',
    locale: 'en',
    pages: [
      { id: 'you', title: 'You', fields: ['/head', '/spouse'] },
      { id: 'kids', title: 'Children', fields: ['/children'] },
    ],
  },
};

const form = await compileForm(household);
const open = (data?: object): ReturnType<typeof openForm> =>
  openForm(form, { clock, ...(data === undefined ? {} : { data: data as never }) });

describe('a session', () => {
  test('holds what was typed, as the schema says', () => {
    const session = open();
    session.dispatch({ changes: { input: '/head/birth', text: '22/11/1990' } });
    session.dispatch({ changes: { input: '/head/income', text: '1,250' } });
    expect(session.state.data['head']).toEqual({ birth: '1990-11-22', income: 1250 });
    expect(rawTextAt(session.state, '/head/birth')).toBe('22/11/1990');
    session.dispatch(markTouched('/head/income'));
    expect(rawTextAt(session.state, '/head/income')).toBe('1250');
  });

  test('says what is missing at the missing member, and shows it once the field was left', () => {
    const session = open();
    expect(issuesAt(session.state, '/head/name').map(issue => issue.keyword)).toEqual(['required']);
    expect(visibleIssuesAt(session.state, '/head/name')).toEqual([]);
    session.dispatch(markTouched('/head/name'));
    expect(visibleIssuesAt(session.state, '/head/name')).toHaveLength(1);
    session.dispatch({ changes: { input: '/head/name', text: 'A' } });
    expect(issuesAt(session.state, '/head/name').map(issue => issue.keyword)).toEqual(['minLength']);
    session.dispatch({ changes: { input: '/head/name', text: 'An' } });
    expect(issuesAt(session.state, '/head/name')).toEqual([]);
  });

  test('keeps text it cannot understand, with an issue, and files nothing for it', () => {
    const session = open();
    session.dispatch({ changes: { input: '/head/birth', text: '31/31/2000' } });
    expect(rawTextAt(session.state, '/head/birth')).toBe('31/31/2000');
    expect(session.state.data['head']).toEqual({});
    expect(issuesAt(session.state, '/head/birth').map(issue => [issue.keyword, issue.params['problem']])).toEqual([
      ['parse', 'date'],
    ]);
  });

  test('tells untouched, cleared and not asked apart', () => {
    const session = open();
    expect(answerStatus(session.state, '/head/name')).toBe('untouched');
    session.dispatch({ changes: { input: '/head/name', text: 'An' } });
    session.dispatch({ changes: { input: '/head/name', text: '' } });
    expect(answerStatus(session.state, '/head/name')).toBe('cleared');
    expect(isRelevant(session.state, '/spouse/name')).toBe(false);
    expect(answerStatus(session.state, '/spouse/name')).toBe('untouched');
  });

  test('leaves out what is not asked, and brings it back as it was', () => {
    const session = open();
    session.dispatch({ changes: { set: '/head/married', value: true } });
    expect(isRequired(session.state, '/spouse/name')).toBe(true);
    session.dispatch({ changes: { input: '/spouse/name', text: 'Bình' } });
    session.dispatch({ changes: { set: '/head/married', value: false } });
    expect(session.state.data['spouse']).toBeUndefined();
    expect(answerAt(session.state, '/spouse/name')).toBe('Bình');
    expect(form.validators.whole(session.state.data).some(error => error.instancePath.startsWith('/spouse'))).toBe(
      false,
    );
    session.dispatch({ changes: { set: '/head/married', value: true } });
    expect(session.state.data['spouse']).toEqual({ name: 'Bình' });
  });

  test('keeps the identity of everything off the way of a change', () => {
    const session = open({ head: { name: 'An', birth: '1990-01-01' }, children: [{ name: 'Chi' }] });
    const { data } = session.state;
    session.dispatch({ changes: { input: '/head/name', text: 'Anh' } });
    expect(session.state.data['children']).toBe(data['children']);
    expect(session.state.data['head']).not.toBe(data['head']);
    const same = session.state;
    expect(session.dispatch({ changes: { set: '/head/name', value: 'Anh' } }).state.data).toBe(same.data);
  });

  test('tells only those who watch what changed', () => {
    const session = open({ children: [{ name: 'Chi' }] });
    const told: string[] = [];
    for (const pointer of [
      '',
      '/head',
      '/head/name',
      '/head/birth',
      '/spouse',
      '/spouse/name',
      '/children',
      '/children/0/name',
    ]) {
      session.watch(pointer, () => told.push(pointer));
    }
    session.dispatch({ changes: { input: '/head/name', text: 'An' } });
    expect(told.splice(0)).toEqual(['/head/name']);
    session.dispatch({ changes: { set: '/head/married', value: true } });
    expect(told.splice(0).sort()).toEqual(['/spouse', '/spouse/name']);
    session.dispatch({ changes: { insert: '/children', index: 0 } });
    expect(told.splice(0).sort()).toEqual(['/children', '/children/0/name']);
  });

  test('queues a dispatch from within a listener until those before it are told', () => {
    const session = open();
    const seen: string[] = [];
    session.subscribe((update: Update) => {
      seen.push(`a ${rawTextAt(update.state, '/head/name')}`);
      if (rawTextAt(update.state, '/head/name') === 'An')
        session.dispatch({ changes: { input: '/head/name', text: 'Anh' } });
    });
    session.subscribe(update => seen.push(`b ${rawTextAt(update.state, '/head/name')}`));
    session.dispatch({ changes: { input: '/head/name', text: 'An' } });
    expect(seen).toEqual(['a An', 'b An', 'a Anh', 'b Anh']);
  });

  test('takes steps back and forth, one for a run of typing', () => {
    const session = open();
    for (const text of ['A', 'An', 'Anh'])
      session.dispatch({ changes: { input: '/head/name', text }, userEvent: 'input' });
    session.dispatch({ changes: { insert: '/children' } });
    session.dispatch({ changes: { input: '/children/0/name', text: 'Chi' }, userEvent: 'input' });
    const { data } = session.state;
    expect(session.undo() && session.undo()).toBe(true);
    expect(session.state.data['children']).toBeUndefined();
    expect(session.undo()).toBe(true);
    expect(answerStatus(session.state, '/head/name')).toBe('untouched');
    expect(session.canUndo).toBe(false);
    while (session.redo());
    expect(session.state.data).toEqual(data);
  });

  test('gives items keys that stay with them', () => {
    const session = open({ children: [{ name: 'A' }, { name: 'B' }] });
    const [a, b] = itemKeys(session.state, '/children');
    session.dispatch({ changes: { insert: '/children', index: 1, value: { name: 'C' } } });
    session.dispatch({ changes: { move: '/children/0', to: 2 } });
    const keys = itemKeys(session.state, '/children');
    expect([keys[1], keys[2]]).toEqual([b, a]);
    expect(session.state.data['children']).toEqual([{ name: 'C' }, { name: 'B' }, { name: 'A' }]);
    session.dispatch({ changes: { insert: '/children' } });
    expect(issuesAt(session.state, '/children').map(issue => issue.keyword)).toEqual(['maxItems']);
    session.dispatch({ changes: { remove: '/children/1' } });
    expect(session.state.data['children']).toEqual([{ name: 'C' }, { name: 'A' }, {}]);
    expect(issuesAt(session.state, '/children/2/name').map(issue => issue.keyword)).toEqual(['required']);
  });

  test('counts the pages over what is asked', () => {
    const session = open();
    expect(progress(session.state).pages[0]).toMatchObject({
      id: 'you',
      answered: 0,
      required: 2,
      errors: 2,
      status: 'not-started',
    });
    session.dispatch({ changes: { set: '/head/married', value: true } });
    expect(progress(session.state).pages[0]).toMatchObject({
      answered: 1,
      required: 3,
      errors: 3,
      status: 'in-progress',
    });
    session.dispatch({
      changes: [
        { input: '/head/name', text: 'An' },
        { input: '/head/birth', text: '1990-01-01' },
        { input: '/spouse/name', text: 'B' },
      ],
    });
    expect(progress(session.state).pages[0]).toMatchObject({ answered: 4, errors: 0, status: 'done' });
    expect(gateBefore(open().state, 'kids')).toBe('you');
    expect(gateBefore(session.state, 'kids')).toBeNull();
    session.dispatch(goToPage('kids'));
    expect(progress(session.state).currentPage).toBe('kids');
    expect(allIssues(session.state)).toEqual([]);
  });

  test('lead a link to the page of its answer, as near as can be', () => {
    const session = open();
    session.dispatch({ changes: { insert: '/children', value: { name: 'An' } } });
    const leads = (pointer: string): unknown => {
      const place = placeOfField(session.state, pointer);
      return place === null ? null : `${place.page} ${place.pointer}${place.exact ? '' : ' (near)'}`;
    };
    expect(leads('/children/0/name')).toBe('kids /children/0/name');
    expect(leads('/children/0/age')).toBe('kids /children/0/age');
    expect(leads('/head/income')).toBe('you /head/income');
    // A row that is gone, a member that never was, a question that is not asked now.
    expect(leads('/children/7/name')).toBe('kids /children (near)');
    expect(leads('/head/nothing/at/all')).toBe('you /head (near)');
    expect(leads('/spouse/name')).toBeNull();
    session.dispatch({ changes: { set: '/head/married', value: true } });
    expect(leads('/spouse/name')).toBe('you /spouse/name');
    // What is no pointer, or leads out of the form.
    for (const hostile of [
      '',
      'x',
      '#/head',
      '/',
      '/$context/today',
      '/__proto__/x',
      '/children/-1',
      '/children/length',
    ])
      expect(['null', 'kids /children (near)'], hostile).toContain(String(leads(hostile)));
  });

  test('open a link, keep the place to look at, and forget it when the citizen goes on', () => {
    const session = open();
    session.dispatch(goToField('/children/3/name'));
    expect(progress(session.state)).toMatchObject({ currentPage: 'kids', target: '/children' });
    session.dispatch(goToField('/nowhere'));
    expect(progress(session.state)).toMatchObject({ currentPage: 'kids', target: '/children' });
    session.dispatch(goToField('/head/name'));
    expect(progress(session.state)).toMatchObject({ currentPage: 'you', target: '/head/name' });
    session.dispatch({ changes: { input: '/head/name', text: 'An' } });
    expect(progress(session.state).target).toBeNull();
    // A wizard asks what stands in the way before it opens the link.
    expect(gateBefore(session.state, placeOfField(session.state, '/children')!.page)).toBe('you');
    session.dispatch({ changes: { set: '/head/birth', value: '2000-01-02' } });
    expect(gateBefore(session.state, 'kids')).toBeNull();
  });
});
