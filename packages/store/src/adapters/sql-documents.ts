// Papers the State holds, in PostgreSQL or PGlite: an index whose rows are encrypted but for what is searched, and the
// bytes in an object store. People stand in it under the same keyed pseudonym as in the statement table.

import { OnceFormError, type LocalizedText, type SourceRef } from '@onceform/core';
import { plainBox, type BodyBox } from '../body-box.ts';
import { factsOfBytes, type HeldDocument, type HeldKind, type WritableHoldings } from '../documents.ts';
import type { ExpiringFacts } from '../expiry.ts';
import type { Person } from '../source.ts';
import { pseudonyms } from './pseudonym.ts';
import type { SqlQuery } from './sql.ts';

/** Where the bytes lie; an object store of a portal fits. */
export interface DocumentBytes {
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  delete(key: string): Promise<void>;
}

export interface SqlHoldingsOptions {
  readonly source: SourceRef;
  readonly query: SqlQuery;
  readonly bytes: DocumentBytes;
  /** As for the SQL source: 32 bytes or more, kept outside of the database. */
  readonly pepper: Uint8Array<ArrayBuffer>;
  readonly box?: BodyBox;
}

/** `expiring` lists papers as facts do: the concept is the type of the paper, the record its id. */
export interface SqlHoldings extends WritableHoldings, ExpiringFacts {
  /** Forgets everything held about a person; returns how many papers are gone. */
  forget(person: Person): Promise<number>;
}

/** One statement each; safe to run again. */
export const DOCUMENT_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS once_documents (
    source text NOT NULL, id text NOT NULL, person text NOT NULL, kind text NOT NULL, type text NOT NULL, issued_at text NOT NULL,
    valid_until text, revoked boolean NOT NULL DEFAULT false, sha256 text NOT NULL, size bigint NOT NULL, media_type text NOT NULL,
    body text NOT NULL, PRIMARY KEY (source, id))`,
  `CREATE INDEX IF NOT EXISTS once_documents_person ON once_documents (person, issued_at)`,
  `CREATE INDEX IF NOT EXISTS once_documents_expiry ON once_documents (valid_until) WHERE valid_until IS NOT NULL AND NOT revoked`,
];

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly type: string;
  readonly issued_at: string;
  readonly valid_until: string | null;
  readonly revoked: boolean;
  readonly sha256: string;
  readonly size: number | string;
  readonly media_type: string;
  readonly body: string;
}

export function createSqlHoldings({ source, query, bytes, pepper, box = plainBox }: SqlHoldingsOptions): SqlHoldings {
  const pseudonym = pseudonyms(pepper);
  const run = async <T>(sql: string, parameters: readonly (string | number | null)[]): Promise<readonly T[]> => {
    try {
      return (await query(sql, parameters)).rows as readonly T[];
    } catch (error) {
      // A driver's message may quote parameters.
      const state = (error as { code?: unknown } | null)?.code;
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The index of papers did not run a query.', {
        data: { reason: 'unavailable', ...(typeof state === 'string' ? { state } : {}) },
      });
    }
  };
  /** Named by pseudonym and id together, so that an id alone leads nobody to bytes. */
  const place = async (person: string, id: string): Promise<string> => {
    const { sha256 } = await factsOfBytes(new Blob([`${source.id}\n${person}\n${id}`]));
    return `documents/${sha256.slice(0, 2)}/${sha256}`;
  };
  const rowOf = (person: string, id: string): string => `document/${source.id}/${person}/${id}`;

  return {
    source,
    async of(person) {
      const key = await pseudonym(person);
      const rows = await run<Row>(
        `SELECT id, kind, type, issued_at, valid_until, revoked, sha256, size, media_type, body FROM once_documents
          WHERE source = $1 AND person = $2 ORDER BY issued_at DESC, id`,
        [source.id, key],
      );
      return Promise.all(
        rows.map(async (row): Promise<HeldDocument> => {
          const told = JSON.parse(await box.open(rowOf(key, row.id), row.body)) as {
            title: LocalizedText;
            issuer: LocalizedText;
          };
          return {
            id: row.id,
            source,
            kind: row.kind as HeldKind,
            type: row.type,
            title: told.title,
            issuer: told.issuer,
            issuedAt: row.issued_at,
            ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
            ...(row.revoked ? { revoked: true } : {}),
            mediaType: row.media_type,
            size: Number(row.size),
            sha256: row.sha256,
          };
        }),
      );
    },
    async open(person, id) {
      const key = await pseudonym(person);
      const [row] = await run<Pick<Row, 'media_type'>>(
        'SELECT media_type FROM once_documents WHERE source = $1 AND person = $2 AND id = $3',
        [source.id, key, id],
      );
      if (row === undefined) throw new OnceFormError('ERR_NOT_FOUND', 'No such paper is held about this person.');
      const found = await bytes.get(await place(key, id));
      if (found === null)
        throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The paper is in the index, and its bytes are not there.', {
          data: { reason: 'unavailable' },
        });
      return new Blob([found], { type: row.media_type });
    },
    async put(person, document, blob) {
      const key = await pseudonym(person);
      const whole: HeldDocument = { ...document, source, ...(await factsOfBytes(blob)) };
      const { id, kind, type, title, issuer, issuedAt, validUntil, revoked, sha256, size, mediaType } = whole;
      const held = (): Promise<readonly unknown[]> =>
        run('SELECT 1 FROM once_documents WHERE source = $1 AND id = $2', [source.id, id]);
      const conflict = (): OnceFormError =>
        new OnceFormError('ERR_CONFLICT', 'A paper of this id is held already; papers are not changed.');
      if ((await held()).length > 0) throw conflict();
      // Bytes first: a row without them would be a promise that cannot be kept.
      await bytes.put(await place(key, id), new Uint8Array(await blob.arrayBuffer()));
      const rows = await run(
        `INSERT INTO once_documents (source, id, person, kind, type, issued_at, valid_until, revoked, sha256, size, media_type, body)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::boolean, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING 1`,
        [
          source.id,
          id,
          key,
          kind,
          type,
          issuedAt,
          validUntil ?? null,
          String(revoked ?? false),
          sha256,
          size,
          mediaType,
          await box.seal(rowOf(key, id), JSON.stringify({ title, issuer })),
        ],
      );
      if (rows.length === 0) throw conflict();
      return whole;
    },
    async revoke(id) {
      const rows = await run('UPDATE once_documents SET revoked = true WHERE source = $1 AND id = $2 RETURNING 1', [
        source.id,
        id,
      ]);
      return rows.length > 0;
    },
    async forget(person) {
      const key = await pseudonym(person);
      const rows = await run<Pick<Row, 'id'>>(
        'DELETE FROM once_documents WHERE source = $1 AND person = $2 RETURNING id',
        [source.id, key],
      );
      for (const { id } of rows) await bytes.delete(await place(key, id));
      return rows.length;
    },
    async expiring(from, until) {
      const rows = await run<Pick<Row, 'id' | 'type'> & { readonly person: string; readonly valid_until: string }>(
        `SELECT id, type, person, valid_until FROM once_documents
          WHERE source = $1 AND valid_until >= $2 AND valid_until < $3 AND NOT revoked ORDER BY valid_until, id`,
        [source.id, from, until],
      );
      return rows.map(({ id, type, person, valid_until }) => ({
        person,
        concept: type,
        recordRef: id,
        validUntil: valid_until,
      }));
    },
  };
}
