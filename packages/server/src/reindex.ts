// Rebuilding the index from the object store: packages and receipts are the truth, the database only an index.

import { valueAt, type Receipt } from '@onceform/core';
import { CONTENT_FILES, readManifest, readPackage } from '@onceform/dossier';
import type { Database } from './database.ts';
import { filedAmong, insertBundle, packageKey, tally, type DossierIndexRow } from './dossier-index.ts';
import type { ObjectStore } from './object-store.ts';
import { givesCodeOf } from './receipt-facts.ts';

export interface ReindexReport {
  readonly receipts: number;
  /** Rows that were missing and are back. */
  readonly restored: number;
  /** Receipts whose package is missing or unreadable: somebody has to look at these. */
  readonly broken: readonly string[];
}

/** So many objects are read, and asked about, at a time: an embedded portal does this at every start. */
const AT_A_TIME = 200;

/** Makes sure that every receipt ever given stands in the index, with its code and serial. Adds, never changes. */
export async function reindex(db: Database, objects: ObjectStore): Promise<ReindexReport> {
  const broken: string[] = [];
  let receipts = 0,
    restored = 0;
  const look = async (keys: readonly string[]): Promise<void> => {
    const shelved = await Promise.all(keys.map(async key => ({ key, groups: await receiptsUnder(objects, key) })));
    const known = new Set(
      await filedAmong(
        db,
        shelved.flatMap(({ groups }) => (groups ?? []).flat().map(({ dossier }) => dossier.id)),
      ),
    );
    for (const { key, groups } of shelved) {
      if (groups === null) broken.push(key);
      for (const given of groups ?? []) {
        receipts += given.length;
        if (given.every(({ dossier }) => known.has(dossier.id))) continue;
        if (await restore(db, objects, given).catch(() => false)) {
          restored += given.length;
          // A receipt that was written twice stands in two objects.
          for (const { dossier } of given) known.add(dossier.id);
        } else broken.push(groups!.length === 1 ? key : `${key} ${given[0]!.code}`);
      }
    }
  };
  let keys: string[] = [];
  for await (const key of objects.list('receipts/')) {
    if (keys.push(key) < AT_A_TIME) continue;
    await look(keys);
    keys = [];
  }
  if (keys.length > 0) await look(keys);
  return { receipts, restored, broken };
}

/** Null when they cannot be read. */
async function receiptsUnder(objects: ObjectStore, key: string): Promise<readonly (readonly Receipt[])[] | null> {
  try {
    const content = JSON.parse(new TextDecoder().decode((await objects.get(key))!)) as Receipt | Receipt[];
    return together(Array.isArray(content) ? content : [content]);
  } catch {
    return null;
  }
}

/** An object holds the receipts of a bundle, whose dossiers come back together, or some that were written at once. */
function together(receipts: readonly Receipt[]): readonly (readonly Receipt[])[] {
  return receipts[0]?.bundle === undefined ? receipts.map(receipt => [receipt]) : [receipts];
}

async function restore(db: Database, objects: ObjectStore, receipts: readonly Receipt[]): Promise<boolean> {
  const rows: DossierIndexRow[] = [];
  for (const receipt of receipts) {
    const row = await rowOf(objects, receipt);
    if (row === null) return false;
    rows.push(row);
  }
  // Codes end in their serial: the next one given must be higher than any that was given.
  for (const receipt of receipts) {
    const { code, receivedAt } = receipt;
    await db.query(
      `INSERT INTO serial (agency, day, last) VALUES ($1, $2, $3)
       ON CONFLICT (agency, day) DO UPDATE SET last = greatest(serial.last, excluded.last)`,
      [givesCodeOf(receipt), receivedAt.slice(0, 10), Number(/(\d+)$/.exec(code)?.[1] ?? 0)],
    );
  }
  return insertBundle(db, rows);
}

/** What intake had written; null where the package is not there. */
async function rowOf(objects: ObjectStore, receipt: Receipt): Promise<DossierIndexRow | null> {
  const bytes = await objects.get(packageKey(receipt.dossier.sha256));
  if (bytes === null) return null;
  const reader = await readPackage(bytes);
  const manifest = readManifest(await reader.bytes('dossier.json'));
  const json = async (path: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await reader.bytes(path)));
  const channel = valueAt((await json(CONTENT_FILES.data)) as never, '/$context/channel');
  const provenance = (await json(CONTENT_FILES.provenance)) as { answers: Record<string, { origin: string }> };
  return {
    manifest,
    receipt,
    mediaType: reader.type,
    channel: typeof channel === 'string' ? channel : 'online',
    counts: {
      origins: tally(Object.values(provenance.answers).map(({ origin }) => origin)),
      components: tally(manifest.components.map(({ fulfilledBy }) => fulfilledBy)),
    },
    owner: manifest.submitter?.id ?? '',
    received: new Date(receipt.receivedAt),
  };
}
