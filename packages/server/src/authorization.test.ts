import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationMatrix, grantOf, type Act, type Role } from './authorization.ts';
import type { Session } from './session.ts';
import { citizen, startTestPortal, type TestBrowser, type TestPortal } from './testing/test-portal.ts';

const roles: readonly Role[] = ['visitor', 'citizen', 'co-declarant', 'officer', 'author', 'publisher', 'agency'];
const acts = Object.keys(authorizationMatrix) as Act[];

/** One request for each act that is served; acts whose routes do not exist yet have no request. */
const requests: { readonly [act in Act]?: readonly [method: string, path: string, body?: string] } = {
  'form.read': ['GET', '/api/forms'],
  'code-list.read': ['GET', '/api/code-lists/colours'],
  'source.read': ['GET', '/api/sources'],
  'session.act-for': ['PUT', '/api/session/acting-for', '{}'],
  'desk.open': ['PUT', '/api/desk', '{}'],
  'draft.open': ['POST', '/api/drafts', '{}'],
  'draft.read': ['GET', '/api/drafts'],
  'draft.write': ['DELETE', '/api/drafts/nothing'],
  'prefill.request': ['POST', '/api/prefill', '{}'],
  'seal.request': ['POST', '/api/seals', '{}'],
  'dossier.file': ['PUT', `/api/dossiers/${crypto.randomUUID()}`],
  'dossier.read': ['GET', '/api/dossiers'],
  'dossier.pay': ['POST', `/api/dossiers/${crypto.randomUUID()}/payment`, '{}'],
  'usage.read': ['GET', '/api/usage'],
  'dossier.handle': ['GET', '/api/agency/dossiers'],
  'dossier.pass-on': ['POST', `/api/agency/dossiers/${crypto.randomUUID()}/pass-on`, '{}'],
  'dossier.follow': ['GET', '/api/agency/passed-on'],
  'dossier.rate': ['PUT', `/api/dossiers/${crypto.randomUUID()}/rating`, '{}'],
  'complaint.make': ['POST', '/api/complaints', '{}'],
  'complaint.read': ['GET', '/api/complaints'],
  'complaint.answer': ['GET', '/api/agency/complaints'],
  'dispute.read': ['GET', '/api/disputes'],
  'consent.read': ['GET', '/api/consents'],
  'consent.withdraw': ['POST', '/api/consents/nothing/withdraw'],
  'answer.keep': ['POST', `/api/dossiers/${crypto.randomUUID()}/write-back`, '{}'],
  'answer.forget': ['DELETE', '/api/kept-answers'],
  'form.check': ['POST', '/api/form-checks', '{}'],
  'form.publish': ['POST', '/api/forms', '{}'],
  'parameter.read': ['GET', '/api/parameters/fees'],
  'parameter.publish': ['POST', '/api/parameters/fees', '{}'],
  'measure.read': ['GET', '/api/indicators/2026'],
  'part.invite': ['GET', '/api/drafts/unknown/co-declarants'],
  'part.declare': ['POST', '/api/invitations/unknown/refuse'],
  'answer.read': ['GET', '/api/kept-answers'],
  'paper.read': ['GET', '/api/documents'],
  'reuse.read': ['GET', '/api/reuse-metrics/2026-11'],
  'measure.freeze': ['PUT', '/api/indicators/2020/frozen'],
  'upload.write': ['POST', '/api/uploads'],
};

let portal: TestPortal;
const browsers = new Map<Role, TestBrowser>();
beforeAll(async () => {
  portal = await startTestPortal({
    citizenStore: { id: 'kept', name: 'Your earlier answers' },
    payments: {
      id: 'nobody',
      name: 'Nobody',
      begin: () => Promise.reject(new Error('not used')),
      status: () => Promise.reject(new Error('not used')),
    },
    papers: { id: 'papers', name: 'Papers held for you', types: [] },
    coDeclarants: {},
  });
  for (const role of roles)
    browsers.set(
      role,
      await portal.browser(role === 'visitor' ? undefined : citizen(role, { roles: [role], agency: 'X01' })),
    );
}, 60_000);
afterAll(() => portal.end());

describe('the authorisation matrix', () => {
  it('has a request for every act that a served operation names', async () => {
    const document = (await (await portal.app.request('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, { 'x-authorization'?: { act: Act } }>>;
    };
    const served = Object.values(document.paths)
      .flatMap(Object.values)
      .flatMap(operation => operation['x-authorization']?.act ?? []);
    // Uploads speak tus, which has a specification of its own.
    expect([...new Set(served), 'upload.write'].sort()).toEqual(Object.keys(requests).sort());
  });

  it.each(acts.filter(act => requests[act] !== undefined).flatMap(act => roles.map(role => [act, role] as const)))(
    '%s by %s',
    async (act, role) => {
      const [method, path, body] = requests[act]!;
      const response = await browsers.get(role)!.send(method, path, body, { 'content-type': 'application/json' });
      const { code } = response.headers.get('content-type')?.includes('json')
        ? ((await response.json()) as { code?: string })
        : {};
      const refused = code === 'ERR_UNAUTHENTICATED' || code === 'ERR_FORBIDDEN';
      expect(refused).toBe(authorizationMatrix[act][role] === 'no');
      if (refused) expect(response.status).toBe(role === 'visitor' ? 401 : 403);
    },
  );

  it('gives a person with several roles the best of their grants', () => {
    const session = {
      owner: 'x',
      csrf: '',
      expires: null,
      person: citizen('x', { roles: ['author', 'citizen'] }),
    } satisfies Session;
    expect(grantOf(session, 'draft.open')).toBe('own');
    expect(grantOf({ ...session, person: citizen('x', { roles: [] }) }, 'form.read')).toBe('no');
    expect(grantOf(null, 'draft.open')).toBe('own');
  });
});
