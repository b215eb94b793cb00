import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeys, publicKeyOf } from './keys.ts';
import { addCounts } from './measurement.ts';
import { createOutbox, directoryReceiver, webhookReceiver, type OutboxMessage, type Receiver } from './outbox.ts';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  type Prepared,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

let portal: TestPortal, an: TestBrowser, officer: TestBrowser, elsewhere: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal({
    indicators: [
      {
        id: 'I1',
        name: 'Online',
        basis: 'own-events',
        formula: 'online / all',
        target: '>= 50 %',
        threshold: { op: '>=', value: 0.5 },
        counted: { kind: 'share', of: ['filed:online'], among: ['filed'] },
      },
      {
        id: 'I2',
        name: 'Satisfied',
        basis: 'own-events',
        formula: 'satisfied / rated',
        target: '>= 95 %',
        threshold: { op: '>=', value: 0.95 },
        counted: { kind: 'share', of: ['rated:satisfied'], among: ['rated'] },
      },
      {
        id: 'I3',
        name: '=Payments',
        basis: 'imported-counts',
        formula: 'paid / all',
        target: '>= 30 %',
        threshold: { op: '>=', value: 0.3 },
        why: 'another system',
      },
      { id: 'I4', name: 'Households', basis: 'not-ours', formula: 'n / n', target: '1', why: 'counted by others' },
      {
        id: 'I5',
        name: 'Noticed in time',
        basis: 'own-events',
        formula: 'in time / noticed',
        target: '100 %',
        threshold: { op: '>=', value: 1 },
        counted: { kind: 'share', of: ['noticed:in-time'], among: ['noticed'] },
      },
    ],
  });
  an = await portal.browser(citizen('an'));
  officer = await portal.browser(citizen('officer', { roles: ['officer', 'publisher'], agency: 'X01' }));
  elsewhere = await portal.browser(citizen('elsewhere', { roles: ['officer'], agency: 'Y02' }));
}, 60_000);
afterAll(() => portal.end());

const json = { 'content-type': 'application/json' };
const filed = async (change = {}): Promise<Prepared> => {
  const prepared = await prepare(portal, an, change);
  expect((await file(an, prepared)).status).toBe(201);
  return prepared;
};
const handle = async (browser: TestBrowser, { id }: Prepared, body: object) => {
  const response = await browser.send(
    'POST',
    `/api/agency/dossiers/${id.slice(9)}/handling`,
    JSON.stringify(body),
    json,
  );
  return [response.status, (await response.json()) as { status?: string; code?: string }] as const;
};

describe('handling', () => {
  it('brings a dossier from received to its result, and the citizen sees each step', async () => {
    const prepared = await filed();
    expect(await handle(officer, prepared, { action: 'accept' })).toEqual([200, { status: 'accepted' }]);
    expect(await handle(officer, prepared, { action: 'deliver', number: '12/2026', date: '2026-11-24' })).toEqual([
      200,
      { status: 'done' },
    ]);
    const timeline = await (await an.send('GET', `/api/dossiers/${prepared.id.slice(9)}/timeline`)).json();
    expect(timeline).toMatchObject([
      { kind: 'received' },
      { kind: 'accepted' },
      { kind: 'done', body: { number: '12/2026' } },
    ]);
    expect(
      (
        await portal
          .browser(citizen('other'))
          .then(other => other.send('GET', `/api/dossiers/${prepared.id.slice(9)}/timeline`))
      ).status,
    ).toBe(404);
  });

  it('allows no step that the state does not', async () => {
    const prepared = await filed();
    expect((await handle(officer, prepared, { action: 'deliver', number: '1', date: '2026-11-24' }))[1].code).toBe(
      'ERR_CONFLICT',
    );
    await handle(officer, prepared, { action: 'refuse', reason: 'Not competent.' });
    expect((await handle(officer, prepared, { action: 'accept' }))[1].code).toBe('ERR_CONFLICT');
    expect((await handle(officer, prepared, { action: 'refuse' }))[1].code).toBe('ERR_REQUEST_INVALID');
  });

  it('keeps an agency to what it received, and writes down what officers look at', async () => {
    const prepared = await filed();
    const path = `/api/agency/dossiers/${prepared.id.slice(9)}/package`;
    expect((await handle(elsewhere, prepared, { action: 'accept' }))[1].code).toBe('ERR_NOT_FOUND');
    expect((await elsewhere.send('GET', path)).status).toBe(404);
    expect(await (await elsewhere.send('GET', '/api/agency/dossiers')).json()).toEqual([]);
    expect(
      Buffer.from(await (await officer.send('GET', path)).arrayBuffer()).equals(
        Buffer.from(await prepared.dossier.bytes()),
      ),
    ).toBe(true);
    expect((await an.send('GET', path)).status).toBe(403);
    expect(await portal.db.query('SELECT person, act FROM audit WHERE subject = $1', [prepared.id])).toEqual([
      { person: 'pairwise-officer', act: 'open' },
    ]);
  });

  it('takes a supplement as a package of its own that follows the first', async () => {
    const first = await filed();
    const previous = { id: first.id, sha256: await first.dossier.sha256() };
    const early = await prepare(portal, an, { previous });
    expect((await file(an, early)).body.code).toBe('ERR_DOSSIER_INVALID');
    await handle(officer, first, {
      action: 'supplement',
      reason: 'The reason is not readable.',
      pointers: ['/reason'],
      components: [],
    });
    const second = await filed({ previous, reason: 'a better reason' });
    expect(
      await portal.db.query(
        'SELECT status, previous FROM dossier WHERE id IN ($1, $2) ORDER BY received, status DESC',
        [first.id, second.id],
      ),
    ).toEqual(
      expect.arrayContaining([
        { status: 'supplemented', previous: null },
        { status: 'received', previous: first.id },
      ]),
    );
    expect((await file(an, await prepare(portal, an, { previous }))).body.code).toBe('ERR_DOSSIER_INVALID');
  });
});

describe('measurement', () => {
  it('counts what happened, says null where nothing was counted, and what is not ours', async () => {
    const prepared = await filed();
    const rate = (score: number) =>
      an.send('PUT', `/api/dossiers/${prepared.id.slice(9)}/rating`, JSON.stringify({ score }), json);
    expect([(await rate(2)).status, (await rate(5)).status, (await rate(6)).status]).toEqual([204, 204, 400]);
    await portal.outbox.run();
    await portal.outbox.run();
    const [{ count } = { count: 0 }] = await portal.db.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM dossier',
    );
    const report = await (await officer.send('GET', '/api/indicators/2026-Q4')).json();
    expect(report).toMatchObject({
      from: '2026-10-01',
      to: '2026-12-31',
      frozen: false,
      filed: [{ procedure: '1.000001', channel: 'online', agency: 'X01', count }],
      reuse: { answers: 3 * count, 'answers:auto': 2 * count, 'answers:manual': count },
      indicators: [
        { id: 'I1', numerator: count, denominator: count, value: 1, reached: true },
        { id: 'I2', numerator: 1, denominator: 1, value: 1, reached: true },
        { id: 'I3', basis: 'imported-counts', numerator: null, value: null, reached: null },
        { id: 'I4', basis: 'not-ours', numerator: null, value: null, reached: null },
        { id: 'I5', value: 1, reached: true },
      ],
    });
    expect((await an.send('GET', '/api/indicators/2026')).status).toBe(403);
    expect(JSON.stringify(await portal.db.query('SELECT * FROM daily_count'))).not.toMatch(/pairwise|Official|because/);
  });

  it('draws the report as a page without script or inline style, for officers only, and escapes what it shows', async () => {
    const visitor = await portal.browser();
    const page = await officer.send('GET', '/indicators/2026-11?lang=en');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    const text = await page.text();
    expect(text).not.toMatch(/<script|style=|<style|javascript:|\son\w+=/);
    expect(text).toContain('I1</span> Online');
    expect(text).toContain('=Payments');
    expect(text.match(/<svg[^>]*role="img"/g)!.length).toBe(text.match(/<details>/g)!.length);
    expect(text).toContain('Not measured here');
    const [{ filed }] = (await portal.db.query<{ filed: number }>('SELECT count(*)::int AS filed FROM dossier')) as [
      { filed: number },
    ];
    expect(text).toContain(`<title>23/11/2026: ${filed}</title>`);
    const year = await (await officer.send('GET', '/indicators/2026?lang=en')).text();
    expect(year).toContain(`<title>11/2026: ${filed}</title>`);
    expect((await officer.send('GET', '/indicators.css')).headers.get('content-type')).toContain('text/css');
    expect((await an.send('GET', '/indicators/2026-11')).status).toBe(403);
    const away = await visitor.fetch('/indicators/2026-11', { redirect: 'manual' });
    expect(away.headers.get('location')).toBe('/auth/sign-in?return=%2Findicators%2F2026-11%3Flang%3Dvi');
    expect((await officer.send('GET', '/indicators/%3Cscript%3E')).status).toBe(400);
  });

  it('gives daily counts by procedure, channel, agency and place, as JSON and as a table', async () => {
    const counts = (await (await officer.send('GET', '/api/counts/2026-11?metric=filed')).json()) as object[];
    expect(counts).toContainEqual({
      day: '2026-11-23',
      procedure: '1.000001',
      channel: 'online',
      agency: 'X01',
      place: null,
      metric: 'filed',
      count: expect.any(Number),
    });
    const csv = await (await officer.send('GET', '/api/counts/2026-11?metric=filed&format=csv')).text();
    expect(csv).toMatch(
      /^day,procedure,channel,agency,place,metric,count\r\n"2026-11-23","1.000001","online","X01","","filed","\d+"/,
    );
    expect((await an.send('GET', '/api/counts/2026-11')).status).toBe(403);
  });

  it('takes imported counts for what others count, and gives a table for spreadsheets that runs no formula', async () => {
    const put = (indicator: string, body: object) =>
      officer.send('PUT', `/api/indicators/2026-11/imported/${indicator}`, JSON.stringify(body), json);
    expect((await put('I3', { numerator: 40, denominator: 100, source: 'payment system' })).status).toBe(204);
    expect((await put('I1', { numerator: 1, denominator: 1, source: 'me' })).status).toBe(400);
    const csv = await (await officer.send('GET', '/api/indicators/2026-11?format=csv')).text();
    expect(csv.split('\r\n')[3]).toBe(
      '"I3","\'=Payments","imported-counts","paid / all",">= 30 %","40","100","0.4","true"',
    );
  });

  it('freezes a period that is over, once, and never changes it again', async () => {
    const freeze = (period: string) => officer.send('PUT', `/api/indicators/${period}/frozen`);
    expect((await freeze('2026-11')).status).toBe(422);
    expect(await (await freeze('2026-10')).json()).toMatchObject({ frozen: true });
    await addCounts(portal.db, [[{ day: '2026-10-05', procedure: 'p', agency: 'a', channel: 'online' }, { filed: 7 }]]);
    expect(await (await officer.send('GET', '/api/indicators/2026-H2')).json()).toMatchObject({
      filed: expect.arrayContaining([{ procedure: 'p', channel: 'online', agency: 'a', count: 7 }]),
    });
    expect(await (await officer.send('GET', '/api/indicators/2026-10')).json()).toMatchObject({
      frozen: true,
      filed: [],
    });
    expect((await freeze('2026-10')).status).toBe(422);
    // Both are acts of somebody, and written down; what was refused is none.
    expect(await portal.db.query(`SELECT act, subject FROM audit WHERE act LIKE 'measure.%' ORDER BY id`)).toEqual([
      { act: 'measure.import', subject: '2026-11 I3' },
      { act: 'measure.freeze', subject: '2026-10' },
    ]);
    for (const wrong of ['2026-13', '26', '2026-Q5'])
      expect((await officer.send('GET', `/api/indicators/${wrong}`)).status).toBe(400);
  });
});

describe('the outbox', () => {
  const collect = (failing: () => boolean): Receiver & { got: OutboxMessage[] } => {
    const got: OutboxMessage[] = [];
    return {
      id: 'test',
      got,
      deliver: async message => {
        if (failing()) throw new Error('away');
        got.push(message);
      },
    };
  };

  it('tells each receiver of everything, tries again later and later, and lays aside what never arrives', async () => {
    const fresh = await startTestPortal();
    const who = await fresh.browser(citizen('an'));
    const prepared = await prepare(fresh, who);
    await file(who, prepared);
    let away = true,
      now = fresh.clock;
    const receiver = collect(() => away);
    const outbox = createOutbox({ db: fresh.db, receivers: [receiver], clock: () => now, maxAttempts: 3 });
    expect(await outbox.run()).toEqual({ measured: 1, delivered: 0, failed: 1 });
    expect(await outbox.run()).toEqual({ measured: 0, delivered: 0, failed: 0 });
    now = new Date(now.getTime() + 61_000);
    away = false;
    expect(await outbox.run()).toMatchObject({ delivered: 1 });
    expect(receiver.got).toMatchObject([{ kind: 'dossier.received', subject: prepared.id, body: { agency: 'X01' } }]);
    expect(JSON.stringify(receiver.got)).not.toContain('Official');

    await file(who, await prepare(fresh, who));
    away = true;
    for (let i = 0; i < 5; i++) {
      await outbox.run();
      now = new Date(now.getTime() + 3_600_000);
    }
    expect(await fresh.db.query('SELECT attempts, error FROM delivery WHERE dead IS NOT NULL')).toEqual([
      { attempts: 3, error: 'away' },
    ]);

    // One that never answers, and minds no signal: the rest is given back untried, before another node takes it too.
    for (let i = 0; i < 3; i++) await file(who, await prepare(fresh, who));
    const silent = { id: 'silent', deliver: () => new Promise<void>(() => undefined) };
    const waiting = createOutbox({ db: fresh.db, receivers: [silent], clock: () => now, patience: 20 });
    expect(await waiting.run()).toEqual({ measured: 3, delivered: 0, failed: 1 });
    expect(
      await fresh.db.query(
        `SELECT attempts, error, due > $1 AS later FROM delivery WHERE receiver = 'silent' ORDER BY message`,
        [now],
      ),
    ).toEqual([
      { attempts: 1, error: 'The receiver did not answer in time.', later: true },
      { attempts: 0, error: null, later: false },
      { attempts: 0, error: null, later: false },
    ]);
    await fresh.end();
  }, 60_000);

  it('signs webhooks over body and time, and speaks to listed hosts only', async () => {
    const { receipt: key } = await createKeys();
    const seen: { body: Uint8Array; headers: Headers }[] = [];
    const options = {
      id: 'hook',
      url: 'https://agency.test/events',
      allowedHosts: ['agency.test'],
      key,
      clock: () => portal.clock,
      fetch: (async (_url: unknown, init: RequestInit) => {
        seen.push({ body: init.body as Uint8Array, headers: new Headers(init.headers) });
        return new Response(null, { status: 204 });
      }) as typeof fetch,
    };
    const message: OutboxMessage = {
      id: '7',
      kind: 'dossier.received',
      subject: 'urn:uuid:x',
      created: '2026-11-23T02:00:00Z',
      body: { code: 'X01' },
    };
    await webhookReceiver(options).deliver(message, new AbortController().signal);
    const [header, signature] = seen[0]!.headers.get('onceform-signature')!.split('..') as [string, string];
    const verify = (body: Uint8Array) =>
      importJWK(publicKeyOf(key), 'EdDSA').then(own =>
        compactVerify(`${header}.${Buffer.from(body).toString('base64url')}.${signature}`, own),
      );
    expect((await verify(seen[0]!.body)).protectedHeader).toMatchObject({
      typ: 'onceform-event+jws',
      iat: portal.clock.getTime() / 1000,
    });
    await expect(verify(new TextEncoder().encode('{}'))).rejects.toThrow();
    expect(() => webhookReceiver({ ...options, url: 'https://169.254.169.254/latest' })).toThrow(RangeError);
    expect(() => webhookReceiver({ ...options, url: 'http://agency.test/events' })).toThrow(RangeError);
  });

  it('writes messages into a directory, each whole and once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'onceform-outbox-'));
    const receiver = directoryReceiver({ id: 'folder', directory });
    const message: OutboxMessage = {
      id: '7',
      kind: 'dossier.received',
      subject: 'urn:uuid:x',
      created: '2026-11-23T02:00:00Z',
      body: { code: 'X01' },
    };
    for (let i = 0; i < 2; i++) await receiver.deliver(message, new AbortController().signal);
    expect(await readdir(directory)).toEqual(['000000000007-dossier.received.json']);
    expect(JSON.parse(await readFile(join(directory, '000000000007-dossier.received.json'), 'utf8'))).toEqual(message);
    await rm(directory, { recursive: true });
  });
});
