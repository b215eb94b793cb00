import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLink, type UsageEvent } from '@onceform/store';
import type { Database } from './database.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { databaseUsageLog } from './gateway-stores.ts';
import { migrate } from './migrations.ts';

let db: Database;
beforeAll(async () => {
  db = await emptyDatabase();
  await migrate(db);
}, 60_000);
afterAll(() => db.close());

const event = (subject: string): UsageEvent => ({
  time: '2026-11-23T02:00:00Z',
  subject,
  requester: 'portal',
  action: 'prefill',
  issue: 'draft',
  form: 'form',
  asked: ['a'],
  used: ['a'],
  declined: [],
  sources: ['register'],
  outcome: 'answered',
  purpose: { code: 'p', text: 'p', legalBasis: 'explicit-request' },
});

describe('the usage log on a database', () => {
  it('is one unbroken chain, also when two nodes append at once and one starts anew', async () => {
    const nodes = [databaseUsageLog(db), databaseUsageLog(db)];
    await Promise.all(Array.from({ length: 40 }, (_, i) => nodes[i % 2]!.append(event(`person-${i % 3}`))));
    await databaseUsageLog(db).append(event('person-0'));
    expect(await brokenLink(nodes[0]!.entries())).toBeNull();
    expect(await db.query('SELECT max(no) AS most, count(*)::int AS count FROM usage_entry')).toEqual([
      { most: 41, count: 41 },
    ]);
    expect((await nodes[1]!.of('person-0')).map(({ no }) => no)).toEqual(
      [...(await nodes[1]!.of('person-0'))].map(({ no }) => no).sort((a, b) => b - a),
    );
  });

  it('shows that an entry was taken out or changed', async () => {
    await db.query(`UPDATE usage_entry SET entry = jsonb_set(entry, '{event,subject}', '"somebody"') WHERE no = 7`);
    expect(await brokenLink(databaseUsageLog(db).entries())).toBe(7);
    await db.query('DELETE FROM usage_entry WHERE no = 7');
    expect(await brokenLink(databaseUsageLog(db).entries())).toBe(7);
  });

  it('applies each migration once, and refuses a database that another version changed', async () => {
    expect(await migrate(db)).toEqual([]);
    await db.query(`UPDATE migration SET sha256 = 'other' WHERE name = '001-portal.sql'`);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'ERR_MIGRATION', data: { name: '001-portal.sql' } });
    await db.query(`INSERT INTO migration (name, sha256) VALUES ('999-future.sql', 'x')`);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'ERR_MIGRATION', data: { names: ['999-future.sql'] } });
  });
});
