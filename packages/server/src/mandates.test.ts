import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionInfo } from '@onceform/core';
import { citizen, file, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
const example = { organisation: { id: '0100000017', name: 'Example Ltd' }, role: 'Director' };
const former = { organisation: { id: '0100000025', name: 'Former Ltd' }, until: '2026-11-22' };
const ending = { organisation: { id: '0100000033', name: 'Ending Ltd' }, until: '2026-11-23' };

let portal: TestPortal, an: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal();
  an = await portal.browser(citizen('an', { mandates: [example, former, ending] }));
}, 60_000);
afterAll(() => portal.end());

const actFor = (organisation: string | null, who = an) =>
  who.send('PUT', '/api/session/acting-for', JSON.stringify({ organisation }), json);

describe('acting for an organisation', () => {
  it('needs a mandate of the identity provider that holds today', async () => {
    expect((await an.client.session()).person!.mandates).toEqual([example, former, ending]);
    expect((await actFor('0999999999')).status).toBe(403);
    expect((await actFor(former.organisation.id)).status).toBe(403);
    const chosen = (await (await actFor(example.organisation.id)).json()) as SessionInfo;
    expect(chosen.person!.actingFor).toEqual(example);
    expect((await an.client.session()).person!.actingFor).toEqual(example);
    const binh = await portal.browser(citizen('binh'));
    expect((await actFor(example.organisation.id, binh)).status).toBe(403);
    expect(
      (await (await portal.browser()).send('PUT', '/api/session/acting-for', '{"organisation":null}', json)).status,
    ).toBe(401);
  });

  it('stands sealed in the dossier, and is filed only while the session acts for the same one', async () => {
    await actFor(example.organisation.id);
    const prepared = await prepare(portal, an);
    expect(await prepared.dossier.blob.text()).toContain('"onBehalfOf":{"id":"0100000017","name":"Example Ltd"}');
    await actFor(null);
    expect(await file(an, prepared)).toMatchObject({ status: 422, body: { code: 'ERR_DOSSIER_INVALID' } });
    await actFor(ending.organisation.id);
    expect((await file(an, prepared)).status).toBe(422);
    await actFor(example.organisation.id);
    expect((await file(an, prepared)).status).toBe(201);
  });

  it('cannot be claimed by the page: a dossier that names an organisation of its own accord is refused', async () => {
    await actFor(null);
    const prepared = await prepare(portal, an, {
      tamper: data => ({ ...data, $context: { ...(data['$context'] as object), onBehalfOf: example.organisation } }),
    });
    expect((await file(an, prepared)).status).toBe(422);
  });

  it('ends with the mandate: what was begun while it held is not filed the day after', async () => {
    await actFor(ending.organisation.id);
    const prepared = await prepare(portal, an);
    const before = portal.clock;
    portal.clock = new Date('2026-11-24T00:30:00Z');
    const later = await portal.browser(citizen('an', { mandates: [ending], actingFor: ending }));
    expect(await file(later, prepared)).toMatchObject({ status: 403, body: { code: 'ERR_FORBIDDEN' } });
    portal.clock = before;
  });
});

describe('signing out', () => {
  const keep = async (who: TestBrowser) => {
    const info = await who.client.form('notice');
    const { draft } = await who.client.openDraft({ form: { id: info.id, digest: info.digest } });
    await who.send('PUT', `/api/drafts/${draft}`, '{"answers":"secret"}', { ...json, 'if-match': '"0"' });
    return draft;
  };
  const left = async (draft: string) =>
    portal.db.query('SELECT 1 FROM draft WHERE id = $1 UNION ALL SELECT 1 FROM offer WHERE draft = $1', [draft]);

  it('keeps a citizen\u2019s drafts for their other devices, or deletes them when that is asked', async () => {
    const who = await portal.browser(citizen('leaving'));
    const draft = await keep(who);
    await who.send('POST', '/auth/sign-out');
    expect(await left(draft)).toHaveLength(1);
    const back = await portal.browser(citizen('leaving'));
    expect(await (await back.send('GET', '/api/drafts')).json()).toMatchObject([{ draft }]);
    await back.send('POST', '/auth/sign-out?drafts=delete');
    expect(await left(draft)).toEqual([]);
  });

  it('leaves nothing of a browser that never signed in', async () => {
    const visitor = await portal.browser();
    const draft = await keep(visitor);
    await visitor.send('POST', '/auth/sign-out');
    expect(await left(draft)).toEqual([]);
  });
});
