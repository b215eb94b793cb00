// `npm run faults -- store`: every lie of the lying-source kit against a gateway with an honest source beside it. A
// fault is survived when the honest source's values all arrive, nothing of the liar's is taken for verified fact, every
// field of the liar says why it is empty, and no error or log names a person or a value.

import { generateKeyPairSync } from 'node:crypto';
import { createGateway, createMemoryOfferStore, createMemoryUsageLog, createSigner } from './dist/index.js';
import { createMemorySource } from './dist/adapters/memory.js';
import { LIES, lyingSource } from './dist/testing/index.js';

const PERSON = '001190000001',
  SECRET = 'Secret Street 12';
const HONEST = ['honest.a', 'honest.b'],
  LIAR = ['liar.a', 'liar.b'];
/** Lies after which the liar's values may still be offered, and how they must be marked. */
const TOLERATED = {
  slow: () => true,
  half: () => true,
  'half-then-down': () => true,
  talkative: offer => offer.values.every(({ value }) => value === SECRET),
  stale: offer => offer.flags.includes('stale'),
  boastful: offer => offer.verification.status === 'unverified' && offer.values.every(({ edit }) => edit === 'free'),
};

export default async function* faults({ only }) {
  for (const lie of LIES) {
    const name = `a source that is ${lie}`;
    if (name.includes(only)) yield { name, ...(await survive(lie)) };
  }
}

async function survive(lie) {
  const source = (id, concepts) =>
    createMemorySource({
      id,
      name: id,
      records: [
        {
          person: PERSON,
          recordRef: `${id}-1`,
          lastUpdated: '2026-01-01',
          values: Object.fromEntries(concepts.map(concept => [concept, SECRET])),
        },
      ],
    });
  const item = (pointer, concepts) => ({
    pointer,
    concept: 'record',
    subject: 'applicant',
    policy: { mode: 'fill', edit: 'locked', maxAge: 'P2Y' },
    members: concepts.map((concept, i) => ({ pointer: `${pointer}/${i}`, concept, edit: 'locked', sensitivity: 'B' })),
  });
  const form = {
    id: 'f',
    version: '1',
    digest: 'a'.repeat(64),
    procedure: null,
    reuse: [item('/honest', HONEST), ...LIAR.map((concept, i) => item(`/liar/${i}`, [concept]))],
  };
  const log = createMemoryUsageLog();
  const gateway = createGateway({
    issuer: 'portal',
    sources: [
      source('honest', HONEST),
      lyingSource(source('liar', LIAR), lie, { delay: 30, codes: { 'liar.a': 'XX', 'liar.b': 'XX' } }),
    ],
    pack: { concepts: {} },
    log,
    offerStore: createMemoryOfferStore(),
    deadline: 200,
    signer: await createSigner({ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid: 'k' }),
    accepts: (_concept, value) => value === SECRET || value === 'said later',
  });
  const items = form.reuse.map(({ pointer, concept, subject, members }) => ({
    item: pointer,
    concept,
    subject,
    members: members.map(member => ({ pointer: member.pointer, concept: member.concept })),
  }));
  const session = { subject: 'pairwise', person: { key: PERSON }, identityLevel: 2 };
  const offers = new Map(),
    misses = [];
  let failure = '';
  try {
    const request = {
      draft: 'd',
      form: { id: form.id, digest: form.digest },
      items,
      consent: { purpose: 'f', given: true, time: new Date().toISOString() },
    };
    for await (const result of await gateway.prefill(request, session, form)) {
      for (const offer of result.offers) offers.set(offer.id, offer);
      misses.push(...result.misses);
    }
  } catch (error) {
    failure = String(error);
  }
  const of = pointer => [...offers.values()].filter(offer => offer.item.startsWith(pointer));
  const filled = new Set(of('/liar').flatMap(({ values }) => values.map(({ pointer }) => pointer)));
  const explained = form.reuse
    .slice(1)
    .flatMap(({ members }) => members)
    .every(({ pointer }) => filled.has(pointer) || misses.some(miss => miss.pointer === pointer));
  const written = JSON.stringify([misses, await log.of('pairwise'), failure]);
  const faults = [
    failure && 'the prefill failed',
    of('/honest').flatMap(({ values }) => values).length !== 2 && 'an honest value is missing',
    !of('/liar').every(offer => TOLERATED[lie]?.(offer)) && 'a lie was offered',
    !explained && 'a field does not say why it is empty',
    [PERSON, SECRET].some(secret => written.includes(secret)) && 'a value or key got out',
  ].filter(Boolean);
  const reasons = [...new Set(misses.filter(({ pointer }) => pointer.startsWith('/liar')).map(({ reason }) => reason))];
  return {
    result:
      faults.length > 0
        ? faults.join('; ')
        : filled.size > 0
          ? `offered, marked${reasons.length > 0 ? `; the rest ${reasons}` : ''}`
          : `nothing taken: ${reasons}`,
    ok: faults.length === 0,
  };
}
