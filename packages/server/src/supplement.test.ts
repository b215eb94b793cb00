import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComponentAnswer } from '@onceform/core';
import { citizen, file, prepare, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
let portal: TestPortal, an: TestBrowser, officer: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal();
  an = await portal.browser(citizen('an'));
  officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
}, 60_000);
afterAll(() => portal.end());

const path = (id: string) => `/api/dossiers/${id.replace('urn:uuid:', '')}`;
const paper = (documentId: string): ComponentAnswer => ({
  id: 'proof',
  fulfilledBy: 'waived',
  files: [],
  reason: documentId,
});

/** Files a dossier and has the officer ask for something. */
async function asked(request: { pointers?: string[]; components?: string[] }) {
  const first = await prepare(portal, an);
  await file(an, first);
  const body = { action: 'supplement', reason: 'The reason is missing.', pointers: [], components: [], ...request };
  const uuid = first.id.replace('urn:uuid:', '');
  expect((await officer.send('POST', `/api/agency/dossiers/${uuid}/handling`, JSON.stringify(body), json)).status).toBe(
    200,
  );
  return { ...first, sha256: await first.dossier.sha256() };
}
const codes = ({ status, body }: Awaited<ReturnType<typeof file>>) => [
  status,
  (body.issues ?? []).map(issue => issue.params.code),
];

describe('a supplement', () => {
  it('is told to the citizen: the reason, the answers and papers, and which package it follows', async () => {
    const first = await asked({ pointers: ['/reason'], components: ['proof'] });
    expect(await (await an.send('GET', `${path(first.id)}/supplement`)).json()).toEqual({
      reason: 'The reason is missing.',
      pointers: ['/reason'],
      components: ['proof'],
      previous: { id: first.id, sha256: first.sha256 },
    });
    const binh = await portal.browser(citizen('binh'));
    expect((await binh.send('GET', `${path(first.id)}/supplement`)).status).toBe(404);
    const untouched = await prepare(portal, an);
    await file(an, untouched);
    expect((await an.send('GET', `${path(untouched.id)}/supplement`)).status).toBe(404);
  });

  it('puts right what was asked for, and is linked to the first package', async () => {
    const first = await asked({ pointers: ['/reason'] });
    const next = await prepare(portal, an, {
      reason: 'a better reason',
      previous: { id: first.id, sha256: first.sha256 },
    });
    expect((await file(an, next)).status).toBe(201);
    expect(
      await portal.db.query('SELECT status, previous FROM dossier WHERE id IN ($1, $2) ORDER BY previous NULLS FIRST', [
        first.id,
        next.id,
      ]),
    ).toEqual([
      { status: 'supplemented', previous: null },
      { status: 'received', previous: first.id },
    ]);
    const again = await prepare(portal, an, {
      reason: 'a third reason',
      previous: { id: first.id, sha256: first.sha256 },
    });
    expect((await file(an, again)).status).toBe(422);
  });

  it('changes nothing else: an answer or a paper that was not asked for is named and refused', async () => {
    const first = await asked({ components: ['proof'] });
    const previous = { id: first.id, sha256: first.sha256 };
    const answer = await prepare(portal, an, { reason: 'something else', previous });
    const refused = await file(an, answer);
    expect(codes(refused)).toEqual([422, ['SUPPLEMENT_NOT_ASKED']]);
    expect(refused.body.issues).toMatchObject([
      { pointer: '/reason', message: { en: expect.stringContaining('not among what') } },
    ]);
    const withPaper = await prepare(portal, an, { previous });
    expect((await file(an, await withPaper.again(withPaper.id, { previous, components: [paper('1')] }))).status).toBe(
      201,
    );

    const second = await asked({ pointers: ['/reason'] });
    const after = { id: second.id, sha256: second.sha256 };
    const papers = await prepare(portal, an, { reason: 'better', previous: after });
    expect(codes(await file(an, await papers.again(papers.id, { previous: after, components: [paper('1')] })))).toEqual(
      [422, ['SUPPLEMENT_NOT_ASKED']],
    );
  });

  it('is open where the officer names nothing', async () => {
    const first = await asked({});
    const next = await prepare(portal, an, { reason: 'whatever', previous: { id: first.id, sha256: first.sha256 } });
    expect((await file(an, next)).status).toBe(201);
  });
});
