// The index of dossiers: where packages and receipts lie, and the rows that intake writes and `reindex` writes again.

import type { DossierManifest, Receipt, Sha256 } from '@onceform/core';
import type { DossierVerdict } from '@onceform/dossier';
import type { Database, Queryable } from './database.ts';
import { refuse } from './problem.ts';

/** One row: what was filed, and what was handed back. */
export interface DossierIndexRow {
  readonly manifest: DossierManifest;
  readonly receipt: Receipt;
  readonly mediaType: string;
  readonly channel: string;
  readonly counts: DossierCounts;
  /** The pairwise id of who filed. */
  readonly owner: string;
  readonly received: Date;
}

/** Numbers for the indicators: no values, no names. */
export interface DossierCounts {
  readonly origins: Readonly<Record<string, number>>;
  readonly components: Readonly<Record<string, number>>;
}

/** Where a package lies in the object store. */
export function packageKey(digest: Sha256): string {
  return `packages/${digest.slice(0, 2)}/${digest}`;
}

/** Where its receipt lies: found again by day and id when the index has to be rebuilt. */
export function receiptKey({ receivedAt, dossier }: Pick<Receipt, 'receivedAt' | 'dossier'>): string {
  return `receipts/${receivedAt.slice(0, 10)}/${dossier.id.replace('urn:uuid:', '')}.json`;
}

/** The receipts of a bundle are one object, so that none of them comes back without the others. */
export function bundleReceiptsKey({ receivedAt, bundle }: Pick<Receipt, 'receivedAt' | 'bundle'>): string {
  return `receipts/${receivedAt.slice(0, 10)}/bundle-${bundle!.id.replace('urn:uuid:', '')}.json`;
}

export interface Filed {
  readonly id: string;
  readonly sha256: string;
  readonly owner: string;
  readonly receipt: Receipt;
}

/** The dossiers that stand under these ids, or in this bundle. */
export function findFiled(
  db: Queryable,
  ids: readonly string[],
  bundle: string | null = null,
): Promise<readonly Filed[]> {
  return db.query<Filed>(
    `SELECT id, sha256, owner, receipt FROM dossier
     WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb)) OR bundle = $2 ORDER BY bundle_no`,
    [JSON.stringify(ids), bundle],
  );
}

/**
 * Writes the index row, the outbox row that tells receivers, and what is to be paid: all or none, in one statement.
 * False when id, code, draft or place in the bundle stand already.
 */
export async function insertDossier(
  db: Queryable,
  { manifest, receipt, mediaType, channel, counts, owner, received }: DossierIndexRow,
): Promise<boolean> {
  const { code, agency, procedure, receivedAt, fee, due } = receipt;
  const rows = await db.query(
    `WITH filed AS (
       INSERT INTO dossier (id, sha256, size, media_type, owner, form_id, form_version, form_digest, procedure, agency, channel,
         code, receipt, received, received_on, notice_by, due_by, nonce, bundle, bundle_no, previous, counts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16, $17, $18, $19, $20, $21, $22::jsonb)
       ON CONFLICT DO NOTHING RETURNING id
     ), told AS (
       INSERT INTO outbox (kind, subject, body, created, due) SELECT 'dossier.received', id, $23::jsonb, $14, $14 FROM filed
     ), owed AS (
       INSERT INTO payment (reference, dossier, amount, currency)
       SELECT $24, id, $25::bigint, $26 FROM filed WHERE $24::text IS NOT NULL
     )
     SELECT id FROM filed`,
    [
      manifest.id,
      receipt.dossier.sha256,
      receipt.dossier.size,
      mediaType,
      owner,
      manifest.form.id,
      manifest.form.version,
      manifest.form.digest,
      procedure,
      agency,
      channel,
      code,
      JSON.stringify(receipt),
      received,
      receivedAt.slice(0, 10),
      receipt.noticeBy === null ? null : new Date(receipt.noticeBy),
      due === undefined ? null : new Date(due.by),
      manifest.recipient.nonce,
      manifest.bundle?.id ?? null,
      manifest.bundle?.no ?? 0,
      manifest.previous?.id ?? null,
      JSON.stringify(counts),
      JSON.stringify({ id: manifest.id, code, agency, procedure, receivedAt }),
      fee?.payment?.reference ?? null,
      fee?.payment === undefined ? null : fee.total,
      fee?.currency ?? null,
    ],
  );
  return rows.length > 0;
}

/**
 * Writes the rows of a bundle: all or none. False when one of them stands already.
 *
 * @throws whatever the database throws; nothing is written then.
 */
export async function insertBundle(db: Database, rows: readonly DossierIndexRow[]): Promise<boolean> {
  try {
    await db.transaction(async tx => {
      for (const row of rows) if (!(await insertDossier(tx, row))) throw refuse('ERR_CONFLICT', 'It stands already.');
    });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_CONFLICT') return false;
    throw error;
  }
}

export function countsOf({ origins, manifest }: Pick<DossierVerdict, 'origins' | 'manifest'>): DossierCounts {
  return {
    origins: tally(Object.values(origins ?? {}).map(({ origin }) => origin)),
    components: tally((manifest?.components ?? []).map(({ fulfilledBy }) => fulfilledBy)),
  };
}

export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
