import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Offer } from '@onceform/core';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  type Prepared,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
const DAY = 86_400_000;
let portal: TestPortal, binh: TestBrowser, first: Prepared;

/** What the next form is offered. */
async function offered(browser: TestBrowser): Promise<readonly Offer[]> {
  const info = await browser.client.form('notice');
  const form = { id: info.id, digest: info.digest };
  const { draft } = await browser.client.openDraft({ form });
  // An offer comes again, under its id, when another source's answer changed its marks.
  const offers = new Map<string, Offer>();
  for await (const result of browser.client.prefill({
    draft,
    form,
    items: [
      {
        item: '/applicant',
        concept: 'person',
        subject: 'applicant',
        members: [
          { pointer: '/applicant/fullName', concept: 'person.fullName' },
          { pointer: '/applicant/birthDate', concept: 'person.birthDate' },
        ],
      },
    ],
    consent: { purpose: 'notice', given: true, time: portal.clock.toISOString() },
  }))
    for (const offer of result.offers) offers.set(offer.id, offer);
  return [...offers.values()];
}
const keep = async (browser: TestBrowser, id: string, writeBack: readonly string[]) => {
  const response = await browser.send('POST', `/api/dossiers/${id}/write-back`, JSON.stringify({ writeBack }), json);
  return { status: response.status, body: (await response.json()) as { kept?: string[]; code?: string } };
};

beforeAll(async () => {
  portal = await startTestPortal({ citizenStore: { id: 'kept', name: 'Your earlier answers' } });
  binh = await portal.browser(citizen('binh')); // no register knows Binh: the name is typed
  first = await prepare(portal, binh);
  expect((await file(binh, first)).status).toBe(201);
}, 60_000);
afterAll(() => portal.end());

describe('answers kept after filing', () => {
  it("are none without the citizen's word", async () => {
    expect(await offered(binh)).toEqual([]);
    expect(await (await binh.fetch(`/api/dossiers/${first.id}/write-back`)).json()).toEqual([
      { pointer: '/applicant/fullName', concept: 'person.fullName', label: 'Name', value: 'Typed' },
    ]);
    expect(await keep(binh, first.id, [])).toEqual({ status: 200, body: { kept: [] } });
    expect(await offered(binh)).toEqual([]);
  });

  it("are offered by the next form as the citizen's own word of that day, never as official", async () => {
    // `/reason` is no datum that the form registered: it is not kept, though it was asked for.
    expect(await keep(binh, first.id, ['/applicant/fullName', '/reason'])).toEqual({
      status: 200,
      body: { kept: ['/applicant/fullName'] },
    });
    portal.clock = new Date(portal.clock.getTime() + DAY);
    binh = await portal.browser(citizen('binh'));
    const offers = await offered(binh);
    expect(offers).toHaveLength(1);
    expect(offers[0]).toMatchObject({
      source: { id: 'kept', kind: 'prior-submission' },
      verification: { status: 'unverified', assuranceLevel: 'low' },
      lastUpdated: '2026-11-23T02:00:00.000Z',
      values: [{ concept: 'person.fullName', value: 'Typed', edit: 'free' }],
    });
    const { event } = ((await (await binh.fetch('/api/usage')).json()) as { event: { action: string } }[]).find(
      entry => entry.event.action === 'write-back',
    )!;
    expect(event).toMatchObject({ outcome: 'kept', used: ['person.fullName'], issue: first.id });
    expect(JSON.stringify(event)).not.toContain('Typed');
  });

  it("stay the citizen's own word when they are filed again, and sending the same again changes nothing", async () => {
    const again = await prepare(portal, binh);
    expect((await file(binh, again)).status).toBe(201);
    // What came out of the store is not typed: it is not kept a second time.
    expect(await keep(binh, again.id, ['/applicant/fullName'])).toEqual({ status: 200, body: { kept: [] } });
    expect(await keep(binh, first.id, ['/applicant/fullName'])).toEqual({
      status: 200,
      body: { kept: ['/applicant/fullName'] },
    });
    expect(await offered(binh)).toMatchObject([
      { verification: { status: 'unverified' }, values: [{ value: 'Typed' }] },
    ]);
    expect(await portal.db.query('SELECT count(*)::int AS count FROM once_statements')).toEqual([{ count: 1 }]);
  });

  it('are not what a register said', async () => {
    const an = await portal.browser(citizen('an'));
    const prepared = await prepare(portal, an);
    expect((await file(an, prepared)).status).toBe(201);
    expect(await keep(an, prepared.id, ['/applicant/fullName', '/applicant/birthDate'])).toEqual({
      status: 200,
      body: { kept: [] },
    });
  });

  it('are kept by nobody else, and stand in the database under a pseudonym', async () => {
    const other = await portal.browser(citizen('other'));
    expect(await keep(other, first.id, ['/applicant/fullName'])).toMatchObject({
      status: 404,
      body: { code: 'ERR_NOT_FOUND' },
    });
    expect(await offered(other)).toEqual([]);
    expect(JSON.stringify(await portal.db.query('SELECT person FROM once_statements'))).not.toMatch(
      /key-binh|pairwise/,
    );
    const low = await portal.browser(citizen('binh', { identityLevel: 1 }));
    expect(await keep(low, first.id, ['/applicant/fullName'])).toMatchObject({
      status: 403,
      body: { code: 'ERR_IDENTITY_LEVEL' },
    });
  });

  it('are forgotten when the citizen wants it', async () => {
    expect((await binh.send('DELETE', '/api/kept-answers')).status).toBe(204);
    expect(await offered(binh)).toEqual([]);
    expect(await portal.db.query('SELECT 1 FROM once_statements')).toEqual([]);
  });

  it('may be of what a form asks that is published later, without a new start', async () => {
    const kept = async (): Promise<readonly string[]> =>
      (await binh.client.sources()).find(({ id }) => id === 'kept')!.concepts;
    expect(await kept()).toEqual(['person.birthDate', 'person.fullName']);
    const [notice] = portal.registry.offered('2026-11-23');
    const [item] = notice!.compiled.reuse;
    const email = { pointer: '/applicant/email', concept: 'person.email', edit: 'free', sensitivity: 'B' } as const;
    portal.registry.admit({
      ...notice!,
      info: { ...notice!.info, slug: 'later', id: 'https://example.test/forms/later', digest: 'd'.repeat(64) },
      compiled: { ...notice!.compiled, reuse: [{ ...item!, members: [...item!.members, email] }] },
    });
    expect(await kept()).toEqual(['person.birthDate', 'person.email', 'person.fullName']);
  });
});
