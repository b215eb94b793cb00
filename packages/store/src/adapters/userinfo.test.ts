import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { createUserinfoSource, type UserinfoSourceOptions } from './userinfo.ts';

const ANN = { key: 'ann', claims: { sub: 's-ann' }, accessToken: 'token-of-ann' };
const TOLD = { sub: 's-ann', name: 'Ann', phone_number: '+84912345678', updated_at: 1_770_000_000 };
let answer: (token: string) => { status?: number; type?: string; body: string };
let tokens: string[] = [];
const server = createServer((request, response) => {
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  tokens.push(token);
  const { status = 200, type = 'application/json', body } = answer(token);
  response.writeHead(status, { 'content-type': type }).end(body);
});
let host: string;
beforeAll(() =>
  new Promise<void>(done => server.listen(0, '127.0.0.1', done)).then(() => {
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }),
);
afterAll(() => new Promise(done => server.close(done)));
beforeEach(() => {
  tokens = [];
  answer = token => (token === ANN.accessToken ? { body: JSON.stringify(TOLD) } : { status: 401, body: '{}' });
});

const create = (change: Partial<UserinfoSourceOptions> = {}) =>
  createUserinfoSource({
    id: 'idp',
    name: 'Identity provider',
    url: `http://${host}/userinfo`,
    allowedHosts: [host],
    claims: { 'person.fullName': { at: '/name' }, 'person.phone': { at: '/phone_number' } },
    ...change,
  });
const ask = async (person: object = ANN, change: Partial<UserinfoSourceOptions> = {}) => {
  for await (const result of create(change).query(
    queryFor(person as typeof ANN, 'self', [['person.fullName', 'person.phone']]),
    new AbortController().signal,
  ))
    return result.absent ?? result.statements.map(({ value }) => value);
  return [];
};

describe('the userinfo source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: () => create(),
    known: { person: ANN, values: { 'person.fullName': 'Ann', 'person.phone': '+84912345678' } },
    unknown: { key: 'nobody' },
  }))
    it(name, run);
});

describe('the userinfo source', () => {
  it("fetches with the person's own token, and says when the provider last changed it", async () => {
    expect(await ask()).toEqual(['Ann', '+84912345678']);
    expect(tokens).toEqual(['token-of-ann']);
  });

  it('asks nobody without a token, and says that signing in again helps when it is over', async () => {
    expect(await ask({ key: 'ann', claims: { sub: 's-ann' } })).toBe('denied');
    expect(tokens).toEqual([]);
    expect(await ask({ ...ANN, accessToken: 'old' })).toBe('denied');
  });

  it('takes nothing about another subject, and nothing that is not claims', async () => {
    answer = () => ({ body: JSON.stringify({ ...TOLD, sub: 's-ben' }) });
    expect(await ask()).toBe('schema-mismatch');
    for (const body of ['', '[]', 'null', '{"sub":', '"x"']) {
      answer = () => ({ body });
      expect(await ask()).toBe('schema-mismatch');
    }
    answer = () => ({ status: 500, body: '' });
    expect(await ask()).toBe('unavailable');
  });

  it('takes a signed answer with the keys of the provider only', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const jwt = await new CompactSign(new TextEncoder().encode(JSON.stringify(TOLD)))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'p1' })
      .sign(privateKey);
    answer = () => ({ type: 'application/jwt', body: jwt });
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'p1', alg: 'EdDSA' }] };
    expect(await ask(ANN, { keys })).toEqual(['Ann', '+84912345678']);
    expect(await ask()).toBe('schema-mismatch');
    answer = () => ({ type: 'application/jwt', body: `${jwt.slice(0, -3)}AAA` });
    expect(await ask(ANN, { keys })).toBe('schema-mismatch');
  });

  it('sends a token to no host that is not listed, and never in clear', () => {
    expect(() => create({ allowedHosts: [] })).toThrow(RangeError);
    expect(() => create({ url: 'http://idp.example/me', allowedHosts: ['idp.example'] })).toThrow(RangeError);
  });
});
