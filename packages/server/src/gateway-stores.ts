// The gateway's memory on the database: offers (encrypted, per draft) and the usage log (a hash chain without values).

import type { JsonObject, Miss, Offer } from '@onceform/core';
import type { OfferBook, OfferStore, UsageEntry, UsageLog } from '@onceform/store';
import type { Database } from './database.ts';
import { createPages, offerRows, type Pages } from './prefill-journal.ts';
import { secretBox, type SecretBox } from './secret-box.ts';

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

/** Keeps offers until their draft is deleted. */
export function databaseOfferStore(db: Database, secret: Uint8Array, pages: Pages): OfferStore {
  const box = offerBox(secret);
  return {
    async save(draft, subject, results) {
      await pages({ offers: offerRows(box, { draft, subject, results }) });
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

export function databaseUsageLog(db: Database, pages: Pages = createPages(db)): UsageLog {
  return {
    append: async event => (await pages({ events: [event] }))[0]!,
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
