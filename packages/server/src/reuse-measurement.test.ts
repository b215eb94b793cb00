import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReuseMetrics } from '@onceform/store/metrics';
import type { Database, Queryable } from './database.ts';
import { createReuseMeasurement } from './reuse-measurement.ts';
import { citizen, file, prepare, startTestPortal, type TestPortal } from './testing/test-portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal({ costs: { hour: 50_000, paper: 20_000, secondsPerCharacter: 0.4 } });
}, 60_000);
afterAll(() => portal.end());

const report = async (): Promise<ReuseMetrics> =>
  (await (await portal.app.request('/api/reuse-metrics/2026-11')).json()) as ReuseMetrics;
const NAMES = { 'form-filed': 'forms', returned: 'returned', 'log-view': 'log views', tamper: 'tampers' };
/** Events of a kind, counted already or still to be counted. */
const events = async (kind: keyof typeof NAMES): Promise<number> =>
  (
    await portal.db.query<{ n: number }>(
      `SELECT ((SELECT count(*) FROM reuse_event WHERE event->>'kind' = $1)
        + coalesce((SELECT sum(count) FROM reuse_count WHERE name = $2), 0))::int AS n`,
      [kind, NAMES[kind]],
    )
  )[0]!.n;

it('counts filed forms and calls of sources, and publishes nothing that fewer than ten did', async () => {
  for (let i = 0; i < 12; i++) {
    const browser = await portal.browser(citizen(i < 11 ? 'an' : 'binh'));
    expect((await file(browser, await prepare(portal, browser))).status).toBe(201);
    if (i === 8) {
      await expect.poll(() => events('form-filed')).toBe(9);
      const few = await report();
      expect(few.forms).toBeNull();
      expect(few.indices.find(({ id }) => id === 'R1')?.total).toMatchObject({ suppressed: false }); // of 27 answers
      expect(few.indices.find(({ id }) => id === 'R5')?.total).toEqual({ value: null, of: null, suppressed: true });
    }
  }
  await expect.poll(() => events('form-filed')).toBe(12);
  const { indices, forms, k } = await report();
  const of = (id: string) => indices.find(one => one.id === id)?.total;
  expect([forms, k]).toEqual([12, 10]);
  // Eleven times name and day of birth came from the register and the reason was typed; once the name was typed as well.
  expect(of('R1')).toEqual({ value: 22 / 35, of: 35, suppressed: false });
  expect(of('R2')).toEqual({ value: 1, of: 22, suppressed: false });
  expect(of('R5')?.value).toBe(11 * ('An Official'.length + '1990-01-02'.length));
  expect(of('R10')).toMatchObject({ value: 1, of: 12 });
  expect(of('R21')?.value).toBeGreaterThan(0);
  expect(indices.find(({ id }) => id === 'R10')?.parts).toMatchObject({ register: { of: 12 } });
});

it('keeps no value, name or id of a person in what it counts, and forgets what was offered once it is filed', async () => {
  const an = await portal.browser(citizen('an'));
  expect((await file(an, await prepare(portal, an))).status).toBe(201);
  await expect.poll(() => portal.db.query('SELECT 1 FROM reuse_event'), { timeout: 60_000 }).not.toEqual([]);
  const kept = JSON.stringify([
    await portal.db.query('SELECT * FROM reuse_event'),
    await portal.db.query('SELECT * FROM reuse_count'),
  ]);
  expect(kept).not.toMatch(/An Official|1990-01-02|pairwise|key-an|because|Typed/);
  await expect.poll(() => portal.db.query('SELECT 1 FROM offer')).toEqual([]);
});

it('counts that a citizen read their log, and what officers accepted or sent back', async () => {
  const an = await portal.browser(citizen('an'));
  const officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
  const before = await events('returned');
  await an.fetch('/api/usage');
  const prepared = await prepare(portal, an);
  await file(an, prepared);
  const response = await officer.send(
    'POST',
    `/api/agency/dossiers/${prepared.id.slice(9)}/handling`,
    JSON.stringify({ action: 'supplement', reason: 'More.', pointers: [], components: ['proof'] }),
    { 'content-type': 'application/json' },
  );
  expect(response.status).toBe(200);
  expect(await events('returned')).toBe(before + 1);
  await report();
  expect(await events('log-view')).toBe(1);
});

it('counts a forged package that was refused', async () => {
  const an = await portal.browser(citizen('an'));
  const forged = await prepare(portal, an, {
    tamper: data => ({ ...data, applicant: { fullName: 'Forged', birthDate: '1990-01-02' } }),
  });
  expect((await file(an, forged)).status).toBe(422);
  await report();
  expect(await events('tamper')).toBe(1);
});

it('holds a few hundred events at once, counts each once, and keeps none', async () => {
  const reuse = createReuseMeasurement(portal.db);
  const call = { kind: 'source-call', source: 'register', outcome: 'answered', milliseconds: 7 } as const;
  await reuse.write(Array.from({ length: 1200 }, () => ({ ...call, time: '2026-10-05T01:00:00Z' })));
  const { query, transaction } = portal.db;
  const held: number[] = [];
  const watched = {
    ...portal.db,
    query: query.bind(portal.db),
    transaction: (work: (tx: Queryable) => Promise<unknown>) =>
      transaction.call(portal.db, tx =>
        work({
          ...tx,
          query: (async (sql: string, parameters: never) => {
            const rows = await tx.query(sql, parameters);
            if (sql.includes('reuse_event')) held.push(rows.length);
            return rows;
          }) as never,
        }),
      ),
  } as Database;
  const [one, two] = [createReuseMeasurement(watched), createReuseMeasurement(watched)];
  await Promise.all([one.fold(), two.fold()]);
  expect(Math.max(...held)).toBeLessThanOrEqual(500);
  expect((await one.report('2026-10')).indices.find(({ id }) => id === 'R10')?.total).toMatchObject({ of: 1200 });
  expect(await portal.db.query('SELECT 1 FROM reuse_event')).toEqual([]);
});

it('answers for a month only', async () => {
  expect((await portal.app.request('/api/reuse-metrics/2026')).status).toBe(400);
  expect((await portal.app.request('/api/reuse-metrics/2026-13')).status).toBe(400);
});
