import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnceFormError, type PrefillResult, type Problem } from '@onceform/core';
import type { CitizenDataSource } from '@onceform/store';
import {
  citizen,
  prepare,
  startTestPortal,
  testRegister,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

let portal: TestPortal, an: TestBrowser, visitor: TestBrowser;
let register: CitizenDataSource;
const answering: CitizenDataSource = {
  describe: () => testRegister().describe(),
  query: (query, signal) => register.query(query, signal),
  health: () => register.health(),
};
beforeAll(async () => {
  register = testRegister();
  portal = await startTestPortal({ sources: [answering], gateway: { deadline: 300 } });
  an = await portal.browser(citizen('an'));
  visitor = await portal.browser();
}, 60_000);
afterAll(() => portal.end());

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as Problem;
};
const json = { 'content-type': 'application/json' };

async function openDraft(browser = an) {
  const { id, digest } = await browser.client.form('notice');
  return { form: { id, digest }, ...(await browser.client.openDraft({ form: { id, digest } })) };
}

function request(draft: string, form: { id: string; digest: string }, change: object = {}) {
  return {
    draft,
    form,
    consent: { purpose: 'notice', given: true as const, time: portal.clock.toISOString() },
    items: [
      {
        item: '/applicant',
        concept: 'person',
        subject: 'applicant',
        members: [{ pointer: '/applicant/fullName', concept: 'person.fullName' }],
      },
    ],
    ...change,
  };
}

describe('every response', () => {
  it.each([
    ['GET', '/api/session', 200],
    ['GET', '/api/forms', 200],
    ['GET', '/api/nothing', 404],
    ['GET', '/nothing', 404],
    ['GET', '/health', 200],
    ['GET', '/ready', 200],
    ['PUT', '/api/drafts/x', 403],
    ['GET', '/api/dossiers', 401],
    ['GET', '/auth/callback', 400],
    ['GET', '/api/openapi.json', 200],
    ['DELETE', '/api/session', 403],
  ])('carries the content security policy: %s %s', async (method, path, status) => {
    const response = await portal.app.request(path, { method });
    expect(response.status).toBe(status);
    const policy = response.headers.get('content-security-policy')!;
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('says in Vietnamese and in English what went wrong, and never what is inside', async () => {
    const broken = await startTestPortal({ onError: () => undefined });
    broken.app.get('/broken', () => {
      throw new Error('password of the database');
    });
    const response = await broken.app.request('/broken');
    expect(response.status).toBe(500);
    const text = await response.clone().text();
    expect(text).not.toContain('password');
    expect(await problemOf(response)).toMatchObject({
      code: 'ERR_INTERNAL',
      message: { vi: expect.any(String), en: expect.any(String) },
    });
    await broken.end();
  }, 60_000);
});

describe('the CSRF guard', () => {
  it("refuses an unsafe request without, or with another session's, token", async () => {
    const { csrf } = await visitor.client.session();
    for (const headers of [{}, { 'x-onceform-csrf': '' }, { 'x-onceform-csrf': csrf }]) {
      const response = await an.fetch('/api/drafts', { method: 'POST', body: '{}', headers: { ...json, ...headers } });
      expect((await problemOf(response)).code).toBe('ERR_CSRF');
    }
  });
});

describe('sessions', () => {
  it('begin without a person, keep their cookie out of reach of scripts, and end with everything the browser kept', async () => {
    const response = await portal.app.request('/api/session');
    expect(response.headers.get('set-cookie')).toMatch(/^onceform=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await response.json()).toMatchObject({ person: null, signInPath: '/auth/sign-in' });
    const leaving = await portal.browser(citizen('leaving'));
    expect(await leaving.client.session()).toMatchObject({ person: { name: 'leaving', identityLevel: 2 } });
    const left = await leaving.send('POST', '/auth/sign-out');
    expect([left.status, left.headers.get('clear-site-data')]).toEqual([200, '"cache", "storage"']);
    expect(await left.json()).toEqual({ goTo: '/' });
    expect((await leaving.client.session()).person).toBeNull();
  });

  it('have the __Host- prefix over https', async () => {
    const secure = await startTestPortal({ origin: 'https://portal.test' });
    const response = await secure.app.request('/api/session');
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-onceform=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(response.headers.get('strict-transport-security')).toContain('max-age');
    await secure.end();
  }, 60_000);

  it('end after their lifetime, and their rows are purged', async () => {
    const before = portal.clock;
    const late = await portal.browser(citizen('late'));
    portal.clock = new Date(before.getTime() + 9 * 3_600_000);
    expect((await late.client.session()).person).toBeNull();
    expect((await portal.purge()).sessions).toBeGreaterThan(0);
    portal.clock = before;
    an = await portal.browser(citizen('an'));
  });
});

describe('forms and code lists', () => {
  it('serve the compiled module for ever under its digest, and say its integrity', async () => {
    const info = await an.client.form('notice');
    const response = await an.fetch(info.module);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-384', await response.arrayBuffer()));
    expect(info.integrity).toBe(`sha384-${Buffer.from(digest).toString('base64')}`);
    expect((await an.fetch(info.module.replace('form.js', '../index.json'))).status).toBe(404);
  });

  it('are sent compressed to browsers that take it, and mean the same', async () => {
    const { module } = await an.client.form('notice');
    const plain = await (await an.fetch(module)).text();
    for (const [accepted, encoding, inflate] of [
      ['gzip, br', 'br', brotliDecompressSync],
      ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
    ] as const) {
      const response = await an.fetch(module, { headers: { 'accept-encoding': accepted } });
      expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([
        encoding,
        'Accept-Encoding',
      ]);
      expect(response.headers.get('cache-control')).toContain('immutable');
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes.length).toBeLessThan(plain.length / 2);
      expect(inflate(bytes).toString()).toBe(plain);
    }
    expect(
      (await an.fetch(module, { headers: { 'accept-encoding': 'identity, zstd' } })).headers.get('content-encoding'),
    ).toBeNull();
  });

  it('give the part of a code list within a code, and nothing twice', async () => {
    const response = await an.fetch('/api/code-lists/colours?within=leaf');
    expect(await response.json()).toMatchObject({ id: 'colours', entries: [{ code: 'g' }] });
    const again = await an.fetch('/api/code-lists/colours', {
      headers: { 'if-none-match': response.headers.get('etag')! },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await problemOf(await an.fetch('/api/code-lists/constructor'))).code).toBe('ERR_CODE_LIST_UNKNOWN');
  });
});

describe('drafts', () => {
  it('are opened for a form that is offered, and carry nonce, audience and the context of the session', async () => {
    const draft = await openDraft();
    expect(draft).toMatchObject({
      audience: 'http://localhost:8080',
      context: { today: '2026-11-23', identityLevel: 2, channel: 'online', agency: 'X01', retrieved: {} },
    });
    const unknown = await an.send(
      'POST',
      '/api/drafts',
      JSON.stringify({ form: { id: 'x', digest: 'f'.repeat(64) } }),
      json,
    );
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([409, 'ERR_FORM_UNKNOWN']);
  });

  it("are saved over the revision they grew from, and not over another device's", async () => {
    const { draft } = await openDraft();
    const save = (revision: string, body: object) =>
      an.send('PUT', `/api/drafts/${draft}`, JSON.stringify(body), { ...json, 'if-match': revision });
    const first = await save('"0"', { reason: 'a' });
    expect([first.status, first.headers.get('etag')]).toEqual([204, '"1"']);
    expect((await save('"1"', { reason: 'b' })).headers.get('etag')).toBe('"2"');
    const stale = await save('"1"', { reason: 'c' });
    expect([stale.status, (await problemOf(stale)).code]).toEqual([412, 'ERR_PRECONDITION']);
    const read = await an.send('GET', `/api/drafts/${draft}`);
    expect([read.headers.get('etag'), await read.json()]).toMatchObject(['"2"', { draft, body: { reason: 'b' } }]);
    expect((await save('', {})).status).toBe(400);
    expect(await (await an.send('GET', '/api/drafts')).json()).toContainEqual(expect.objectContaining({ draft }));
  });

  it("cannot be read from the database without the portal's secret, nor by another person", async () => {
    const { draft } = await openDraft();
    await an.send('PUT', `/api/drafts/${draft}`, JSON.stringify({ reason: 'a very private reason' }), {
      ...json,
      'if-match': '"0"',
    });
    const [row] = await portal.db.query<{ body: Uint8Array }>('SELECT body FROM draft WHERE id = $1', [draft]);
    expect(Buffer.from(row!.body).toString('latin1')).not.toContain('private');
    const other = await portal.browser(citizen('other'));
    for (const method of ['GET', 'DELETE']) expect((await other.send(method, `/api/drafts/${draft}`)).status).toBe(404);
    expect((await other.send('PUT', `/api/drafts/${draft}`, '{}', { ...json, 'if-match': '"1"' })).status).toBe(404);
  });

  it('are purged after their retention, with everything that was offered for them, and the purge proves it', async () => {
    const { draft } = await prepare(portal, an);
    expect(await portal.db.query('SELECT 1 FROM offer WHERE draft = $1', [draft])).not.toHaveLength(0);
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 31 * 86_400_000);
    expect(await portal.purge()).toMatchObject({ drafts: expect.any(Number), left: 0 });
    expect(
      await portal.db.query('SELECT 1 FROM draft WHERE id = $1 UNION ALL SELECT 1 FROM offer WHERE draft = $1', [
        draft,
      ]),
    ).toHaveLength(0);
    portal.clock = before;
    an = await portal.browser(citizen('an'));
  });
});

describe('prefill', () => {
  const ask = async (browser: TestBrowser, body: object) =>
    browser.send('POST', '/api/prefill', JSON.stringify(body), json);
  const results = async (response: Response) =>
    (await response.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as PrefillResult);

  it('streams offers as lines of JSON, and logs who asked for what without any value', async () => {
    const { draft, form } = await openDraft();
    const response = await ask(an, request(draft, form));
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect((await results(response)).flatMap(({ offers }) => offers)[0]).toMatchObject({
      item: '/applicant',
      source: { id: 'register' },
      values: [{ value: 'An Official' }],
    });
    const usage = await (await an.send('GET', '/api/usage')).text();
    expect(JSON.parse(usage)[0]).toMatchObject({
      event: { action: 'prefill', asked: ['person.fullName'], outcome: 'answered', issue: draft },
    });
    expect(usage).not.toContain('An Official');
  });

  it("refuses what the form did not register, what nobody agreed to, another person's draft, and a visitor", async () => {
    const { draft, form } = await openDraft();
    const over = request(draft, form, {
      items: [
        {
          item: '/applicant',
          concept: 'person',
          subject: 'applicant',
          members: [{ pointer: '/applicant/income', concept: 'person.income' }],
        },
      ],
    });
    expect((await problemOf(await ask(an, over))).code).toBe('ERR_OVER_ASK');
    const other = request(draft, form, {
      consent: { purpose: 'advertising', given: true, time: portal.clock.toISOString() },
    });
    expect((await problemOf(await ask(an, other))).code).toBe('ERR_CONSENT_REQUIRED');
    expect((await problemOf(await ask(await portal.browser(citizen('other')), request(draft, form)))).code).toBe(
      'ERR_NOT_FOUND',
    );
    expect((await problemOf(await ask(visitor, request(draft, form)))).code).toBe('ERR_UNAUTHENTICATED');
    expect(
      (
        await problemOf(
          await ask(
            await portal.browser(citizen('low', { identityLevel: 1 })),
            request((await openDraft(await portal.browser(citizen('low', { identityLevel: 1 })))).draft, form),
          ),
        )
      ).code,
    ).toBe('ERR_IDENTITY_LEVEL');
    for (const body of [
      {},
      [],
      { ...request(draft, form), more: 1 },
      request(draft, form, { consent: { purpose: 'notice', given: false, time: '' } }),
    ]) {
      expect((await problemOf(await ask(an, body))).code).toBe('ERR_REQUEST_INVALID');
    }
  });

  it.each<[string, string, Partial<CitizenDataSource>]>([
    [
      'down',
      'unavailable',
      {
        query: () => {
          throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'down');
        },
      },
    ],
    [
      'too slow',
      'timeout',
      {
        async *query() {
          await new Promise(resolve => setTimeout(resolve, 5_000));
        },
      },
    ],
    [
      'telling nonsense',
      'unavailable',
      {
        async *query() {
          yield { nonsense: true } as never;
        },
      },
    ],
  ])('names the reason when a register is %s, and the draft goes on', async (_how, reason, change) => {
    register = { ...testRegister(), ...change };
    const { draft, form } = await openDraft();
    const misses = (await results(await ask(an, request(draft, form)))).flatMap(result => result.misses);
    expect(misses[0]).toMatchObject({ pointer: '/applicant/fullName', source: { id: 'register' } });
    expect(['unavailable', 'timeout', 'schema-mismatch', reason]).toContain(misses[0]!.reason);
    const sealed = await an.send('POST', '/api/seals', JSON.stringify({ draft, decisions: [] }), json);
    expect(sealed.status).toBe(200);
    register = testRegister();
  });

  it('seals only offers that were made for this draft', async () => {
    const { draft } = await openDraft();
    const invented = await an.send(
      'POST',
      '/api/seals',
      JSON.stringify({ draft, decisions: [{ item: '/applicant', action: 'use', offer: 'invented' }] }),
      json,
    );
    expect([invented.status, (await problemOf(invented)).code]).toEqual([422, 'ERR_SEAL_INVALID']);
  });
});

describe('operation', () => {
  it('limits requests by person and by address, and says when to come again', async () => {
    const limited = await startTestPortal({ rateLimit: { perMinute: 3, addressOf: () => 'somewhere' } });
    const status = async () => (await limited.app.request('/api/forms')).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 200]);
    const refused = await limited.app.request('/api/forms');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
    expect((await problemOf(refused)).code).toBe('ERR_RATE_LIMITED');
    expect((await (await limited.browser(citizen('an'))).fetch('/api/forms')).status).toBe(200);
    limited.clock = new Date(limited.clock.getTime() + 21_000);
    expect([await status(), await status()]).toEqual([200, 429]);
    await limited.end();
  }, 60_000);

  it.each([
    ['a parameter of the query', '/api/indicators/2026?format=csv&format=json'],
    ['one that is no such value', '/api/indicators/2026?format=xml'],
  ])('%s is refused when it is there twice, or is not of the API', async (_what, path) => {
    const officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
    const response = await officer.send('GET', path);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'ERR_REQUEST_INVALID']);
    expect((await officer.send('GET', '/api/indicators/2026?format=csv&other=1&other=2')).status).toBe(200);
  });

  it('believes no header about where a request comes from', async () => {
    const limited = await startTestPortal({ rateLimit: { perMinute: 1 } });
    const from = async (address: string) =>
      (
        await limited.app.request('/api/forms', {
          headers: { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` },
        })
      ).status;
    expect([await from('203.0.113.1'), await from('203.0.113.2')]).toEqual([200, 429]);
    await limited.end();
  }, 60_000);

  it('refuses a body that is not as long as announced, or longer than it may be', async () => {
    const browser = await portal.browser(citizen('an'));
    const send = (body: string, length: number) =>
      browser.send('POST', '/api/drafts', body, {
        'content-type': 'application/json',
        'content-length': String(length),
      });
    expect((await problemOf(await send('{}', 3))).code).toBe('ERR_PACKAGE_TRUNCATED');
    expect((await problemOf(await send('{}', 5000))).code).toBe('ERR_UPLOAD_SIZE');
    const endless = new ReadableStream({
      pull: controller => controller.enqueue(new TextEncoder().encode(' '.repeat(3000))),
    });
    const response = await browser.fetch('/api/drafts', {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: {
        'content-type': 'application/json',
        'x-onceform-csrf': (await browser.client.session()).csrf,
      },
    } as RequestInit);
    expect((await problemOf(response)).code).toBe('ERR_UPLOAD_SIZE');
  });

  it('logs routes, never addresses, queries or people', async () => {
    const lines: object[] = [];
    const logged = await startTestPortal({ onRequest: line => lines.push(line) });
    const browser = await logged.browser(citizen('an'));
    await browser.fetch('/api/dossiers/6b3a5f0e-0000-4000-8000-000000000000?secret=1');
    await logged.app.request('/nothing/at/all');
    expect(lines).toMatchObject([
      { method: 'GET', route: '/api/session', status: 200, who: 'citizen' },
      { method: 'GET', route: '/api/dossiers/:id', status: 404, who: 'citizen' },
      { status: 404, who: 'visitor' },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/6b3a5f0e|secret|pairwise|nothing/);
    await logged.end();
  }, 60_000);

  it('tells the security log who signed out and who tried what they may not, and nothing of their data', async () => {
    const events: object[] = [];
    const logged = await startTestPortal({ onSecurity: event => events.push(event) });
    const browser = await logged.browser(citizen('an'));
    await browser.send('POST', '/api/drafts', '{"name":"Nguyen"}', { 'content-type': 'application/json' });
    await browser.fetch('/api/drafts', { method: 'POST' });
    await browser.send('PUT', '/api/indicators/2026/freeze');
    await logged.app.request('/api/usage');
    await logged.app.request('/nothing/at/all');
    await browser.send('POST', '/auth/sign-out');
    const time = logged.clock.toISOString();
    const an = { time, person: 'pairwise-an', identityLevel: 2 };
    expect(events).toEqual([
      { ...an, event: 'refused', method: 'POST', route: '/api/drafts', code: 'ERR_REQUEST_INVALID' },
      { ...an, event: 'refused', method: 'POST', route: expect.any(String), code: 'ERR_CSRF' },
      {
        time,
        person: null,
        identityLevel: null,
        event: 'refused',
        method: 'GET',
        route: '/api/usage',
        code: 'ERR_UNAUTHENTICATED',
      },
      { ...an, event: 'signed-out', method: 'POST', route: '/auth/sign-out' },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Nguyen|key-an/);
    await logged.end();
  }, 60_000);

  it('says that it is not ready once it is closing', async () => {
    const closing = await startTestPortal();
    expect((await closing.app.request('/ready')).status).toBe(200);
    await closing.end();
    expect((await closing.app.request('/ready')).status).toBe(503);
    expect((await closing.app.request('/health')).status).toBe(200);
  }, 60_000);
});

describe('the OpenAPI document', () => {
  it('names every operation under /api that is served, uploads (tus) apart, and no other', async () => {
    const document = (await (await an.fetch('/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const served = portal.app.routes
      .filter(
        ({ path, method }) =>
          method !== 'ALL'
          && path.startsWith('/api/')
          && path !== '/api/openapi.json'
          && !path.startsWith('/api/uploads'),
      )
      .map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual([...new Set(served)].sort());
  });
});
