// Indicators over HTTP: JSON, and CSV for spreadsheets.

import * as schemas from '../api-schemas.ts';
import { reportCsv, type Measurement } from '../measurement.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { ReuseMeasurement } from '../reuse-measurement.ts';

export function measurementRoutes(
  api: Api,
  {
    measurement,
    reuse,
    today,
    clock,
  }: {
    readonly measurement: Measurement;
    readonly reuse: ReuseMeasurement;
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
      method: 'put',
      path: '/api/indicators/{period}/frozen',
      act: 'measure.freeze',
      summary: 'Freezes the report of a period that is over',
      responses: { 200: { description: 'As it stays', schema: schemas.indicatorReport } },
    },
    async c => c.json(await measurement.freeze(c.req.param('period')!, today(), clock())),
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
      await measurement.import(c.req.param('period')!, c.req.param('indicator')!, body as never, clock());
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
