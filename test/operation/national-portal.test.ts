// The national portal hears of each dossier in its own words, signed, once, and later when it is away.

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  type TestPortal,
} from '../../packages/server/src/testing/test-portal.ts';
import { emptyDatabase } from '../../packages/server/src/testing/empty-database.ts';
import { createKeys, publicKeyOf } from '../../packages/server/src/keys.ts';

interface Simulator {
  readonly url: string;
  readonly told: Map<string, Record<string, string>>;
  stop(): Promise<void>;
}
const example = new URL('../../examples/portal/national-portal.mjs', import.meta.url).href;
let portal: TestPortal, simulator: Simulator;

beforeAll(async () => {
  const { nationalPortal, startNationalPortal } = (await import(/* @vite-ignore */ example)) as {
    nationalPortal(options: object): never;
    startNationalPortal(keysOf: () => Promise<object>): Promise<Simulator>;
  };
  const keys = await createKeys();
  const database = await emptyDatabase();
  simulator = await startNationalPortal(async () => ({ keys: [publicKeyOf(keys.receipt)] }));
  portal = await startTestPortal({
    database,
    keys,
    receivers: [nationalPortal({ url: simulator.url, database, key: keys.receipt })],
  });
}, 60_000);
afterAll(async () => {
  await portal.end();
  await simulator.stop();
});

it('is told of a dossier that was filed and one that was accepted, by its code, and of each once', async () => {
  const an = await portal.browser(citizen('an'));
  const prepared = await prepare(portal, an);
  const { body } = await file(an, prepared);
  expect(await portal.outbox.run()).toMatchObject({ delivered: 1, failed: 0 });
  const officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
  const path = `/api/agency/dossiers/${prepared.id.replace('urn:uuid:', '')}/handling`;
  await officer.send('POST', path, '{"action":"accept"}', { 'content-type': 'application/json' });
  await portal.outbox.run();
  const messages = ((await (await fetch(simulator.url)).json()) as { messages: Record<string, string>[] }).messages;
  expect(messages).toMatchObject([
    {
      kind: 'dossier.received',
      MaHoSo: body.code,
      MaTTHC: '1.000001',
      TrangThaiHoSo: '1',
      NgayNopHoSo: '20261123090000',
    },
    { kind: 'dossier.accepted', MaHoSo: body.code, TrangThaiHoSo: '2' },
  ]);
  expect(JSON.stringify(messages)).not.toMatch(/An Official|1990|because/);
});

it('believes nobody but the portal', async () => {
  const before = simulator.told.size;
  const forged = JSON.stringify({ id: '99', kind: 'dossier.done', body: { MaHoSo: 'X' } });
  for (const signature of ['', 'a..b', undefined])
    expect(
      (
        await fetch(simulator.url, {
          method: 'POST',
          body: forged,
          ...(signature === undefined ? {} : { headers: { 'onceform-signature': signature } }),
        })
      ).status,
    ).toBe(401);
  expect(simulator.told.size).toBe(before);
});
