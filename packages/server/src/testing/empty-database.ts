// An empty database for tests: an embedded one, from a dump that the first test run of a machine leaves in the temporary
// folder; or, where DATABASE_URL names a PostgreSQL, one that is made there.

import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Database } from '../database.ts';
import { openPglite } from '../database-pglite.ts';
import { openPostgres } from '../database-postgres.ts';

let snapshot: Promise<Blob> | undefined;

/** Without migrations: those are run by whoever opens it, as always. */
export async function emptyDatabase(): Promise<Database> {
  const server = process.env['DATABASE_URL'];
  return server === undefined
    ? openPglite({ snapshot: await (snapshot ??= loadSnapshot()) })
    : openPostgres({ url: await createOn(server), max: 4 });
}

/** Makes a database on a PostgreSQL; it stays there until that is thrown away. */
async function createOn(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  await client.end();
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

async function loadSnapshot(): Promise<Blob> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(
    await readFile(join(entry.slice(0, entry.lastIndexOf('dist')), 'package.json'), 'utf8'),
  ) as { version: string };
  const file = join(tmpdir(), `onceform-empty-pglite-${version}.tar`);
  try {
    return new Blob([await readFile(file)]);
  } catch {
    const db = await PGlite.create({});
    const dump = await db.dumpDataDir('none');
    await db.close();
    const part = `${file}.${randomUUID()}`;
    await writeFile(part, new Uint8Array(await dump.arrayBuffer()));
    await rename(part, file);
    return dump;
  }
}
