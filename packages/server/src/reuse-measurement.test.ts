import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReuseMetrics } from '@onceform/store/metrics';
import { citizen, file, prepare, startTestPortal, type TestPortal } from './testing/test-portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal({ costs: { hour: 50_000, paper: 20_000, secondsPerCharacter: 0.4 } });
}, 60_000);
afterAll(() => portal.end());

const report = async (): Promise<ReuseMetrics> =>
  (await (await portal.app.request('/api/reuse-metrics/2026-11')).json()) as ReuseMetrics;
const events = async (kind: string): Promise<number> =>
  (
    await portal.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM reuse_event WHERE event->>'kind' = $1`, [kind])
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
  const kept = JSON.stringify(await portal.db.query('SELECT * FROM reuse_event'));
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

it('answers for a month only', async () => {
  expect((await portal.app.request('/api/reuse-metrics/2026')).status).toBe(400);
  expect((await portal.app.request('/api/reuse-metrics/2026-13')).status).toBe(400);
});
