// Indicators over HTTP: JSON, and CSV for spreadsheets.

import * as schemas from '../api-schemas.ts';
import type { Audit } from '../audit.ts';
import { csvOf, reportCsv, type Measurement } from '../measurement.ts';
import type { Api } from '../operation.ts';
import type { Parameters } from '../parameters.ts';
import { refuse } from '../problem.ts';
import type { ReuseMeasurement } from '../reuse-measurement.ts';

export function measurementRoutes(
  api: Api,
  {
    measurement,
    reuse,
    parameters,
    audit,
    today,
    clock,
  }: {
    readonly measurement: Measurement;
    readonly reuse: ReuseMeasurement;
    readonly parameters: Parameters;
    readonly audit: Audit;
    readonly today: () => string;
    readonly clock: () => Date;
  },
): void {
  api.on(
    {
      method: 'get',
      path: '/api/indicators/{period}',
      act: 'measure.read',
      summary: 'The indicators of a month, quarter, half-year or year',
      query: { format: { enum: ['json', 'csv'] }, locale: { type: 'string', maxLength: 10 } },
      responses: {
        200: {
          description: 'Each indicator with its formula, target, counts and basis',
          schema: schemas.indicatorReport,
        },
      },
    },
    async c => {
      const report = await measurement.report(c.req.param('period')!);
      c.header('cache-control', 'no-store');
      if (c.req.query('format') !== 'csv') return c.json(report);
      return c.body(reportCsv(report, c.req.query('locale') ?? 'en'), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="indicators-${report.period}.csv"`,
      });
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/counts/{period}',
      act: 'measure.read',
      summary: 'Daily counts by procedure, channel, agency and its place; of one metric where it is named',
      query: { metric: { type: 'string', maxLength: 100 }, format: { enum: ['json', 'csv'] } },
      responses: { 200: { description: 'By day', schema: schemas.arrayOf(schemas.dailyCount) } },
    },
    async c => {
      const agencies = (await parameters.at('agencies', today())) ?? [];
      const place = new Map(agencies.map(({ code, area }) => [code, area]));
      const counts = (await measurement.daily(c.req.param('period')!, c.req.query('metric') ?? null)).map(cell => ({
        ...cell,
        place: place.get(cell.agency ?? '') ?? null,
      }));
      c.header('cache-control', 'no-store');
      if (c.req.query('format') !== 'csv') return c.json(counts);
      const head = ['day', 'procedure', 'channel', 'agency', 'place', 'metric', 'count'] as const;
      return c.body(csvOf([head, ...counts.map(cell => head.map(name => cell[name]))]), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="counts-${c.req.param('period')!}.csv"`,
      });
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/indicators/{period}/frozen',
      act: 'measure.freeze',
      summary: 'Freezes the report of a period that is over',
      responses: { 200: { description: 'As it stays', schema: schemas.indicatorReport } },
    },
    async c => {
      const period = c.req.param('period')!;
      const report = await measurement.freeze(period, today(), clock());
      await audit(c.get('session')!.person!.id, 'measure.freeze', period);
      return c.json(report);
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/indicators/{period}/imported/{indicator}',
      act: 'measure.freeze',
      summary: 'Gives the counts of an indicator that another system counts',
      body: { types: ['application/json'], schema: schemas.importedCount, limit: 4096 },
      responses: { 204: { description: 'Kept' } },
    },
    async (c, { body }) => {
      const { period, indicator } = c.req.param() as { period: string; indicator: string };
      await measurement.import(period, indicator, body as never, clock());
      await audit(c.get('session')!.person!.id, 'measure.import', `${period} ${indicator}`);
      return c.body(null, 204);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/reuse-metrics/{month}',
      act: 'reuse.read',
      summary: 'How much citizens were spared in a month: the indices R1 to R21, small cells suppressed',
      responses: { 200: { description: 'Each index with its denominator', schema: schemas.reuseMetrics } },
    },
    async c => {
      const month = c.req.param('month')!;
      if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw refuse('ERR_REQUEST_INVALID', 'A month is 2026-11.');
      c.header('cache-control', 'no-store');
      return c.json(await reuse.report(month));
    },
  );
}
