// PGlite behind the database port: PostgreSQL inside this process, on a directory or in memory.

import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database, Queryable, SqlValue } from './database.ts';
import { lockDirectory } from './directory-lock.ts';

export interface PgliteOptions {
  /** Where the files are; absent: in memory. */
  readonly directory?: string;
  /** In memory: a dump to begin with. Making an empty database takes several times as long as loading one. */
  readonly snapshot?: Blob;
  /**
   * Allows to begin anew when the files cannot be opened any more, as after a power cut: they are moved aside, and this
   * is told where. Dossiers come back from the object store; drafts and sessions do not. Absent: opening fails.
   */
  readonly onDamaged?: (movedTo: string, cause: unknown) => void;
}

/**
 * Opens an embedded database. PGlite writes without fsync, so after a power cut it may lack its last transactions:
 * dossiers are then found again in the object store (`reindex`), drafts and sessions are not.
 *
 * @throws {OnceFormError} ERR_DIRECTORY_LOCKED when another process has the directory open.
 */
export async function openPglite(options: PgliteOptions = {}): Promise<Database> {
  const { directory, onDamaged } = options;
  if (directory === undefined) {
    return databaseOf(
      await PGlite.create(options.snapshot === undefined ? {} : { loadDataDir: options.snapshot }),
      async () => undefined,
    );
  }
  const lock = await lockDirectory(directory);
  const dataDir = join(directory, 'data');
  try {
    let db: PGlite;
    try {
      db = await PGlite.create({ dataDir });
    } catch (cause) {
      if (onDamaged === undefined || !existsSync(dataDir)) throw cause;
      const aside = `${dataDir}.damaged-${Date.now()}`;
      await rename(dataDir, aside);
      onDamaged(aside, cause);
      db = await PGlite.create({ dataDir });
    }
    return databaseOf(db, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function databaseOf(db: PGlite, release: () => Promise<void>): Database {
  return {
    kind: 'pglite',
    ...queryable(db),
    transaction: work => db.transaction(tx => work(queryable(tx))) as Promise<never>,
    async close() {
      if (!db.closed) await db.close();
      await release();
    },
  };
}

function queryable(target: Pick<PGlite, 'query' | 'exec'>): Queryable {
  return {
    async query<Row>(sql: string, params: readonly SqlValue[] = []) {
      return (await target.query<Row>(sql, [...params])).rows;
    },
    async script(sql) {
      await target.exec(sql);
    },
  };
}
