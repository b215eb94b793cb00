// The database port: the little of SQL access that the server needs. PGlite and PostgreSQL fulfil it with the same SQL.

/** Something that runs statements: the database itself, or one transaction of it. */
export interface Queryable {
  /**
   * Runs one statement with `$1`-style parameters and returns its rows.
   *
   * Parameters are strings, numbers, booleans, dates, null or bytes; JSON goes in as text with a `::jsonb` cast.
   * `timestamptz` comes back as `Date`, `jsonb` as parsed JSON, `int4` as number, `bytea` as bytes.
   */
  query<Row = Record<string, unknown>>(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Runs a script of several statements without parameters: migrations. */
  script(sql: string): Promise<void>;
}

export type SqlValue = string | number | boolean | Date | Uint8Array | null;

export interface Database extends Queryable {
  /** `pglite` holds everything in this process and has no fsync; `postgresql` is a server of its own. */
  readonly kind: 'pglite' | 'postgresql';
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
