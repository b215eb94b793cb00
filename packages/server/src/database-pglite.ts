// PGlite behind the database port: PostgreSQL inside this process, on a directory or in memory.

import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messages, Mutex, parse, PGlite, protocol } from '@electric-sql/pglite';
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
  // One statement or one transaction at a time: PGlite has one connection.
  const turn = new Mutex();
  const statements = createStatements(db);
  const run: Queryable = {
    query: statements,
    async script(sql) {
      await db.exec(sql);
    },
  };
  return {
    kind: 'pglite',
    query: (sql, params) => turn.runExclusive(() => run.query(sql, params)) as Promise<never>,
    script: sql => turn.runExclusive(() => run.script(sql)),
    transaction: work =>
      turn.runExclusive(() =>
        db.transaction(tx => work({ query: statements, script: async sql => void (await tx.exec(sql)) })),
      ) as Promise<never>,
    async close() {
      if (!db.closed) await db.close();
      await release();
    },
  };
}

interface Statement {
  readonly name: string;
  /** OIDs of the parameters. */
  readonly types: readonly number[];
  /** What the rows look like, for those that have some. */
  readonly rows: readonly messages.BackendMessage[];
}

/** Statements that are kept; a caller that writes values into SQL must not fill the memory. */
const MOST = 500;

/**
 * Runs statements that are parsed and planned once. PGlite's own `query` parses, describes, binds and runs each anew, with
 * a trip through the database for every one of these steps, which costs more than most of the portal's statements.
 */
function createStatements(db: PGlite): Queryable['query'] {
  const { serialize } = protocol;
  const known = new Map<string, Statement>();
  const prepare = async (sql: string): Promise<Statement> => {
    const name = known.size < MOST ? `once_${known.size + 1}` : '';
    const said = await db.execProtocolStream(
      Buffer.concat([serialize.parse({ name, text: sql }), serialize.describe({ type: 'S', name }), serialize.sync()]),
    );
    const statement: Statement = {
      name,
      types: parse.parseDescribeStatementResults(said),
      rows: said.filter(message => message.name === 'rowDescription'),
    };
    if (name !== '') known.set(sql, statement);
    return statement;
  };
  return async <Row>(sql: string, params: readonly SqlValue[] = []) =>
    db.runExclusive(async () => {
      const statement = known.get(sql) ?? (await prepare(sql));
      const values = params.map((value, i) => {
        if (value === null) return null;
        const write = db.serializers[statement.types[i]!];
        return write === undefined ? String(value) : (write(value) as string);
      });
      const said = await db.execProtocolStream(
        Buffer.concat([serialize.bind({ statement: statement.name, values }), serialize.execute({}), serialize.sync()]),
      );
      return parse.parseResults([...statement.rows, ...said], db.parsers)[0]!.rows as Row[];
    });
}
