// The gateway's memory on the database: offers (encrypted, per draft) and the usage log (a hash chain without values).

import type { Json, JsonObject, Miss, Offer } from '@onceform/core';
import { chainUsage, type OfferStore, type UsageEntry, type UsageEvent, type UsageLog } from '@onceform/store';
import type { Database } from './database.ts';
import { secretBox } from './secret-box.ts';

/** Keeps offers until their draft is deleted. */
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
         SELECT $1, $2, row->>0, decode(row->>1, 'base64') FROM jsonb_array_elements($3::jsonb) AS row
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
 * Appends one entry after the other. Each node remembers the end of the chain; when another node was quicker, the number
 * is taken, and the entry is chained again behind the new end.
 */
export function databaseUsageLog(db: Database): UsageLog {
  let last: UsageEntry | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function append(event: UsageEvent): Promise<UsageEntry> {
    for (;;) {
      const entry = await chainUsage(event, last);
      const rows = await db.query(
        'INSERT INTO usage_entry (no, subject, entry) VALUES ($1, $2, $3::jsonb) ON CONFLICT (no) DO NOTHING RETURNING no',
        [entry.no, event.subject, JSON.stringify(entry)],
      );
      if (rows.length > 0) return (last = entry);
      last = (await db.query<{ entry: UsageEntry }>('SELECT entry FROM usage_entry ORDER BY no DESC LIMIT 1'))[0]
        ?.entry;
    }
  }

  return {
    append(event) {
      const mine = turn.then(() => append(event));
      turn = mine.catch(() => undefined);
      return mine;
    },
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
