// Drafts: one opened form of one person (or anonymous browser). What they hold is encrypted at rest and expires.

import { randomBytes, randomUUID } from 'node:crypto';
import type { CompiledForm, Json } from '@onceform/core';
import type { Database } from './database.ts';
import { refuse } from './problem.ts';
import { secretBox } from './secret-box.ts';

export interface DraftRow {
  readonly id: string;
  readonly owner: string;
  readonly formId: string;
  readonly formVersion: string;
  readonly formDigest: string;
  readonly nonce: string;
  readonly created: Date;
  readonly changed: Date;
  readonly expires: Date;
  /** Counts saves; 0: nothing was saved. */
  readonly revision: number;
  /** The agency that the citizen chose; null: none. */
  readonly agency: string | null;
}

export interface Drafts {
  open(owner: string, form: Pick<CompiledForm, 'id' | 'version' | 'digest'>): Promise<DraftRow>;
  /** Null where there is none, or where it is somebody else's. */
  find(id: string, owner: string): Promise<DraftRow | null>;
  list(owner: string): Promise<readonly DraftRow[]>;
  load(id: string, owner: string): Promise<{ readonly revision: number; readonly body: Json } | null>;
  /**
   * Saves what the citizen has so far; `expected` is the revision it grew from.
   *
   * @returns the new revision.
   * @throws {OnceFormError} ERR_PRECONDITION when another device saved in between; ERR_NOT_FOUND.
   */
  save(id: string, owner: string, expected: number, body: Json): Promise<number>;
  /** Keeps which agency the citizen chose; null: none again. */
  choose(id: string, owner: string, agency: string | null): Promise<void>;
  /** Deletes it with everything offered for it. False where there was none. */
  remove(id: string, owner: string): Promise<boolean>;
  /** Deletes every draft of an owner, with everything offered for them. Returns how many there were. */
  clear(owner: string): Promise<number>;
  /** Deletes what nobody touched for the retention time, and proves it: no row of theirs is left. */
  purge(): Promise<{ readonly removed: number; readonly left: number }>;
}

export interface DraftOptions {
  readonly db: Database;
  readonly secret: Uint8Array;
  readonly clock: () => Date;
  /** Days a draft lives after its last change; 30 when absent. */
  readonly retentionDays?: number;
}

/** The columns of a `DraftRow`. */
export const DRAFT_COLUMNS = `id, owner, form_id AS "formId", form_version AS "formVersion", form_digest AS "formDigest", nonce, created, changed, expires, revision, agency`;

export function createDrafts({ db, secret, clock, retentionDays = 30 }: DraftOptions): Drafts {
  const box = secretBox(secret, 'draft');
  const expiry = (now: Date): Date => new Date(now.getTime() + retentionDays * 86_400_000);
  return {
    async open(owner, form) {
      const now = clock();
      const [row] = await db.query<DraftRow>(
        `INSERT INTO draft (id, owner, form_id, form_version, form_digest, nonce, created, changed, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) RETURNING ${DRAFT_COLUMNS}`,
        [
          randomUUID(),
          owner,
          form.id,
          form.version,
          form.digest,
          randomBytes(16).toString('base64url'),
          now,
          expiry(now),
        ],
      );
      return row!;
    },
    async find(id, owner) {
      const [row] = await db.query<DraftRow>(
        `SELECT ${DRAFT_COLUMNS} FROM draft WHERE id = $1 AND owner = $2 AND expires > $3`,
        [id, owner, clock()],
      );
      return row ?? null;
    },
    list: owner =>
      db.query<DraftRow>(
        `SELECT ${DRAFT_COLUMNS} FROM draft WHERE owner = $1 AND expires > $2 AND revision > 0 ORDER BY changed DESC LIMIT 100`,
        [owner, clock()],
      ),
    async load(id, owner) {
      const [row] = await db.query<{ revision: number; body: Uint8Array | null }>(
        'SELECT revision, body FROM draft WHERE id = $1 AND owner = $2 AND expires > $3',
        [id, owner, clock()],
      );
      return row === undefined
        ? null
        : { revision: row.revision, body: row.body === null ? null : box.open(id, row.body) };
    },
    async save(id, owner, expected, body) {
      const now = clock();
      const [row] = await db.query<{ revision: number }>(
        `UPDATE draft SET body = $4, revision = revision + 1, changed = $5, expires = $6
         WHERE id = $1 AND owner = $2 AND revision = $3 AND expires > $5 RETURNING revision`,
        [id, owner, expected, box.seal(id, body), now, expiry(now)],
      );
      if (row !== undefined) return row.revision;
      if ((await this.find(id, owner)) === null) throw refuse('ERR_NOT_FOUND', 'There is no such draft.');
      throw refuse('ERR_PRECONDITION', 'The draft was changed in the meantime.');
    },
    async choose(id, owner, agency) {
      await db.query('UPDATE draft SET agency = $3 WHERE id = $1 AND owner = $2', [id, owner, agency]);
    },
    async remove(id, owner) {
      return (await db.query('DELETE FROM draft WHERE id = $1 AND owner = $2 RETURNING 1', [id, owner])).length > 0;
    },
    async clear(owner) {
      return (await db.query('DELETE FROM draft WHERE owner = $1 RETURNING 1', [owner])).length;
    },
    async purge() {
      const now = clock();
      const removed = (await db.query('DELETE FROM draft WHERE expires <= $1 RETURNING 1', [now])).length;
      const [{ left } = { left: 0 }] = await db.query<{ left: number }>(
        `SELECT ((SELECT count(*) FROM draft WHERE expires <= $1)
               + (SELECT count(*) FROM offer WHERE NOT EXISTS (SELECT 1 FROM draft WHERE draft.id = offer.draft)))::int AS left`,
        [now],
      );
      return { removed, left };
    },
  };
}
