import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSeal } from '@onceform/store';
import { citizen, file, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
const HOUR = 3_600_000;
let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
}, 60_000);
afterAll(() => portal.end());

const openDesk = (browser: TestBrowser, channel: string): Promise<Response> =>
  browser.send('PUT', '/api/desk', JSON.stringify({ channel }), json);
const deskOf = async (browser: TestBrowser): Promise<unknown> => (await browser.fetch('/api/desk')).json();

/** A machine that an officer made a desk; a citizen is signed in there now. */
async function atDesk(channel = 'in-person'): Promise<TestBrowser> {
  const officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
  expect((await openDesk(officer, channel)).status).toBe(200);
  return portal.browser(citizen('an'), officer.jar);
}
/** What desks were counted for: metric, channel, count. */
const counted = async (): Promise<(readonly [string, string, number])[]> =>
  (
    await portal.db.query<{ metric: string; channel: string; count: string }>(
      "SELECT metric, channel, count FROM daily_count WHERE metric LIKE 'desk%' ORDER BY channel, metric",
    )
  ).map(({ metric, channel, count }) => [metric, channel, Number(count)]);
const contextOf = async (browser: TestBrowser) => {
  const { id, digest } = await browser.client.form('notice');
  const opened = await browser.client.openDraft({ form: { id, digest } });
  const { seal } = await browser.client.seal({ draft: opened.draft, decisions: [] });
  return { told: opened.context, sealed: readSeal(seal).payload.context };
};

describe('a desk', () => {
  it('is opened by an officer only, for a way in that exists', async () => {
    expect((await openDesk(await portal.browser(), 'in-person')).status).toBe(401);
    expect((await openDesk(await portal.browser(citizen('an')), 'in-person')).status).toBe(403);
    const officer = await portal.browser(citizen('officer', { roles: ['officer'] }));
    expect((await openDesk(officer, 'online')).status).toBe(400);
    expect(await deskOf(officer)).toBeNull();
    // Who opened which is written down, and no try that was refused.
    const written = () => portal.db.query(`SELECT person, subject FROM audit WHERE act = 'desk.open'`);
    expect(await written()).toEqual([]);
    await openDesk(officer, 'post');
    expect(await written()).toEqual([{ person: 'pairwise-officer', subject: 'post' }]);
  });

  it.each(['in-person', 'remote', 'post'])(
    'says in the sealed context who helped, and that it came in %s',
    async way => {
      const { told, sealed } = await contextOf(await atDesk(way));
      for (const context of [told, sealed])
        expect(context).toMatchObject({ channel: way, assistedBy: 'pairwise-officer', identityLevel: 2 });
    },
  );

  it('says nothing of the kind on any other machine, nor once it is closed', async () => {
    const elsewhere = await portal.browser(citizen('an'));
    const machine = await atDesk();
    expect((await machine.send('DELETE', '/api/desk')).status).toBe(204);
    for (const browser of [elsewhere, machine]) {
      const { sealed } = await contextOf(browser);
      expect(sealed.channel).toBe('online');
      expect(sealed).not.toHaveProperty('assistedBy');
    }
  });

  it.each([
    ['unsealed', true],
    ['sealed at home', false],
  ])('takes in nothing that would pass as filed online: %s', async (_how, unsealed) => {
    const machine = await atDesk();
    const home = await portal.browser(citizen('an'));
    const dossier = await prepare(portal, unsealed ? machine : home, { unsealed });
    expect((await file(machine, dossier)).body).toMatchObject({
      code: 'ERR_DOSSIER_INVALID',
      issues: [{ params: { code: 'DESK_NOT_SEALED' } }],
    });
    // The same from home is what it says.
    const { status, body } = await file(home, dossier);
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('receivingAgency');
    // Once it stands, a desk gets the same receipt for the same bytes.
    expect((await file(machine, dossier)).body.code).toBe(body.code);
  });

  it('ends with the working day, and one made by hand is none', async () => {
    const machine = await atDesk();
    const [name, value] = [...machine.jar].find(([key]) => key.includes('desk'))!;
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 13 * HOUR);
    expect(await deskOf(machine)).toBeNull();
    portal.clock = before;
    expect(await deskOf(machine)).toMatchObject({ channel: 'in-person' });
    machine.jar.set(name, `${value.slice(0, -4)}AAAA`);
    expect(await deskOf(machine)).toBeNull();
  });

  it('counts the minutes from opening a declaration to filing it, by day, procedure and channel, and nothing of anybody', async () => {
    const machine = await atDesk();
    const dossier = await prepare(portal, machine);
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 17 * 60_000);
    expect((await file(machine, dossier)).status).toBe(201);
    portal.clock = before;
    await vi.waitFor(async () =>
      expect(await counted()).toEqual([
        ['desk', 'in-person', 1],
        ['desk:minutes', 'in-person', 17],
      ]),
    );
  });

  it('counts nothing for what a citizen files from home', async () => {
    const home = await portal.browser(citizen('binh'));
    expect((await file(home, await prepare(portal, home))).status).toBe(201);
    // What follows a filing follows in order: the desk's is in once the next one is.
    const machine = await atDesk('post');
    expect((await file(machine, await prepare(portal, machine))).status).toBe(201);
    await vi.waitFor(async () => expect((await counted()).map(([, channel]) => channel)).toContain('post'));
    expect((await counted()).map(([, channel]) => channel)).not.toContain('online');
  });
});
