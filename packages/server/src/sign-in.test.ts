import { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Listener } from './serve.ts';
import { localPath } from './sign-in.ts';
import { ORIGIN, startTestPortal, type TestPortal } from './testing/test-portal.ts';
import type { SecurityEvent } from './security-log.ts';

/** A provider that signs in whom it is told to, and can be told to lie. */
let provider: Listener,
  portal: TestPortal,
  lie: Record<string, unknown> = {};
const tokens: URLSearchParams[] = [];
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const app = new Hono();
  const issuer = (): string => `http://localhost:${provider.port}`;
  app.get('/.well-known/openid-configuration', c =>
    c.json({
      issuer: issuer(),
      authorization_endpoint: `${issuer()}/auth`,
      token_endpoint: `${issuer()}/token`,
      end_session_endpoint: `${issuer()}/end`,
      jwks_uri: `${issuer()}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
    }),
  );
  app.get('/jwks', async c => c.json({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }] }));
  let nonce = '';
  app.get('/auth', c => {
    nonce = c.req.query('nonce')!;
    return c.body(null, 204);
  });
  app.post('/token', async c => {
    tokens.push(new URLSearchParams(await c.req.text()));
    const idToken = await new SignJWT({ name: 'An', nonce, identity_level: 2, ...lie })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(String(lie['iss'] ?? issuer()))
      .setSubject('an')
      .setAudience('client')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    return c.json({ access_token: 'x', token_type: 'Bearer', id_token: idToken });
  });
  provider = await serve(app as never, { port: 0, hostname: '127.0.0.1' });
  portal = await startTestPortal({
    onSecurity: event => events.push(event),
    oidc: {
      issuer: new URL(issuer()),
      clientId: 'client',
      clientSecret: 'secret',
      personOf: claims => ({ key: 'key-an', name: String(claims['name']), identityLevel: 2, roles: ['citizen'] }),
    },
  });
}, 60_000);
afterAll(async () => {
  await portal.end();
  await provider.close();
});

const events: SecurityEvent[] = [];

async function begin(goOn = '/forms/notice') {
  const started = await portal.app.request(`/auth/sign-in?return=${encodeURIComponent(goOn)}`);
  const address = new URL(started.headers.get('location')!);
  await fetch(address);
  return {
    address,
    cookie: started.headers.get('set-cookie')!.split(';')[0]!,
    state: address.searchParams.get('state')!,
  };
}
const finish = (query: string, cookie: string) =>
  portal.app.request(`/auth/callback?${query}`, { headers: { cookie } });

describe('sign-in', () => {
  it('asks for a code with PKCE, state and nonce, and ends in a session of a person known by a pairwise id', async () => {
    const { address, cookie, state } = await begin();
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${ORIGIN}/auth/callback`,
      nonce: expect.any(String),
    });
    const done = await finish(`code=abc&state=${state}`, cookie);
    expect([done.status, done.headers.get('location')]).toEqual([303, '/forms/notice']);
    expect(tokens.at(-1)!.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    const session = done.headers
      .getSetCookie()
      .find(line => line.startsWith('onceform='))!
      .split(';')[0]!;
    const info = (await (await portal.app.request('/api/session', { headers: { cookie: session } })).json()) as {
      person: { id: string; name: string };
    };
    expect(info.person).toMatchObject({ name: 'An', identityLevel: 2 });
    expect(info.person.id).not.toBe('an');
    expect(events.at(-1)).toMatchObject({ event: 'signed-in', person: info.person.id, identityLevel: 2 });
    const [row] = await portal.db.query<{ sealed: Uint8Array }>('SELECT sealed FROM session');
    expect(Buffer.from(row!.sealed).toString('latin1')).not.toContain('key-an');
  });

  it('ends at the provider too: the browser is sent there with the ID token, and comes back to the first page', async () => {
    const { cookie, state } = await begin();
    const done = await finish(`code=abc&state=${state}`, cookie);
    const session = done.headers
      .getSetCookie()
      .find(line => line.startsWith('onceform='))!
      .split(';')[0]!;
    const { csrf } = (await (await portal.app.request('/api/session', { headers: { cookie: session } })).json()) as {
      csrf: string;
    };
    const left = await portal.app.request('/auth/sign-out', {
      method: 'POST',
      headers: { cookie: session, 'x-onceform-csrf': csrf },
    });
    const goTo = new URL(((await left.json()) as { goTo: string }).goTo);
    expect(goTo.pathname).toBe('/end');
    expect(goTo.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/`);
    expect(goTo.searchParams.get('id_token_hint')!.split('.')).toHaveLength(3);
    const again = await portal.app.request('/api/session', { headers: { cookie: session } });
    expect(((await again.json()) as { person: unknown }).person).toBeNull();
  });

  it.each([
    [
      'a state that this browser did not begin',
      (state: string) => `code=abc&state=${state.split('').reverse().join('')}`,
      true,
    ],
    ['no cookie', (state: string) => `code=abc&state=${state}`, false],
    ['no state', () => 'code=abc', true],
  ])('refuses %s', async (_what, query, withCookie) => {
    const { cookie, state } = await begin();
    const response = await finish(query(state), withCookie ? cookie : '');
    expect([400, 401]).toContain(response.status);
    expect(response.headers.getSetCookie().some(line => line.startsWith('onceform='))).toBe(false);
  });

  it.each([
    ['en', 'en'],
    ['vi en-GB', 'vi en-GB'],
    ['', null],
    ['<script>', null],
    ['a'.repeat(300), null],
  ])('asks for the sign-in page in the language of ours: %j', async (asked, told) => {
    const started = await portal.app.request(`/auth/sign-in?${new URLSearchParams({ ui_locales: asked })}`);
    expect(new URL(started.headers.get('location')!).searchParams.get('ui_locales')).toBe(told);
  });

  it.each([
    ['nonce', { nonce: 'another' }],
    ['issuer', { iss: 'http://localhost:1' }],
  ])('refuses an ID token with another %s', async (_what, change) => {
    const { cookie, state } = await begin();
    lie = change;
    const response = await finish(`code=abc&state=${state}`, cookie);
    lie = {};
    expect(response.status).toBe(401);
    expect(events.at(-1)).toMatchObject({ event: 'sign-in-failed', person: null, code: 'ERR_UNAUTHENTICATED' });
  });

  it('takes too long after ten minutes, and goes back where it came from when it is cancelled', async () => {
    const late = await begin();
    const before = portal.clock;
    portal.clock = new Date(before.getTime() + 11 * 60_000);
    expect((await finish(`code=abc&state=${late.state}`, late.cookie)).status).toBe(400);
    portal.clock = before;
    const cancelled = await begin('/dossiers');
    const response = await finish(`error=access_denied&state=${cancelled.state}`, cancelled.cookie);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/dossiers']);
  });

  it.each([
    ['/forms/x?a=1#b', '/forms/x?a=1#b'],
    ['//evil.test/x', '/'],
    ['https://evil.test', '/'],
    ['/\\evil.test', '/'],
    ['javascript:alert(1)', '/'],
    ['x', '/'],
    ['', '/'],
  ])('goes on to %j only as %j', (given, path) => {
    expect(localPath(given)).toBe(path);
  });

  it('says that the provider is away, and tries again the next time', async () => {
    const alone = await startTestPortal();
    const response = await alone.app.request('/auth/sign-in');
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      503,
      'ERR_SOURCE_UNAVAILABLE',
    ]);
    await alone.end();
  }, 60_000);
});
