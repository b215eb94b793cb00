// PostgreSQL behind the database port, through a pool.

import pg from 'pg';
import type { Database, Queryable, SqlValue } from './database.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  /** Connections; 10 when absent. */
  readonly max?: number;
  /**
   * Each connection parses a statement once and keeps its plan. False behind a pooler that hands connections on between
   * statements (PgBouncer before 1.21). True when absent.
   */
  readonly prepare?: boolean;
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
    ...queryable(pool, options.prepare),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(queryable(client, options.prepare));
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

function queryable(target: Pick<pg.Pool | pg.PoolClient, 'query'>, prepare = true): Queryable {
  return {
    async query<Row>(sql: string, params: readonly SqlValue[] = []) {
      const values = params.map(value => (value instanceof Uint8Array ? Buffer.from(value) : value));
      const name = prepare && params.length > 0 ? nameOf(sql) : undefined;
      return (await target.query(name === undefined ? { text: sql, values } : { name, text: sql, values }))
        .rows as Row[];
    },
    async script(sql) {
      await target.query(sql);
    },
  };
}

const names = new Map<string, string>();
/** Statements kept on each connection. The portal has far fewer; a caller that writes values into SQL must not fill the server. */
const MOST = 500;

/** The name a statement is prepared under; undefined beyond the most that are kept. */
function nameOf(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < MOST) names.set(sql, (name = `once_${names.size + 1}`));
  return name;
}
