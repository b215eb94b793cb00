// Statements in PostgreSQL or PGlite: the embedded citizen data store. Rows are never changed but for the mark that a
// revision took their place; people stand in them under a keyed pseudonym, so the table alone names nobody.

import {
  canonicalJson,
  OnceFormError,
  type AssuranceLevel,
  type ConceptId,
  type LocalizedText,
  type SourceKind,
  type Statement,
} from '@onceform/core';
import { plainBox, type BodyBox } from '../body-box.ts';
import { shift } from '../duration.ts';
import type { ExpiryNotice } from '../expiry.ts';
import type {
  About,
  CitizenDataSource,
  Discrepancy,
  ItemResult,
  Person,
  SourceDescription,
  Ticket,
} from '../source.ts';
import { pseudonyms } from './pseudonym.ts';
import { statementRows, type StatementRow } from './statement-rows.ts';

export { pseudonyms };

/** Runs one SQL statement with `$1` parameters; `pg`'s and PGlite's `query` both fit. */
export type SqlQuery = (
  sql: string,
  parameters: readonly (string | number | null)[],
) => Promise<{ readonly rows: readonly unknown[] }>;

export interface SqlSourceOptions {
  readonly id: string;
  readonly name: LocalizedText;
  readonly query: SqlQuery;
  /** Secret bytes, 32 or more, kept outside of the database: they turn a person's key into the pseudonym in the table. */
  readonly pepper: Uint8Array<ArrayBuffer>;
  /** Encrypts values, proofs and what a dispute says; absent: they stand in clear, as for a table that nobody else sees. */
  readonly box?: BodyBox;
  /** The concepts it may keep; a function where these change while it runs, which gives the same array until they do. */
  readonly concepts: readonly ConceptId[] | (() => readonly ConceptId[]);
  /** Whose data it may keep beside the person's own. */
  readonly about?: readonly About[];
  readonly kind?: SourceKind;
  /** Speak only of statements of these kinds: two sources over the same tables, such as own answers and decisions. */
  readonly only?: readonly SourceKind[];
  readonly assuranceLevel?: AssuranceLevel;
  readonly deadline?: number;
  /** How long the citizen's own word is offered again, ISO 8601; official facts do not fade. Default `P2Y`. */
  readonly decay?: string;
  readonly clock?: () => Date;
}

/** The citizen data store: it keeps what it is given, and what became of it. */
export interface SqlSource extends CitizenDataSource {
  put(person: Person, statements: readonly Statement[], expected?: number): Promise<{ readonly revision: number }>;
  report(discrepancy: Discrepancy): Promise<Ticket>;
  revision(person: Person): Promise<number>;
  /**
   * Marks everything of one record, such as a dossier that was sent back: it is kept, and not offered any more.
   * Returns how many statements that concerns.
   */
  withdrawRecord(person: Person, recordRef: string): Promise<number>;
  /** Everything that would be offered about a person, newest first. */
  present(person: Person): Promise<readonly Statement[]>;
  /**
   * Forgets a person altogether, or one concept of theirs, on their demand: of the kinds that this source speaks of
   * (`only`). Returns how many statements are gone.
   */
  forget(person: Person, concept?: ConceptId): Promise<number>;
  /** What of its kinds (`only`) ends in a span of time, for a portal that reminds people; `person` is the pseudonym. */
  expiring(from: string, until: string): Promise<readonly ExpiryNotice[]>;
  setTicketStatus(ticket: string, status: Ticket['status']): Promise<void>;
  ticketStatus(ticket: string): Promise<Ticket['status'] | undefined>;
  pseudonym(person: Person): Promise<string>;
}

/** The tables, one statement each; safe to run again. */
export const STATEMENT_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS once_people (person text PRIMARY KEY, revision bigint NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS once_statements (
    id text PRIMARY KEY, person text NOT NULL, about text NOT NULL, concept text NOT NULL, value text, absent_reason text,
    record_ref text NOT NULL, kind text NOT NULL, status text NOT NULL, level text NOT NULL, verified_at text,
    last_updated text, retrieved_at text NOT NULL, valid_from text, valid_until text, revises text, proof text,
    superseded boolean NOT NULL DEFAULT false, withdrawn boolean NOT NULL DEFAULT false, sealed boolean NOT NULL DEFAULT false)`,
  `CREATE INDEX IF NOT EXISTS once_statements_current ON once_statements (person, about, concept) WHERE NOT superseded AND NOT withdrawn`,
  `CREATE INDEX IF NOT EXISTS once_statements_expiry ON once_statements (valid_until) WHERE valid_until IS NOT NULL AND NOT superseded AND NOT withdrawn`,
  `CREATE TABLE IF NOT EXISTS once_tickets (
    no bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, person text NOT NULL, concept text NOT NULL, record_ref text NOT NULL,
    reason text NOT NULL, value text, evidence text, status text NOT NULL DEFAULT 'open')`,
];

const FIND = `SELECT id, concept, value, absent_reason, record_ref, kind, status, level, verified_at, last_updated, retrieved_at,
    valid_from, valid_until, revises, proof, sealed
  FROM once_statements WHERE person = $1 AND about = $2 AND concept = ANY(string_to_array($3, ' ')) AND NOT superseded AND NOT withdrawn
    AND ($4::text IS NULL OR kind NOT IN ('self-declared', 'prior-submission') OR coalesce(last_updated, retrieved_at) >= $4)
    AND ($5::text IS NULL OR kind = ANY(string_to_array($5, ' ')))
  ORDER BY record_ref, concept, id`;

// One statement, so that it is one transaction whoever runs it: the revision moves first, and only then rows are written.
const PUT = `WITH moved AS (
    INSERT INTO once_people (person, revision)
      SELECT $1, 1 WHERE $2::bigint IS NULL OR $2::bigint = 0 OR EXISTS (SELECT 1 FROM once_people WHERE person = $1)
      ON CONFLICT (person) DO UPDATE SET revision = once_people.revision + 1 WHERE $2::bigint IS NULL OR once_people.revision = $2::bigint
      RETURNING revision),
  given AS (SELECT * FROM jsonb_to_recordset($3::text::jsonb) AS row(id text, about text, concept text, value text, absent_reason text,
      record_ref text, kind text, status text, level text, verified_at text, last_updated text, retrieved_at text, valid_from text,
      valid_until text, revises text, proof text, sealed boolean) WHERE EXISTS (SELECT 1 FROM moved)),
  replaced AS (UPDATE once_statements SET superseded = true FROM given
      WHERE once_statements.id = given.revises AND once_statements.person = $1 RETURNING 1),
  written AS (INSERT INTO once_statements (id, person, about, concept, value, absent_reason, record_ref, kind, status, level, verified_at,
      last_updated, retrieved_at, valid_from, valid_until, revises, proof, sealed)
    SELECT id, $1, about, concept, value, absent_reason, record_ref, kind, status, level, verified_at, last_updated, retrieved_at,
      valid_from, valid_until, revises, proof, sealed FROM given RETURNING 1)
  SELECT revision, (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM replaced) AS replaced FROM moved`;

export function createSqlSource(options: SqlSourceOptions): SqlSource {
  const {
    id,
    name,
    about = ['self'],
    kind = 'prior-submission',
    assuranceLevel = 'high',
    deadline,
    decay = 'P2Y',
    clock = () => new Date(),
  } = options;
  const pseudonym = pseudonyms(options.pepper);
  const kinds = options.only?.join(' ') ?? null;
  const since = (): string => shift(clock(), decay, -1).toISOString();
  const box = options.box ?? plainBox;
  const rowsFor = statementRows({ id, name, box: options.box });
  const conceptsNow =
    typeof options.concepts === 'function' ? options.concepts : () => options.concepts as readonly ConceptId[];
  let description: SourceDescription = {
    id,
    name,
    kind,
    concepts: conceptsNow(),
    about,
    assuranceLevel,
    ...(deadline === undefined ? {} : { deadline }),
  };
  const describe = (): SourceDescription => {
    const concepts = conceptsNow();
    if (concepts !== description.concepts) description = { ...description, concepts };
    return description;
  };
  /** A driver's message may quote parameters, so it does not travel. */
  const run = async <T>(sql: string, parameters: readonly (string | number | null)[]): Promise<readonly T[]> => {
    try {
      return (await options.query(sql, parameters)).rows as readonly T[];
    } catch (error) {
      const state = (error as { code?: unknown } | null)?.code;
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The statement store did not run a query.', {
        data: { reason: 'unavailable', ...(typeof state === 'string' ? { state } : {}) },
      });
    }
  };

  return {
    describe,
    pseudonym,

    async *query({ person, about: of, items }, signal): AsyncGenerator<ItemResult, void, undefined> {
      const wanted = [...new Set(items.flatMap(({ members }) => members))].filter(concept =>
        conceptsNow().includes(concept),
      );
      const key = await pseudonym(person);
      const rows =
        wanted.length === 0 ? [] : await run<StatementRow>(FIND, [key, of, wanted.join(' '), since(), kinds]);
      signal.throwIfAborted();
      const byConcept = new Map<ConceptId, Statement[]>();
      for (const row of rows) {
        const statement = await rowsFor.read(row, person, of, key);
        const list = byConcept.get(row.concept);
        if (list) list.push(statement);
        else byConcept.set(row.concept, [statement]);
      }
      for (const { id: item, members } of items) {
        const statements = [...new Set(members)].flatMap(concept => byConcept.get(concept) ?? []);
        yield statements.length > 0 ? { item, statements } : { item, statements, absent: 'not-found' };
      }
    },

    async health() {
      return run('SELECT 1 AS ok', []).then(
        () => ({ healthy: true }),
        () => ({ healthy: false }),
      );
    },

    async put(person, statements, expected) {
      const foreign = statements.find(
        ({ concept, subject }) =>
          !conceptsNow().includes(concept) || !about.includes(subject.role) || subject.id !== person.key,
      );
      if (foreign) throw new RangeError(`This store does not keep ${foreign.concept} about "${foreign.subject.role}".`);
      const key = await pseudonym(person);
      const rows = await Promise.all(statements.map(statement => rowsFor.write(statement, key)));
      const [done] = await run<{ revision: number | string }>(PUT, [key, expected ?? null, JSON.stringify(rows)]);
      if (done === undefined)
        throw new OnceFormError('ERR_CONFLICT', 'Somebody else changed these data in the meantime.');
      return { revision: Number(done.revision) };
    },

    async revision(person) {
      const [row] = await run<{ revision: number | string }>('SELECT revision FROM once_people WHERE person = $1', [
        await pseudonym(person),
      ]);
      return Number(row?.revision ?? 0);
    },

    async withdrawRecord(person, recordRef) {
      return (
        await run(
          'UPDATE once_statements SET withdrawn = true WHERE person = $1 AND record_ref = $2 AND NOT withdrawn RETURNING 1',
          [await pseudonym(person), recordRef],
        )
      ).length;
    },

    async present(person) {
      const key = await pseudonym(person);
      const statements: Statement[] = [];
      for (const of of about) {
        for (const row of await run<StatementRow>(FIND, [key, of, conceptsNow().join(' '), since(), kinds]))
          statements.push(await rowsFor.read(row, person, of, key));
      }
      return statements.sort((a, b) => ((a.lastUpdated ?? '') < (b.lastUpdated ?? '') ? 1 : -1));
    },

    async forget(person, concept) {
      const key = await pseudonym(person);
      const gone = await run(
        `DELETE FROM once_statements WHERE person = $1 AND ($2::text IS NULL OR concept = $2)
           AND ($3::text IS NULL OR kind = ANY(string_to_array($3, ' '))) RETURNING 1`,
        [key, concept ?? null, kinds],
      );
      if (concept === undefined && kinds === null) {
        await run('DELETE FROM once_tickets WHERE person = $1', [key]);
        await run('DELETE FROM once_people WHERE person = $1', [key]);
      }
      return gone.length;
    },

    async expiring(from, until) {
      const rows = await run<{ person: string; concept: string; record_ref: string; valid_until: string }>(
        `SELECT person, concept, record_ref, valid_until FROM once_statements WHERE valid_until >= $1 AND valid_until < $2
          AND NOT superseded AND NOT withdrawn AND ($3::text IS NULL OR kind = ANY(string_to_array($3, ' ')))
          ORDER BY valid_until, id`,
        [from, until, kinds],
      );
      return rows.map(row => ({
        person: row.person,
        concept: row.concept,
        recordRef: row.record_ref,
        validUntil: row.valid_until,
      }));
    },

    async report({ id: report, person, concept, recordRef, reason, value, evidence }): Promise<Ticket> {
      const [row] = await run<{ no: number | string; status: Ticket['status'] }>(
        `INSERT INTO once_tickets (id, person, concept, record_ref, reason, value, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7)
          ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING no, status`,
        [
          report,
          await pseudonym(person),
          concept,
          recordRef,
          await box.seal(`ticket/${report}/reason`, reason),
          value === undefined ? null : await box.seal(`ticket/${report}/value`, canonicalJson(value)),
          evidence ? await box.seal(`ticket/${report}/evidence`, JSON.stringify(evidence)) : null,
        ],
      );
      return { ticket: `${id}-${row!.no}`, status: row!.status };
    },

    async setTicketStatus(ticket, status) {
      await run('UPDATE once_tickets SET status = $2 WHERE no = $1', [numberOf(ticket), status]);
    },

    async ticketStatus(ticket) {
      const [row] = await run<{ status: Ticket['status'] }>('SELECT status FROM once_tickets WHERE no = $1', [
        numberOf(ticket),
      ]);
      return row?.status;
    },
  };
}

function numberOf(ticket: string): number {
  return Number(ticket.slice(ticket.lastIndexOf('-') + 1)) || 0;
}
