import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStatusLists, withCredentialStatus, type StatusListOptions } from './status-list.ts';
import { createMemorySource } from './memory.ts';
import { queryFor } from '../testing/conformance.ts';
import type { CitizenDataSource } from '../source.ts';

const URI = 'https://status.example/1';
const NOW = new Date('2026-11-22T08:00:00Z'),
  SECONDS = NOW.getTime() / 1000;
let keys: StatusListOptions['keys'], sign: (payload: object, header?: object) => Promise<string>;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 's1', alg: 'EdDSA' }] };
  sign = (payload, header = {}) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', kid: 's1', typ: 'statuslist+jwt', ...header })
      .sign(privateKey);
});

async function pack(bytes: number[]): Promise<string> {
  const packed = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('deflate'));
  return Buffer.from(await new Response(packed).arrayBuffer()).toString('base64url');
}
const list = async (change: object = {}, bytes = [0b00_10_01_00]) => ({
  sub: URI,
  iat: SECONDS,
  exp: SECONDS + 3600,
  ttl: 60,
  status_list: { bits: 2, lst: await pack(bytes) },
  ...change,
});
const lists = (answer: () => Promise<Response> | Response, change: Partial<StatusListOptions> = {}) => {
  let calls = 0;
  const status = createStatusLists({
    allowedHosts: ['status.example'],
    keys,
    clock: () => NOW,
    fetch: async () => {
      calls++;
      return answer();
    },
    ...change,
  });
  return { status, calls: () => calls };
};

describe('a status list', () => {
  it('says of each place whether the credential stands, and is fetched once while it is fresh', async () => {
    const token = await sign(await list());
    const { status, calls } = lists(() => new Response(token));
    expect(await Promise.all([0].map(idx => status({ uri: URI, idx })))).toEqual(['valid']);
    expect(await Promise.all([1, 2, 3].map(idx => status({ uri: URI, idx })))).toEqual([
      'revoked',
      'suspended',
      'valid',
    ]);
    expect(calls()).toBe(1);
  });

  it('is fetched again when its time is over', async () => {
    const token = await sign(await list());
    let now = NOW.getTime();
    const { status, calls } = lists(() => new Response(token), { clock: () => new Date(now) });
    await status({ uri: URI, idx: 0 });
    now += 61_000;
    await status({ uri: URI, idx: 0 });
    expect(calls()).toBe(2);
  });

  it.each([
    ['on a host that is not listed', { uri: 'https://evil.example/1' }, {}],
    ['that does not answer', {}, { answer: () => new Response('', { status: 503 }) }],
    ['of another address', {}, { payload: { sub: 'https://status.example/2' } }],
    ['that is out of date', {}, { payload: { exp: SECONDS - 1 } }],
    ['of another type', {}, { header: { typ: 'JWT' } }],
    ['without such a place', { idx: 4 }, {}],
    ['at a place that is no number', { idx: -1 }, {}],
    ['that is nonsense', {}, { answer: () => new Response('nonsense') }],
  ] as const)('%s tells nothing: never that the credential stands', async (_, reference, made) => {
    const { payload, header, answer } = made as { payload?: object; header?: object; answer?: () => Response };
    const token = await sign(await list(payload), header);
    const { status } = lists(answer ?? (() => new Response(token)));
    await expect(status({ uri: URI, idx: 0, ...reference })).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
  });

  it('signed by somebody else, or unpacking without end, tells nothing', async () => {
    const other = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const forged = await new CompactSign(new TextEncoder().encode(JSON.stringify(await list())))
      .setProtectedHeader({ alg: 'EdDSA', kid: 's1', typ: 'statuslist+jwt' })
      .sign(other.privateKey);
    const bomb = await sign(await list({}, new Array<number>(3 << 20).fill(0)));
    for (const token of [forged, bomb])
      await expect(lists(() => new Response(token)).status({ uri: URI, idx: 0 })).rejects.toMatchObject({
        code: 'ERR_SOURCE_UNAVAILABLE',
      });
  });
});

describe('a source with credential status', () => {
  const register = (states: readonly (number | null)[]): CitizenDataSource => {
    const inner = createMemorySource({
      id: 'licences',
      name: 'Licences',
      clock: () => NOW,
      records: states.map((_, i) => ({
        person: 'ann',
        recordRef: `L-${i}`,
        lastUpdated: '2026-01-01',
        values: { 'licence.number': `N${i}` },
      })),
    });
    return {
      ...inner,
      async *query(query, signal) {
        for await (const result of inner.query(query, signal))
          yield {
            ...result,
            statements: result.statements.map(statement => {
              const idx = states[Number(statement.source.recordRef.slice(2))];
              return idx === null || idx === undefined
                ? statement
                : { ...statement, credentialStatus: { uri: URI, idx } };
            }),
          };
      },
    };
  };
  const ask = async (states: readonly (number | null)[], answer: () => Promise<Response> | Response) => {
    const source = withCredentialStatus(register(states), lists(answer).status);
    for await (const { statements, absent } of source.query(
      queryFor({ key: 'ann' }, 'self', [['licence.number']]),
      new AbortController().signal,
    ))
      return [statements.map(one => `${one.source.recordRef}: ${String(one.value ?? one.absentReason)}`), absent];
    return [];
  };
  const good = async () => new Response(await sign(await list()));

  it('S8: gives what stands, and not what was revoked or suspended', async () => {
    expect(await ask([0, 1, 2, null], good)).toEqual([
      ['L-0: N0', 'L-1: revoked', 'L-2: revoked', 'L-3: N3'],
      undefined,
    ]);
    expect(await ask([1], good)).toEqual([[], 'revoked']);
  });

  it('S8: names which of several was revoked, and shows no value of it', async () => {
    const source = withCredentialStatus(register([0, 1]), lists(good).status, record => `No. ${record[0]?.value}`);
    for await (const { statements } of source.query(
      queryFor({ key: 'ann' }, 'self', [['licence.number']]),
      new AbortController().signal,
    ))
      expect(statements.map(({ recordName, value }) => [recordName, value])).toEqual([
        [undefined, 'N0'],
        ['No. N1', undefined],
      ]);
  });

  it('S8: gives nothing whose state cannot be had, and says that it can be asked again', async () => {
    expect(await ask([0, null], () => new Response('', { status: 500 }))).toEqual([
      ['L-0: unavailable', 'L-1: N1'],
      undefined,
    ]);
    expect(await ask([0], () => new Response('', { status: 500 }))).toEqual([[], 'unavailable']);
  });
});
