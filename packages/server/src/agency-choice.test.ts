import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { valueAt, type Administration, type JsonObject } from '@onceform/core';
import type { Role } from './authorization.ts';
import { packageKey } from './dossier-index.ts';
import { directoryStore } from './object-store.ts';
import { reindex } from './reindex.ts';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  testPack,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

/** An invented country: an office decides where the reason says, two of them where it says "7 8"; a fee unless it is proven poor. */
const administration: Administration = {
  currency: 'XTS',
  agencies: async (_procedure, data) =>
    String(valueAt(data, '/reason') ?? '')
      .split(' ')
      .filter(area => /^\d$/.test(area))
      .map(area => ({ kind: 'office', area, name: `Office of ${area}`, because: '/reason' })),
  due: async () => null,
  fee: async ({ proven, agency }) => {
    charged = agency?.area ?? null;
    const exempt = proven?.answers.has('/applicant/fullName') === true;
    return {
      total: exempt ? 0 : 100,
      saved: exempt ? 100 : 0,
      lines: [
        {
          charge: 'base',
          label: 'Fee',
          amount: exempt ? 0 : 100,
          quantity: 1,
          basis: 'Rule 1',
          saved: exempt ? 100 : 0,
          ...(exempt ? { exemption: { code: 'known', label: 'Known to the register', basis: 'Rule 2' } } : {}),
        },
      ],
    };
  },
};
/** For whose area the last fee was worked out. */
let charged: string | null = null;
const json = { 'content-type': 'application/json' };
const TABLE = ['7', '8', '9'].map(area => ({ code: `X0${area}`, kind: 'office', area, name: `Office ${area}` }));

/** By the key of an object, whose it is. */
const owners = new Map<string, string | undefined>();
let portal: TestPortal, an: TestBrowser, folder: string;
let anyOffice = false;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-agencies-'));
  const objects = directoryStore(folder);
  portal = await startTestPortal({
    pack: {
      ...testPack,
      administration: { ...administration, anyOffice: () => (anyOffice ? 'office' : null) },
    },
    objectStore: {
      ...objects,
      put(key, bytes, owner, options) {
        owners.set(key, owner);
        return objects.put(key, bytes, owner, options);
      },
    },
  });
  an = await portal.browser(citizen('an'));
  const publisher = await portal.browser(citizen('pub', { roles: ['publisher'] }));
  const rows = [...TABLE, { code: 'P01', kind: 'police', area: '7', name: 'Police of 7' }];
  const body = JSON.stringify({ validFrom: '2026-11-23', rows });
  expect((await publisher.send('POST', '/api/parameters/agencies', body, json)).status).toBe(201);
}, 60_000);
afterAll(async () => {
  await portal.end();
  await rm(folder, { recursive: true, force: true });
});

const open = async (browser = an) => {
  const info = await browser.client.form('notice');
  return browser.client.openDraft({ form: { id: info.id, digest: info.digest } });
};
const may = async (draft: string, data: JsonObject, browser = an) => {
  const response = await browser.send('POST', `/api/drafts/${draft}/agencies`, JSON.stringify({ data }), json);
  return [response.status, await response.json()] as const;
};
const choose = async (draft: string, agency: string | null, browser = an) =>
  (await browser.send('PUT', `/api/drafts/${draft}/agency`, JSON.stringify({ agency }), json)).status;
const filed = async (reason: string, agency: string | null) => file(an, await prepare(portal, an, { reason, agency }));

describe('which agency decides', () => {
  it('is told by the answers, among those that the tables know, and the citizen’s choice is kept and sealed', async () => {
    const { draft, context } = await open();
    expect(context.agency).toBe('X01');
    expect(await may(draft, { reason: '7 8 5' })).toEqual([
      200,
      {
        chosen: null,
        agencies: [
          { code: 'X07', name: 'Office of 7', because: '/reason' },
          { code: 'X08', name: 'Office of 8', because: '/reason' },
        ],
      },
    ]);
    expect(await choose(draft, 'X08')).toBe(204);
    expect(await may(draft, { reason: '7 8' })).toMatchObject([200, { chosen: 'X08' }]);
    const loaded = await an.client.loadDraft(draft);
    expect(loaded?.context.agency).toBe('X08');
    const { seal } = await an.client.seal({ draft, decisions: [] });
    expect(JSON.parse(atob(seal.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))).context.agency).toBe('X08');
    expect(await choose(draft, null)).toBe(204);
    expect((await an.client.loadDraft(draft))?.context.agency).toBe('X01');
  });

  it('is nobody’s business but the draft’s owner’s, and no agency that no table knows', async () => {
    const { draft } = await open();
    const binh = await portal.browser(citizen('binh'));
    expect(await choose(draft, 'X08', binh)).toBe(404);
    expect((await may(draft, {}, binh))[0]).toBe(404);
    expect(await choose(draft, 'X99')).toBe(404);
    expect(await choose(draft, 7 as never)).toBe(400);
    expect(await may(draft, { reason: { deep: ['7'] } })).toMatchObject([200, { agencies: [] }]);
    expect(await may(draft, {})).toMatchObject([200, { agencies: [] }]);
  });

  it('decides where a dossier goes, and stands in its receipt; who did not choose gets the first', async () => {
    expect((await filed('7 8', 'X08')).body).toMatchObject({ agency: 'X08', code: expect.stringMatching(/^X08-/) });
    expect((await filed('7 8', null)).body.agency).toBe('X07');
    // The portal's own agency stands in every context until another one is chosen.
    expect((await filed('7 8', 'X01')).body.agency).toBe('X07');
    expect((await filed('nobody', null)).body.agency).toBe('X01');
    expect((await filed('nobody', 'X09')).body.agency).toBe('X09');
  });

  it.each([
    ['another area', '7 8', 'X09'],
    ['another kind', '7 8', 'P01'],
    ['no agency at all', '7 8', 'nowhere'],
    ['no agency at all, where nobody says who decides', 'nobody', 'nowhere'],
  ])('refuses a dossier that names %s, and takes it with the right one', async (_what, reason, agency) => {
    const { status, body } = await filed(reason, agency);
    expect([status, body.code, body.issues?.map(({ params }) => params.code)]).toEqual([
      422,
      'ERR_DOSSIER_INVALID',
      ['AGENCY_NOT_COMPETENT'],
    ]);
    expect(await portal.db.query('SELECT 1 FROM dossier WHERE agency = $1', [agency])).toEqual(
      agency === 'X09' ? [{ '?column?': 1 }] : [],
    );
  });

  it('is any office of its kind where a procedure belongs to none: proposed by the answers first', async () => {
    anyOffice = true;
    const { draft } = await open();
    const [, { agencies }] = (await may(draft, { reason: '8' })) as [number, { agencies: { code: string }[] }];
    expect(agencies.map(({ code }) => code)).toEqual(['X08', 'X07', 'X09']);
    expect((await filed('8', 'X09')).body.agency).toBe('X09');
    expect((await filed('8', 'P01')).status).toBe(422);
    // No answer speaks for one, and none was chosen: nobody is picked by chance.
    expect((await filed('nobody', null)).body.agency).toBe('X01');
    anyOffice = false;
  });
});

describe('an exemption from the fee', () => {
  it('counts for an answer that a register gave, with the rule and the amount, and not for a typed one', async () => {
    const known = await filed('7', null);
    expect(known.body.fee).toMatchObject({
      total: 0,
      saved: 100,
      lines: [{ saved: 100, exemption: { code: 'known', basis: 'Rule 2' } }],
    });
    const binh = await portal.browser(citizen('binh'));
    const typed = await file(binh, await prepare(portal, binh, { reason: '7' }));
    expect(typed.body.fee).toMatchObject({ total: 100, saved: 0 });
  });
});

describe('a dossier that one office takes in, for another one to decide', () => {
  const officerOf = (agency: string, roles: readonly Role[] = ['officer']) =>
    portal.browser(citizen(`officer-${agency}`, { roles, agency }));
  /** A machine that an officer made a desk; a citizen is signed in there now. */
  const atDeskOf = async (agency: string) => {
    const officer = await officerOf(agency);
    expect((await officer.send('PUT', '/api/desk', '{"channel":"in-person"}', json)).status).toBe(200);
    return portal.browser(citizen('an'), officer.jar);
  };
  const rowOf = (id: string) =>
    portal.db.query('SELECT agency, receiving_agency, code FROM dossier WHERE id = $1', [id]);
  let id: string, path: string, code: string;

  it('names both in the package and the receipt: one gives the code, by the other’s rules it is charged', async () => {
    const desk = await atDeskOf('X09');
    const { context } = await open(desk);
    expect(context).toMatchObject({ receivingAgency: 'X09', channel: 'in-person' });
    const prepared = await prepare(portal, desk, { reason: '7' });
    expect(prepared.dossier.manifest.recipient).toMatchObject({ agency: null, receivingAgency: 'X09' });
    const { status, body } = await file(desk, prepared);
    expect([status, body]).toMatchObject([
      201,
      {
        agency: 'X07',
        receivingAgency: 'X09',
        agencyNames: { X07: 'Office 7', X09: 'Office 9' },
        code: expect.stringMatching(/^X09-/),
      },
    ]);
    expect(charged).toBe('7');
    ({ id } = prepared);
    ({ code } = body);
    path = `/api/agency/dossiers/${id.slice(9)}`;
    expect(await rowOf(id)).toEqual([{ agency: 'X07', receiving_agency: 'X09', code }]);
    // The package is locked with the key of who decides.
    expect(owners.get(packageKey(body.dossier.sha256))).toBe('X07');
    const timeline = await an.send('GET', `/api/dossiers/${id.slice(9)}/timeline`);
    expect(await timeline.json()).toMatchObject([{ body: { code, receivingAgency: 'X09', agency: 'X07' } }]);
  });

  it('is decided by the one, and followed by the other, which reads how far it is and nothing of anybody', async () => {
    const [receiving, deciding, stranger] = await Promise.all(['X09', 'X07', 'X08'].map(agency => officerOf(agency)));
    const followed = async (officer: TestBrowser) =>
      ((await (await officer.send('GET', '/api/agency/passed-on')).json()) as { id: string }[]).filter(
        one => one.id === id,
      );
    const row = { id, code, procedure: '1.000001', agency: 'X07', agencyName: 'Office 7', status: 'received' };
    const [told] = await followed(receiving!);
    expect(told).toEqual({ ...row, title: expect.anything(), received: expect.any(String) });
    expect(JSON.stringify(told)).not.toContain('An Official');
    expect([await followed(deciding!), await followed(stranger!)]).toEqual([[], []]);
    const listed = async (officer: TestBrowser) =>
      ((await (await officer.send('GET', '/api/agency/dossiers')).json()) as { id: string }[]).some(
        one => one.id === id,
      );
    expect([await listed(receiving!), await listed(deciding!)]).toEqual([false, true]);
    const accept = (officer: TestBrowser) => officer.send('POST', `${path}/handling`, '{"action":"accept"}', json);
    for (const officer of [receiving!, stranger!]) {
      expect((await officer.send('GET', `${path}/package`)).status).toBe(404);
      expect((await accept(officer)).status).toBe(404);
    }
    const entries = async (officer: TestBrowser) => (await officer.send('GET', `${path}/entries`)).status;
    expect([await entries(receiving!), await entries(deciding!), await entries(stranger!)]).toEqual([404, 200, 404]);
    expect((await deciding!.send('GET', `${path}/package`)).status).toBe(200);
    expect((await accept(deciding!)).status).toBe(200);
    expect(await followed(receiving!)).toMatchObject([{ ...row, status: 'accepted' }]);
  });

  it('is told of with both, and counted once where it is decided, and as passed on where it was taken in', async () => {
    const told = await portal.db.query('SELECT kind, body FROM outbox WHERE subject = $1 ORDER BY id', [id]);
    expect(told).toMatchObject(
      ['dossier.received', 'dossier.accepted'].map(kind => ({
        kind,
        body: { id, code, agency: 'X07', receivingAgency: 'X09' },
      })),
    );
    await portal.outbox.run();
    // What follows a filing is not waited for.
    await vi.waitFor(async () =>
      expect(
        await portal.db.query(
          `SELECT metric, agency, count::int FROM daily_count
           WHERE channel = 'in-person' AND metric IN ('filed', 'passed-on', 'desk') ORDER BY metric`,
        ),
      ).toEqual([
        { metric: 'desk', agency: 'X09', count: 1 },
        { metric: 'filed', agency: 'X07', count: 1 },
        { metric: 'passed-on', agency: 'X09', count: 1 },
      ]),
    );
  });

  describe('and that the other one passes on', () => {
    const passOn = (officer: TestBrowser, to: string, agency: string, reason = 'The parcel lies in 8') =>
      officer.send('POST', `${to}/pass-on`, JSON.stringify({ agency, reason }), json);
    const ids = async (officer: TestBrowser, list: 'dossiers' | 'passed-on') =>
      ((await (await officer.send('GET', `/api/agency/${list}`)).json()) as { id: string }[]).map(one => one.id);

    it('is decided by the third, followed by both, and the citizen reads where it went and why', async () => {
      const desk = await atDeskOf('X09');
      const { body } = await file(desk, await prepare(portal, desk, { reason: '7' }));
      const dossier = body.dossier.id;
      const to = `/api/agency/dossiers/${dossier.slice(9)}`;
      const [first, second, third] = await Promise.all(['X09', 'X07', 'X08'].map(agency => officerOf(agency)));
      const response = await passOn(second!, to, 'X08');
      const told = { agency: 'X08', agencyName: 'Office 8', reason: 'The parcel lies in 8' };
      expect([response.status, await response.json()]).toMatchObject([200, told]);

      // Each list has it once, and in the right office.
      for (const [officer, decides] of [
        [first!, false],
        [second!, false],
        [third!, true],
      ] as const) {
        expect([
          (await ids(officer, 'dossiers')).includes(dossier),
          (await ids(officer, 'passed-on')).includes(dossier),
        ]).toEqual([decides, !decides]);
        expect((await officer.send('GET', `${to}/package`)).status).toBe(decides ? 200 : 404);
      }
      expect(owners.get(packageKey(body.dossier.sha256))).toBe('X08');

      // The receipt, the code and the day it is due stay what was promised.
      const own = await (await an.send('GET', `/api/dossiers/${dossier.slice(9)}`)).json();
      expect(own).toMatchObject({ receipt: body, status: 'received', passedOn: told });
      const timeline = await (await an.send('GET', `/api/dossiers/${dossier.slice(9)}/timeline`)).json();
      expect(timeline).toMatchObject([{ kind: 'received' }, { kind: 'passed-on', body: { from: 'X07', ...told } }]);
      expect(JSON.stringify(timeline)).not.toContain('officer-');
      const messages = await portal.db.query('SELECT kind, body FROM outbox WHERE subject = $1 ORDER BY id', [dossier]);
      expect(messages).toMatchObject([
        { kind: 'dossier.received', body: { agency: 'X07' } },
        { kind: 'dossier.passed-on', body: { agency: 'X08', from: 'X07', receivingAgency: 'X09', status: 'received' } },
      ]);
      const audited = await portal.db.query(`SELECT person FROM audit WHERE act = 'pass-on' AND subject = $1`, [
        dossier,
      ]);
      expect(audited).toEqual([{ person: 'pairwise-officer-X07' }]);
      const [counted] = await portal.db.query<{ count: string }>(
        `SELECT count FROM daily_count WHERE metric = 'passed-on' AND agency = 'X07'`,
      );
      expect(Number(counted!.count)).toBe(1);

      // It may come back, and is decided then; who gave it back follows it.
      expect((await passOn(third!, to, 'X07', 'No, in 7')).status).toBe(200);
      expect(await ids(second!, 'passed-on')).not.toContain(dossier);
      expect(await ids(third!, 'passed-on')).toContain(dossier);
      expect((await second!.send('POST', `${to}/handling`, '{"action":"accept"}', json)).status).toBe(200);
      expect(await (await passOn(second!, to, 'X08')).json()).toMatchObject({ code: 'ERR_CONFLICT' });
    });

    it('asks for what is missing itself, and gets it', async () => {
      const { body } = await filed('7', null);
      const { id: before, sha256 } = body.dossier;
      const to = `/api/agency/dossiers/${before.slice(9)}`;
      const [first, second] = await Promise.all(['X07', 'X08'].map(agency => officerOf(agency)));
      expect((await passOn(first!, to, 'X08')).status).toBe(200);
      const asked = JSON.stringify({ action: 'supplement', reason: 'More', pointers: ['/reason'], components: [] });
      expect((await second!.send('POST', `${to}/handling`, asked, json)).status).toBe(200);
      const next = await file(an, await prepare(portal, an, { reason: '7 9', previous: { id: before, sha256 } }));
      expect([next.status, next.body]).toMatchObject([201, { agency: 'X08', agencyNames: { X08: 'Office 8' } }]);
      expect(await ids(second!, 'dossiers')).toContain(next.body.dossier.id);
    });

    it('goes nowhere that nobody knows, not to oneself, not without a reason, and not by another office', async () => {
      const { body } = await filed('7', null);
      const to = `/api/agency/dossiers/${body.dossier.id.slice(9)}`;
      const [deciding, stranger] = await Promise.all(['X07', 'X08'].map(agency => officerOf(agency)));
      const refused = async (officer: TestBrowser, agency: string, reason?: string) =>
        (await passOn(officer, to, agency, reason)).status;
      expect([
        await refused(deciding!, 'X99'),
        await refused(deciding!, 'X07'),
        await refused(deciding!, 'X08', ''),
        await refused(stranger!, 'X09'),
        await refused(an, 'X08'),
      ]).toEqual([404, 404, 400, 404, 403]);
      expect(await rowOf(body.dossier.id)).toMatchObject([{ agency: 'X07' }]);
      // Of two that press at once, one passes it on.
      const both = await Promise.all(['X08', 'X09'].map(agency => refused(deciding!, agency)));
      expect(both.toSorted()).toEqual([200, 404]);
    });
  });

  it('comes back from the packages with both, and no code is given twice', async () => {
    await portal.db.script('TRUNCATE dossier, serial CASCADE');
    expect(await reindex(portal.db, portal.objects)).toMatchObject({ broken: [] });
    expect(await rowOf(id)).toEqual([{ agency: 'X07', receiving_agency: 'X09', code }]);
    const next = await atDeskOf('X09');
    const { body } = await file(next, await prepare(portal, next, { reason: '8' }));
    expect([body.agency, body.receivingAgency, body.code > code]).toEqual(['X08', 'X09', true]);
  });

  it('is the same agency, and named once, where the office at whose desk it is decides itself', async () => {
    const desk = await atDeskOf('X07');
    const { body } = await file(desk, await prepare(portal, desk, { reason: '7 8' }));
    expect(body).toMatchObject({
      agency: 'X07',
      agencyNames: { X07: 'Office 7' },
      code: expect.stringMatching(/^X07-/),
    });
    expect(body).not.toHaveProperty('receivingAgency');
  });
});
