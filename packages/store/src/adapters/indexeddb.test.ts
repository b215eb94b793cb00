import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { Statement } from '@onceform/core';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { createOwnAnswers, type OwnAnswers } from './indexeddb.ts';

const CONCEPTS = ['person.phone', 'person.email'];
const NOW = new Date('2026-11-22T08:00:00Z');
const statement = (key: string, concept: string, value: string, change: Partial<Statement> = {}): Statement => ({
  id: `${key}:${concept}`,
  concept,
  value,
  subject: { id: key, role: 'self' },
  source: { id: 'form', name: 'Form', kind: 'prior-submission', recordRef: 'D-1' },
  verification: { status: 'verified', assuranceLevel: 'high' },
  lastUpdated: '2026-03-12',
  retrievedAt: '2026-03-12T08:00:00Z',
  ...change,
});

let databases = 0;
async function filled(options: Partial<Parameters<typeof createOwnAnswers>[0]> = {}): Promise<OwnAnswers> {
  const source = createOwnAnswers({
    name: 'Your earlier answers',
    concepts: CONCEPTS,
    database: `db-${++databases}`,
    clock: () => NOW,
    ...options,
  });
  await source.put({ key: 'key-a' }, [
    statement('key-a', 'person.phone', '0901-222'),
    statement('key-a', 'person.email', 'mai@example.org'),
  ]);
  await source.put({ key: 'key-b' }, [statement('key-b', 'person.phone', '0902-333')]);
  return source;
}
const told = async (source: OwnAnswers, key = 'key-a'): Promise<readonly Statement[]> => {
  for await (const result of source.query(queryFor({ key }, 'self', [CONCEPTS]), new AbortController().signal))
    return result.statements;
  return [];
};
const rows = async (): Promise<{ id: string; iv: Uint8Array; data: ArrayBuffer; person: string }[]> => {
  const { openDB } = await import('idb');
  const db = await openDB(`db-${databases}`);
  const all = (await db.getAll('answers')) as never;
  db.close();
  return all;
};

describe('the citizen\u2019s own answers conform', () => {
  for (const { name, run } of sourceConformance({
    create: filled,
    unknown: { key: 'key-z' },
    has: ['put'],
    known: { person: { key: 'key-a' }, values: { 'person.phone': '0901-222', 'person.email': 'mai@example.org' } },
    other: { person: { key: 'key-b' }, values: { 'person.phone': '0902-333' } },
  }))
    it(name, run);
});

describe('the citizen\u2019s own answers', () => {
  it('W2: come back self-declared and unverified, whatever they were', async () => {
    for (const { source, verification } of await told(await filled())) {
      expect(source.kind).toBe('self-declared');
      expect(verification).toEqual({ status: 'unverified', assuranceLevel: 'low' });
    }
  });

  it('lie encrypted: no value, concept, key of a person or name in clear', async () => {
    await filled();
    const clear = (await rows()).map(row => row.id + row.person + Buffer.from(row.data).toString('latin1')).join();
    expect(await rows()).toHaveLength(3);
    for (const secret of ['0901-222', 'mai@example.org', 'person.phone', 'key-a']) expect(clear).not.toContain(secret);
  });

  it('refuse a row that was exchanged for another', async () => {
    const source = await filled();
    const [one, two] = await rows();
    const { openDB } = await import('idb');
    const db = await openDB(`db-${databases}`);
    await db.put('answers', { ...one!, iv: two!.iv, data: two!.data });
    db.close();
    const all = [...(await told(source, 'key-a')), ...(await told(source, 'key-b'))];
    expect(all).toHaveLength(2);
    expect(await rows()).toHaveLength(2);
  });

  it('fade: what is older than its time is neither offered nor kept', async () => {
    const source = await filled({ maxAge: 'P6M' });
    expect(await told(source)).toEqual([]);
    expect(await rows()).toHaveLength(1);
  });

  it('do not keep what was not listed', async () => {
    const source = await filled();
    await source.put({ key: 'key-a' }, [statement('key-a', 'person.religion', 'secret')]);
    expect(await rows()).toHaveLength(3);
  });

  it('P11: are gone for one person, or for all with the keys, when a shared device is left', async () => {
    const source = await filled();
    await source.clear({ key: 'key-a' });
    expect(await told(source, 'key-a')).toEqual([]);
    expect(await told(source, 'key-b')).toHaveLength(1);
    await source.clear();
    expect(await rows()).toEqual([]);
    await source.put({ key: 'key-b' }, [statement('key-b', 'person.phone', '0999')]);
    expect((await told(source, 'key-b')).map(({ value }) => value)).toEqual(['0999']);
  });

  it('W4: two tabs that saw the same revision: one is told', async () => {
    const source = await filled();
    const outcomes = await Promise.allSettled(
      ['1', '2'].map(value => source.put({ key: 'key-a' }, [statement('key-a', 'person.phone', value)], 1)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
