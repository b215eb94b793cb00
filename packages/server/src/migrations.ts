// Forward-only migrations: the numbered files in sql/, each applied once, in order, and never edited afterwards.

import { readdir, readFile } from 'node:fs/promises';
import { OnceFormError, sha256 } from '@onceform/core';
import type { Database } from './database.ts';

const FOLDER = new URL('../src/sql/', import.meta.url);
/** Any number, the same on every node: the name of the advisory lock. */
const LOCK = 7_305_001;

/**
 * Brings the database to the newest shape. Several nodes may start at once: one works, the others wait.
 *
 * @returns the names of the migrations applied now.
 * @throws {OnceFormError} ERR_MIGRATION when a migration applied earlier is missing or differs from its file.
 */
export async function migrate(db: Database, folder: URL = FOLDER): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort();
  return db.transaction(async tx => {
    await tx.query(`SELECT pg_advisory_xact_lock(${LOCK})::text`);
    await tx.script(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL, applied timestamptz NOT NULL DEFAULT now())',
    );
    const applied = new Map(
      (await tx.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration')).map(row => [
        row.name,
        row.sha256,
      ]),
    );
    const unknown = [...applied.keys()].filter(name => !names.includes(name));
    if (unknown.length > 0)
      throw new OnceFormError(
        'ERR_MIGRATION',
        `The database is newer than this server: it knows ${unknown.join(', ')}.`,
        { data: { names: unknown } },
      );
    const done: string[] = [];
    for (const name of names) {
      const sql = await readFile(new URL(name, folder), 'utf8');
      const digest = await sha256(sql);
      const before = applied.get(name);
      if (before === digest) continue;
      if (before !== undefined)
        throw new OnceFormError('ERR_MIGRATION', `The migration ${name} was changed after it had been applied.`, {
          data: { name },
        });
      await tx.script(sql);
      await tx.query('INSERT INTO migration (name, sha256) VALUES ($1, $2)', [name, digest]);
      done.push(name);
    }
    return done;
  });
}
