import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import {
  AUDIT_LIMIT,
  auditSlot,
  checkEntries,
  markTouched,
  mergeDrafts,
  openForm,
  serializeDraft,
  setActor,
  type AuditEntry,
  type Draft,
  type FormSession,
  type OpenOptions,
} from './index.ts';

const form = await compileForm({
  $id: 'https://example.org/forms/audit',
  title: 'Audit',
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    rows: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
    extra: { type: 'object', additionalProperties: { type: 'string' } },
    how: {
      oneOf: [
        { title: 'A', type: 'object', properties: { by: { const: 'a' } }, required: ['by'] },
        { title: 'B', type: 'object', properties: { by: { const: 'b' } }, required: ['by'] },
      ],
    },
  },
  form: { version: '1', locale: 'en' },
});
let second = 0;
const open = (more: OpenOptions = {}): FormSession =>
  openForm(form, { audit: true, clock: () => new Date(Date.UTC(2026, 10, 22, 0, 0, second++)), ...more });
const trail = (session: FormSession): readonly AuditEntry[] => session.state.read(auditSlot).entries;
const acts = (session: FormSession): string[] =>
  trail(session).map(({ did }) => did.map(({ what, at }) => (at === undefined ? what : `${what} ${at}`)).join(', '));

describe('an audit trail', () => {
  test('says who did what kind of thing where and when, and no answer', () => {
    const session = open();
    session.dispatch({ changes: { input: '/name', text: 'Secret' }, userEvent: 'input' });
    session.dispatch({ changes: { input: '/age', text: 'SecretAge' }, userEvent: 'input' });
    session.dispatch({ changes: { insert: '/rows', value: { a: 'Secret' } } });
    session.dispatch({ changes: { move: '/rows/0', to: 0 } });
    session.dispatch({ changes: { set: '/extra/SecretName', value: 'Secret' } });
    session.dispatch({ changes: { choose: '/how', branch: 1 } });
    session.dispatch({ changes: { clear: '/name' } });
    session.dispatch(setActor({ role: 'officer', id: 'o-1' }));
    session.dispatch(checkEntries());
    session.dispatch({ changes: { remove: '/rows/0' } });
    session.undo();
    expect(acts(session)).toEqual([
      'answered /name',
      'changed /age',
      'row-added /rows',
      'answered /extra/[]',
      'chosen /how',
      'emptied /name',
      'setActor',
      'checkEntries',
      'row-removed /rows',
      'row-added /rows',
    ]);
    expect(trail(session)[0]).toMatchObject({ by: { role: 'citizen' }, event: 'input' });
    expect(trail(session).at(-1)).toMatchObject({ by: { role: 'officer', id: 'o-1' }, event: 'undo' });
    expect(JSON.stringify(trail(session))).not.toContain('Secret');
  });

  test('holds a run of typing as one entry, from when until when', () => {
    const session = open();
    for (const text of ['A', 'An', 'Ann', 'Anna'])
      session.dispatch({ changes: { input: '/name', text }, userEvent: 'input' });
    session.dispatch(markTouched('/name'));
    const [entry, ...more] = trail(session);
    expect(more).toEqual([]);
    expect(Date.parse(entry!.until!) - Date.parse(entry!.time)).toBeGreaterThan(0);
    session.dispatch({ changes: { input: '/age', text: '1' }, userEvent: 'input' });
    session.dispatch({ changes: { input: '/name', text: 'B' }, userEvent: 'input' });
    expect(trail(session)).toHaveLength(3);
  });

  test('is kept only where it is asked for, and stays within its limit', () => {
    const without = openForm(form);
    without.dispatch({ changes: { set: '/name', value: 'x' } });
    expect(trail(without)).toEqual([]);
    expect(serializeDraft(without.state).audit).toBeUndefined();
    const session = open();
    for (let i = 0; i < AUDIT_LIMIT + 5; i++) session.dispatch({ changes: { set: '/name', value: `${i}` } });
    expect(session.state.read(auditSlot).dropped).toBe(5);
    expect(trail(session)).toHaveLength(AUDIT_LIMIT);
  });

  test('goes on in a resumed draft; of two devices both trails are there, in order', () => {
    const session = open();
    session.dispatch({ changes: { set: '/name', value: 'x' } });
    const base = JSON.parse(JSON.stringify(serializeDraft(session.state))) as Draft;
    const [a, b] = [open({ draft: base, keySeed: 'a' }), open({ draft: base, keySeed: 'b' })];
    a.dispatch({ changes: { set: '/name', value: 'y' } });
    b.dispatch({ changes: { set: '/age', value: 3 } });
    a.dispatch({ changes: { insert: '/rows' } });
    const { draft, conflicts } = mergeDrafts(base, serializeDraft(a.state), serializeDraft(b.state));
    expect(conflicts).toEqual([]);
    // A form that keeps no trail of its own loses none that a draft brings.
    const again = openForm(form, { draft });
    expect(acts(again)).toEqual(['answered /name', 'changed /name', 'answered /age', 'row-added /rows']);
    expect(serializeDraft(again.state).audit).toEqual(draft.audit);
  });
});
