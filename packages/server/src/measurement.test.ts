import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { addCounts, createMeasurement, type CountKey, type Measurement } from './measurement.ts';
import { migrate } from './migrations.ts';
import { emptyDatabase } from './testing/empty-database.ts';

const SQL = new URL('./sql/', import.meta.url);
const on = (day: string, procedure: string, channel = 'online'): CountKey => ({ day, procedure, agency: 'X', channel });

describe('what is counted of a year', () => {
  let db: Database, measurement: Measurement;
  beforeAll(async () => {
    // Counted before there were totals of years and days.
    const before = await mkdtemp(join(tmpdir(), 'onceform-sql-'));
    for (const name of await readdir(SQL)) if (name < '021') await cp(new URL(name, SQL), join(before, name));
    db = await emptyDatabase();
    await migrate(db, pathToFileURL(`${before}/`));
    await rm(before, { recursive: true });
    await addCounts(db, [
      [on('2025-12-31', 'a'), { filed: 1 }],
      [on('2026-01-31', 'a'), { filed: 2, answers: 9 }],
      [on('2026-06-01', 'a'), { filed: 3 }],
      [on('2026-06-01', 'b', 'post'), { filed: 4 }],
    ]);
    expect(await migrate(db)).toContain('021-filed-totals.sql');
    // The statement is that of before: a node of an older version counts so, too.
    await addCounts(db, [
      [on('2026-06-01', 'a'), { filed: 10, accepted: 5 }],
      [on('2026-12-31', 'c'), { filed: 20 }],
      [on('2027-01-01', 'c'), { filed: 30 }],
    ]);
    await addCounts(db, [[on('2026-12-31', 'c'), { filed: 2 }]]);
    measurement = createMeasurement({ db, indicators: [], offered: () => [] });
  }, 60_000);
  afterAll(() => db.close());

  it('is what its months say, whatever was counted before the totals or after', async () => {
    const { filed, reuse } = await measurement.report('2026');
    expect(filed).toEqual([
      { procedure: 'c', channel: 'online', agency: 'X', count: 22 },
      { procedure: 'a', channel: 'online', agency: 'X', count: 15 },
      { procedure: 'b', channel: 'post', agency: 'X', count: 4 },
    ]);
    expect(reuse).toEqual({ answers: 9 });
    expect((await measurement.report('2026-H1')).filed).toEqual([
      { procedure: 'a', channel: 'online', agency: 'X', count: 15 },
      { procedure: 'b', channel: 'post', agency: 'X', count: 4 },
    ]);
    expect((await measurement.report('2026-Q4')).filed).toMatchObject([{ procedure: 'c', count: 22 }]);
    expect((await measurement.report('2027')).filed).toMatchObject([{ procedure: 'c', count: 30 }]);
    expect((await measurement.report('2024')).filed).toEqual([]);
  });

  it('is told by day in a month, and by month in what is longer', async () => {
    expect(await measurement.overTime('2026-06')).toEqual([{ at: '2026-06-01', count: 17 }]);
    expect(await measurement.overTime('2026-12')).toEqual([{ at: '2026-12-31', count: 22 }]);
    expect(await measurement.overTime('2026')).toEqual([
      { at: '2026-01', count: 2 },
      { at: '2026-06', count: 17 },
      { at: '2026-12', count: 22 },
    ]);
    expect(await measurement.overTime('2026-Q1')).toEqual([{ at: '2026-01', count: 2 }]);
  });

  it('is not counted where the counting is rolled back', async () => {
    await expect(
      db.transaction(async tx => {
        await addCounts(tx, [[on('2026-03-01', 'a'), { filed: 100 }]]);
        throw new Error('not now');
      }),
    ).rejects.toThrow('not now');
    expect((await measurement.report('2026')).filed.find(({ procedure }) => procedure === 'a')).toMatchObject({
      count: 15,
    });
  });

  it('gives no half of the daily counts for the whole: it asks for a shorter period', async () => {
    const { daily } = createMeasurement({ db, indicators: [], offered: () => [], mostCells: 3 });
    expect(await daily('2026-06', null)).toHaveLength(3);
    await expect(daily('2026', null)).rejects.toMatchObject({ code: 'ERR_REQUEST_INVALID' });
    expect(await daily('2026-H2', 'filed')).toHaveLength(1);
  });
});
