// PostgreSQL behind the database port, through a pool.

import pg from 'pg';
import type { Database, Queryable, SqlValue } from './database.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  /** Connections; 10 when absent. */
  readonly max?: number;
}

/** Opens a pool on a PostgreSQL server and asks it once, so that a wrong address fails here and not at a citizen. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool({ connectionString: options.url, max: options.max ?? 10 });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: 'postgresql',
    ...queryable(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(queryable(client));
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // A connection that cannot even roll back is thrown away, not lent out again.
        await client.query('ROLLBACK').then(
          () => client.release(),
          broken => client.release(broken as Error),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

function queryable(target: Pick<pg.Pool | pg.PoolClient, 'query'>): Queryable {
  return {
    async query<Row>(sql: string, params: readonly SqlValue[] = []) {
      return (
        await target.query(
          sql,
          params.map(value => (value instanceof Uint8Array ? Buffer.from(value) : value)),
        )
      ).rows as Row[];
    },
    async script(sql) {
      await target.query(sql);
    },
  };
}
