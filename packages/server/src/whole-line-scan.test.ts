// P8 over the whole line: what the portal prints, logs, counts, refuses with and is asked at, while citizens prefill,
// dispute, file, are refused, keep answers and declare together. No value of theirs is in any of it.

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { citizen, file, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

/** Everything that was said about people, and what registers know them by. */
const VALUES = [
  'An Official',
  '1990-01-02',
  'Typed',
  'a very private reason',
  'I was there',
  'it is spelt otherwise',
  'An Otherwise',
  'key-an',
  'key-binh',
  'Official From Decision',
  'who looked at me',
  'nobody but the law',
];
const TABLES_OF_RECORD = [
  'usage_entry',
  'audit',
  'reuse_event',
  'outbox',
  'delivery',
  'daily_count',
  'dossier_event',
  'dossier',
];
const json = { 'content-type': 'application/json' };

const printed: string[] = [],
  lines: unknown[] = [],
  errors: unknown[] = [],
  urls: string[] = [],
  refusals: string[] = [];
let portal: TestPortal, an: TestBrowser, binh: TestBrowser, officer: TestBrowser;

/** A browser whose addresses and refusals are written down. */
async function watched(person: Parameters<TestPortal['browser']>[0]): Promise<TestBrowser> {
  const browser = await portal.browser(person);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await browser.fetch(input, init);
    urls.push(String(input), response.headers.get('location') ?? '');
    if (!response.ok) refusals.push(await response.clone().text());
    return response;
  };
  const send: TestBrowser['send'] = async (method, path, body, headers) => {
    urls.push(path);
    const response = await browser.send(method, path, body, headers);
    if (!response.ok) refusals.push(await response.clone().text());
    return response;
  };
  return { ...browser, fetch, send };
}

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation(((chunk: string | Uint8Array, ...rest: never[]) => {
      printed.push(String(chunk));
      return write(chunk, ...rest);
    }) as typeof stream.write);
  }
  portal = await startTestPortal({
    citizenStore: { id: 'kept', name: 'Your earlier answers' },
    papers: { id: 'papers', name: 'Papers', types: [] },
    coDeclarants: {
      'https://example.test/forms/notice': [{ role: 'witness', title: 'Witness', pointers: ['/witness'] }],
    },
    onRequest: line => lines.push(line),
    onError: error => errors.push(error),
  });
  [an, binh, officer] = [
    await watched(citizen('an')),
    await watched(citizen('binh')),
    await watched(citizen('officer', { roles: ['officer'], agency: 'X01' })),
  ];
}, 60_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await portal.end();
});

async function walkTheLine(): Promise<void> {
  const filed = await prepare(portal, an, { reason: 'a very private reason' });
  expect((await file(an, filed)).status).toBe(201);
  // Refused: a changed value, another's package, an unknown draft, an item that no form registered.
  const tampered = await prepare(portal, an, {
    tamper: data => ({ ...data, applicant: { fullName: 'An Otherwise', birthDate: '1990-01-02' } }),
  });
  expect((await file(an, tampered)).status).toBe(422);
  expect((await file(binh, await prepare(portal, an))).status).toBe(422);
  const info = await an.client.form('notice');
  const form = { id: info.id, digest: info.digest };
  const { draft } = await an.client.openDraft({ form });
  const ask = (item: string) => ({
    draft,
    form,
    items: [
      {
        item,
        concept: 'person',
        subject: 'applicant',
        members: [{ pointer: `${item}/fullName`, concept: 'person.fullName' }],
      },
    ],
    consent: { purpose: 'notice', given: true, time: portal.clock.toISOString() },
  });
  expect((await an.send('POST', '/api/prefill', JSON.stringify(ask('/An Official')), json)).status).toBe(403);
  const offers = [];
  for await (const result of an.client.prefill(ask('/applicant') as never)) offers.push(...result.offers);
  await an.client.seal({
    draft,
    decisions: [
      { item: '/applicant', action: 'use', offer: offers[0]!.id },
      {
        item: '/applicant',
        action: 'dispute',
        offer: offers[0]!.id,
        pointer: '/applicant/fullName',
        reason: 'it is spelt otherwise',
        value: 'An Otherwise',
      },
    ],
  });
  await an.send('PUT', `/api/drafts/${draft}`, JSON.stringify({ name: 'An Otherwise' }), {
    ...json,
    'if-match': '"0"',
  });
  await an.send('POST', `/api/consents/${draft}/withdraw`);

  const own = await prepare(portal, binh);
  expect((await file(binh, own)).status).toBe(201);
  await binh.send('POST', `/api/dossiers/${own.id}/write-back`, '{"writeBack":["/applicant/fullName"]}', json);
  expect(await (await binh.fetch('/api/kept-answers')).json()).toMatchObject([{ value: 'Typed' }]);

  const handle = (id: string, body: object) =>
    officer.send('POST', `/api/agency/dossiers/${id.slice(9)}/handling`, JSON.stringify(body), json);
  await handle(own.id, { action: 'accept' });
  const delivered = await handle(own.id, {
    action: 'deliver',
    number: '1',
    date: '2026-11-24',
    facts: [{ concept: 'person.fullName', value: 'Official From Decision' }],
  });
  expect(delivered.status).toBe(200);
  await handle(filed.id, { action: 'supplement', reason: 'More.', pointers: ['/reason'], components: [] });

  const main = await binh.client.openDraft({ form });
  const invited = await binh.send('POST', `/api/drafts/${main.draft}/invitations`, '{"role":"witness"}', json);
  const { token } = (await invited.json()) as { token: string };
  const accepted = await an.send('POST', '/api/invitations/accept', JSON.stringify({ token }), json);
  const { id } = (await accepted.json()) as { id: string };
  const said = { data: { witness: { fullName: 'An Official', note: 'I was there' } }, decisions: [] };
  expect((await an.send('PUT', `/api/invitations/${id}/part`, JSON.stringify(said), json)).status).toBe(200);
  const beyond = { data: { applicant: { fullName: 'An Otherwise' } }, decisions: [] };
  expect((await an.send('PUT', `/api/invitations/${id}/part`, JSON.stringify(beyond), json)).status).toBe(403);

  const [entry] = (await (await an.fetch('/api/usage')).json()) as { no: number }[];
  const complaint = { entry: entry!.no, text: 'who looked at me' };
  const made = await an.send('POST', '/api/complaints', JSON.stringify(complaint), json);
  const { id: about } = (await made.json()) as { id: string };
  const answer = '{"text":"nobody but the law"}';
  expect((await officer.send('PUT', `/api/agency/complaints/${about}/answer`, answer, json)).status).toBe(200);
  await an.fetch('/api/usage/at-sources');
  await portal.outbox.run();
  await portal.purge();
}

it('P8: no value that the whole line handled is in a log, an address, a count, a refusal or an error', async () => {
  await walkTheLine();
  expect(errors).toEqual([]);
  expect(refusals).toHaveLength(4);
  expect(lines.length).toBeGreaterThan(20);
  const rows = await Promise.all(TABLES_OF_RECORD.map(table => portal.db.query(`SELECT * FROM ${table}`)));
  const places = {
    printed: printed.join(''),
    lines: JSON.stringify(lines),
    urls: urls.join('\n'),
    refusals: refusals.join('\n'),
    ...Object.fromEntries(TABLES_OF_RECORD.map((table, i) => [table, JSON.stringify(rows[i])])),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    VALUES.filter(value => text.includes(value)).map(value => `${value} in ${place}`),
  );
  expect(found).toEqual([]);
});

it('P8: at rest every table holds them encrypted or not at all', async () => {
  const tables = await portal.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const text = JSON.stringify(await portal.db.query(`SELECT to_jsonb(t) AS row FROM "${name}" t`));
    found.push(...VALUES.filter(value => text.includes(value)).map(value => `${value} in ${name}`));
  }
  expect(tables.length).toBeGreaterThan(15);
  expect(found).toEqual([]);
});

it('P8: the scan would find a value that is there', async () => {
  await portal.db.query(`INSERT INTO audit (at, person, act, subject) VALUES (now(), 'p', 'leak', 'An Official')`);
  expect(JSON.stringify(await portal.db.query('SELECT * FROM audit'))).toContain('An Official');
});
