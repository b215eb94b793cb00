// What changes without a new form: fees, office hours, agencies, what areas count as. Dated tables; each change is a new
// edition of the whole table, valid from a day on, and earlier editions stay as they were.

import { Validator, type Schema } from '@cfworker/json-schema';
import type { AreaRow, FeeRow, Json, JsonObject, LocalizedText } from '@onceform/core';
import type { Database } from './database.ts';
import { refuse, refuseChange } from './problem.ts';
import type { WorkingHours } from './working-time.ts';

/** Office hours of an agency, or of all without a line of their own (`*`). */
export interface HoursRow {
  readonly agency: string;
  readonly hours: WorkingHours;
}

/** An agency that dossiers go to. Kind and area are the pack's words: they say what it is competent for. */
export interface AgencyRow {
  /** Stands in dossier codes: `H27.25`. */
  readonly code: string;
  readonly kind: string;
  readonly area: string;
  readonly name: LocalizedText;
}

export interface ParameterRows {
  readonly fees: readonly FeeRow[];
  readonly hours: readonly HoursRow[];
  readonly agencies: readonly AgencyRow[];
  /** Border communes, poor communes, …: the words are the pack's. */
  readonly areas: readonly AreaRow[];
}

export type ParameterTable = keyof ParameterRows;

export interface Edition<Table extends ParameterTable = ParameterTable> {
  readonly table: Table;
  /** From 1. */
  readonly no: number;
  /** First day it is for; the edition with the latest day not after the asked one counts, of the same day the newest. */
  readonly validFrom: string;
  readonly rows: ParameterRows[Table];
  readonly published: string;
}

export interface Parameters {
  /** The rows of a day; null where no edition was ever published for it. */
  at<Table extends ParameterTable>(table: Table, date: string): Promise<ParameterRows[Table] | null>;
  /** All editions, newest first. */
  editions(table: ParameterTable): Promise<readonly Edition[]>;
  /**
   * @throws {OnceFormError} ERR_REQUEST_INVALID for rows that are none; ERR_CONFLICT for a day that is over: what was
   *   charged and promised then stays true.
   */
  publish(table: ParameterTable, edition: { validFrom: string; rows: Json }, by: string): Promise<Edition>;
}

const text = (maxLength: number): JsonObject => ({ type: 'string', minLength: 1, maxLength });
const date: JsonObject = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const clockTime: JsonObject = { type: 'string', pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' };
const localized: JsonObject = {
  anyOf: [text(500), { type: 'object', additionalProperties: text(500), minProperties: 1 }],
};

/** One row of each table. */
export const parameterSchemas: { readonly [table in ParameterTable]: JsonObject } = {
  fees: {
    type: 'object',
    properties: {
      procedure: text(40),
      charge: text(40),
      amount: { type: 'integer', minimum: 0, maximum: 1e12 },
      channel: text(20),
      from: date,
      until: date,
      basis: text(500),
    },
    required: ['procedure', 'charge', 'amount', 'from', 'basis'],
  },
  hours: {
    type: 'object',
    properties: {
      agency: text(40),
      hours: {
        type: 'array',
        minItems: 1,
        maxItems: 6,
        items: { type: 'array', prefixItems: [clockTime, clockTime], items: false, minItems: 2 },
      },
    },
    required: ['agency', 'hours'],
    additionalProperties: false,
  },
  agencies: {
    type: 'object',
    properties: { code: text(40), kind: text(40), area: text(20), name: localized },
    required: ['code', 'kind', 'area', 'name'],
    additionalProperties: false,
  },
  areas: {
    type: 'object',
    properties: { area: text(20), standing: text(40), basis: text(500) },
    required: ['area', 'standing', 'basis'],
    additionalProperties: false,
  },
};

/** Milliseconds that another node's change may stay unseen here. */
const FRESH = 2000;

export function createParameters({
  db,
  clock,
  today,
}: {
  readonly db: Database;
  readonly clock: () => Date;
  readonly today: () => string;
}): Parameters {
  let known: { readonly until: number; readonly editions: Promise<readonly Edition[]> } | null = null;

  const all = (): Promise<readonly Edition[]> => {
    const now = clock().getTime();
    if (known === null || known.until <= now) {
      const editions = read(db);
      known = { until: now + FRESH, editions };
      editions.catch(() => (known = null));
    }
    return known.editions;
  };

  return {
    async at<Table extends ParameterTable>(table: Table, day: string) {
      const found = (await all()).find(edition => edition.table === table && edition.validFrom <= day);
      return found === undefined ? null : (found.rows as ParameterRows[Table]);
    },
    async editions(table) {
      return (await read(db)).filter(edition => edition.table === table).sort((a, b) => b.no - a.no);
    },
    async publish(table, { validFrom, rows }, by) {
      if (validFrom < today())
        throw refuseChange('A table for a day that is over cannot be changed: what was charged then stays true.');
      requireRows(table, rows);
      // The number is taken in the statement that uses it; two publishers at once: one of them tries again.
      const [row] = await db.query<{ no: number }>(
        `INSERT INTO parameter_edition (name, no, valid_from, rows, published, by)
         SELECT $1, coalesce(max(no), 0) + 1, $2::date, $3::jsonb, $4, $5 FROM parameter_edition WHERE name = $1
         ON CONFLICT DO NOTHING RETURNING no`,
        [table, validFrom, JSON.stringify(rows), clock(), by],
      );
      if (row === undefined) throw refuseChange('Somebody else published an edition a moment ago.');
      known = null;
      return { table, no: row.no, validFrom, rows: rows as never, published: clock().toISOString() };
    },
  };
}

/** Sorted so that the first one whose day has come is the one that counts. */
async function read(db: Database): Promise<readonly Edition[]> {
  const rows = await db.query<Omit<Edition, 'published'> & { published: Date }>(
    `SELECT name AS table, no, valid_from::text AS "validFrom", rows, published FROM parameter_edition
     ORDER BY valid_from DESC, no DESC`,
  );
  return rows.map(row => ({ ...row, published: row.published.toISOString() }));
}

function requireRows(table: ParameterTable, rows: Json): void {
  const { valid, errors } = new Validator(
    { type: 'array', maxItems: 20_000, items: parameterSchemas[table] } as Schema,
    '2020-12',
  ).validate(rows);
  if (!valid) {
    const worst = errors.at(-1);
    throw refuse(
      'ERR_REQUEST_INVALID',
      `The rows are no table of ${table}: "${worst?.instanceLocation.slice(1) ?? ''}" (${worst?.keyword ?? 'schema'}).`,
    );
  }
  if (table === 'hours' && (rows as unknown as HoursRow[]).some(({ hours }) => !inOrder(hours)))
    throw refuse('ERR_REQUEST_INVALID', 'Office hours are in order, and each span ends after it begins.');
  if (table === 'agencies') {
    const codes = (rows as unknown as AgencyRow[]).map(({ code }) => code);
    if (new Set(codes).size !== codes.length) throw refuse('ERR_REQUEST_INVALID', 'Two agencies have the same code.');
  }
}

function inOrder(hours: WorkingHours): boolean {
  const times = hours.flat();
  return times.every((time, i) => i === 0 || times[i - 1]! < time);
}
