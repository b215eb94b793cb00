// One family, two registers and a birth form: the case that the package's own tests are told with. All invented.

import type { PrefillRequest, PrefillResult, ReuseItem, ReuseMember } from '@onceform/core';
import { createMemorySource, type MemorySource } from '../adapters/memory.ts';
import { createMemoryOfferStore, type OfferStore } from '../offer-store.ts';
import { createGateway, type CitizenSession, type Gateway, type GatewayForm, type GatewayOptions } from '../gateway.ts';
import { createSigner, type SealSigner } from '../seal.ts';
import type { CitizenDataSource } from '../source.ts';
import { createMemoryUsageLog, type UsageLog } from '../usage-log.ts';

/** Keys of the invented people. */
export const MOTHER = '001190000001',
  FATHER = '001088000002',
  STRANGER = '001077000003';
export const NOW = new Date('2026-11-22T08:00:00Z');

const PERSON = ['person.fullName', 'person.personalId', 'person.birthDate', 'person.residence'] as const;

export function reuseItem(
  pointer: string,
  subject: string,
  concepts: readonly string[],
  policy: Partial<ReuseItem['policy']> = {},
): ReuseItem {
  const full = { mode: 'fill', edit: 'locked', ...policy } as const;
  return {
    pointer,
    subject,
    concept: 'person',
    policy: full,
    members: concepts.map((concept): ReuseMember => ({
      pointer: `${pointer}/${concept.split('.').at(-1)!}`,
      concept,
      edit: full.edit,
      sensitivity: 'B',
    })),
  };
}

export const BIRTH_FORM: GatewayForm = {
  id: 'https://forms.example/birth',
  version: '1.0.0',
  digest: 'b'.repeat(64),
  procedure: {
    code: '1.001193',
    name: 'Birth registration',
    purpose: { code: 'birth-registration', text: 'To register a birth' },
  },
  reuse: [
    reuseItem('/requester', 'applicant', [...PERSON, 'person.phone']),
    reuseItem('/mother', 'mother', PERSON),
    reuseItem('/father', 'father', PERSON),
    reuseItem('/child', 'child', ['person.birthDate', 'person.gender', 'person.placeOfBirth'], { edit: 'correctable' }),
    reuseItem('/vehicles/[]', 'applicant', ['vehicle.plate', 'vehicle.brand'], { mode: 'choose' }),
    { ...reuseItem('/secret', 'applicant', ['person.religion']), policy: { mode: 'never', edit: 'free' } },
  ],
};

export function population(): MemorySource {
  const record = (person: string, fullName: string, birthDate: string, residence: string) => ({
    person,
    recordRef: `P-${person}`,
    lastUpdated: '2025-07-01',
    values: {
      'person.fullName': fullName,
      'person.personalId': person,
      'person.birthDate': birthDate,
      'person.residence': residence,
    },
  });
  return createMemorySource({
    id: 'population',
    name: 'Population register',
    clock: () => NOW,
    records: [
      record(MOTHER, 'Mai Anh', '1990-05-04', '12 Long Street'),
      record(FATHER, 'Nam Binh', '1988-01-02', '12 Long Street'),
      record(STRANGER, 'Somebody Else', '1977-03-03', '99 Far Away'),
    ],
    relations: [
      { person: MOTHER, relation: 'spouse', other: FATHER },
      { person: FATHER, relation: 'spouse', other: MOTHER },
    ],
    sexes: { [MOTHER]: 'female', [FATHER]: 'male', [STRANGER]: 'male' },
  });
}

export function health(): MemorySource {
  return createMemorySource({
    id: 'health',
    name: 'Health register',
    clock: () => NOW,
    records: [
      {
        person: MOTHER,
        about: 'child',
        recordRef: 'BN-77',
        lastUpdated: '2026-11-10',
        values: { 'person.birthDate': '2026-11-09', 'person.gender': 'female', 'person.placeOfBirth': 'City Hospital' },
      },
    ],
  });
}

export const citizen = (key: string): CitizenSession => ({
  subject: `pairwise-${key.slice(-1)}`,
  person: { key },
  identityLevel: 2,
});

let signer: Promise<SealSigner> | undefined;

/** One signing key for all tests of a file. */
export function testSigner(): Promise<SealSigner> {
  return (signer ??= (async () => {
    const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as {
      privateKey: CryptoKey;
    };
    return createSigner({ ...((await crypto.subtle.exportKey('jwk', privateKey)) as object), kid: 'k1' } as Parameters<
      typeof createSigner
    >[0]);
  })());
}

export interface BirthCase {
  readonly gateway: Gateway;
  readonly log: UsageLog;
  readonly offerStore: OfferStore;
  readonly signer: SealSigner;
}

export async function birthCase(
  sources: readonly CitizenDataSource[] = [population(), health()],
  options: Partial<GatewayOptions> = {},
): Promise<BirthCase> {
  const log = createMemoryUsageLog(),
    offerStore = createMemoryOfferStore({ clock: () => NOW });
  const own = await testSigner();
  const gateway = createGateway({
    issuer: 'https://portal.example',
    sources,
    pack: { concepts: {} },
    signer: own,
    log,
    offerStore,
    clock: () => NOW,
    ...options,
  });
  return { gateway, log, offerStore, signer: own };
}

/** Asks for whole items of the form, as the citizen's button does. */
export function requestFor(
  items: readonly string[],
  form: GatewayForm = BIRTH_FORM,
  draft = 'draft-1',
): PrefillRequest {
  return {
    draft,
    form: { id: form.id, digest: form.digest },
    items: items.map(item => {
      const { concept, subject, members } = form.reuse.find(({ pointer }) => pointer === item)!;
      return {
        item,
        concept,
        subject,
        members: members.map(member => ({ pointer: member.pointer, concept: member.concept })),
      };
    }),
    consent: { purpose: form.procedure?.purpose?.code ?? form.id, given: true, time: NOW.toISOString() },
  };
}

/** The last word on every offer, and all misses. */
export async function settle(
  results: Promise<AsyncIterable<PrefillResult>>,
): Promise<{ offers: PrefillResult['offers'][number][]; misses: PrefillResult['misses'][number][] }> {
  const offers = new Map<string, PrefillResult['offers'][number]>(),
    misses = [];
  for await (const result of await results) {
    for (const offer of result.offers) offers.set(offer.id, offer);
    misses.push(...result.misses);
  }
  return { offers: [...offers.values()], misses };
}

export const BINDING = {
  audience: 'https://portal.example',
  nonce: 'n-1',
  context: { today: '2026-11-22', identityLevel: 2, channel: 'online' },
} as const;
