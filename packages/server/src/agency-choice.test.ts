import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAt, type Administration, type JsonObject } from '@onceform/core';
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
  fee: async ({ proven }) => {
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
const json = { 'content-type': 'application/json' };
const TABLE = ['7', '8', '9'].map(area => ({ code: `X0${area}`, kind: 'office', area, name: `Office ${area}` }));

let portal: TestPortal, an: TestBrowser;
let anyOffice = false;
beforeAll(async () => {
  portal = await startTestPortal({
    pack: {
      ...testPack,
      administration: { ...administration, anyOffice: () => (anyOffice ? 'office' : null) },
    },
  });
  an = await portal.browser(citizen('an'));
  const publisher = await portal.browser(citizen('pub', { roles: ['publisher'] }));
  const rows = [...TABLE, { code: 'P01', kind: 'police', area: '7', name: 'Police of 7' }];
  const body = JSON.stringify({ validFrom: '2026-11-23', rows });
  expect((await publisher.send('POST', '/api/parameters/agencies', body, json)).status).toBe(201);
}, 60_000);
afterAll(() => portal.end());

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
