// Rebuilding the index from the object store: packages and receipts are the truth, the database only an index.

import { valueAt, type Receipt } from '@onceform/core';
import { CONTENT_FILES, readManifest, readPackage } from '@onceform/dossier';
import type { Database } from './database.ts';
import { insertDossier, packageKey, tally, type DossierCounts } from './intake.ts';
import type { ObjectStore } from './object-store.ts';

export interface ReindexReport {
  readonly receipts: number;
  /** Rows that were missing and are back. */
  readonly restored: number;
  /** Receipts whose package is missing or unreadable: somebody has to look at these. */
  readonly broken: readonly string[];
}

/**
 * Makes sure that every receipt ever given stands in the index, with its code and serial. Adds, never changes.
 *
 * @param since a date: only receipts of that day and later are looked at; absent: all.
 */
export async function reindex(db: Database, objects: ObjectStore, since = ''): Promise<ReindexReport> {
  const broken: string[] = [];
  let receipts = 0,
    restored = 0;
  for await (const key of objects.list('receipts/')) {
    if (key.slice('receipts/'.length, 'receipts/'.length + 10) < since) continue;
    receipts++;
    try {
      const receipt = JSON.parse(new TextDecoder().decode((await objects.get(key))!)) as Receipt;
      const [row] = await db.query('SELECT 1 FROM dossier WHERE id = $1', [receipt.dossier.id]);
      if (row !== undefined) continue;
      if (await restore(db, objects, receipt)) restored++;
      else broken.push(key);
    } catch {
      broken.push(key);
    }
  }
  return { receipts, restored, broken };
}

async function restore(db: Database, objects: ObjectStore, receipt: Receipt): Promise<boolean> {
  const bytes = await objects.get(packageKey(receipt.dossier.sha256));
  if (bytes === null) return false;
  const reader = await readPackage(bytes);
  const manifest = readManifest(await reader.bytes('dossier.json'));
  const json = async (path: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await reader.bytes(path)));
  const channel = valueAt((await json(CONTENT_FILES.data)) as never, '/$context/channel');
  const provenance = (await json(CONTENT_FILES.provenance)) as { answers: Record<string, { origin: string }> };
  const counts: DossierCounts = {
    origins: tally(Object.values(provenance.answers).map(({ origin }) => origin)),
    components: tally(manifest.components.map(({ fulfilledBy }) => fulfilledBy)),
  };
  return db.transaction(async tx => {
    // Codes end in their serial: the next one given must be higher than any that was given.
    const serial = Number(/(\d+)$/.exec(receipt.code)?.[1] ?? 0);
    await tx.query(
      `INSERT INTO serial (agency, day, last) VALUES ($1, $2, $3)
       ON CONFLICT (agency, day) DO UPDATE SET last = greatest(serial.last, excluded.last)`,
      [receipt.agency ?? '', receipt.receivedAt.slice(0, 10), serial],
    );
    return insertDossier(
      tx,
      {
        manifest,
        receipt,
        mediaType: reader.type,
        channel: typeof channel === 'string' ? channel : 'online',
        counts,
      },
      manifest.submitter?.id ?? '',
      new Date(receipt.receivedAt),
    );
  });
}
