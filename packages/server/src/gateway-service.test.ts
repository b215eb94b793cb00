import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hono } from 'hono';
import type { PrefillResult } from '@onceform/core';
import { openSeal } from '@onceform/store';
import { createGatewayService, type GatewayService } from './gateway-service.ts';
import { createKeys } from './keys.ts';
import { serve, type Listener } from './serve.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { noticeCompiler } from './testing/notice-form.ts';
import { testPack, testRegister } from './testing/test-portal.ts';

const GATEWAY = 'https://gateway.example';
const PORTAL = 'https://portal.example';

/** A portal of another make: it signs people in by itself, publishes its keys, and passes requests on with a token. */
let service: GatewayService,
  jwks: Listener,
  folder: string,
  sign: (claims: JWTPayload, kid?: string) => Promise<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-gateway-'));
  await mkdir(join(folder, 'definitions'));
  await writeFile(join(folder, 'definitions', 'notice.form.json'), '{"version":"1.0.0"}');
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const published = { keys: [{ ...(await exportJWK(publicKey)), kid: 'portal-1', alg: 'ES256' }] };
  jwks = await serve(new Hono<never>().get('/jwks.json', c => c.json(published)) as never, {
    port: 0,
    hostname: '127.0.0.1',
  });
  sign = (claims, kid = 'portal-1') =>
    new SignJWT({
      iss: PORTAL,
      aud: GATEWAY,
      sub: 'pairwise-an',
      person_key: 'key-an',
      name: 'An',
      identity_level: 2,
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 60,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey);
  service = await createGatewayService({
    pack: testPack,
    origin: GATEWAY,
    audience: PORTAL,
    agency: 'X01',
    sources: [testRegister()],
    forms: {
      definitions: join(folder, 'definitions'),
      folder: join(folder, 'forms'),
      compile: noticeCompiler,
      toolchain: 'test',
    },
    database: await emptyDatabase(),
    keys: await createKeys(),
    subjectTokens: {
      issuer: PORTAL,
      audience: GATEWAY,
      jwks: new URL(`http://127.0.0.1:${jwks.port}/jwks.json`),
    },
    onError: error => {
      throw error;
    },
  });
}, 60_000);
afterAll(async () => {
  await service.close();
  await jwks.close(0);
  await rm(folder, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  return service.app.request(path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const form = async (): Promise<{ id: string; version: string; digest: string }> =>
  (await (await call('GET', '/api/forms/notice')).json()) as never;

async function draftOf(token: string): Promise<{ draft: string; nonce: string; audience: string }> {
  const { id, digest } = await form();
  const response = await call('POST', '/api/drafts', { form: { id, digest } }, token);
  expect(response.status).toBe(201);
  return (await response.json()) as never;
}

async function prefillOf(draft: string): Promise<object> {
  const { id, digest } = await form();
  const item = service.registry.byDigest(digest)!.compiled.reuse[0]!;
  return {
    draft,
    form: { id, digest },
    items: [
      {
        item: item.pointer,
        concept: item.concept,
        subject: item.subject,
        members: item.members.map(({ pointer, concept }) => ({ pointer, concept })),
      },
    ],
    consent: { purpose: 'notice', given: true, time: new Date().toISOString() },
  };
}

describe('the gateway alone, behind a foreign portal', () => {
  it('asks the sources for whom the portal signed in, and seals for that portal', async () => {
    const token = await sign({});
    const { draft, nonce, audience } = await draftOf(token);
    expect(audience).toBe(PORTAL);
    const prefilled = await call('POST', '/api/prefill', await prefillOf(draft), token);
    expect(prefilled.status).toBe(200);
    const results = (await prefilled.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as PrefillResult);
    const offer = results.flatMap(({ offers }) => offers).at(-1)!;
    const decisions = [{ item: offer.item, action: 'use', offer: offer.id }];
    const sealed = await call('POST', '/api/seals', { draft, decisions }, token);
    const { seal, keys } = (await sealed.json()) as { seal: string; keys: { keys: never[] } };
    const { payload } = await openSeal(seal, {
      keys,
      audience: PORTAL,
      subject: 'pairwise-an',
      draft,
      form: await form(),
      now: new Date(),
    });
    expect(payload).toMatchObject({ iss: GATEWAY, nonce });
    expect(payload.items.map(({ value }) => value)).toContain('An Official');
    const usage = await (await call('GET', '/api/usage', undefined, token)).text();
    expect(usage).toContain(draft);
    expect(usage).not.toContain('An Official');
  });

  it.each([
    ['no token', async () => undefined],
    ['a token of another issuer', () => sign({ iss: 'https://elsewhere.example' })],
    ['a token for another service', () => sign({ aud: 'https://elsewhere.example' })],
    ['a token that has ended', () => sign({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['a token of an hour ago that would still run', () => sign({ iat: Math.floor(Date.now() / 1000) - 3600 })],
    ['a token without a person', () => sign({ sub: undefined as never })],
    ['a token signed with a key that is not published', () => sign({}, 'portal-2')],
    ['a token whose signature was taken away', async () => `${(await sign({})).split('.').slice(0, 2).join('.')}.`],
    ['a token that says it needs no signature', async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x"}')}.`],
  ])('refuses %s, and asks no source', async (_what, tokenOf) => {
    const before = await service.usageLog.of('pairwise-an');
    const { id, digest } = await form();
    const response = await call('POST', '/api/drafts', { form: { id, digest } }, await tokenOf());
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(((await response.json()) as { code: string }).code).toBe('ERR_UNAUTHENTICATED');
    expect(await service.usageLog.of('pairwise-an')).toEqual(before);
  });

  it("keeps one person's draft from another, and asks nobody about who is not known surely enough", async () => {
    const { draft } = await draftOf(await sign({}));
    const other = await sign({ sub: 'pairwise-binh', person_key: 'key-binh' });
    expect((await call('POST', '/api/prefill', await prefillOf(draft), other)).status).toBe(404);
    const unsure = await sign({ sub: 'pairwise-chi', identity_level: 1 });
    const theirs = await draftOf(unsure);
    const refused = await call('POST', '/api/prefill', await prefillOf(theirs.draft), unsure);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'ERR_IDENTITY_LEVEL']);
  });

  it('takes no dossiers and no cookies', async () => {
    expect((await call('PUT', '/api/dossiers/x', {}, await sign({}))).status).toBe(404);
    const response = await service.app.request('/api/drafts', { headers: { cookie: 'onceform=x' } });
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('fetches keys over https only, but for a portal on the same machine', async () => {
    const { subjectToken } = await import('./subject-token.ts');
    const at = (jwks: string) => () =>
      subjectToken({ issuer: PORTAL, audience: GATEWAY, jwks: new URL(jwks) }, () => new Date());
    expect(at('http://portal.example/jwks.json')).toThrow(/https/);
    expect(at('https://portal.example/jwks.json')).not.toThrow();
  });
});
