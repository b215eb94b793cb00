import { describe, expect, it } from 'vitest';
import { createClientCredentials } from './client-credentials.ts';

const signal = new AbortController().signal;
function platform(
  reply: () => Response = () =>
    Response.json({ access_token: `t${++platform.calls}`, token_type: 'Bearer', expires_in: 300 }),
) {
  platform.calls = 0;
  const seen: RequestInit[] = [];
  return {
    seen,
    fetch: async (_url: unknown, init?: RequestInit) => {
      seen.push(init!);
      return reply();
    },
  };
}
platform.calls = 0;
const make = (fetch: typeof globalThis.fetch, clock = () => new Date(0)) =>
  createClientCredentials({
    tokenUrl: 'https://id.example/token',
    allowedHosts: ['id.example'],
    clientId: 'portal',
    clientSecret: 'p:s',
    scope: 'read',
    fetch,
    clock,
  });

describe('client credentials', () => {
  it('fetch one token for many askers, and a new one when it is about to end', async () => {
    let now = 0;
    const { seen, fetch } = platform();
    const authorize = make(fetch, () => new Date(now));
    expect(await Promise.all([authorize(signal), authorize(signal)])).toEqual(['Bearer t1', 'Bearer t1']);
    now = 269_000;
    expect(await authorize(signal)).toBe('Bearer t1');
    now = 271_000;
    expect(await authorize(signal)).toBe('Bearer t2');
    expect(seen).toHaveLength(2);
    expect(new Headers(seen[0]!.headers).get('Authorization')).toBe(`Basic ${btoa('portal:p%3As')}`);
    expect(seen[0]!.body).toBe('grant_type=client_credentials&scope=read');
  });
  it('fail aloud, and try again the next time', async () => {
    let broken = true;
    const authorize = make(async () =>
      broken ? new Response('', { status: 401 }) : Response.json({ access_token: 'x', token_type: 'bearer' }),
    );
    await expect(authorize(signal)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    broken = false;
    expect(await authorize(signal)).toBe('Bearer x');
  });
  it('speak to listed hosts only', () => {
    expect(() =>
      createClientCredentials({
        tokenUrl: 'https://other.example/',
        allowedHosts: ['id.example'],
        clientId: 'a',
        clientSecret: 'b',
      }),
    ).toThrow(RangeError);
  });
});
