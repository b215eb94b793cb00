// The gateway's memory on the database: offers (encrypted, per draft) and the usage log (a hash chain without values).

import type { Json, JsonObject, Miss, Offer } from '@onceform/core';
import {
  chainUsage,
  type OfferBook,
  type OfferStore,
  type UsageEntry,
  type UsageEvent,
  type UsageLog,
} from '@onceform/store';
import type { Database } from './database.ts';
import { gather } from './gather.ts';
import { secretBox, type SecretBox } from './secret-box.ts';

/** SQLSTATE: the number of an entry is taken. The statement wrote nothing then. */
const UNIQUE_VIOLATION = '23505';

/** Locks offers, each for its draft and key. */
export type OfferBox = SecretBox;

export function offerBox(secret: Uint8Array): OfferBox {
  return secretBox(secret, 'offer');
}

/** Offers and misses out of opened rows, in their order. */
export function offersOf(rows: readonly (readonly [key: string, body: Offer | Miss])[]): OfferBook {
  const bodies = (kind: string): unknown[] => rows.filter(([key]) => key.startsWith(kind)).map(([, body]) => body);
  return { offers: bodies('offer ') as Offer[], misses: bodies('miss ') as Miss[] };
}

/**
 * Keeps offers until their draft is deleted; what comes at once is written at once. Saving does not wait for the disk: the entry of the usage log that ends a
 * request does, for everything before it, and an offer that a crash took is asked for again.
 */
export function databaseOfferStore(db: Database, secret: Uint8Array): OfferStore {
  const box = offerBox(secret);
  const write = gather<readonly (readonly [draft: string, subject: string, key: string, body: string])[], void>(
    async groups => {
      const rows = new Map(groups.flat().map(row => [`${row[0]} ${row[1]} ${row[2]}`, row]));
      await db.query(
        `INSERT INTO offer (draft, subject, key, body)
         SELECT row->>0, row->>1, row->>2, decode(row->>3, 'base64')
         FROM jsonb_array_elements($1::jsonb) AS row, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
         ON CONFLICT (draft, subject, key) DO UPDATE SET body = excluded.body`,
        [JSON.stringify([...rows.values()])],
      );
      return groups.map(() => undefined);
    },
  );
  return {
    async save(draft, subject, results) {
      const rows = results.flatMap(({ offers, misses }): [string, Offer | Miss][] => [
        ...offers.map((offer): [string, Offer] => [`offer ${offer.id}`, offer]),
        ...misses.map((miss): [string, Miss] => [`miss ${miss.pointer} ${miss.source?.id ?? ''}`, miss]),
      ]);
      if (rows.length === 0) return;
      await write(
        rows.map(([key, body]) => {
          const sealed = box.seal(`${draft} ${key}`, body as unknown as Json);
          return [draft, subject, key, Buffer.from(sealed).toString('base64')];
        }),
      );
    },
    async load(draft, subject) {
      const rows = await db.query<{ key: string; body: Uint8Array }>(
        'SELECT key, body FROM offer WHERE draft = $1 AND subject = $2 ORDER BY no',
        [draft, subject],
      );
      return offersOf(
        rows.map(({ key, body }) => [key, box.open<JsonObject>(`${draft} ${key}`, body) as unknown as Offer | Miss]),
      );
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
