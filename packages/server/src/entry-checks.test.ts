import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '@onceform/core';
import type { MarkedEntry } from './entry-checks.ts';
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
let portal: TestPortal, officer: TestBrowser, other: TestBrowser, elsewhere: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal();
  officer = await portal.browser(citizen('officer', { name: 'Officer One', roles: ['officer'], agency: 'X01' }));
  other = await portal.browser(citizen('other', { name: 'Officer Two', roles: ['officer'], agency: 'X01' }));
  elsewhere = await portal.browser(citizen('elsewhere', { roles: ['officer'], agency: 'Y02' }));
}, 60_000);
afterAll(() => portal.end());

/** A dossier whose reason an officer copied from a letter. */
async function copied(
  channel = 'post',
  officerEntered: readonly string[] = ['/reason'],
  typed: JsonObject = {},
): Promise<Prepared> {
  const desk = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
  await desk.send('PUT', '/api/desk', JSON.stringify({ channel }), json);
  const machine = await portal.browser(citizen(`sender-${crypto.randomUUID()}`), desk.jar);
  const dossier = await prepare(portal, machine, { officerEntered, typed });
  expect((await file(machine, dossier)).status).toBe(201);
  return dossier;
}

async function entriesOf(browser: TestBrowser, { id }: Prepared): Promise<readonly MarkedEntry[]> {
  const response = await browser.fetch(`/api/agency/dossiers/${id.slice(9)}/entries`);
  expect(response.status).toBe(200);
  return (await response.json()) as never;
}

async function say(browser: TestBrowser, { id }: Prepared, ...entries: readonly JsonObject[]) {
  const path = `/api/agency/dossiers/${id.slice(9)}/entries`;
  const response = await browser.send('POST', path, JSON.stringify({ entries }), json);
  return {
    status: response.status,
    body: (await response.json()) as readonly MarkedEntry[] & { code: string; issues: { pointer: string }[] },
  };
}

async function accept({ id }: Prepared): Promise<number> {
  const path = `/api/agency/dossiers/${id.slice(9)}/handling`;
  return (await officer.send('POST', path, JSON.stringify({ action: 'accept' }), json)).status;
}

const audited = async ({ id }: Prepared): Promise<readonly string[]> =>
  (
    await portal.db.query<{ person: string; act: string; subject: string }>(
      `SELECT person, act, subject FROM audit WHERE starts_with(subject, $1) ORDER BY id`,
      [id],
    )
  ).map(({ person, act, subject }) => `${person} ${act} ${subject.slice(id.length)}`.trim());

describe('answers that a desk copied from paper', () => {
  it('are marked until an officer says that they are as on the paper; the audit says who', async () => {
    const dossier = await copied();
    expect(await entriesOf(officer, dossier)).toEqual([{ pointer: '/reason', filed: 'because', check: null }]);
    const { status, body } = await say(officer, dossier, { pointer: '/reason' });
    expect(status).toBe(200);
    expect(body[0]!.check).toEqual({ at: expect.any(String), by: 'pairwise-officer', name: 'Officer One' });
    expect(await audited(dossier)).toEqual(['pairwise-officer entries.list', 'pairwise-officer entry.check /reason']);
  });

  it('keep a dossier from being accepted', async () => {
    const dossier = await copied();
    expect(await accept(dossier)).toBe(422);
    await say(officer, dossier, { pointer: '/reason' });
    expect(await accept(dossier)).toBe(200);
  });

  it('are corrected with a reason; package and filed answer stay, and the citizen reads what was corrected and why', async () => {
    const dossier = await copied();
    const { body } = await say(officer, dossier, { pointer: '/reason', value: 'a cause', reason: 'Misread.' });
    expect(body[0]).toMatchObject({ filed: 'because', check: { value: 'a cause', reason: 'Misread.' } });
    const [event] = await portal.db.query<{ kind: string; by: string; body: JsonObject }>(
      'SELECT kind, by, body FROM dossier_event WHERE dossier = $1',
      [dossier.id],
    );
    expect(event).toEqual({
      kind: 'corrected',
      by: 'pairwise-officer',
      body: { pointer: '/reason', reason: 'Misread.' },
    });
    // Neither the value nor the name lies open in the database.
    const [row] = await portal.db.query<{ body: Uint8Array }>('SELECT body FROM entry_check WHERE dossier = $1', [
      dossier.id,
    ]);
    expect(Buffer.from(row!.body).toString('latin1')).not.toMatch(/cause|Officer/);
  });

  it('are judged again by the form: what it does not take changes nothing', async () => {
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 24 * 3_600_000);
    const dossier = await copied();
    portal.clock = before;
    // A rule of the form, judged with the day of the session: nobody says this any more on the day after.
    const late = await say(officer, dossier, { pointer: '/reason', value: 'in time', reason: 'Misread.' });
    expect(late.status).toBe(422);
    expect(late.body.issues.map(({ pointer }) => pointer)).toEqual(['/reason']);
    expect((await entriesOf(officer, dossier))[0]!.check).toBeNull();
  });

  it('have what is computed from them computed again, which nobody has to compare', async () => {
    const dossier = await copied('post', ['/reason', '/copies'], { copies: 2, price: 16 });
    expect((await entriesOf(officer, dossier)).map(({ pointer }) => pointer)).toEqual(['/copies', '/reason']);
    const { status, body } = await say(officer, dossier, { pointer: '/copies', value: 3, reason: 'Misread.' });
    expect(status).toBe(200);
    expect(body.find(({ pointer }) => pointer === '/price')).toEqual({
      pointer: '/price',
      computed: true,
      filed: 16,
      check: { at: expect.any(String), by: 'pairwise-officer', name: 'Officer One', value: 24 },
    });
    // It is nobody's answer: no verdict is taken on it, and the one that waits is the reason.
    expect((await say(officer, dossier, { pointer: '/price' })).status).toBe(400);
    expect(await accept(dossier)).toBe(422);
    expect((await say(officer, dossier, { pointer: '/copies' }, { pointer: '/reason' })).body).toHaveLength(2);
    expect(await accept(dossier)).toBe(200);
  });

  it('may be looked at again by another officer, whose word counts; both stay in the audit', async () => {
    const dossier = await copied();
    await say(officer, dossier, { pointer: '/reason', value: 'a cause', reason: 'Misread.' });
    await say(other, dossier, { pointer: '/reason' });
    expect((await entriesOf(other, dossier))[0]!.check).toEqual({
      at: expect.any(String),
      by: 'pairwise-other',
      name: 'Officer Two',
    });
    expect((await audited(dossier)).slice(0, 2)).toEqual([
      'pairwise-officer entry.correct /reason',
      'pairwise-other entry.check /reason',
    ]);
  });

  it('are nobody else’s: another agency, a citizen, an answer the citizen gave', async () => {
    const dossier = await copied();
    const path = `/api/agency/dossiers/${dossier.id.slice(9)}/entries`;
    expect((await elsewhere.fetch(path)).status).toBe(404);
    expect((await say(elsewhere, dossier, { pointer: '/reason' })).status).toBe(404);
    const an = await portal.browser(citizen('an'));
    expect((await an.fetch(path)).status).toBe(403);
    expect((await say(officer, dossier, { pointer: '/applicant/fullName' })).status).toBe(400);
    expect((await say(officer, dossier, { pointer: '/reason', value: 'x' })).status).toBe(400);
    expect((await say(officer, dossier, { pointer: '/reason', reason: 'x' })).status).toBe(400);
    expect((await say(officer, dossier)).status).toBe(400);
  });

  it('are none where the citizen typed by themselves, at a desk or at home', async () => {
    const atDesk = await copied('in-person', []);
    expect(await entriesOf(officer, atDesk)).toEqual([]);
    expect(await accept(atDesk)).toBe(200);
    const home = await portal.browser(citizen('home'));
    const fromHome = await prepare(portal, home);
    expect((await file(home, fromHome)).status).toBe(201);
    expect(await entriesOf(officer, fromHome)).toEqual([]);
  });
});
