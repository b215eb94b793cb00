// The databases that the tests of the SQL adapters run on: PGlite always; PostgreSQL where DATABASE_URL names one, in
// tables that vanish with the connection. `npm run test:postgres` starts a PostgreSQL of its own for them.

import { emptyDatabase } from '../server/src/testing/empty-database.ts';
import type { SqlQuery } from './src/adapters/sql.ts';

export interface SqlEngine {
  readonly query: SqlQuery;
  close(): Promise<unknown>;
}

/** By name; `of` says in the reason why PostgreSQL is not among them. */
export function sqlEngines(of: string): { readonly [name: string]: () => Promise<SqlEngine> } {
  const url = process.env['DATABASE_URL'];
  if (url === undefined)
    console.info(`${of}: PostgreSQL is left out, because DATABASE_URL is not set; see npm run test:postgres.`);
  return { PGlite: embedded, ...(url === undefined ? {} : { PostgreSQL: () => connected(url) }) };
}

async function embedded(): Promise<SqlEngine> {
  const db = await emptyDatabase();
  return { query: async (sql, parameters) => ({ rows: await db.query(sql, parameters) }), close: () => db.close() };
}

async function connected(url: string): Promise<SqlEngine> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET search_path TO pg_temp');
  return { query: (sql, parameters) => client.query(sql, [...parameters]), close: () => client.end() };
}
