// Prefill and seal: asked for on purpose, only what the form registered, bound to person, draft and form.

import {
  canonicalJson,
  type Json,
  type JsonObject,
  type PrefillRequest,
  type PrefillResult,
  type ReuseItem,
} from '@onceform/core';
import { sealResponse } from '@onceform/server/api-schemas';
import { openSeal, readSeal } from '@onceform/store';
import { answered, expectStatus, must, refused, type Answer } from './back-end.ts';
import type { Check, Findings } from './conformance.ts';

const RESULT: JsonObject = {
  type: 'object',
  required: ['item', 'offers', 'misses'],
  properties: {
    item: { type: 'string' },
    offers: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'item', 'source', 'values'],
        properties: { id: { type: 'string' }, values: { type: 'array' } },
      },
    },
    misses: { type: 'array', items: { type: 'object', required: ['pointer', 'reason'] } },
  },
};

function requestOf({ form, info, opened, specimen, now }: Findings, change: Partial<PrefillRequest> = {}): JsonObject {
  const fill = form!.reuse.filter(({ policy }) => policy.mode !== 'never');
  const asked =
    specimen?.prefill === undefined
      ? fill.slice(0, 1)
      : specimen.prefill.flatMap(at => fill.filter(({ pointer }) => pointer === at));
  return {
    draft: opened!.draft,
    form: { id: info!.id, digest: info!.digest },
    items: asked.map(itemOf),
    consent: { purpose: form!.procedure?.purpose?.code ?? 'prefill', given: true, time: now().toISOString() },
    ...change,
  } as unknown as JsonObject;
}

function itemOf({ pointer, concept, subject, members }: ReuseItem): PrefillRequest['items'][number] {
  return {
    item: pointer,
    concept,
    subject,
    members: members.map(one => ({ pointer: one.pointer, concept: one.concept })),
  };
}

function resultsOf(answer: Answer): readonly PrefillResult[] {
  const lines = new TextDecoder().decode(answer.bytes).split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as PrefillResult);
}

export const gatewayChecks: readonly Check[] = [
  {
    id: 'prefill.signed-in',
    rule: 'nobody is asked about anybody while nobody is signed in',
    needs: ['form', 'opened'],
    async run(found) {
      refused(await found.visitor.call('POST', '/api/prefill', { body: requestOf(found) }), 401, 'ERR_UNAUTHENTICATED');
    },
  },
  {
    id: 'prefill.consent',
    rule: 'sources are asked only when the citizen asked for it',
    needs: ['citizen', 'form', 'opened'],
    async run(found) {
      const { consent: _, ...without } = requestOf(found);
      refused(await found.citizen!.call('POST', '/api/prefill', { body: without }), [400, 403]);
      const consent = { ...(requestOf(found)['consent'] as JsonObject), given: false };
      refused(await found.citizen!.call('POST', '/api/prefill', { body: { ...without, consent } }), [400, 403]);
    },
  },
  {
    id: 'prefill.purpose',
    rule: 'consent for another purpose does not count',
    needs: ['citizen', 'form', 'opened'],
    async run(found) {
      const consent = { ...(requestOf(found)['consent'] as JsonObject), purpose: 'something-else-entirely' };
      const body = { ...requestOf(found), consent };
      refused(await found.citizen!.call('POST', '/api/prefill', { body }), 403, 'ERR_CONSENT_REQUIRED');
    },
  },
  {
    id: 'prefill.over-ask',
    rule: 'what the form did not register may not be asked',
    needs: ['citizen', 'form', 'opened'],
    async run(found) {
      const [item] = requestOf(found)['items'] as JsonObject[];
      must(item !== undefined, 'The form asks nothing of sources.');
      const foreign = { pointer: '/somewhere/else', concept: 'person.somethingElse' };
      const members = [...(item['members'] as Json[]), foreign];
      const body = { ...requestOf(found), items: [{ ...item, members }] };
      refused(await found.citizen!.call('POST', '/api/prefill', { body }), 403, 'ERR_OVER_ASK');
    },
  },
  {
    id: 'prefill.private',
    rule: "nobody asks for somebody else's draft",
    needs: ['other', 'form', 'opened'],
    async run(found) {
      refused(await found.other!.call('POST', '/api/prefill', { body: requestOf(found) }), 404);
    },
  },
  {
    id: 'prefill.stream',
    rule: 'POST /api/prefill streams one result per line: for each item asked, offers or the reason why there is none',
    needs: ['citizen', 'form', 'opened'],
    async run(found) {
      const answer = await found.citizen!.call('POST', '/api/prefill', { body: requestOf(found) });
      expectStatus(answer, 200);
      const type = answer.headers.get('content-type') ?? '';
      must(type.startsWith('application/x-ndjson'), `The media type is "${type}", not application/x-ndjson.`);
      must(/no-store/.test(answer.headers.get('cache-control') ?? ''), 'A cache may keep what sources said.');
      const results = resultsOf(answer);
      for (const result of results) shapedResult(result);
      const { items } = requestOf(found) as unknown as PrefillRequest;
      for (const { item } of items)
        must(
          results.some(result => result.item === item),
          `Nothing was said about ${item}: neither offer nor reason.`,
        );
      found.offered = results;
    },
  },
  {
    id: 'seal.invented-offer',
    rule: 'an offer that was never made cannot be sealed',
    needs: ['citizen', 'opened', 'form'],
    async run({ citizen, opened, form }) {
      const decisions = [{ item: form!.reuse[0]?.pointer ?? '', action: 'use', offer: 'invented' }];
      const body = { draft: opened!.draft, decisions };
      refused(
        await citizen!.call('POST', '/api/seals', { body }),
        [400, 422],
        'ERR_SEAL_INVALID',
        'ERR_REQUEST_INVALID',
      );
    },
  },
  {
    id: 'seal.private',
    rule: "nobody seals somebody else's draft",
    needs: ['other', 'opened'],
    async run({ other, opened }) {
      refused(await other!.call('POST', '/api/seals', { body: { draft: opened!.draft, decisions: [] } }), 404);
    },
  },
  {
    id: 'seal.bound',
    rule: 'the seal holds with a published key, and is bound to person, portal, draft, nonce, form and time',
    needs: ['citizen', 'opened', 'form', 'info', 'offered', 'keys'],
    async run(found) {
      const { citizen, opened, info, keys, now } = found;
      const decisions = decisionsOf(found);
      const answer = await citizen!.call('POST', '/api/seals', { body: { draft: opened!.draft, decisions } });
      const { seal } = answered<{ seal: string }>(answer, 200, sealResponse);
      let payload;
      try {
        ({ payload } = await openSeal(seal, {
          keys: { keys: keys as never },
          audience: opened!.audience,
          subject: citizen!.person!.id,
          draft: opened!.draft,
          form: { id: info!.id, version: info!.version, digest: info!.digest },
          now: now(),
        }));
      } catch (error) {
        must(false, `The seal does not hold: ${(error as Error).message}`);
      }
      must(payload.nonce === opened!.nonce, 'The seal carries another nonce than the draft.');
      must(payload.items.length > 0 || decisions.length === 0, 'Nothing of what was chosen is in the seal.');
      found.seal = seal;
    },
  },
  {
    id: 'usage.no-values',
    rule: 'GET /api/usage tells the citizen what was asked, and holds no value of it',
    needs: ['citizen', 'seal'],
    async run({ citizen, seal, opened }) {
      const answer = await citizen!.call('GET', '/api/usage');
      const entries = answered<Json[]>(answer, 200, { type: 'array', items: { type: 'object' } });
      must(JSON.stringify(entries).includes(opened!.draft), 'The request that was just made is not in the log.');
      const text = canonicalJson(entries);
      const values = readSeal(seal!).payload.items.map(({ value }) => value);
      const told = values.find(value => typeof value === 'string' && value.length > 5 && text.includes(value));
      must(told === undefined, 'A value that was sealed stands in the usage log.');
    },
  },
];

/** Takes the preferred offer of each item, or its first. */
export function decisionsOf({ offered }: Findings): readonly JsonObject[] {
  const items = [...new Set(offered!.map(({ item }) => item))];
  return items.flatMap(item => {
    const offers = offered!.filter(result => result.item === item).flatMap(result => result.offers);
    const offer = offers.findLast(one => one.preferred) ?? offers.at(-1);
    return offer === undefined ? [] : [{ item, action: 'use', offer: offer.id }];
  });
}

function shapedResult(result: PrefillResult): void {
  const shape = RESULT['required'] as string[];
  must(typeof result === 'object' && result !== null && shape.every(name => name in result), 'A line is no result.');
  for (const offer of result.offers)
    must(
      typeof offer.id === 'string' && Array.isArray(offer.values) && typeof offer.source?.id === 'string',
      'An offer lacks its id, its values or its source.',
    );
  for (const miss of result.misses)
    must(typeof miss.pointer === 'string' && typeof miss.reason === 'string', 'A miss does not say where and why.');
}
