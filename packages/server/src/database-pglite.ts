// PGlite behind the database port: PostgreSQL inside this process, on a directory or in memory.

import { PGlite } from '@electric-sql/pglite';
import type { Database, Queryable, SqlValue } from './database.ts';
import { lockDirectory } from './directory-lock.ts';

export interface PgliteOptions {
  /** Where the files are; absent: in memory. */
  readonly directory?: string;
}

/**
 * Opens an embedded database. PGlite writes without fsync, so after a power cut it may lack its last transactions:
 * dossiers are then found again in the object store (`reindex`), drafts and sessions are not.
 *
 * @throws {OnceFormError} ERR_DIRECTORY_LOCKED when another process has the directory open.
 */
export async function openPglite(options: PgliteOptions = {}): Promise<Database> {
  const lock = options.directory === undefined ? null : await lockDirectory(options.directory);
  try {
    const db = await PGlite.create(options.directory === undefined ? {} : { dataDir: `${options.directory}/data` });
    return {
      kind: 'pglite',
      ...queryable(db),
      transaction: work => db.transaction(tx => work(queryable(tx))) as Promise<never>,
      async close() {
        await db.close();
        await lock?.release();
      },
    };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

function queryable(target: Pick<PGlite, 'query' | 'exec'>): Queryable {
  return {
    async query<Row>(sql: string, params: readonly SqlValue[] = []) {
      return (await target.query<Row>(sql, [...params])).rows;
    },
    async script(sql) { await target.exec(sql); },
  };
}
