import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Offer } from '@onceform/core';
import { emptyDatabase } from './testing/empty-database.ts';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  testRegister,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };

async function dispute(browser: TestBrowser): Promise<{ draft: string; ticket: string }> {
  const info = await browser.client.form('notice');
  const form = { id: info.id, digest: info.digest };
  const { draft } = await browser.client.openDraft({ form });
  const members = [
    { pointer: '/applicant/fullName', concept: 'person.fullName' },
    { pointer: '/applicant/birthDate', concept: 'person.birthDate' },
  ];
  const offers: Offer[] = [];
  for await (const result of browser.client.prefill({
    draft,
    form,
    items: [{ item: '/applicant', concept: 'person', subject: 'applicant', members }],
    consent: { purpose: 'notice', given: true, time: new Date('2026-11-23T02:00:00Z').toISOString() },
  }))
    offers.push(...result.offers);
  const { tickets } = await browser.client.seal({
    draft,
    decisions: [
      {
        item: '/applicant',
        action: 'dispute',
        offer: offers.at(-1)!.id,
        pointer: '/applicant/fullName',
        reason: 'My name is spelt so',
        value: 'Ann Official',
      },
    ],
  });
  return { draft, ticket: tickets![0]!.ticket };
}

describe('disputes', () => {
  it('get a ticket, are listed for the citizen alone, and survive a restart with their words encrypted', async () => {
    const db = await emptyDatabase();
    const stays = Object.assign(Object.create(db) as typeof db, { close: async () => undefined });
    const first = await startTestPortal({ database: stays });
    const { draft, ticket } = await dispute(await first.browser(citizen('an')));
    const [row] = await db.query('SELECT * FROM once_ledger WHERE kind = $1', ['dispute']);
    expect(JSON.stringify(row)).not.toMatch(/spelt|Ann|key-an/);
    await first.close();

    const second = await startTestPortal({ database: db, keys: first.keys }, first.folder);
    const again = await second.browser(citizen('an'));
    const listed = await (await again.fetch('/api/disputes')).json();
    expect(listed).toEqual([
      expect.objectContaining({
        draft,
        ticket,
        pointer: '/applicant/fullName',
        label: 'Name',
        status: 'open',
        source: { id: 'register', name: 'Register' },
        reason: 'My name is spelt so',
        value: 'Ann Official',
        closed: null,
      }),
    ]);
    expect(JSON.stringify(listed)).not.toContain('key-an');
    expect(await second.records.disputes.settle(ticket, 'corrected')).toBe(true);
    expect(await (await again.fetch('/api/disputes')).json()).toMatchObject([{ status: 'corrected' }]);
    expect(await (await (await second.browser(citizen('binh'))).fetch('/api/disputes')).json()).toEqual([]);
    await second.end();
  }, 60_000);

  it('wait while the register takes no reports, and are sent when it does', async () => {
    const down = testRegister();
    let reports = false;
    const register = {
      ...down,
      report: (...given: Parameters<NonNullable<typeof down.report>>) =>
        reports ? down.report!(...given) : Promise.reject(new Error('down')),
      async *usage(person: { readonly key: string }) {
        yield { logtime: '2026-11-22T00:00:00Z', action: `Lookup`, receiverCode: person.key === 'key-an' ? 'x' : 'y' };
      },
    };
    const portal = await startTestPortal({ sources: [register] });
    const an = await portal.browser(citizen('an'));
    await dispute(an);
    const status = async () =>
      ((await (await an.fetch('/api/disputes')).json()) as { status: string }[]).map(one => one.status);
    expect(await status()).toEqual(['queued']);
    reports = true;
    await portal.purge();
    expect(await status()).toEqual(['open']);
    // The log of the portal in the shape that other systems read, and what the register itself wrote down.
    const get = async (path: string): Promise<unknown> => (await an.fetch(path)).json();
    const rows = (await get('/api/usage/find-usage')) as object[];
    expect(rows).toHaveLength(((await get('/api/usage')) as object[]).length);
    expect(rows[0]).toMatchObject({ action: { en: expect.any(String) }, receiverSystem: expect.any(String) });
    expect(await get('/api/usage/at-sources')).toEqual([
      {
        source: { id: 'register', name: 'Register', kind: 'authoritative' },
        rows: [expect.objectContaining({ receiverCode: 'x' })],
      },
    ]);
    await portal.end();
  }, 60_000);
});

describe('a consent taken back', () => {
  let portal: TestPortal, an: TestBrowser;
  beforeAll(async () => {
    portal = await startTestPortal();
    an = await portal.browser(citizen('an'));
  }, 60_000);
  afterAll(() => portal.end());

  it('deletes the draft and its offers, and its seal is refused with a reason of its own', async () => {
    const prepared = await prepare(portal, an);
    expect(await (await an.fetch('/api/consents')).json()).toMatchObject([
      { draft: prepared.draft, title: { en: 'Notice' }, state: 'given', filed: false },
    ]);
    expect(
      (await (await portal.browser(citizen('other'))).send('POST', `/api/consents/${prepared.draft}/withdraw`)).status,
    ).toBe(404);
    portal.clock = new Date(portal.clock.getTime() + 1000);
    expect((await an.send('POST', `/api/consents/${prepared.draft}/withdraw`)).status).toBe(204);
    expect(
      await portal.db.query('SELECT 1 FROM draft WHERE id = $1 UNION ALL SELECT 1 FROM offer WHERE draft = $1', [
        prepared.draft,
      ]),
    ).toEqual([]);
    const { status, body } = await file(an, prepared);
    expect([status, body.code]).toEqual([422, 'ERR_SEAL_VOID']);
    expect(body).toMatchObject({
      message: { vi: expect.stringContaining('rút lại đồng ý'), en: expect.stringContaining('took your consent back') },
    });
    expect(await (await an.fetch('/api/consents')).json()).toMatchObject([
      { draft: prepared.draft, state: 'withdrawn', ended: expect.any(String) },
    ]);
    expect((await an.send('POST', `/api/consents/${prepared.draft}/withdraw`)).status).toBe(404);
    expect(((await (await an.fetch('/api/usage')).json()) as { event: { action: string } }[])[0]).toMatchObject({
      event: { action: 'withdraw', outcome: 'withdrawn' },
    });
  });

  it('needs the CSRF token', async () => {
    const { draft } = await prepare(portal, an);
    const response = await an.fetch(`/api/consents/${draft}/withdraw`, { method: 'POST', headers: json });
    expect(((await response.json()) as { code: string }).code).toBe('ERR_CSRF');
  });

  it('leaves what was filed before as it is', async () => {
    const prepared = await prepare(portal, an);
    expect((await file(an, prepared)).status).toBe(201);
    expect(await (await an.fetch('/api/consents')).json()).toContainEqual(
      expect.objectContaining({ draft: prepared.draft, filed: true }),
    );
    expect((await an.send('POST', `/api/consents/${prepared.draft}/withdraw`)).status).toBe(204);
    expect((await an.fetch(`/api/dossiers/${prepared.id}`)).status).toBe(200);
    expect((await file(an, prepared)).status).toBe(200);
  });

  it('may be complained about entry by entry, encrypted, and the citizen reads the answer', async () => {
    const [entry] = (await (await an.fetch('/api/usage')).json()) as { no: number; said: unknown }[];
    const complain = (body: object, by = an): Promise<Response> =>
      by.send('POST', '/api/complaints', JSON.stringify(body), json);
    const made = (await (await complain({ entry: entry!.no, text: ' Who allowed this? ' })).json()) as { id: string };
    expect(made).toMatchObject({ entry: entry!.no, text: 'Who allowed this?', status: 'open', said: entry!.said });
    for (const wrong of [{ entry: entry!.no, text: '  ' }, { entry: 0, text: 'x' }, { text: 'x' }])
      expect((await complain(wrong)).status).toBe(400);
    const other = await portal.browser(citizen('other'));
    expect((await complain({ entry: entry!.no, text: 'x' }, other)).status).toBe(404);
    expect(await (await other.fetch('/api/complaints')).json()).toEqual([]);
    const rows = await portal.db.query("SELECT * FROM once_ledger WHERE kind = 'complaint'");
    expect([rows.length, JSON.stringify(rows).includes('allowed')]).toEqual([1, false]);

    const officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
    const waiting = (await (await officer.fetch('/api/agency/complaints')).json()) as object[];
    expect(waiting).toMatchObject([{ id: made.id, text: 'Who allowed this?' }]);
    const answer = (): Promise<Response> =>
      officer.send('PUT', `/api/agency/complaints/${made.id}/answer`, '{"text":"The law of civil status."}', json);
    expect([(await answer()).status, (await answer()).status]).toEqual([200, 422]);
    expect(await (await an.fetch('/api/complaints')).json()).toMatchObject([
      { status: 'answered', answer: 'The law of civil status.' },
    ]);
    const { indices } = (await (await an.fetch('/api/reuse-metrics/2026-11')).json()) as { indices: { id: string }[] };
    expect(indices.find(({ id }) => id === 'R17b')).toBeDefined();
  });
});
