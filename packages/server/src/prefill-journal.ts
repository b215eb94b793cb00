// What prefills leave behind, in one statement for all that end at once: consents, offers, entries of the usage log, and
// that what was begun is over. The log is a chain that every node of the portal lengthens.

import { randomUUID } from 'node:crypto';
import type { Json, PrefillResult } from '@onceform/core';
import { chainUsage, type PrefillJournal, type UsageEntry, type UsageEvent } from '@onceform/store';
import { createSqlLedgers } from '@onceform/store/sql-ledgers';
import { bodyBox, storeQuery } from './citizen-records.ts';
import type { Database, Queryable } from './database.ts';
import { gather } from './gather.ts';
import { refuse } from './problem.ts';
import type { SecretBox } from './secret-box.ts';

/** Milliseconds after which nobody can be asking sources any more for what began. */
export const INTERRUPTED = 10 * 60_000;

/** Rows of one page, as the statement takes them. */
export interface PageRows {
  /** The columns of `once_ledger`, whether the row has to be the one with a mark, and the mark: the body it replaces. */
  readonly consents?: readonly (readonly (string | boolean | null)[])[];
  /** Draft, subject, key, body in base64. */
  readonly offers?: readonly (readonly string[])[];
  readonly events?: readonly UsageEvent[];
  /** Names in `prefill_begun`. */
  readonly over?: readonly string[];
}

/** Writes a page, all or nothing; gives its entries. They are on the disk then, with all that was written before. */
export type Pages = (page: PageRows) => Promise<readonly UsageEntry[]>;

/** SQLSTATE: the number of an entry is taken. The statement wrote nothing then. */
const UNIQUE_VIOLATION = '23505';
/** SQLSTATE: a consent that is not the marked one any more has no status, and the statement writes nothing. */
const NOT_NULL_VIOLATION = '23502';

/**
 * Pages in the order they come; those that come while one statement runs share the next, so that a busy node waits for the
 * disk once for many. Each node remembers the end of the chain; when another node was quicker, a number is taken, and all
 * are chained again behind the new end. A page without entries does not wait for the disk.
 */
export function createPages(db: Database): Pages {
  let last: UsageEntry | undefined;
  return gather(async pages => {
    const events = pages.flatMap(page => page.events ?? []);
    for (;;) {
      const entries = await chained(events, last);
      try {
        await db.query(
          `WITH consents AS (
             INSERT INTO once_ledger (kind, id, owner, status, token, due, at, body)
             SELECT row->>0, row->>1, row->>2, row->>3, row->>4, row->>5, row->>6, row->>7
             FROM jsonb_array_elements($1::jsonb) AS row
             ON CONFLICT (kind, id) DO UPDATE
             SET owner = excluded.owner, due = excluded.due, at = excluded.at, body = excluded.body,
               status = (SELECT CASE WHEN row->>8 = 'false' OR row->>9 = once_ledger.body THEN excluded.status END
                 FROM jsonb_array_elements($1::jsonb) AS row WHERE row->>1 = excluded.id)
           ), offers AS (
             INSERT INTO offer (draft, subject, key, body)
             SELECT row->>0, row->>1, row->>2, decode(row->>3, 'base64') FROM jsonb_array_elements($2::jsonb) AS row
             ON CONFLICT (draft, subject, key) DO UPDATE SET body = excluded.body
           ), entries AS (
             INSERT INTO usage_entry (no, subject, entry)
             SELECT (entry->>'no')::int, entry->'event'->>'subject', entry FROM jsonb_array_elements($3::jsonb) AS entry
           ), over AS (
             DELETE FROM prefill_begun WHERE id IN (SELECT jsonb_array_elements_text($4::jsonb))
           )
           SELECT CASE WHEN $5 THEN set_config('synchronous_commit', 'off', true) END`,
          [
            JSON.stringify(pages.flatMap(page => page.consents ?? [])),
            JSON.stringify(pages.flatMap(page => page.offers ?? [])),
            JSON.stringify(entries),
            JSON.stringify(pages.flatMap(page => page.over ?? [])),
            entries.length === 0,
          ],
        );
        last = entries.at(-1) ?? last;
        let at = 0;
        return pages.map(page => entries.slice(at, (at += page.events?.length ?? 0)));
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === NOT_NULL_VIOLATION && pages.length === 1)
          throw refuse('ERR_CONFLICT', 'The consent of this case changed in the meantime.', { cause: error });
        if (code !== UNIQUE_VIOLATION) throw error;
      }
      last = await endOf(db);
    }
  });
}

async function chained(events: readonly UsageEvent[], last: UsageEntry | undefined): Promise<UsageEntry[]> {
  const entries: UsageEntry[] = [];
  for (const event of events) entries.push(await chainUsage(event, entries.at(-1) ?? last));
  return entries;
}

async function endOf(db: Queryable): Promise<UsageEntry | undefined> {
  return (await db.query<{ entry: UsageEntry }>('SELECT entry FROM usage_entry ORDER BY no DESC LIMIT 1'))[0]?.entry;
}

/** The rows of results, each locked for its draft and key; what is said twice is kept as it was said last. */
export function offerRows(
  box: SecretBox,
  { draft, subject, results }: { draft: string; subject: string; results: readonly PrefillResult[] },
): readonly (readonly string[])[] {
  const bodies = new Map<string, Json>();
  for (const { offers, misses } of results) {
    for (const offer of offers) bodies.set(`offer ${offer.id}`, offer as unknown as Json);
    for (const miss of misses) bodies.set(`miss ${miss.pointer} ${miss.source?.id ?? ''}`, miss as unknown as Json);
  }
  return [...bodies].map(([key, body]) => [
    draft,
    subject,
    key,
    Buffer.from(box.seal(`${draft} ${key}`, body)).toString('base64'),
  ]);
}

/** The journal on the database. What was begun survives the death of this process; of a power cut, what had settled. */
export function databaseJournal(db: Database, secret: Uint8Array, pages: Pages, offers: SecretBox): PrefillJournal {
  const ledger = createSqlLedgers(storeQuery(db), bodyBox(secret, 'ledger')).rows;
  return {
    async begin(about) {
      const name = randomUUID();
      await db.query(
        `INSERT INTO prefill_begun (id, at, event)
         SELECT $1, $2, $3::jsonb FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`,
        [name, new Date(about.time), JSON.stringify(about)],
      );
      return name;
    },
    async write({ consent, offered, entries = [], over }) {
      const mark = consent?.mark;
      return pages({
        ...(consent === undefined
          ? {}
          : { consents: [[...(await ledger.consent(consent.record)), mark !== undefined, mark ?? null]] }),
        ...(offered === undefined ? {} : { offers: offerRows(offers, offered) }),
        events: entries,
        over: over === undefined ? [] : [over],
      });
    },
    async recover(before) {
      for (;;) {
        try {
          return await db.transaction(async tx => {
            const left = await tx.query<{ event: UsageEvent }>(
              `DELETE FROM prefill_begun
               WHERE id IN (SELECT id FROM prefill_begun WHERE at < $1 ORDER BY at LIMIT 1000 FOR UPDATE SKIP LOCKED)
               RETURNING event`,
              [before],
            );
            if (left.length === 0) return 0;
            const entries = await chained(
              left.map(({ event }) => event),
              await endOf(tx),
            );
            await tx.query(
              `INSERT INTO usage_entry (no, subject, entry)
               SELECT (entry->>'no')::int, entry->'event'->>'subject', entry FROM jsonb_array_elements($1::jsonb) AS entry`,
              [JSON.stringify(entries)],
            );
            return left.length;
          });
        } catch (error) {
          if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
        }
      }
    },
  };
}
