import fc from 'fast-check';
import { CompactSign } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  canonicalJson,
  substitute,
  toNfc,
  valueAt,
  type Json,
  type SealItem,
  type SealPayload,
} from '@onceform/core';
import {
  createMemoryNonces,
  createSigner,
  openSeal,
  SEAL_TYPE,
  signSeal,
  type SealExpectations,
  type SealSigner,
} from './seal.ts';
import { readSeal } from './seal-payload.ts';
import { mutateSeal } from './testing/mutate-seal.ts';

const NOW = new Date('2026-11-22T08:00:00Z');
const FORM = { id: 'https://forms.example/birth', version: '1', digest: 'a'.repeat(64) };

let own: SealSigner, foreign: SealSigner;
const makeSigner = async (kid: string): Promise<SealSigner> => {
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return createSigner({ ...(await crypto.subtle.exportKey('jwk', privateKey)), kid } as Parameters<
    typeof createSigner
  >[0]);
};
beforeAll(async () => {
  own = await makeSigner('k1');
  foreign = await makeSigner('k1');
});

const item = (pointer: string, value: Json, edit: SealItem['edit'] = 'locked'): SealItem => ({
  pointer,
  concept: 'person.fullName',
  record: '',
  recordRef: 'r',
  source: { id: 's', name: 'S', kind: 'authoritative' },
  verification: { status: 'verified', assuranceLevel: 'high' },
  lastUpdated: null,
  retrievedAt: '2026-11-22T08:00:00Z',
  edit,
  chosen: { rule: 'only', of: 1 },
  value,
});
const payload = (change: Partial<SealPayload> = {}): SealPayload => ({
  format: 'https://onceform.dev/seal/1',
  iss: 'gateway',
  aud: 'portal',
  sub: 'person-1',
  draft: 'draft-1',
  nonce: 'n1',
  iat: NOW.getTime() / 1000,
  exp: NOW.getTime() / 1000 + 3600,
  form: FORM,
  purpose: 'birth',
  context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} },
  items: [item('/name', 'Mai Anh')],
  ...change,
});
const expected = (change: Partial<SealExpectations> = {}): SealExpectations => ({
  keys: { keys: own.publicKeys },
  audience: 'portal',
  subject: 'person-1',
  draft: 'draft-1',
  form: FORM,
  now: NOW,
  ...change,
});
const open = async (jws: string, change?: Partial<SealExpectations>) => openSeal(jws, expected(change));
const forge = (bytes: Uint8Array, header: object = {}, signer = own) =>
  new CompactSign(bytes)
    .setProtectedHeader({ alg: 'EdDSA', kid: signer.kid, typ: SEAL_TYPE, ...header })
    .sign(signer.key);

describe('a seal', () => {
  it('opens where it belongs, and reads the same without a judgement', async () => {
    const jws = await signSeal(payload(), own);
    expect(await open(jws)).toEqual({ jws, payload: payload(), verified: true });
    expect(readSeal(jws)).toEqual({ jws, payload: payload(), verified: false });
  });

  it.each<[string, Partial<SealExpectations>, string]>([
    ['for another portal', { audience: 'other' }, 'ERR_SEAL_AUDIENCE'],
    ['for another person', { subject: 'person-2' }, 'ERR_SEAL_SUBJECT'],
    ['for another draft', { draft: 'draft-2' }, 'ERR_SEAL_DRAFT'],
    ['for another form', { form: { ...FORM, id: 'x' } }, 'ERR_SEAL_FORM'],
    ['for another version', { form: { ...FORM, version: '2' } }, 'ERR_SEAL_FORM'],
    ['for another digest', { form: { ...FORM, digest: 'c'.repeat(64) } }, 'ERR_SEAL_FORM'],
    ['out of time', { now: new Date(NOW.getTime() + 3_901_000) }, 'ERR_SEAL_EXPIRED'],
    ['from the future', { now: new Date(NOW.getTime() - 301_000) }, 'ERR_SEAL_INVALID'],
    ['of an unknown key', { keys: { keys: [] } }, 'ERR_SEAL_KEY_UNKNOWN'],
  ])('T4: %s is refused with a code of its own', async (_name, change, code) => {
    await expect(open(await signSeal(payload(), own), change)).rejects.toMatchObject({ code });
  });

  it('S6: opens although clocks are five minutes apart, either way', async () => {
    const jws = await signSeal(payload(), own);
    for (const seconds of [-300, 300 + 3599])
      expect((await open(jws, { now: new Date(NOW.getTime() + seconds * 1000) })).verified).toBe(true);
  });

  it('T5: of two that come at once with one nonce, exactly one is taken', async () => {
    const jws = await signSeal(payload(), own),
      nonces = createMemoryNonces(() => NOW);
    const outcomes = await Promise.allSettled([open(jws, { nonces }), open(jws, { nonces })]);
    expect(
      outcomes
        .map(outcome => (outcome.status === 'fulfilled' ? 'taken' : (outcome.reason as { code: string }).code))
        .sort(),
    ).toEqual(['ERR_SEAL_REPLAYED', 'taken']);
  });

  it('T5: a seal that does not open spends no nonce', async () => {
    const jws = await signSeal(payload(), own),
      nonces = createMemoryNonces(() => NOW);
    await expect(open(jws, { nonces, subject: 'person-2' })).rejects.toThrow();
    expect((await open(jws, { nonces })).verified).toBe(true);
  });

  it('T11: alg none, another algorithm, a foreign key under a known name, foreign header members', async () => {
    const [, body] = (await signSeal(payload(), own)).split('.');
    const none = `${btoa(JSON.stringify({ alg: 'none', kid: 'k1', typ: SEAL_TYPE })).replaceAll('=', '')}.${body}.`;
    await expect(open(none)).rejects.toMatchObject({ code: 'ERR_SEAL_ALGORITHM' });
    const hmac = await new CompactSign(canonicalBytes(payload() as unknown as Json))
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: SEAL_TYPE })
      .sign(new Uint8Array(32));
    await expect(open(hmac)).rejects.toMatchObject({ code: 'ERR_SEAL_ALGORITHM' });
    await expect(open(await signSeal(payload(), foreign))).rejects.toMatchObject({ code: 'ERR_SEAL_INVALID' });
    for (const header of [
      { jwk: foreign.publicKeys[0] },
      { jku: 'https://evil.example' },
      { typ: 'JWT' },
      { kid: 1 },
    ]) {
      await expect(open(await forge(canonicalBytes(payload() as unknown as Json), header))).rejects.toMatchObject({
        code: 'ERR_SEAL_INVALID',
      });
    }
  });

  it('T11: a key that was rotated away opens its seals as long as it is listed', async () => {
    const old = await makeSigner('k0');
    const jws = await signSeal(payload(), old);
    const { kty, crv, x } = old.publicKeys[0]!;
    const rotated = await createSigner(await privateJwk('k2'), {
      retired: [{ kty: kty!, crv: crv!, x: x!, kid: 'k0' }],
    });
    expect((await open(jws, { keys: { keys: rotated.publicKeys } })).verified).toBe(true);
    await expect(open(jws)).rejects.toMatchObject({ code: 'ERR_SEAL_KEY_UNKNOWN' });
  });

  it.each<[string, (text: string) => string]>([
    ['white space', text => text.replace(',', ', ')],
    ['another order', text => `{"sub":"person-1",${text.slice(1)}`.replace(/,"sub":"person-1"/, '')],
    ['a member twice', text => `{"aud":"portal",${text.slice(1)}`],
    ['an unknown member', text => `${text.slice(0, -1)},"zz":1}`],
    ['a value not in NFC', text => text.replace('Mai Anh', 'e\u0301')],
    ['a byte order mark', text => `\ufeff${text}`],
    ['no JSON', text => text.slice(1)],
  ])('refuses a payload with %s although it is signed', async (_name, change) => {
    const text = canonicalJson(payload() as unknown as Json);
    expect(change(text)).not.toBe(text);
    await expect(open(await forge(new TextEncoder().encode(change(text))))).rejects.toMatchObject({
      code: 'ERR_SEAL_INVALID',
    });
  });

  it.each<[string, Partial<Record<keyof SealPayload, unknown>>]>([
    ['items out of order', { items: [item('/b', 1), item('/a', 1)] }],
    ['one pointer twice', { items: [item('/a', 1), item('/a', 1)] }],
    ['a value and a digest', { items: [{ ...item('/a', 1), salt: 's', digest: 'a'.repeat(64) }] }],
    ['a digest without salt', { items: [{ ...item('/a', 1), value: undefined, digest: 'a'.repeat(64) }] }],
    ['an edit policy of its own', { items: [{ ...item('/a', 1), edit: 'anything' }] }],
    ['an item that is none', { items: [null] }],
    ['an identity level of its own', { context: { ...payload().context, identityLevel: 9 } }],
    ['time that is no number', { exp: '1' }],
  ])('is not even signed with %s', async (_name, change) => {
    await expect(signSeal({ ...payload(), ...change } as SealPayload, own)).rejects.toMatchObject({
      code: 'ERR_SEAL_INVALID',
    });
  });

  it('T2: a change behind byte 72 of a long address does not go through', async () => {
    const address = `12, ${'\u1ed9'.repeat(60)}, far behind the first 72 bytes`;
    const jws = await signSeal(payload({ items: [item('/name', address)] }), own);
    const [header, body, signature] = jws.split('.') as [string, string, string];
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0));
    const at = new TextDecoder('latin1').decode(bytes).indexOf('far behind');
    bytes[at] = bytes[at]! ^ 1;
    const changed = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
    await expect(open([header, changed, signature].join('.'))).rejects.toMatchObject({ code: 'ERR_SEAL_INVALID' });
  });

  it('T3: a value in NFD is sealed in NFC, so neither side sees a difference', async () => {
    const jws = await signSeal(payload({ items: [item('/name', 'Nguye\u0302\u0303n')] }), own);
    expect((await open(jws)).payload.items[0]!.value).toBe('Nguy\u1ec5n');
  });

  it('property: any JSON, any Unicode: seal, verify and substitute give back what went in, in NFC', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.jsonValue({ stringUnit: 'grapheme' }), {
          minKeys: 1,
          maxKeys: 6,
        }),
        async raw => {
          let values: { readonly [name: string]: Json };
          try {
            values = toNfc(raw as { [name: string]: Json });
            canonicalJson(values);
          } catch {
            return;
          }
          const names = Object.keys(values).filter(
            name => !['__proto__', 'constructor', 'prototype', '$context'].includes(name),
          );
          const items = names
            .map(name => item(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, values[name]!))
            .sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
          const opened = await open(await signSeal(payload({ items }), own));
          const { data, origins } = substitute({
            form: { ...FORM, computed: [] },
            seal: opened,
            components: [],
            decisions: [],
            answers: Object.fromEntries(names.map(name => [name, 'what the client says'])),
          });
          for (const { pointer, value } of items) {
            expect(canonicalJson(valueAt(data, pointer)!)).toBe(canonicalJson(value!));
            expect(origins[pointer]!.origin).toBe('auto');
          }
        },
      ),
      { numRuns: Number(process.env.ONCEFORM_RUNS ?? 100) },
    );
  });

  it('no altered seal opens', async () => {
    const jws = await signSeal(
      payload({ items: [item('/a', { deep: ['\u1ed9', 1.5, null] }), item('/name', 'Mai Anh')] }),
      own,
    );
    const nonces = createMemoryNonces(() => NOW);
    let state = 20261122;
    const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    let refused = 0;
    const runs = Number(process.env.ONCEFORM_MUTATIONS ?? 1000);
    for (let i = 0; i < runs; i++) {
      await open(mutateSeal(jws, random), { nonces }).then(
        () => undefined,
        (error: { code?: string }) => {
          if (error.code?.startsWith('ERR_SEAL_')) refused++;
        },
      );
    }
    expect(refused).toBe(runs);
    expect((await open(jws, { nonces })).verified).toBe(true);
  });
});

async function privateJwk(kid: string): Promise<Parameters<typeof createSigner>[0]> {
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return { ...(await crypto.subtle.exportKey('jwk', privateKey)), kid } as Parameters<typeof createSigner>[0];
}
