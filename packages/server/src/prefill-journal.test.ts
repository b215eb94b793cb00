import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalConformance } from '@onceform/store/testing';
import { createCitizenRecords } from './citizen-records.ts';
import type { Database } from './database.ts';
import { openPostgres } from './database-postgres.ts';
import { createDrafts } from './drafts.ts';
import { databaseOfferStore, databaseUsageLog, offerBox } from './gateway-stores.ts';
import { migrate } from './migrations.ts';
import { createPages, databaseJournal } from './prefill-journal.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { startPostgresCluster } from './testing/postgres-cluster.ts';

const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`The journal on PostgreSQL is not run: ${cluster}.`);
afterAll(() => (typeof cluster === 'string' ? undefined : cluster.stop()));
const databases = {
  PGlite: () => emptyDatabase(),
  ...(typeof cluster === 'string' ? {} : { PostgreSQL: async () => openPostgres({ url: await cluster.database() }) }),
};

describe.each(Object.entries(databases))('the journal on %s', (_name, open) => {
  const secret = new Uint8Array(32);
  const clock = () => new Date('2026-11-22T08:00:00Z');
  let db: Database;
  beforeAll(async () => {
    db = await open();
    await migrate(db);
  }, 60_000);
  afterAll(() => db.close());

  const parts = (pages = createPages(db)) => {
    const log = databaseUsageLog(db, pages);
    return {
      log,
      offers: databaseOfferStore(db, secret, pages),
      journal: databaseJournal(db, secret, pages, offerBox(secret)),
      consents: createCitizenRecords({ db, secret, sources: [], log, clock }).consents,
    };
  };
  const drafts = () => createDrafts({ db, secret, clock });
  const form = { id: 'f', version: '1', digest: 'd'.repeat(64) };
  let people = 0;
  const draftOf = async (subject: string): Promise<string> => (await drafts().open(subject, form)).id;
  const fixture = async () => {
    const { journal, log, offers, consents } = parts();
    const subject = `person-${++people}`;
    const get = async (draft: string) => (await consents.of(subject)).find(record => record.draft === draft);
    return { journal, log, offers, consents: { get }, subject, draft: await draftOf(subject) };
  };
  for (const { name, run } of journalConformance(fixture)) it(name, run);

  const consentOf = (draft: string, subject: string, state: 'given' | 'withdrawn' = 'given') => ({
    subject,
    draft,
    purpose: { code: 'p', text: 'p', legalBasis: 'explicit-request' } as const,
    form: 'f',
    concepts: ['c'],
    state,
    given: clock().toISOString(),
    keepUntil: clock().toISOString(),
    fetches: [],
  });

  it('writes nothing of a page whose consent is not the one that was read any more', async () => {
    const { journal, consents, log } = parts();
    const draft = await draftOf('an');
    const record = consentOf(draft, 'an');
    const entry = { ...EVENT, subject: 'an', issue: draft };
    await journal.write({ consent: { record, mark: null } });
    await expect(journal.write({ consent: { record, mark: null }, entries: [entry] })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    await expect(journal.write({ consent: { record, mark: 'another' }, entries: [entry] })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    expect(await log.of('an')).toEqual([]);
    const [row] = await db.query<{ body: string }>(`SELECT body FROM once_ledger WHERE id = $1`, [draft]);
    await journal.write({
      consent: { record: { ...record, concepts: ['c', 'd'] }, mark: row!.body },
      entries: [entry],
    });
    expect((await consents.of('an'))[0]!.concepts).toEqual(['c', 'd']);
    expect(await log.of('an')).toHaveLength(1);
  });

  it('writes pages that come at once together, and fails only the one that cannot be written', async () => {
    const { journal, log } = parts();
    const draft = await draftOf('binh');
    const record = consentOf(draft, 'binh');
    const event = { ...EVENT, subject: 'binh', issue: draft };
    await journal.write({ consent: { record } });
    const outcomes = await Promise.allSettled([
      journal.write({ entries: [event] }),
      journal.write({ consent: { record, mark: 'never read' }, entries: [event] }),
      journal.write({ consent: { record }, entries: [event, event] }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await log.of('binh')).toHaveLength(3);
  });
});

const EVENT = {
  time: '2026-11-22T08:00:00.000Z',
  subject: '',
  requester: 'portal',
  action: 'prefill',
  purpose: { code: 'p', text: 'p', legalBasis: 'explicit-request' } as const,
  issue: '',
  form: 'f',
  asked: ['c'],
  used: [],
  declined: [],
  sources: [],
  outcome: 'answered' as const,
};
