import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '@onceform/core';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { createHttpSource, type HttpSourceOptions, type RegisterMapping } from './http.ts';

const MAPPING: RegisterMapping = {
  lookups: {
    self: {
      path: '/persons/lookup',
      body: { id: '/person/key', purpose: '/purpose/code', case: '/issue' },
      records: '/data',
      recordRef: '/ref',
      subject: '/no',
      lastUpdated: '/changed',
      validUntil: '/until',
      disputed: '/doubt',
      values: {
        'person.fullName': { at: '/name' },
        'person.birthDate': { at: '/born', normalize: 'date' },
        'person.phone': { at: '/phone', unverified: true },
      },
    },
    child: {
      path: '/births/lookup',
      body: { mother: '/person/key' },
      records: '/births',
      recordRef: '/no',
      subject: '/mother',
      values: { 'person.gender': { at: '/sex' } },
    },
  },
  relations: {
    path: '/persons/lookup',
    body: { id: '/person/key' },
    record: '/data',
    subject: '/no',
    sex: { at: '/sex' },
    people: [
      { relation: 'spouse', key: '/spouse/no', sex: { given: { female: 'male', male: 'female' } } },
      { relation: 'child', key: '/children/[]/no' },
    ],
  },
  report: { path: '/reports', ticket: '/ticket' },
  usage: { path: '/usage' },
  health: '/health',
};

const PEOPLE: { [key: string]: Json } = {
  'key-a': {
    ref: 'R-a',
    no: 'key-a',
    name: 'Mai Anh',
    born: '04/05/1990',
    phone: '0901',
    sex: 'female',
    changed: '2025-07-01',
    spouse: { no: 'key-b' },
    children: [{ no: 'c' }, { no: 'd' }],
  },
  'key-b': {
    ref: 'R-b',
    no: 'key-b',
    name: 'Nam Binh',
    born: '02/01/1988',
    phone: '0902',
    sex: 'male',
    changed: null,
    spouse: { no: 'key-a' },
    children: [],
  },
};

const json = (body: Json, status = 200): Response => new Response(JSON.stringify(body), { status });

/** A register as the mapping describes it. */
function register(): typeof fetch {
  const tickets = new Map<string, string>();
  return async (input, init) => {
    init?.signal?.throwIfAborted();
    const { pathname } = new URL(String(input));
    const body = init?.body ? (JSON.parse(init.body as string) as { [name: string]: string }) : {};
    if (pathname === '/api/health') return json({});
    if (pathname === '/api/persons/lookup') return json({ data: PEOPLE[body.id!] ?? null });
    if (pathname === '/api/births/lookup') return json({ births: [] });
    if (pathname === '/api/usage')
      return json([
        { logtime: '2026-11-22T08:00:00Z', action: 'Birth registration', receiverCode: 'portal' },
        { logtime: '2026-11-01T08:00:00Z', action: 'Tax', receiverCode: 'tax' },
      ]);
    if (!tickets.has(body.id!)) tickets.set(body.id!, `T-${tickets.size + 1}`);
    return json({ ticket: tickets.get(body.id!)! });
  };
}

const date = (raw: Json): Json | undefined => {
  const parts = typeof raw === 'string' ? /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(raw) : null;
  return parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : undefined;
};

const source = (options: Partial<HttpSourceOptions> = {}) =>
  createHttpSource({
    id: 'register',
    name: 'Register',
    baseUrl: 'https://register.example/api',
    allowedHosts: ['register.example'],
    mapping: MAPPING,
    normalizers: { date },
    fetch: register(),
    random: () => 0,
    ...options,
  });

const ask = async (
  made: ReturnType<typeof source>,
  members = ['person.fullName', 'person.birthDate'],
  key = 'key-a',
) => {
  const results = [];
  for await (const result of made.query(queryFor({ key }, 'self', [members]), AbortSignal.timeout(1000)))
    results.push(result);
  return results[0]!;
};

describe('the HTTP source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: source,
    unknown: { key: 'zzz' },
    has: ['relations', 'report', 'usage'],
    known: {
      person: { key: 'key-a' },
      values: { 'person.fullName': 'Mai Anh', 'person.birthDate': '1990-05-04', 'person.phone': '0901' },
    },
    other: { person: { key: 'key-b' }, values: { 'person.fullName': 'Nam Binh', 'person.birthDate': '1988-01-02' } },
    broken: () =>
      source({
        fetch: async (_input, init) => {
          throw new TypeError(`socket closed after ${String(init?.body)}`);
        },
      }),
  }))
    it(name, run);
});

describe('the HTTP source', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('speaks to listed hosts only, and follows no redirect', async () => {
    expect(() => source({ baseUrl: 'https://elsewhere.example/api' })).toThrow(RangeError);
    const seen: RequestInit[] = [];
    await ask(
      source({
        fetch: async (url, init) => {
          seen.push(init!);
          return register()(url, init);
        },
      }),
    );
    expect(seen[0]!.redirect).toBe('error');
  });

  it('keeps a mapping below its base URL', async () => {
    const lookups = { self: { ...MAPPING.lookups.self!, path: 'https://evil.example/' } };
    await expect(ask(source({ mapping: { lookups } }))).rejects.toThrow(RangeError);
  });

  it('refuses a mapping that names a normaliser nobody passed in', () => {
    expect(() => source({ normalizers: {} })).toThrow('"date"');
  });

  it('puts nothing personal into a URL', async () => {
    const urls: string[] = [];
    await ask(
      source({
        fetch: async (url, init) => {
          urls.push(String(url));
          return register()(url, init);
        },
      }),
    );
    expect(urls).toEqual(['https://register.example/api/persons/lookup']);
  });

  it.each<[string, () => Response, string, number?]>([
    ['404', () => new Response('', { status: 404 }), 'not-found'],
    ['403', () => new Response('', { status: 403 }), 'denied'],
    ['202', () => new Response('{}', { status: 202, headers: { 'Retry-After': '90' } }), 'pending', 90],
    ['429', () => new Response('', { status: 429, headers: { 'Retry-After': '5' } }), 'unavailable', 5],
    ['500', () => new Response('', { status: 500 }), 'unavailable'],
    ['an explicit null', () => json({ data: null }), 'not-found'],
    ['an empty list', () => json({ data: [] }), 'not-found'],
  ])('reads %s as a reason, not as a value', async (_name, response, absent, retryAfter) => {
    expect(await ask(source({ fetch: async () => response() }))).toEqual({
      item: 'item-0',
      statements: [],
      absent,
      ...(retryAfter ? { retryAfter } : {}),
    });
  });

  it.each<[string, () => Response]>([
    ['an empty body', () => new Response('')],
    ['a page of HTML', () => new Response('<html>')],
    ['JSON of another shape', () => json({ result: 'ok' })],
    ['a record without a reference', () => json({ data: { no: 'key-a', name: 'x' } })],
    ['an endless answer', () => new Response('x'.repeat(5000))],
  ])('calls %s a schema mismatch', async (_name, response) => {
    await expect(ask(source({ fetch: async () => response(), maxBytes: 2000 }))).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNAVAILABLE',
      data: { reason: 'schema-mismatch' },
    });
  });

  it('says schema-mismatch for the one value its normaliser does not know', async () => {
    const { statements } = await ask(
      source({ fetch: async () => json({ data: { ...(PEOPLE['key-a'] as object), born: 'long ago' } }) }),
    );
    expect(statements.map(({ concept, value, absentReason }) => [concept, value ?? absentReason])).toEqual([
      ['person.fullName', 'Mai Anh'],
      ['person.birthDate', 'schema-mismatch'],
    ]);
  });

  it('passes on whose record it is, so that an answer about someone else is seen', async () => {
    const { statements } = await ask(source({ fetch: async () => json({ data: PEOPLE['key-b']! }) }));
    expect(statements[0]!.subject.id).toBe('key-b');
  });

  it('says what the person told the register, and what the register doubts', async () => {
    const { statements } = await ask(
      source({ fetch: async () => json({ data: { ...(PEOPLE['key-a'] as object), doubt: true } }) }),
      ['person.fullName'],
    );
    expect(statements[0]!.verification.status).toBe('disputed');
    expect((await ask(source(), ['person.phone'])).statements[0]!.verification).toEqual({
      status: 'unverified',
      assuranceLevel: 'low',
    });
  });

  it('tries a broken call again, once', async () => {
    let calls = 0;
    const flaky = source({
      fetch: async (url, init) => {
        if (++calls === 1) throw new TypeError('reset');
        return register()(url, init);
      },
    });
    expect((await ask(flaky)).statements).toHaveLength(2);
    expect(calls).toBe(2);
  });

  it('reads relations from the person\u2019s own record', async () => {
    expect(await source().relations!({ key: 'key-a' }, AbortSignal.timeout(1000))).toEqual([
      { relation: 'self', person: { key: 'key-a' }, sex: 'female' },
      { relation: 'spouse', person: { key: 'key-b' }, sex: 'male' },
      { relation: 'child', person: { key: 'c' } },
      { relation: 'child', person: { key: 'd' } },
    ]);
  });

  it('asks for its authorisation anew for each call', async () => {
    const seen: (string | null)[] = [];
    let token = 0;
    const authorised = source({
      authorize: async () => `Bearer t${++token}`,
      fetch: async (url, init) => {
        seen.push(new Headers(init?.headers).get('Authorization'));
        return register()(url, init);
      },
    });
    await ask(authorised);
    await ask(authorised);
    expect(seen).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('is unhealthy when its health path fails', async () => {
    expect(await source({ fetch: async () => new Response('', { status: 500 }) }).health()).toEqual({ healthy: false });
    expect(await source().health()).toEqual({ healthy: true });
  });
});
