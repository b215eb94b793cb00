import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { citizen, NOW, ORIGIN, startTestPortal, type TestPortal } from '../../../server/src/testing/test-portal.ts';
import { createSessions } from '../../../server/src/session.ts';
import { Hono } from 'hono';
import { conformanceChecks, runConformance, type CheckResult } from './conformance.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
}, 60_000);
afterAll(() => portal.end());

type Fetch = typeof globalThis.fetch;

/** The portal as a network would give it, with what a faulty back end makes of requests and answers. */
type Fault = (request: Request, answer: () => Promise<Response>) => Promise<Response>;

function networkOf(fault: Fault): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    return fault(request.clone(), async () => portal.app.fetch(request));
  };
}

async function cookieOf(who: string): Promise<string> {
  const sessions = createSessions({ db: portal.db, secret: portal.keys.secret, secure: false, clock: () => NOW });
  const app = new Hono().get('/', async c => {
    await sessions.begin(c as never, citizen(who));
    return c.body(null);
  });
  return (await app.request('/')).headers.get('set-cookie')!.split(';')[0]!;
}

async function run(fault: Fault = (_request, answer) => answer()): Promise<readonly CheckResult[]> {
  return runConformance({
    base: ORIGIN,
    fetch: networkOf(fault),
    cookie: await cookieOf('an'),
    otherCookie: await cookieOf('binh'),
    specimen: { form: 'notice', answers: { applicant: {}, reason: 'because' } },
    clock: () => NOW,
  });
}

const failed = (results: readonly CheckResult[]): string[] =>
  results.filter(({ status }) => status === 'failed').map(({ id }) => id);

const at = (request: Request, method: string, path: RegExp): boolean =>
  request.method === method && path.test(new URL(request.url).pathname);

/** Answers as if all were well, whatever was asked. */
const welcome = (status: number, body: unknown = {}, type = 'application/json'): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': type } });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a fault reaches into whatever came
const changed = async (response: Response, change: (body: any) => unknown, headers?: object): Promise<Response> => {
  const kept = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers ?? {})) kept.set(name, String(value));
  kept.delete('content-length');
  return new Response(JSON.stringify(change(await response.json())), { status: response.status, headers: kept });
};

/** For each check, what a wrong back end does that only this check (and what rests on it) may notice. */
const faults: Record<string, Fault> = {
  'session.visitor': async (request, answer) =>
    at(request, 'GET', /session$/) ? changed(await answer(), body => ({ ...body, csrf: 7 })) : answer(),
  'session.not-stored': async (request, answer) => {
    const response = await answer();
    if (at(request, 'GET', /session$/)) response.headers.set('cache-control', 'public');
    return response;
  },
  'session.citizen': async (request, answer) =>
    at(request, 'GET', /session$/)
      ? changed(await answer(), body => ({ ...body, person: body.person && { ...body.person, identityLevel: 1 } }))
      : answer(),
  'csrf.missing': async (request, answer) =>
    request.method === 'POST' && !request.headers.has('x-onceform-csrf') ? welcome(201) : answer(),
  'csrf.wrong': async (request, answer) =>
    request.headers.get('x-onceform-csrf')?.startsWith('xxxx') ? welcome(201) : answer(),
  'problem.unknown-address': async (request, answer) =>
    at(request, 'GET', /no-such-thing$/) ? new Response('Not found', { status: 404 }) : answer(),
  'forms.list': async (request, answer) => (at(request, 'GET', /forms$/) ? welcome(200, []) : answer()),
  'forms.one': async (request, answer) =>
    at(request, 'GET', /forms\/notice$/) ? changed(await answer(), body => ({ ...body, module: '/old.js' })) : answer(),
  'forms.unknown': async (request, answer) =>
    at(request, 'GET', /no-such-form/) ? welcome(404, {}, 'application/problem+json') : answer(),
  'forms.module': async (request, answer) => {
    if (!at(request, 'GET', /form\.js$/)) return answer();
    const response = await answer();
    return new Response(`${await response.text()}\n`, { headers: response.headers });
  },
  'code-lists.unknown': async (request, answer) =>
    at(request, 'GET', /no-such-list/) ? welcome(200, { id: 'no-such-list', digest: '', entries: [] }) : answer(),
  'sources.list': async (request, answer) =>
    at(request, 'GET', /sources$/) ? changed(await answer(), ([first]) => [{ ...first, healthy: 'yes' }]) : answer(),
  'keys.public': async (request, answer) =>
    at(request, 'GET', /keys$/)
      ? changed(await answer(), ({ keys }) => ({ keys: keys.map((key: object) => ({ ...key, d: 'secret' })) }))
      : answer(),
  'drafts.open': async (request, answer) => {
    const response = await answer();
    return at(request, 'POST', /drafts$/) && response.status === 201
      ? changed(response, body => ({ ...body, nonce: 'the-same-nonce-always' }))
      : response;
  },
  'drafts.unknown-form': async (request, answer) =>
    at(request, 'POST', /drafts$/) && (await request.text()).includes('0'.repeat(64)) ? welcome(201) : answer(),
  'drafts.shape': async (request, answer) =>
    at(request, 'POST', /drafts$/) && (await request.text()).includes('"more"') ? welcome(201) : answer(),
  'drafts.save': async (request, answer) => {
    const response = await answer();
    if (at(request, 'PUT', /drafts/)) response.headers.delete('etag');
    return response;
  },
  'drafts.stale-revision': async (request, answer) =>
    at(request, 'PUT', /drafts/) && (await request.text()).includes('another device') ? welcome(204) : answer(),
  'drafts.private': async (request, answer) => {
    const response = await answer();
    return response.status === 404 && at(request, 'GET', /drafts\//) ? welcome(403) : response;
  },
  'drafts.delete': async (request, answer) => (at(request, 'DELETE', /drafts/) ? welcome(204) : answer()),
  'prefill.signed-in': async (request, answer) => {
    const response = await answer();
    return response.status === 401 && at(request, 'POST', /prefill$/) ? welcome(200) : response;
  },
  'prefill.consent': async (request, answer) =>
    at(request, 'POST', /prefill$/) && (await request.text()).includes('"given":false') ? welcome(200) : answer(),
  'prefill.purpose': async (request, answer) =>
    at(request, 'POST', /prefill$/) && (await request.text()).includes('something-else-entirely')
      ? welcome(200)
      : answer(),
  'prefill.over-ask': async (request, answer) =>
    at(request, 'POST', /prefill$/) && (await request.text()).includes('/somewhere/else') ? welcome(200) : answer(),
  'prefill.private': async (request, answer) => {
    const response = await answer();
    return response.status === 404 && at(request, 'POST', /prefill$/) ? welcome(200) : response;
  },
  'prefill.stream': async (request, answer) => {
    const response = await answer();
    if (!at(request, 'POST', /prefill$/) || response.status !== 200) return response;
    return new Response('', { headers: response.headers });
  },
  'seal.invented-offer': async (request, answer) =>
    at(request, 'POST', /seals$/) && (await request.text()).includes('invented') ? welcome(200) : answer(),
  'seal.private': async (request, answer) => {
    const response = await answer();
    return response.status === 404 && at(request, 'POST', /seals$/) ? welcome(200) : response;
  },
  'seal.bound': async (request, answer) => {
    const response = await answer();
    return at(request, 'POST', /seals$/) && response.status === 200
      ? changed(response, body => ({ ...body, seal: `${body.seal.slice(0, -4)}AAAA` }))
      : response;
  },
  'usage.no-values': async (request, answer) =>
    at(request, 'GET', /usage$/)
      ? changed(await answer(), entries => [...entries, { value: 'An Official' }])
      : answer(),
  'filing.accepted': async (request, answer) => {
    const response = await answer();
    return at(request, 'PUT', /dossiers/) && response.status === 201
      ? changed(response, body => ({ ...body, code: `${body.code}9` }))
      : response;
  },
  'filing.again': async (request, answer) => {
    const response = await answer();
    return at(request, 'PUT', /dossiers/) && response.status === 200
      ? changed(response, body => ({ ...body, code: 'X01-261123-9999' }))
      : response;
  },
  'dossiers.read': async (request, answer) => {
    const response = await answer();
    return at(request, 'GET', /package$/) && response.status === 200
      ? new Response(`${await response.text()} `, { headers: response.headers })
      : response;
  },
  'dossiers.private': async (request, answer) => {
    const response = await answer();
    return at(request, 'GET', /package$/) && response.status === 404 ? welcome(200) : response;
  },
};

/** Checks of refusals of intake: for them a back end that answers with a receipt, whatever it was sent. */
const intake = conformanceChecks.map(({ id }) => id).filter(id => id.startsWith('filing.') && !(id in faults));

/** Takes in everything that the checks of `intake` send; each of them files once, in order, `filing.again` five times. */
function credulous(): Fault {
  const filings = conformanceChecks
    .map(({ id }) => id)
    .filter(id => id.startsWith('filing.'))
    .flatMap(id => Array<string>(id === 'filing.again' ? 5 : 1).fill(id));
  return async (request, answer) =>
    at(request, 'PUT', /dossiers/) && intake.includes(filings.shift()!)
      ? welcome(201, { code: 'X01-261123-0001' })
      : answer();
}

/** Faults that do not touch what other checks rest on are tried together. */
const together = [
  'csrf.missing csrf.wrong problem.unknown-address forms.unknown code-lists.unknown drafts.unknown-form drafts.shape',
  'drafts.stale-revision prefill.signed-in prefill.consent prefill.purpose prefill.over-ask',
  'prefill.private seal.invented-offer seal.private dossiers.private session.not-stored',
  'forms.one sources.list usage.no-values filing.again dossiers.read',
].map(ids => ids.split(' '));
const alone = Object.keys(faults).filter(id => !together.flat().includes(id));

const combined =
  (ids: readonly string[]): Fault =>
  (request, answer) =>
    ids.reduce<() => Promise<Response>>((next, id) => () => faults[id]!(request.clone(), next), answer)();

describe('the conformance suite', () => {
  it('finds nothing wrong with our own portal, and looks at everything', async () => {
    const results = await run();
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual(conformanceChecks.map(({ id }) => id));
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  }, 60_000);

  it.each(alone)(
    'catches a back end that is wrong about %s',
    async id => {
      expect(failed(await run(faults[id]))).toContain(id);
    },
    60_000,
  );

  it.each(together.map(ids => [ids]))(
    'catches, and says nothing else of, a back end wrong about %s',
    async ids => {
      expect(failed(await run(combined(ids))).sort()).toEqual([...ids].sort());
    },
    60_000,
  );

  it('catches a back end that takes in whatever it is sent', async () => {
    expect(failed(await run(credulous())).sort()).toEqual([...intake].sort());
  }, 60_000);

  it('has a fault for every check that can fail here', () => {
    const checks = conformanceChecks.map(({ id }) => id);
    // The notice form has no code list, so its check has nothing to ask.
    expect([...Object.keys(faults), ...intake, 'code-lists.part'].sort()).toEqual([...checks].sort());
  });

  it('says what it did not look at when no session and no answers are given', async () => {
    const results = await runConformance({ base: ORIGIN, fetch: networkOf((_request, answer) => answer()) });
    expect(failed(results)).toEqual([]);
    expect(results.filter(({ status }) => status === 'not-checked').length).toBeGreaterThan(20);
    expect(results.find(({ id }) => id === 'drafts.open')).toMatchObject({
      status: 'not-checked',
      detail: 'no session was given (--cookie)',
    });
  });
});
