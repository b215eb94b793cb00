import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Administration, AreaRow } from '@onceform/core';
import type { PaymentOrder, PaymentProvider } from './payments.ts';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  testPack,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

/** What the last fee was told of areas. */
let told: readonly AreaRow[] | undefined;

/** An invented country: a fee by the table, half of it online; the result after two days, four at the counter. */
const administration: Administration = {
  currency: 'XTS',
  agencies: async procedure =>
    procedure === '1.000001' ? [{ kind: 'office', area: '7', name: 'Office of 7', because: '/reason' }] : [],
  due: async ({ channel }) => ({
    by: '2026-11-25T17:00',
    workingDays: channel === 'online' ? 2 : 4,
    counterWorkingDays: 4,
  }),
  fee: async ({ received, areas }, rows = []) => {
    told = areas;
    const amount = rows.find(({ from }) => from <= received.slice(0, 10))?.amount ?? 100;
    return {
      total: amount,
      saved: 50,
      lines: [{ charge: 'base', label: { en: 'Fee' }, amount, quantity: 1, basis: 'Rule 1' }],
    };
  },
};
const json = { 'content-type': 'application/json' };

class Till implements PaymentProvider {
  readonly id = 'till';
  readonly name = { en: 'Simulated till' };
  readonly paid = new Set<string>();
  readonly orders: PaymentOrder[] = [];
  away = false;
  async begin(order: PaymentOrder) {
    if (this.away) throw new Error('away');
    this.orders.push(order);
    return { url: `https://till.test/${order.reference}` };
  }
  async status(reference: string) {
    if (this.away) throw new Error('away');
    return this.paid.has(reference) ? ('paid' as const) : ('begun' as const);
  }
}

let portal: TestPortal, an: TestBrowser, publisher: TestBrowser;
const till = new Till();
beforeAll(async () => {
  portal = await startTestPortal({ pack: { ...testPack, administration }, payments: till, onError: () => undefined });
  await signIn();
}, 60_000);
afterAll(() => portal.end());

const signIn = async () => {
  an = await portal.browser(citizen('an'));
  publisher = await portal.browser(citizen('pub', { roles: ['publisher'] }));
};

const filed = async () => {
  const prepared = await prepare(portal, an);
  const { body } = await file(an, prepared);
  return { path: `/api/dossiers/${prepared.id.replace('urn:uuid:', '')}`, id: prepared.id, receipt: body };
};
const publish = (table: string, body: object) =>
  publisher.send('POST', `/api/parameters/${table}`, JSON.stringify(body), json);

describe('a receipt', () => {
  it('says what it costs, what is saved, by which reference it is paid, and when the result is due by this channel', async () => {
    const { receipt } = await filed();
    expect(receipt).toMatchObject({
      title: { en: 'Notice' },
      due: { channel: 'online', by: '2026-11-25T17:00:00+07:00', workingDays: 2, counterWorkingDays: 4 },
      fee: {
        currency: 'XTS',
        total: 100,
        saved: 50,
        lines: [{ charge: 'base', amount: 100, quantity: 1 }],
        payment: { provider: { id: 'till', name: { en: 'Simulated till' } } },
      },
    });
    expect(receipt.fee!.payment!.reference).toBe(receipt.code.replaceAll('-', ''));
  });
});

describe('tables that change without a new form', () => {
  it('fees, hours, agencies and areas count from their day on, and what was promised before stays', async () => {
    const rows = [{ procedure: '*', charge: 'base', amount: 70, from: '2026-11-24', basis: 'Rule 2' }];
    expect(await (await publish('fees', { validFrom: '2026-11-24', rows })).json()).toMatchObject({ no: 1 });
    expect(
      (
        await publish('agencies', {
          validFrom: '2026-11-24',
          rows: [{ code: 'X07', kind: 'office', area: '7', name: 'Seven' }],
        })
      ).status,
    ).toBe(201);
    expect(
      (await publish('hours', { validFrom: '2026-11-24', rows: [{ agency: 'X07', hours: [['08:00', '10:00']] }] }))
        .status,
    ).toBe(201);
    const areas = [{ area: '7', standing: 'poor', basis: 'Rule 9' }];
    expect((await publish('areas', { validFrom: '2026-11-24', rows: areas })).status).toBe(201);
    const before = await filed();
    expect(told).toEqual([]);
    expect([before.receipt.fee!.total, before.receipt.agency]).toEqual([100, 'X01']);
    portal.clock = new Date('2026-11-24T02:00:00Z'); // 09:00; yesterday's sessions are over
    await signIn();
    const { receipt } = await filed();
    expect([receipt.fee!.total, receipt.agency, receipt.code.slice(0, 4)]).toEqual([70, 'X07', 'X07-']);
    expect(told).toEqual(areas);
    // Eight hours at two a day: one today, two on each of three days, one on the last.
    expect(receipt.noticeBy).toBe('2026-11-28T09:00:00+07:00');
    expect((await portal.db.query('SELECT receipt FROM dossier WHERE id = $1', [before.id]))[0]).toEqual({
      receipt: before.receipt,
    });
  });

  it('are refused for a day that is over, as nonsense, with hours that run backwards, or from somebody else', async () => {
    const fees = (row: object) => ({
      validFrom: '2026-12-01',
      rows: [{ procedure: '*', charge: 'base', amount: 1, from: '2026-12-01', basis: 'b', ...row }],
    });
    expect((await publish('fees', { ...fees({}), validFrom: '2026-11-01' })).status).toBe(422);
    for (const body of [
      fees({ amount: -1 }),
      fees({ amount: '1' }),
      fees({ from: 'soon' }),
      {},
      { validFrom: '2026-12-01', rows: 'x' },
    ])
      expect((await publish('fees', body)).status).toBe(400);
    expect(
      (await publish('hours', { validFrom: '2026-12-01', rows: [{ agency: '*', hours: [['10:00', '08:00']] }] }))
        .status,
    ).toBe(400);
    const twice = { code: 'A', kind: 'k', area: '1', name: 'n' };
    expect((await publish('agencies', { validFrom: '2026-12-01', rows: [twice, twice] })).status).toBe(400);
    expect((await publish('areas', { validFrom: '2026-12-01', rows: [{ area: '7', standing: 'poor' }] })).status).toBe(
      400,
    );
    expect((await publish('moods', fees({}))).status).toBe(404);
    expect((await an.send('POST', '/api/parameters/fees', JSON.stringify(fees({})), json)).status).toBe(403);
    expect(await (await an.send('GET', '/api/parameters/fees')).json()).toHaveLength(1);
  });

  it('are written down with who changed them', async () => {
    expect(
      await portal.db.query(`SELECT person, act, subject FROM audit WHERE act = 'parameter.publish' ORDER BY id`),
    ).toEqual(
      ['fees 1', 'agencies 1', 'hours 1', 'areas 1'].map(subject => ({
        person: 'pairwise-pub',
        act: 'parameter.publish',
        subject,
      })),
    );
  });
});

describe('paying', () => {
  it('leads to the provider, and is believed only from the provider', async () => {
    const { path, id, receipt } = await filed();
    const state = async () => (await an.send('GET', `${path}/payment`)).json();
    const reference = receipt.fee!.payment!.reference;
    expect(await state()).toEqual({ reference, amount: 70, currency: 'XTS', status: 'due' });
    const begun = await an.send('POST', `${path}/payment`, '{"returnTo":"https://evil.test/"}', json);
    expect(await begun.json()).toEqual({ url: `https://till.test/${reference}` });
    expect(till.orders.at(-1)).toEqual({
      reference,
      amount: 70,
      currency: 'XTS',
      title: { en: 'Notice' },
      returnTo: 'http://localhost:8080/',
    });
    expect(await state()).toMatchObject({ status: 'begun' });
    till.paid.add(reference);
    till.away = true;
    expect(await state()).toMatchObject({ status: 'begun' });
    till.away = false;
    expect(await state()).toMatchObject({ status: 'paid' });
    expect(await (await an.send('GET', `${path}/timeline`)).json()).toMatchObject([
      { kind: 'received' },
      { kind: 'paid' },
    ]);
    expect((await an.send('POST', `${path}/payment`, '{}', json)).status).toBe(422);
    expect(
      await portal.db.query(`SELECT sum(count)::int AS paid FROM daily_count WHERE metric = 'paid:online'`),
    ).toEqual([{ paid: 1 }]);
    const binh = await portal.browser(citizen('binh'));
    expect((await binh.send('GET', `${path}/payment`)).status).toBe(404);
    expect(await portal.db.query('SELECT status FROM payment WHERE dossier = $1', [id])).toEqual([{ status: 'paid' }]);
  });

  it('takes the word of the officer at whose counter the money was given, once, and counts it by itself', async () => {
    const { path, id, receipt } = await filed();
    const at = (agency: string) => portal.browser(citizen(`officer-${agency}`, { roles: ['officer'], agency }));
    const [theirs, other] = [await at(receipt.agency!), await at('X99')];
    const take = async (officer: TestBrowser, body: object = { receipt: 'BL-0042' }) =>
      (await officer.send('POST', path.replace('/api/', '/api/agency/') + '/payment', JSON.stringify(body), json))
        .status;
    expect(await take(other)).toBe(404);
    expect(await take(an)).toBe(403);
    expect(await take(theirs, {})).toBe(400);
    expect(await take(theirs)).toBe(204);
    expect(await take(theirs)).toBe(422);
    expect(await (await an.send('GET', `${path}/payment`)).json()).toMatchObject({ status: 'paid' });
    expect(await (await an.send('GET', `${path}/timeline`)).json()).toMatchObject([
      { kind: 'received' },
      { kind: 'paid', body: { counter: 'BL-0042' } },
    ]);
    expect(await portal.db.query(`SELECT act FROM audit WHERE subject = $1`, [id])).toEqual([{ act: 'payment' }]);
    expect(await portal.db.query(`SELECT count::int FROM daily_count WHERE metric = 'paid:counter'`)).toEqual([
      { count: 1 },
    ]);
    // Who began to pay online is not asked for the money a second time.
    const begun = await filed();
    await an.send('POST', `${begun.path}/payment`, '{}', json);
    const again = `${begun.path.replace('/api/', '/api/agency/')}/payment`;
    expect((await theirs.send('POST', again, '{"receipt":"BL-0043"}', json)).status).toBe(422);
  });

  it('takes it also from the officer who took the dossier in for another agency', async () => {
    const officer = await portal.browser(citizen('officer-X09', { roles: ['officer'], agency: 'X09' }));
    await officer.send('PUT', '/api/desk', '{"channel":"in-person"}', json);
    const desk = await portal.browser(citizen('an'), officer.jar);
    const { body } = await file(desk, await prepare(portal, desk));
    expect(body).toMatchObject({ agency: 'X07', receivingAgency: 'X09' });
    const path = `/api/agency/dossiers/${body.dossier.id.slice(9)}/payment`;
    const again = await portal.browser(citizen('officer-X09', { roles: ['officer'], agency: 'X09' }));
    expect((await again.send('POST', path, '{"receipt":"BL-0099"}', json)).status).toBe(204);
    expect((await again.send('POST', path, '{"receipt":"BL-0099"}', json)).status).toBe(422);
  });

  it('says that the provider is away, and finds out later what was paid meanwhile', async () => {
    const { path, receipt } = await filed();
    till.away = true;
    expect((await an.send('POST', `${path}/payment`, '{}', json)).status).toBe(503);
    till.away = false;
    await an.send('POST', `${path}/payment`, '{}', json);
    till.paid.add(receipt.fee!.payment!.reference);
    expect([await portal.payments!.settle(), await portal.payments!.settle()]).toEqual([1, 0]);
  });
});
