// The gateway's memory on the database: offers (encrypted, per draft) and the usage log (a hash chain without values).

import type { Json, JsonObject, Miss, Offer } from '@onceform/core';
import { chainUsage, type OfferStore, type UsageEntry, type UsageEvent, type UsageLog } from '@onceform/store';
import type { Database } from './database.ts';
import { gather } from './gather.ts';
import { secretBox } from './secret-box.ts';

/** SQLSTATE: the number of an entry is taken. The statement wrote nothing then. */
const UNIQUE_VIOLATION = '23505';

/**
 * Keeps offers until their draft is deleted. Saving does not wait for the disk: the entry of the usage log that ends a
 * request does, for everything before it, and an offer that a crash took is asked for again.
 */
export function databaseOfferStore(db: Database, secret: Uint8Array): OfferStore {
  const box = secretBox(secret, 'offer');
  return {
    async save(draft, subject, { offers, misses }) {
      const rows: [string, Offer | Miss][] = [
        ...offers.map((offer): [string, Offer] => [`offer ${offer.id}`, offer]),
        ...misses.map((miss): [string, Miss] => [`miss ${miss.pointer} ${miss.source?.id ?? ''}`, miss]),
      ];
      if (rows.length === 0) return;
      const sealed = rows.map(([key, body]) => [
        key,
        Buffer.from(box.seal(`${draft} ${key}`, body as unknown as Json)).toString('base64'),
      ]);
      await db.query(
        `INSERT INTO offer (draft, subject, key, body)
         SELECT $1, $2, row->>0, decode(row->>1, 'base64')
         FROM jsonb_array_elements($3::jsonb) AS row, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
         ON CONFLICT (draft, subject, key) DO UPDATE SET body = excluded.body`,
        [draft, subject, JSON.stringify([...new Map(sealed.map(row => [row[0], row])).values()])],
      );
    },
    async load(draft, subject) {
      const rows = await db.query<{ key: string; body: Uint8Array }>(
        'SELECT key, body FROM offer WHERE draft = $1 AND subject = $2 ORDER BY no',
        [draft, subject],
      );
      const opened = rows.map(
        ({ key, body }) => [key, box.open<JsonObject>(`${draft} ${key}`, body) as unknown] as const,
      );
      return {
        offers: opened.filter(([key]) => key.startsWith('offer ')).map(([, body]) => body as Offer),
        misses: opened.filter(([key]) => key.startsWith('miss ')).map(([, body]) => body as Miss),
      };
    },
    async purge(draft) {
      await db.query('DELETE FROM offer WHERE draft = $1', [draft]);
    },
  };
}

/**
 * Appends entries in the order they come; those that come while one statement runs share the next, so that a busy node
 * waits for the disk once for many. Each node remembers the end of the chain; when another node was quicker, a number is
 * taken, and all are chained again behind the new end.
 */
export function databaseUsageLog(db: Database): UsageLog {
  let last: UsageEntry | undefined;

  async function append(events: readonly UsageEvent[]): Promise<readonly UsageEntry[]> {
    for (;;) {
      const entries: UsageEntry[] = [];
      for (const event of events) entries.push(await chainUsage(event, entries.at(-1) ?? last));
      try {
        await db.query(
          `INSERT INTO usage_entry (no, subject, entry)
           SELECT (entry->>'no')::int, entry->'event'->>'subject', entry FROM jsonb_array_elements($1::jsonb) AS entry`,
          [JSON.stringify(entries)],
        );
        last = entries.at(-1);
        return entries;
      } catch (error) {
        if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      }
      last = (await db.query<{ entry: UsageEntry }>('SELECT entry FROM usage_entry ORDER BY no DESC LIMIT 1'))[0]
        ?.entry;
    }
  }

  return {
    append: gather(append),
    async of(subject) {
      const rows = await db.query<{ entry: UsageEntry }>(
        'SELECT entry FROM usage_entry WHERE subject = $1 ORDER BY no DESC LIMIT 500',
        [subject],
      );
      return rows.map(row => row.entry);
    },
    async *entries() {
      for (let after = 0; ;) {
        const rows = await db.query<{ no: number; entry: UsageEntry }>(
          'SELECT no, entry FROM usage_entry WHERE no > $1 ORDER BY no LIMIT 500',
          [after],
        );
        if (rows.length === 0) return;
        for (const row of rows) yield row.entry;
        after = rows.at(-1)!.no;
      }
    },
  };
}
