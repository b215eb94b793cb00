// Measurement: daily counts made from events, and indicators made from counts. No person, no value ever gets here.

import type { LocalizedText } from '@onceform/core';
import type { Database, Queryable } from './database.ts';
import { indicatorValue, type IndicatorSpec, type IndicatorValue } from './indicators.ts';
import { refuse, refuseChange } from './problem.ts';

export interface CountKey {
  /** `YYYY-MM-DD` where the agency is. */
  readonly day: string;
  readonly procedure: string | null;
  readonly agency: string | null;
  readonly channel: string;
}

/** What is counted; open, because components and origins have names of their own. */
export type Counts = Readonly<Record<string, number>>;

/**
 * Adds to the counts of days and months; what follows from them (migration 021) the database adds by itself. Sorted, so
 * that two writers never wait for each other in a circle.
 */
export async function addCounts(db: Queryable, entries: readonly (readonly [CountKey, Counts])[]): Promise<void> {
  const totals = new Map<string, number>();
  for (const [{ day, procedure, agency, channel }, counts] of entries) {
    for (const [metric, count] of Object.entries(counts)) {
      const key = JSON.stringify([day, procedure ?? '', agency ?? '', channel, metric]);
      totals.set(key, (totals.get(key) ?? 0) + count);
    }
  }
  const rows = [...totals]
    .filter(([, count]) => count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => [...(JSON.parse(key) as string[]), count]);
  if (rows.length === 0) return;
  await db.query(
    `WITH given AS MATERIALIZED (
       SELECT (row->>0)::date AS day, row->>1 AS procedure, row->>2 AS agency, row->>3 AS channel, row->>4 AS metric, (row->>5)::bigint AS count
       FROM jsonb_array_elements($1::jsonb) AS row
     ), daily AS (
       INSERT INTO daily_count (day, procedure, agency, channel, metric, count) SELECT day, procedure, agency, channel, metric, count FROM given
       ON CONFLICT (day, procedure, agency, channel, metric) DO UPDATE SET count = daily_count.count + excluded.count
     )
     INSERT INTO monthly_count (month, metric, procedure, agency, channel, count)
     SELECT to_char(day, 'YYYY-MM'), metric, '*', '*', '*', sum(count) FROM given GROUP BY 1, 2
     UNION ALL
     SELECT to_char(day, 'YYYY-MM'), metric, procedure, agency, channel, sum(count) FROM given WHERE metric = 'filed' GROUP BY 1, 2, 3, 4, 5
     ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (month, metric, procedure, agency, channel) DO UPDATE SET count = monthly_count.count + excluded.count`,
    [JSON.stringify(rows)],
  );
}

export interface IndicatorReport {
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly frozen: boolean;
  readonly indicators: readonly IndicatorValue[];
  /** How much was reused, of all answers and components. */
  readonly reuse: Readonly<Record<string, number>>;
  /** Filed dossiers by procedure, channel and agency. */
  readonly filed: readonly {
    readonly procedure: string;
    readonly channel: string;
    readonly agency: string;
    readonly count: number;
  }[];
}

/** One cell of the daily counts. */
export interface DailyCount extends CountKey {
  readonly metric: string;
  readonly count: number;
}

/** Filed dossiers of one day or one month. */
export interface FiledAt {
  /** `YYYY-MM-DD` or `YYYY-MM` */
  readonly at: string;
  readonly count: number;
}

export interface Measurement {
  /**
   * Daily counts of a period, of one metric where it is named; by day, then procedure, agency and channel.
   *
   * @throws {OnceFormError} ERR_REQUEST_INVALID when there are too many.
   */
  daily(period: string, metric: string | null): Promise<readonly DailyCount[]>;
  /** How many were filed on each day of a month, or in each month of a longer period; those without any are left out. */
  overTime(period: string): Promise<readonly FiledAt[]>;
  /** `2026`, `2026-H2`, `2026-Q4` or `2026-11`. A frozen report is given as it was frozen. */
  report(period: string): Promise<IndicatorReport>;
  /** @throws {OnceFormError} ERR_CONFLICT when the period was frozen before, or is not over. */
  freeze(period: string, today: string, at: Date): Promise<IndicatorReport>;
  import(
    period: string,
    indicator: string,
    counts: { readonly numerator: number; readonly denominator: number; readonly source: string },
    at: Date,
  ): Promise<void>;
}

export interface MeasurementOptions {
  readonly db: Database;
  readonly indicators: readonly IndicatorSpec[];
  /** Codes of the procedures on offer now. */
  readonly offered: () => readonly string[];
  /** Cells of the daily counts that are given at once. 50,000 when absent. */
  readonly mostCells?: number;
}

export function createMeasurement({ db, indicators, offered, mostCells = 50_000 }: MeasurementOptions): Measurement {
  return {
    async daily(period, metric) {
      const { from, to } = datesOf(period);
      const cells = await db.query<DailyCount>(
        `SELECT day::text, procedure, agency, channel, metric, count::float8 AS count FROM daily_count
         WHERE day BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR metric = $3)
         ORDER BY day, procedure, agency, channel, metric LIMIT $4`,
        [from, to, metric, mostCells + 1],
      );
      if (cells.length > mostCells)
        throw refuse('ERR_REQUEST_INVALID', `More than ${mostCells} counts: ask for a shorter period or one metric.`);
      return cells;
    },
    async overTime(period) {
      const { from, to } = datesOf(period);
      return isMonth(period)
        ? db.query<FiledAt>(
            'SELECT day::text AS at, count::float8 AS count FROM daily_filed WHERE day BETWEEN $1::date AND $2::date ORDER BY day',
            [from, to],
          )
        : db.query<FiledAt>(
            `SELECT month AS at, count::float8 AS count FROM monthly_count
             WHERE metric = 'filed' AND procedure = '*' AND month BETWEEN $1 AND $2 ORDER BY month`,
            [from.slice(0, 7), to.slice(0, 7)],
          );
    },
    async report(period) {
      const { from, to } = datesOf(period);
      const [frozen] = await db.query<{ report: IndicatorReport }>(
        'SELECT report FROM frozen_report WHERE period = $1',
        [period],
      );
      if (frozen !== undefined) return { ...frozen.report, frozen: true };
      const sums = new Map(
        (
          await db.query<{ metric: string; count: number }>(
            `SELECT metric, sum(count)::float8 AS count FROM monthly_count
         WHERE month BETWEEN $1 AND $2 AND procedure = '*' GROUP BY metric`,
            [from.slice(0, 7), to.slice(0, 7)],
          )
        ).map(({ metric, count }) => [metric, count]),
      );
      const imported = new Map(
        (
          await db.query<{ indicator: string; numerator: number; denominator: number }>(
            'SELECT indicator, numerator::float8 AS numerator, denominator::float8 AS denominator FROM imported_count WHERE period = $1',
            [period],
          )
        ).map(row => [row.indicator, row]),
      );
      const filed = isYear(period)
        ? await db.query<IndicatorReport['filed'][number]>(
            `SELECT procedure, channel, agency, count::float8 AS count FROM yearly_filed
             WHERE year = $1 ORDER BY count DESC, procedure, channel, agency`,
            [period],
          )
        : await db.query<IndicatorReport['filed'][number]>(
            `SELECT procedure, channel, agency, sum(count)::float8 AS count FROM monthly_count
             WHERE metric = 'filed' AND month BETWEEN $1 AND $2 AND procedure <> '*' GROUP BY procedure, channel, agency
             ORDER BY count DESC, procedure, channel, agency`,
            [from.slice(0, 7), to.slice(0, 7)],
          );
      return {
        period,
        from,
        to,
        frozen: false,
        filed,
        indicators: indicators.map(spec =>
          indicatorValue(spec, { period, sums, filed: byProcedure(filed), offered: offered(), imported }),
        ),
        reuse: Object.fromEntries(
          [...sums].filter(([metric]) => metric.startsWith('answers') || metric.startsWith('components')).sort(),
        ),
      };
    },
    async freeze(period, today, at) {
      if (datesOf(period).to >= today) throw refuseChange('A period that is not over cannot be frozen.');
      const report = await this.report(period);
      const rows = await db.query(
        'INSERT INTO frozen_report (period, report, at) VALUES ($1, $2::jsonb, $3) ON CONFLICT DO NOTHING RETURNING 1',
        [period, JSON.stringify(report), at],
      );
      if (rows.length === 0) throw refuseChange('This period was frozen before.');
      return { ...report, frozen: true };
    },
    async import(period, indicator, { numerator, denominator, source }, at) {
      datesOf(period);
      if (indicators.find(({ id }) => id === indicator)?.basis !== 'imported-counts')
        throw refuse('ERR_REQUEST_INVALID', 'This indicator does not take imported counts.');
      await db.query(
        `INSERT INTO imported_count (period, indicator, numerator, denominator, source, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (period, indicator) DO UPDATE SET numerator = excluded.numerator, denominator = excluded.denominator, source = excluded.source, at = excluded.at`,
        [period, indicator, numerator, denominator, source, at],
      );
    },
  };
}

function byProcedure(filed: IndicatorReport['filed']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { procedure, count } of filed) counts.set(procedure, (counts.get(procedure) ?? 0) + count);
  return counts;
}

const isYear = (period: string): boolean => period.length === 4;
const isMonth = (period: string): boolean => /^\d{4}-\d{2}$/.test(period);

/** First and last day of a period. */
export function datesOf(period: string): { readonly from: string; readonly to: string } {
  const [, year, part] = /^(\d{4})(?:-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$/.exec(period) ?? [];
  if (year === undefined) throw refuse('ERR_REQUEST_INVALID', 'A period is 2026, 2026-H2, 2026-Q4 or 2026-11.');
  const [first, months] =
    part === undefined
      ? [1, 12]
      : part.startsWith('H')
        ? [Number(part[1]) * 6 - 5, 6]
        : part.startsWith('Q')
          ? [Number(part[1]) * 3 - 2, 3]
          : [Number(part), 1];
  const last = new Date(Date.UTC(Number(year), first - 1 + months, 0)).toISOString().slice(0, 10);
  return { from: `${year}-${String(first).padStart(2, '0')}-01`, to: last };
}

/** The report as CSV, one row per indicator. */
export function reportCsv({ indicators }: IndicatorReport, locale: string): string {
  const say = (text: LocalizedText): string =>
    typeof text === 'string' ? text : (text[locale] ?? Object.values(text)[0] ?? '');
  const rows = indicators.map(({ id, name, basis, formula, target, numerator, denominator, value, reached }) => [
    id,
    say(name),
    basis,
    formula,
    target,
    numerator,
    denominator,
    value,
    reached,
  ]);
  const head = ['id', 'name', 'basis', 'formula', 'target', 'numerator', 'denominator', 'value', 'reached'];
  return csvOf([head, ...rows]);
}

/** Rows as CSV (RFC 4180); the first is the head. A cell that a spreadsheet would take for a formula becomes text. */
export function csvOf(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  const cell = (value: string | number | boolean | null): string => {
    const text = value === null ? '' : String(value);
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const [head, ...body] = rows;
  return [head!.join(','), ...body.map(row => row.map(cell).join(',')), ''].join('\r\n');
}
