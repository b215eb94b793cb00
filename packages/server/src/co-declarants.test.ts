import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { substitute, type DraftOpened, type JsonObject, type OpenedSeal, type SealPayload } from '@onceform/core';
import { buildDossier } from '@onceform/dossier';
import { readSeal } from '@onceform/store';
import {
  citizen,
  file,
  lastOffers,
  startTestPortal,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const FORM = 'https://example.test/forms/notice';
const DAY = 86_400_000;
const json = { 'content-type': 'application/json' };
let portal: TestPortal, binh: TestBrowser, an: TestBrowser;

beforeAll(async () => {
  portal = await startTestPortal({
    coDeclarants: { [FORM]: [{ role: 'witness', title: 'Witness', pointers: ['/witness'] }] },
  });
  binh = await portal.browser(citizen('binh'));
  an = await portal.browser(citizen('an')); // whom the register knows
}, 60_000);
afterAll(() => portal.end());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { code?: string; token?: string; id?: string };
}
const send = async (browser: TestBrowser, method: string, path: string, body?: object): Promise<Answer> => {
  const response = await browser.send(method, path, body === undefined ? undefined : JSON.stringify(body), json);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};
const opened = async (browser: TestBrowser): Promise<DraftOpened> => {
  const { id, digest } = await browser.client.form('notice');
  return browser.client.openDraft({ form: { id, digest } });
};
const invite = (draft: DraftOpened, change: object = {}): Promise<Answer> =>
  send(binh, 'POST', `/api/drafts/${draft.draft}/invitations`, { role: 'witness', ...change });
const states = async (draft: DraftOpened): Promise<unknown[]> =>
  (await (await binh.fetch(`/api/drafts/${draft.draft}/co-declarants`)).json()) as unknown[];
const accept = (browser: TestBrowser, token: string | undefined): Promise<Answer> =>
  send(browser, 'POST', '/api/invitations/accept', { token });
const confirm = (
  browser: TestBrowser,
  id: string | undefined,
  data: object,
  decisions: object[] = [],
): Promise<Answer> => send(browser, 'PUT', `/api/invitations/${id}/part`, { data, decisions });

/** What the witness is offered in the draft that the invitation gave them. */
async function offersFor(browser: TestBrowser, draft: string, item = '/witness', subject = 'witness') {
  const { id, digest } = await browser.client.form('notice');
  return lastOffers(
    browser.client.prefill({
      draft,
      form: { id, digest },
      items: [
        { item, concept: 'person', subject, members: [{ pointer: `${item}/fullName`, concept: 'person.fullName' }] },
      ],
      consent: { purpose: 'notice', given: true, time: portal.clock.toISOString() },
    }),
  );
}

/** What the applicant's page files: the seal of the moment, and what it holds of the form. */
async function fileIt(
  draft: DraftOpened,
  change: {
    readonly witness?: JsonObject;
    readonly seal?: string;
    readonly tamper?: (data: JsonObject) => JsonObject;
  } = {},
) {
  const form = portal.registry.offered('2026-11-23')[0]!.compiled;
  const jws = change.seal ?? (await binh.client.seal({ draft: draft.draft, decisions: [] })).seal;
  const seal: OpenedSeal = { ...readSeal(jws), verified: true };
  const answers: JsonObject = {
    applicant: { fullName: 'Typed' },
    reason: 'because',
    ...(change.witness === undefined ? {} : { witness: change.witness }),
  };
  let submission = substitute({ form, answers, seal, components: [], decisions: [] });
  if (change.tamper !== undefined) submission = { ...submission, data: change.tamper(submission.data) };
  const id = `urn:uuid:${crypto.randomUUID()}`;
  const dossier = await buildDossier({
    submission,
    form,
    documents: await form.documents(),
    files: new Map(),
    id,
    created: portal.clock.toISOString(),
    recipient: { audience: draft.audience, agency: null, nonce: draft.nonce },
    submitter: { id: 'pairwise-binh', identityLevel: 2 },
    language: 'en',
  });
  const answer = await file(binh, { id, dossier });
  return {
    ...answer,
    codes: answer.body.issues?.map(({ params }) => params.code) ?? [answer.body.code],
    submission,
    jws,
  };
}

describe('two people in one declaration', () => {
  it('the invited signs in, declares and confirms; both parts are filed as they said them', async () => {
    const draft = await opened(binh);
    expect(await states(draft)).toMatchObject([{ role: 'witness', invitation: null }]);
    const { status, body: invited } = await invite(draft);
    expect([status, typeof invited.token]).toEqual([201, 'string']);
    expect(await states(draft)).toMatchObject([{ invitation: { status: 'open' } }]);

    // Before it is confirmed nothing can be filed.
    expect((await fileIt(draft)).codes).toEqual(['ERR_CONSENT_REQUIRED']);

    const part = (await accept(an, invited.token)).body as unknown as { id: string; opened: DraftOpened };
    expect(part).toMatchObject({ role: 'witness', pointers: ['/witness'], form: 'notice', from: 'binh' });
    expect(part.opened.draft).not.toBe(draft.draft);
    // Their own part and nothing else is asked about.
    await expect(offersFor(an, part.opened.draft, '/applicant', 'applicant')).rejects.toMatchObject({
      code: 'ERR_SUBJECT_DENIED',
    });
    const [offer] = await offersFor(an, part.opened.draft);
    expect(offer).toMatchObject({ values: [{ value: 'An Official', edit: 'locked' }] });

    const decisions = [{ item: '/witness', action: 'use', offer: offer!.id }];
    expect(await confirm(an, part.id, { witness: {}, applicant: { fullName: 'Mine' } }, decisions)).toMatchObject({
      status: 403,
      body: { code: 'ERR_FORBIDDEN' },
    });
    const said = { witness: { fullName: 'An Official', note: 'I was there' } };
    expect(await confirm(an, part.id, said, decisions)).toMatchObject({ body: { status: 'confirmed' } });

    // The applicant reads that it is confirmed. What was said comes with the seal, for the declaration both file.
    expect(JSON.stringify(await states(draft))).not.toMatch(/An Official|I was there|pairwise-an/);
    const { submission, status: filed } = await fileIt(draft);
    expect([filed, submission.data['witness']]).toEqual([201, said.witness]);
  });

  it('what was confirmed is locked in the seal of the applicant, with whose word it is', async () => {
    const draft = await opened(binh);
    const { token } = (await invite(draft)).body;
    const part = (await accept(an, token)).body as unknown as { id: string; opened: DraftOpened };
    const [offer] = await offersFor(an, part.opened.draft);
    await confirm(an, part.id, { witness: { fullName: 'An Official', note: 'I was there' } }, [
      { item: '/witness', action: 'use', offer: offer!.id },
    ]);
    const { payload } = readSeal((await binh.client.seal({ draft: draft.draft, decisions: [] })).seal);
    expect(payload.sub).toBe('pairwise-binh');
    expect(payload.parts).toMatchObject([{ role: 'witness', sub: 'pairwise-an', pointers: ['/witness'] }]);
    expect(payload.items).toMatchObject([
      { pointer: '/witness/fullName', by: 'witness', edit: 'locked', source: { id: 'register' } },
      { pointer: '/witness/note', by: 'witness', edit: 'locked', source: { kind: 'self-declared' } },
    ] satisfies object[] as unknown as SealPayload['items']);

    const right = { fullName: 'An Official', note: 'I was there' };
    const forged = { fullName: 'Somebody', note: 'I saw nothing' };
    // In the builder the other's words win whatever the page holds; a package made by hand is refused.
    const again = await fileIt(draft, { witness: forged, tamper: data => ({ ...data, witness: forged }) });
    expect(again.status).toBe(422);
    expect(again.codes).toContain('LOCKED_VALUE_CHANGED');
    const without = await fileIt(draft, { tamper: ({ witness: _witness, ...rest }) => rest });
    expect([without.status, without.codes]).toEqual([422, expect.arrayContaining(['PART_CHANGED'])]);
    const more = await fileIt(draft, { witness: { ...right, more: 'added' } });
    expect([more.status, more.codes]).toEqual([422, ['PART_CHANGED']]);
    const good = await fileIt(draft, { witness: forged });
    expect(good.status).toBe(201);
    expect(good.submission.data['witness']).toEqual(right);
    expect(good.submission.origins).toMatchObject({
      '/witness/fullName': { origin: 'auto', by: 'witness', source: { id: 'register' } },
      '/witness/note': { origin: 'manual', by: 'witness' },
      '/reason': { origin: 'manual' },
    });
  });

  it('what is confirmed anew makes the seal of before useless', async () => {
    const draft = await opened(binh);
    const { token } = (await invite(draft)).body;
    const { id } = (await accept(an, token)).body;
    await confirm(an, id, { witness: { fullName: 'An', note: 'first' } });
    const old = (await binh.client.seal({ draft: draft.draft, decisions: [] })).seal;
    await confirm(an, id, { witness: { fullName: 'An', note: 'second' } });
    const refused = await fileIt(draft, { witness: {}, seal: old });
    expect([refused.status, refused.codes]).toEqual([403, ['ERR_CONSENT_REQUIRED']]);
    expect((await fileIt(draft, { witness: {} })).submission.data['witness']).toEqual({
      fullName: 'An',
      note: 'second',
    });
  });

  it('a refusal stops the filing until the applicant takes the invitation back', async () => {
    const draft = await opened(binh);
    const { token, invitation } = (await invite(draft)).body as { token: string; invitation: { id: string } };
    const { id } = (await accept(an, token)).body;
    expect(await send(an, 'POST', `/api/invitations/${id}/refuse`)).toMatchObject({ body: { status: 'refused' } });
    expect(await states(draft)).toMatchObject([{ invitation: { status: 'refused' } }]);
    expect((await fileIt(draft)).codes).toEqual(['ERR_CONSENT_REQUIRED']);
    expect((await send(an, 'DELETE', `/api/invitations/${invitation.id}`)).status).toBe(404);
    expect((await send(binh, 'DELETE', `/api/invitations/${invitation.id}`)).status).toBe(200);
    expect((await fileIt(draft)).status).toBe(201);
  });

  it('taking back a confirmed part takes what it said out of the seal', async () => {
    const draft = await opened(binh);
    const { token, invitation } = (await invite(draft)).body as { token: string; invitation: { id: string } };
    const { id } = (await accept(an, token)).body;
    await confirm(an, id, { witness: { fullName: 'An', note: 'gone' } });
    await send(binh, 'DELETE', `/api/invitations/${invitation.id}`);
    const { payload } = readSeal((await binh.client.seal({ draft: draft.draft, decisions: [] })).seal);
    expect([payload.parts, payload.items]).toEqual([undefined, []]);
    expect((await confirm(an, id, { witness: {} })).status).toBe(403);
  });

  it('an invitation is answered by one person: not by who invited, not by another, not unverified, not late', async () => {
    const draft = await opened(binh);
    const { token } = (await invite(draft, { meantFor: 'key-an' })).body;
    const refusals = [
      [binh, 'ERR_SUBJECT_DENIED'],
      [await portal.browser(citizen('other')), 'ERR_SUBJECT_DENIED'],
      [await portal.browser(citizen('an', { identityLevel: 1 })), 'ERR_IDENTITY_LEVEL'],
    ] as const;
    for (const [browser, code] of refusals) expect((await accept(browser, token)).body.code).toBe(code);
    expect((await accept(an, 'no-such-token')).body.code).toBe('ERR_NOT_FOUND');
    expect((await invite(draft)).body.code).toBe('ERR_CONFLICT'); // one invitation stands for a part
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 15 * DAY);
    const late = await portal.browser(citizen('an'));
    expect((await accept(late, token)).body.code).toBe('ERR_CONSENT_REQUIRED');
    binh = await portal.browser(citizen('binh'));
    expect(await states(draft)).toMatchObject([{ invitation: { status: 'expired' } }]);
    portal.clock = before;
    binh = await portal.browser(citizen('binh'));
    an = await portal.browser(citizen('an'));
  });

  it('the same person finds their draft again on another device; nobody else gets into it', async () => {
    const draft = await opened(binh);
    const { token } = (await invite(draft)).body;
    const first = (await accept(an, token)).body as unknown as { id: string; opened: DraftOpened };
    const elsewhere = await portal.browser(citizen('an'));
    const second = (await accept(elsewhere, token)).body as unknown as { opened: DraftOpened };
    expect(second.opened.draft).toBe(first.opened.draft);
    expect((await accept(await portal.browser(citizen('other')), token)).body.code).toBe('ERR_NOT_FOUND');
    expect((await confirm(binh, first.id, { witness: {} })).body.code).toBe('ERR_NOT_FOUND');
  });

  it('a part that the form does not have is offered to nobody', async () => {
    const draft = await opened(binh);
    expect((await invite(draft, { role: 'applicant' })).body.code).toBe('ERR_NOT_FOUND');
    expect((await send(an, 'POST', `/api/drafts/${draft.draft}/invitations`, { role: 'witness' })).status).toBe(404);
  });

  it('nothing that was said stands in the database in clear', async () => {
    const ledger = JSON.stringify(await portal.db.query('SELECT * FROM once_ledger'));
    expect(ledger).not.toMatch(/An Official|I was there|second/);
  });
});
