// The citizen data store: how much the gateway, the seal and the statement table add to what they stand on.

import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { PGlite } from '@electric-sql/pglite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { canonicalBytes } from '@onceform/core';
import {
  createGateway,
  createMemoryOfferStore,
  createMemoryUsageLog,
  createSigner,
  openSeal,
  signSeal,
} from '@onceform/store';
import { createMemorySource } from '@onceform/store/memory';
import { createSqlSource, STATEMENT_TABLES } from '@onceform/store/sql';

const CONCEPTS = Array.from({ length: 40 }, (_, i) => `person.fact${i}`);
const NOW = new Date('2026-11-22T08:00:00Z');
const PERSON = '001190000001';

export default async function bench({ quick }) {
  return { rows: [await parallel(quick), await seals(quick), await throughput(quick), await table(quick)] };
}

const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

function form() {
  const member = (concept, i) => ({ pointer: `/me/fact${i}`, concept, edit: 'locked', sensitivity: 'B' });
  return {
    id: 'https://forms.example/bench',
    version: '1',
    digest: 'a'.repeat(64),
    procedure: null,
    reuse: [
      {
        pointer: '/me',
        concept: 'person',
        subject: 'applicant',
        policy: { mode: 'fill', edit: 'locked' },
        members: CONCEPTS.map(member),
      },
    ],
  };
}

/** Five sources of eight concepts each. */
function sources() {
  return Array.from({ length: 5 }, (_, s) =>
    createMemorySource({
      id: `register-${s}`,
      name: `Register ${s}`,
      clock: () => NOW,
      records: [
        {
          person: PERSON,
          recordRef: `R-${s}`,
          lastUpdated: '2026-01-01',
          values: Object.fromEntries(CONCEPTS.slice(s * 8, s * 8 + 8).map(concept => [concept, `value of ${concept}`])),
        },
      ],
    }),
  );
}

async function signer() {
  return createSigner({ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid: 'bench' });
}

async function gatewayOver(made) {
  const {
    id,
    digest,
    reuse: [item],
  } = form();
  const gateway = createGateway({
    issuer: 'https://portal.example',
    sources: made,
    pack: { concepts: {} },
    signer: await signer(),
    log: createMemoryUsageLog(),
    offerStore: createMemoryOfferStore(),
    clock: () => NOW,
  });
  const request = draft => ({
    draft,
    form: { id, digest },
    consent: { purpose: id, given: true, time: NOW.toISOString() },
    items: [
      {
        item: item.pointer,
        concept: item.concept,
        subject: item.subject,
        members: item.members.map(({ pointer, concept }) => ({ pointer, concept })),
      },
    ],
  });
  return { gateway, request, session: { subject: 'pairwise-1', person: { key: PERSON }, identityLevel: 2 } };
}

async function parallel(quick) {
  const slow = sources().map(source => ({
    ...source,
    async *query(query, signal) {
      await new Promise(resolve => setTimeout(resolve, 50));
      yield* source.query(query, signal);
    },
  }));
  const { gateway, request, session } = await gatewayOver(slow);
  const times = [];
  for (let i = 0; i < (quick ? 7 : 21); i++) {
    const start = performance.now();
    let values = 0;
    for await (const { offers } of await gateway.prefill(request(`draft-${i}`), session, form()))
      for (const offer of offers) values = Math.max(values, 0) + offer.values.length;
    times.push(performance.now() - start);
    if (values < 40) throw new Error(`Only ${values} of 40 values came.`);
  }
  return {
    name: 'prefill of 40 concepts from 5 sources of 50 ms, against 50 ms',
    ratio: median(times) / 50,
    bound: 1.3,
  };
}

async function seals(quick) {
  const own = await signer();
  const seconds = NOW.getTime() / 1000;
  const payload = {
    format: 'https://onceform.dev/seal/1',
    iss: 'g',
    aud: 'p',
    sub: 's',
    draft: 'd',
    nonce: 'n',
    iat: seconds,
    exp: seconds + 3600,
    form: { id: 'f', version: '1', digest: 'a'.repeat(64) },
    purpose: 'bench',
    context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} },
    items: CONCEPTS.map((concept, i) => ({
      pointer: `/me/fact${i}`,
      concept,
      record: '/me',
      recordRef: 'R-1',
      source: { id: 'register', name: 'Register', kind: 'authoritative' },
      verification: { status: 'verified', assuranceLevel: 'high' },
      lastUpdated: '2026-01-01',
      retrievedAt: NOW.toISOString(),
      edit: 'locked',
      chosen: { rule: 'only', of: 1 },
      value: `value of ${concept}`,
    })).sort((a, b) => (a.pointer < b.pointer ? -1 : 1)),
  };
  const expected = {
    keys: { keys: own.publicKeys },
    audience: 'p',
    subject: 's',
    draft: 'd',
    form: payload.form,
    now: NOW,
  };
  const bytes = canonicalBytes(payload);
  const publicKey = await crypto.subtle.importKey(
    'jwk',
    { kty: 'OKP', crv: 'Ed25519', x: own.publicKeys[0].x },
    'Ed25519',
    false,
    ['verify'],
  );
  const bare = async () => {
    const signature = await crypto.subtle.sign('Ed25519', own.key, bytes);
    if (!(await crypto.subtle.verify('Ed25519', publicKey, signature, bytes)))
      throw new Error('The bare signature does not hold.');
  };
  const ours = async () => {
    await openSeal(await signSeal(payload, own), expected);
  };
  const { ratio, milliseconds } = await against(ours, bare, quick ? 15 : 40, 20);
  return {
    name: 'seal and open 40 items, against sign and verify of the same bytes',
    ratio,
    bound: 6,
    note: `${bytes.length} bytes, ${milliseconds.toFixed(2)} ms`,
  };
}

/** The median of the ratios of rounds that alternate, so that a busy machine slows both. */
async function against(work, floor, rounds, runs) {
  const once = async task => {
    const start = performance.now();
    for (let i = 0; i < runs; i++) await task();
    return (performance.now() - start) / runs;
  };
  await once(floor);
  await once(work);
  const ratios = [],
    times = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await once(floor),
      ours = await once(work);
    ratios.push(ours / bare);
    times.push(ours);
  }
  return { ratio: median(ratios), milliseconds: median(times) };
}

async function throughput(quick) {
  const { gateway, request, session } = await gatewayOver(sources());
  const target = form(),
    encoder = new TextEncoder();
  let draft = 0;
  const prefilled = body =>
    new ReadableStream({
      async start(controller) {
        for await (const result of await gateway.prefill(body, session, target))
          controller.enqueue(encoder.encode(JSON.stringify(result) + '\n'));
        controller.close();
      },
    });
  const bytes = new Uint8Array(await new Response(prefilled(request('sample'))).arrayBuffer());
  const type = { 'Content-Type': 'application/x-ndjson' };
  const app = new Hono()
    .post('/bare', async c => {
      await c.req.json();
      return c.body(bytes, 200, type);
    })
    .post('/gateway', async c => c.body(prefilled(await c.req.json()), 200, type));
  const server = await new Promise(resolve => {
    const made = serve({ fetch: app.fetch, port: 0 }, () => resolve(made));
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const perSecond = async path => {
    const runs = quick ? 400 : 2000,
      lanes = 8;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        for (let i = 0; i < runs / lanes; i++) {
          const response = await fetch(url + path, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(request(`draft-${++draft}`)),
          });
          const length = (await response.arrayBuffer()).byteLength;
          if (length < bytes.length * 0.9)
            throw new Error(`${path} answered ${length} bytes instead of ${bytes.length}.`);
        }
      }),
    );
    return (runs / (performance.now() - start)) * 1000;
  };
  try {
    await perSecond('/bare');
    await perSecond('/gateway');
    const ratios = [];
    for (let round = 0; round < (quick ? 3 : 5); round++) {
      const bare = await perSecond('/bare');
      ratios.push((await perSecond('/gateway')) / bare);
    }
    return {
      name: 'gateway over memory sources, against a bare Hono route of the same bytes',
      ratio: median(ratios),
      bound: { atLeast: 0.4 },
      note: `${bytes.length} bytes`,
    };
  } finally {
    server.close();
  }
}

/** 40 statements a person; the same person is looked up in a small and in a large table. */
async function table(quick) {
  const [few, many] = [10_000, quick ? 200_000 : 1_000_000];
  const db = new PGlite();
  for (const statement of STATEMENT_TABLES) await db.query(statement);
  const store = createSqlSource({
    id: 'store',
    name: 'Store',
    query: (sql, parameters) => db.query(sql, parameters),
    pepper: new Uint8Array(32).fill(1),
    concepts: CONCEPTS,
  });
  const fill = async (from, to) =>
    db.query(
      `INSERT INTO once_statements (id, person, about, concept, value, record_ref, kind, status, level, last_updated, retrieved_at)
    SELECT 's' || p || '-' || c, md5(p::text), 'self', 'person.fact' || c, '"value"', 'R-' || p, 'prior-submission', 'unverified', 'low', '2026-01-01', '2026-01-01T00:00:00Z'
    FROM generate_series($1::int, $2::int) p, generate_series(0, 39) c`,
      [from, to],
    );
  const people = Array.from({ length: 50 }, (_, i) => ({ key: `known-${i}` }));
  for (const person of people) {
    await store.put(
      person,
      CONCEPTS.map((concept, i) => ({
        id: `${person.key}-${i}`,
        concept,
        value: 'value',
        subject: { id: person.key, role: 'self' },
        source: { id: 'store', name: 'Store', kind: 'prior-submission', recordRef: 'R' },
        verification: { status: 'unverified', assuranceLevel: 'low' },
        lastUpdated: null,
        retrievedAt: NOW.toISOString(),
      })),
    );
  }
  const signal = new AbortController().signal;
  const query = person => ({
    id: 'q',
    person,
    about: 'self',
    items: [{ id: '/me', concept: 'person', members: CONCEPTS }],
    purpose: { code: 'x', text: 'x', legalBasis: 'explicit-request' },
    requester: 'p',
    issue: 'd',
  });
  const lookup = async () => {
    const times = [];
    for (let i = 0; i < (quick ? 100 : 300); i++) {
      const start = performance.now();
      for await (const { statements } of store.query(query(people[i % people.length]), signal))
        if (statements.length !== 40) throw new Error(`Found ${statements.length} of 40.`);
      times.push(performance.now() - start);
    }
    return median(times);
  };
  await fill(1, (few - 2000) / 40);
  await db.query('ANALYZE once_statements');
  await lookup();
  const small = await lookup();
  for (let at = (few - 2000) / 40; at < many / 40; at += 2500) await fill(at + 1, Math.min(at + 2500, many / 40));
  await db.query('ANALYZE once_statements');
  await lookup();
  const large = await lookup();
  await db.close();
  return {
    name: `look up 40 concepts among ${many.toLocaleString('en')} statements, against 10,000`,
    ratio: large / small,
    bound: 2,
    note: `${large.toFixed(2)} ms`,
  };
}
