import { afterAll, beforeAll, expect, it } from 'vitest';
import { citizen, NOW, startTestPortal, type TestPortal } from './testing/test-portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
}, 60_000);
afterAll(() => portal.end());

const HOUR = 3_600_000;
const after = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);

it('a page learns when the sign-in ends, and a citizen who is still there moves that away', async () => {
  const { client } = await portal.browser(citizen('an'));
  expect((await client.session()).expires).toBe(after(8).toISOString());
  portal.clock = after(7);
  expect((await client.renew()).expires).toBe(after(15).toISOString());
  portal.clock = after(9);
  expect((await client.session()).person?.name).toBe('an');
  portal.clock = NOW;
});

it('a sign-in cannot be renewed beyond a day, nor after it has ended, nor by a page of another site', async () => {
  const { client, fetch } = await portal.browser(citizen('an'));
  for (const hours of [7, 14, 21]) {
    portal.clock = after(hours);
    await client.renew();
  }
  expect((await client.session()).expires).toBe(after(24).toISOString());
  portal.clock = after(25);
  expect((await client.session()).person).toBeNull();
  expect(await client.renew()).toMatchObject({ person: null });
  expect((await client.renew()).expires).toBeUndefined();
  expect((await fetch('/api/session', { method: 'POST', body: '{}' })).status).toBe(403);
  portal.clock = NOW;
});

it('nobody is signed in: there is no end to tell', async () => {
  const { client } = await portal.browser();
  expect(await client.session()).not.toHaveProperty('expires');
});
