// P8, on everything at once: a value of each concept is a word that occurs nowhere else. Every way through the package is
// walked, well and badly, and whatever leaves it towards logs, consoles, URLs, headers, errors, metrics and health
// notes is searched for those words.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { substitute, type Decision, type Json } from '@onceform/core';
import { createHttpSource, type RegisterMapping } from './adapters/http.ts';
import { createMemorySource } from './adapters/memory.ts';
import { createConsentLedger, createMemoryConsents } from './consent.ts';
import { createGateway, type GatewayForm } from './gateway.ts';
import { measureFiling, reuseMetrics, type ReuseEvent } from './metrics/index.ts';
import { createMemoryOfferStore } from './offer-store.ts';
import { openSeal, signSeal } from './seal.ts';
import { BINDING, NOW, requestFor, reuseItem, settle, testSigner } from './testing/birth-case.ts';
import { LIES, lyingSource, queryFor } from './testing/index.ts';
import { createMemoryUsageLog } from './usage-log.ts';
import { describeUsage, findUsage } from './usage-words.ts';
import { statementsToKeep, writeBack } from './write-back.ts';

const KEY = 'Kkey7Q',
  SPOUSE = 'Kspouse8Q';
const CONCEPTS = [
  'person.fullName',
  'person.personalId',
  'person.birthDate',
  'person.residence',
  'person.religion',
  'person.phone',
];
const word = (concept: string, who: string): string => `Wq${concept.replace('person.', '')}${who}Zz`;
const WORDS = [
  KEY,
  SPOUSE,
  'WqReasonZz',
  'WqTypedZz',
  ...CONCEPTS.flatMap(concept => [word(concept, KEY), word(concept, SPOUSE)]),
];

const mapping: RegisterMapping = {
  lookups: {
    self: {
      path: '/people',
      body: { id: '/person/key' },
      records: '/found',
      recordRef: '/ref',
      subject: '/id',
      lastUpdated: '/changed',
      values: Object.fromEntries(CONCEPTS.map(concept => [concept, { at: `/${concept}` }])),
    },
  },
  relations: {
    path: '/people',
    body: { id: '/person/key' },
    record: '/found',
    subject: '/id',
    people: [{ relation: 'spouse', key: '/spouse' }],
  },
  report: { path: '/reports', ticket: '/ticket' },
};
const form: GatewayForm = {
  id: 'https://forms.example/scan',
  version: '1',
  digest: 'e'.repeat(64),
  procedure: null,
  reuse: [
    reuseItem('/me', 'applicant', CONCEPTS, { edit: 'correctable', recheck: 'always', writeBack: { defaultOn: true } }),
    reuseItem('/spouse', 'spouse', CONCEPTS),
  ],
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('P8: no value of any concept', () => {
  it('reaches a log, a console, a URL, a header, an error, a metric or a health note', async () => {
    const out: unknown[] = [];
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
      vi.spyOn(console, method).mockImplementation((...args) => {
        out.push(args);
      });
    const caught = (error: unknown): void => {
      for (let at = error as (Error & { data?: unknown; cause?: unknown }) | undefined; at; at = at.cause as typeof at)
        out.push(String(at), at.stack, JSON.stringify(at), at.data);
    };
    const person = (key: string): Json => ({
      ref: `R-${key === KEY ? 1 : 2}`,
      id: key,
      changed: '2026-01-01',
      spouse: SPOUSE,
      ...Object.fromEntries(CONCEPTS.map(concept => [concept, word(concept, key)])),
    });
    let mood: 'well' | 'down' | 'nonsense' | 'error' = 'well';
    const register = createHttpSource({
      id: 'register',
      name: 'Register',
      baseUrl: 'https://register.example',
      allowedHosts: ['register.example'],
      mapping,
      retries: 0,
      fetch: async (url, init) => {
        out.push(String(url), [...new Headers(init?.headers)]);
        const body = JSON.parse(String(init?.body)) as { id: string };
        if (mood === 'down')
          throw new TypeError(`connect ECONNREFUSED while sending ${String(init?.body)} ${WORDS.join()}`);
        if (mood === 'nonsense') return new Response(`<html>${WORDS.join()}</html>`);
        if (mood === 'error') return new Response(WORDS.join(), { status: 500 });
        return Response.json(String(url).endsWith('/reports') ? { ticket: 'T-1' } : { found: person(body.id) });
      },
    });
    const log = createMemoryUsageLog(),
      events: ReuseEvent[] = [],
      signer = await testSigner();
    const store = createMemorySource({
      id: 'store',
      name: 'Store',
      kind: 'prior-submission',
      records: [],
      concepts: CONCEPTS,
    });
    const session = {
      subject: 'pairwise-1',
      person: { key: KEY, claims: { name: word('person.fullName', KEY) } },
      identityLevel: 2,
    } as const;
    const made = (sources: Parameters<typeof createGateway>[0]['sources']) =>
      createGateway({
        issuer: 'https://portal.example',
        sources,
        pack: { concepts: {} },
        signer,
        log,
        offerStore: createMemoryOfferStore({ clock: () => NOW }),
        clock: () => NOW,
        deadline: 30,
        measure: event => {
          events.push(event);
        },
        consents: createConsentLedger(createMemoryConsents(), {
          clock: () => NOW,
          terms: { frequency: { count: 3, per: 'PT1H' }, dataLife: 'P1D' },
        }),
      });
    const request = (items: readonly string[], draft: string) => requestFor(items, form, draft);

    // The good way, to the end.
    const gateway = made([register, store]);
    const { offers } = await settle(gateway.prefill(request(['/me', '/spouse'], 'd1'), session, form));
    expect(offers.flatMap(({ values }) => values.map(({ value }) => value))).toEqual(
      expect.arrayContaining([word('person.religion', KEY), word('person.religion', SPOUSE)]),
    );
    const mine = offers.find(({ item }) => item === '/me')!;
    const decisions: Decision[] = [
      ...offers.map(({ id, item }): Decision => ({ item, action: 'use', offer: id })),
      {
        item: '/me',
        action: 'dispute',
        offer: mine.id,
        pointer: '/me/phone',
        reason: 'WqReasonZz',
        value: 'WqTypedZz',
      },
    ];
    const { seal, keys } = await gateway.seal({ draft: 'd1', decisions }, session, form, BINDING);
    const expected = { keys, audience: BINDING.audience, subject: 'pairwise-1', draft: 'd1', form, now: NOW } as const;
    const opened = await openSeal(seal, expected);
    const submission = substitute({
      form: { ...form, computed: [] },
      answers: { me: { fullName: 'WqTypedZz', phone: 'WqTypedZz' }, spouse: {} },
      seal: opened,
      components: [],
      decisions,
    });
    await gateway.recheck(opened.payload, session, form);
    events.push(
      ...measureFiling({
        form: { ...form, components: [] },
        submission,
        offers,
        agency: null,
        nth: 1,
        opened: NOW,
        filed: NOW,
        optedIn: 1,
      }),
    );
    const kept = statementsToKeep(
      { submission, form, optedIn: ['/me/phone'], recordRef: 'dossier-1', now: NOW },
      session.person,
      { id: 'store', name: 'Store', kind: 'prior-submission' },
    );
    expect(kept.map(({ value }) => value)).toEqual(['WqTypedZz']);
    await writeBack(
      kept,
      session.person,
      { subject: 'pairwise-1', issue: 'dossier-1', form: form.id },
      { store, log, requester: 'portal' },
    );

    // Every bad way.
    for (mood of ['down', 'nonsense', 'error'] as const) {
      const bad = made([register]);
      out.push(
        (await settle(bad.prefill(request(['/me', '/spouse'], `bad-${mood}`), session, form))).misses,
        await bad.discover(),
      );
      await register.relations!(session.person, AbortSignal.timeout(50)).catch(caught);
      await register.report!({
        id: 'r',
        person: session.person,
        concept: 'person.phone',
        recordRef: 'x',
        reason: 'WqReasonZz',
        value: 'WqTypedZz',
      }).catch(caught);
      await gateway
        .recheck(opened.payload, session, form)
        .then(found => out.push(found.map(({ record, state }) => [record, state])), caught);
      const query = queryFor(session.person, 'self', [CONCEPTS]);
      try {
        for await (const result of register.query(query, AbortSignal.timeout(50))) out.push(result);
      } catch (error) {
        caught(error);
      }
    }
    mood = 'well';
    for (const lie of LIES)
      out.push(
        (await settle(made([lyingSource(register, lie)]).prefill(request(['/me'], `lie-${lie}`), session, form)))
          .misses,
      );
    const tries: (() => Promise<unknown>)[] = [
      () =>
        gateway.prefill(
          {
            ...request(['/me'], 'd1'),
            items: [
              {
                item: '/me',
                concept: 'person',
                subject: 'applicant',
                members: [{ pointer: '/x', concept: 'person.phone' }],
              },
            ],
          },
          session,
          form,
        ),
      () => gateway.prefill(request(['/me'], 'd1'), { ...session, subject: 'pairwise-2' }, form),
      () => gateway.prefill(request(['/me'], 'd1'), { ...session, identityLevel: 0 }, form),
      ...Array.from(
        { length: 4 },
        () => () => gateway.prefill(request(['/me'], 'often'), session, form).then(settleAll),
      ),
      () =>
        gateway.seal({ draft: 'd1', decisions: [{ item: '/me', action: 'use', offer: 'x' }] }, session, form, BINDING),
      () =>
        signSeal({ ...opened.payload, items: [{ ...opened.payload.items[0]!, edit: 'WqTypedZz' as 'free' }] }, signer),
      ...(['audience', 'subject', 'draft'] as const).map(
        name => () => openSeal(seal, { ...expected, [name]: 'other' }),
      ),
      () => openSeal(`${seal.slice(0, -2)}AA`, expected),
      () => openSeal(seal, { ...expected, now: new Date('2036-01-01') }),
      () => store.put(session.person, kept, 99),
    ];
    for (const attempt of tries) await attempt().then(() => undefined, caught);
    await gateway.withdraw('d1', session);

    // What is kept and shown of all that.
    const entries = [];
    for await (const entry of log.entries()) entries.push(entry);
    expect(entries.length).toBeGreaterThan(20);
    out.push(
      entries,
      findUsage(entries),
      entries.map(({ event }) => [describeUsage(event, 'en'), describeUsage(event, 'vi')]),
      events,
      reuseMetrics(events, '2026-11', { k: 1 }),
    );
    const text = JSON.stringify(out);
    expect(text).toContain('ERR_OVER_ASK');
    for (const secret of WORDS) expect(text, secret).not.toContain(secret);

    async function settleAll(results: AsyncIterable<unknown>): Promise<void> {
      for await (const _result of results);
    }
  });
});
