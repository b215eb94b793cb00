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

/** Receipts that were written at once. */
export function groupedReceiptsKey(day: string, digest: Sha256): string {
  return `receipts/${day}/several-${digest}.json`;
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

/** Which of these ids are in the index. */
export async function filedAmong(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    'SELECT id FROM dossier WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))',
    [JSON.stringify(ids)],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Writes index rows, each with the outbox row that tells receivers, and what is to be paid: in one statement. A dossier
 * whose id, code, draft or place in a bundle stands already is left out, with all of its rows.
 *
 * @returns the codes of those that were written.
 */
export async function insertDossiers(db: Queryable, rows: readonly DossierIndexRow[]): Promise<ReadonlySet<string>> {
  const written = await db.query<{ code: string }>(INSERT, [JSON.stringify(rows.map(columnsOf))]);
  return new Set(written.map(({ code }) => code));
}

/** Columns of `dossier` with their types. */
const INDEXED = Object.entries({
  id: 'text',
  sha256: 'text',
  size: 'integer',
  media_type: 'text',
  owner: 'text',
  form_id: 'text',
  form_version: 'text',
  form_digest: 'text',
  procedure: 'text',
  agency: 'text',
  receiving_agency: 'text',
  channel: 'text',
  code: 'text',
  receipt: 'jsonb',
  received: 'timestamptz',
  received_on: 'date',
  notice_by: 'timestamptz',
  due_by: 'timestamptz',
  nonce: 'text',
  bundle: 'text',
  bundle_no: 'integer',
  previous: 'text',
  counts: 'jsonb',
  papers: 'jsonb',
} as const);
const NAMES = INDEXED.map(([name]) => name).join(', ');

const INSERT = `WITH given AS MATERIALIZED (
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (${INDEXED.map(([name, type]) => `${name} ${type}`).join(', ')},
       told jsonb, reference text, amount bigint, currency text)
   ), filed AS (
     INSERT INTO dossier (${NAMES}) SELECT ${NAMES} FROM given ON CONFLICT DO NOTHING RETURNING code
   ), told AS (
     INSERT INTO outbox (kind, subject, body, created, due)
     SELECT 'dossier.received', id, told, received, received FROM given JOIN filed USING (code)
   ), owed AS (
     INSERT INTO payment (reference, dossier, amount, currency)
     SELECT reference, id, amount, currency FROM given JOIN filed USING (code) WHERE reference IS NOT NULL
   )
   SELECT code FROM filed`;

type Column = (typeof INDEXED)[number][0] | 'told' | 'reference' | 'amount' | 'currency';

function columnsOf({
  manifest: { id, form, recipient, bundle, previous, components },
  receipt,
  mediaType,
  channel,
  counts,
  owner,
  received,
}: DossierIndexRow): Record<Column, unknown> {
  const { code, agency, receivingAgency, procedure, receivedAt, noticeBy, dossier, fee, due } = receipt;
  return {
    id,
    sha256: dossier.sha256,
    size: dossier.size,
    media_type: mediaType,
    owner,
    form_id: form.id,
    form_version: form.version,
    form_digest: form.digest,
    procedure,
    agency,
    receiving_agency: receivingAgency ?? null,
    channel,
    code,
    receipt,
    received,
    received_on: receivedAt.slice(0, 10),
    notice_by: noticeBy,
    due_by: due?.by ?? null,
    nonce: recipient.nonce,
    bundle: bundle?.id ?? null,
    bundle_no: bundle?.no ?? 0,
    previous: previous?.id ?? null,
    counts,
    papers: components.flatMap(({ reference }) => reference?.sha256 ?? []),
    told: { id, code, agency, ...(receivingAgency === undefined ? {} : { receivingAgency }), procedure, receivedAt },
    reference: fee?.payment?.reference ?? null,
    amount: fee?.payment === undefined ? null : fee.total,
    currency: fee?.currency ?? null,
  };
}

/**
 * Writes the rows of a bundle: all or none. False when one of them stands already.
 *
 * @throws whatever the database throws; nothing is written then.
 */
export async function insertBundle(db: Database, rows: readonly DossierIndexRow[]): Promise<boolean> {
  try {
    await db.transaction(async tx => {
      const written = await insertDossiers(tx, rows);
      if (written.size < rows.length) throw refuse('ERR_CONFLICT', 'It stands already.');
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
