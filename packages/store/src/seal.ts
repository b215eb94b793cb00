// The seal: what a gateway says it offered and the citizen took, signed so that nobody can change it on the way.
// A compact JWS (RFC 7515, EdDSA) over the RFC 8785 text of a SealPayload.

import {
  canonicalBytes,
  ed25519Verifier,
  OnceFormError,
  type CompiledForm,
  type Json,
  type OpenedSeal,
  type SealPayload,
} from '@onceform/core';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { assertSealPayload, readSeal } from './seal-payload.ts';

export const SEAL_TYPE = 'onceform-seal+jwt';

/** A private Ed25519 key with its name. `publicKeys` also lists retired keys whose seals are still in time. */
export interface SealSigner {
  readonly kid: string;
  readonly key: CryptoKey;
  /** Certificate chain, base64 DER, leaf first. */
  readonly x5c?: readonly string[];
  readonly publicKeys: readonly JWK[];
}

/**
 * Makes a signer from a private Ed25519 JWK that carries a `kid`. `retired` are public keys of earlier signers.
 *
 * @throws {OnceFormError} ERR_SEAL_ALGORITHM when the key is of another kind or has no private part or `kid`.
 */
export async function createSigner(
  jwk: JWK,
  options: { retired?: readonly JWK[]; x5c?: readonly string[] } = {},
): Promise<SealSigner> {
  const { kty, crv, x, d, kid } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || d === undefined || kid === undefined) {
    throw new OnceFormError('ERR_SEAL_ALGORITHM', 'A seal is signed with a private Ed25519 key that has a kid.');
  }
  const key = (await importJWK({ kty, crv, x, d }, 'EdDSA')) as CryptoKey;
  const publicKey: JWK = { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' };
  return {
    kid,
    key,
    ...(options.x5c ? { x5c: options.x5c } : {}),
    publicKeys: [publicKey, ...(options.retired ?? [])],
  };
}

/**
 * Signs a payload. Strings are put into NFC and members in canonical order.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when the payload is not one; ERR_CANONICAL when a value is not JSON text.
 */
export async function signSeal(payload: SealPayload, signer: Pick<SealSigner, 'kid' | 'key' | 'x5c'>): Promise<string> {
  assertSealPayload(payload);
  const header = { alg: 'EdDSA', kid: signer.kid, typ: SEAL_TYPE, ...(signer.x5c ? { x5c: signer.x5c } : {}) };
  const parts = [encoder.encode(JSON.stringify(header)), canonicalBytes(payload as unknown as Json)];
  const signed = parts.map(encodeBase64url).join('.');
  const signature = await crypto.subtle.sign('Ed25519', signer.key, encoder.encode(signed));
  return `${signed}.${encodeBase64url(new Uint8Array(signature))}`;
}

const encoder = new TextEncoder();

/** What a seal must be bound to. `null` says on purpose that the caller cannot know and does not check it. */
export interface SealExpectations {
  /** A JWK Set of the gateway. */
  readonly keys: { readonly keys: readonly JWK[] };
  readonly audience: string | null;
  readonly subject: string | null;
  readonly draft: string | null;
  readonly form: Pick<CompiledForm, 'id' | 'version' | 'digest'> | null;
  /** The time of receipt. */
  readonly now: Date;
  /** Seconds by which clocks may differ. Default 300. */
  readonly skew?: number;
  /** Where used nonces are remembered. Without it a seal may be presented again. */
  readonly nonces?: NonceStore;
}

export interface NonceStore {
  /** Marks a nonce as used until `expires` (seconds since 1970); false when it was used before. Atomic. */
  use(nonce: string, expires: number): Promise<boolean>;
}

/**
 * Checks a seal against everything it is bound to. The signature is judged first, the nonce is spent last.
 *
 * @throws {OnceFormError} ERR_SEAL_ALGORITHM (not EdDSA), ERR_SEAL_KEY_UNKNOWN, ERR_SEAL_INVALID (altered, not
 *   canonical, unknown member, signed in the future), ERR_SEAL_AUDIENCE, ERR_SEAL_SUBJECT, ERR_SEAL_DRAFT,
 *   ERR_SEAL_FORM, ERR_SEAL_EXPIRED, ERR_SEAL_REPLAYED.
 */
export async function openSeal(
  jws: string,
  expected: SealExpectations,
): Promise<OpenedSeal & { readonly verified: true }> {
  const header = readHeader(jws);
  const jwk = expected.keys.keys.find(key => key.kid === header.kid && key.kty === 'OKP' && key.crv === 'Ed25519');
  if (jwk === undefined)
    throw new OnceFormError('ERR_SEAL_KEY_UNKNOWN', 'The seal is signed with a key that is not known.', {
      data: { kid: header.kid },
    });
  if (!(await isSignedBy(jwk, jws)))
    throw new OnceFormError('ERR_SEAL_INVALID', 'The signature of the seal does not hold.');
  const { payload } = readSeal(jws);

  if (expected.audience !== null && payload.aud !== expected.audience)
    throw new OnceFormError('ERR_SEAL_AUDIENCE', 'The seal was made for another portal.');
  if (expected.subject !== null && payload.sub !== expected.subject)
    throw new OnceFormError('ERR_SEAL_SUBJECT', 'The seal was made for another person.');
  if (expected.draft !== null && payload.draft !== expected.draft)
    throw new OnceFormError('ERR_SEAL_DRAFT', 'The seal was made for another draft.');
  const { form } = expected;
  if (
    form !== null
    && (payload.form.digest !== form.digest || payload.form.id !== form.id || payload.form.version !== form.version)
  ) {
    throw new OnceFormError('ERR_SEAL_FORM', 'The seal was made for another form or another version of it.');
  }
  const now = expected.now.getTime() / 1000,
    skew = expected.skew ?? 300;
  if (payload.exp + skew <= now)
    throw new OnceFormError('ERR_SEAL_EXPIRED', 'The seal is out of date: the data have to be fetched again.');
  if (payload.iat - skew > now) throw new OnceFormError('ERR_SEAL_INVALID', 'The seal was signed in the future.');
  if (expected.nonces && !(await expected.nonces.use(payload.nonce, payload.exp))) {
    throw new OnceFormError('ERR_SEAL_REPLAYED', 'The seal was used before.');
  }
  return { jws, payload, verified: true };
}

/** Remembers used nonces in memory until they would have expired anyway. */
export function createMemoryNonces(clock: () => Date = () => new Date()): NonceStore {
  const used = new Map<string, number>();
  return {
    async use(nonce, expires) {
      const now = clock().getTime() / 1000 - 3600;
      for (const [old, until] of used)
        if (until < now) used.delete(old);
        else break;
      if (used.has(nonce)) return false;
      used.set(nonce, expires);
      return true;
    },
  };
}

const HEADER_MEMBERS = new Set(['alg', 'kid', 'typ', 'x5c']);

function readHeader(jws: string): { readonly kid: string } {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64url(jws.slice(0, jws.indexOf('.')))),
    ) as Record<string, unknown>;
  } catch (cause) {
    throw new OnceFormError('ERR_SEAL_INVALID', 'The seal is not a compact JWS.', { cause });
  }
  if (typeof header !== 'object' || header === null)
    throw new OnceFormError('ERR_SEAL_INVALID', 'The seal is not a compact JWS.');
  if (header.alg !== 'EdDSA')
    throw new OnceFormError('ERR_SEAL_ALGORITHM', 'A seal is signed with EdDSA and nothing else.');
  if (
    header.typ !== SEAL_TYPE
    || typeof header.kid !== 'string'
    || Object.keys(header).some(name => !HEADER_MEMBERS.has(name))
  ) {
    throw new OnceFormError('ERR_SEAL_INVALID', 'The header of the seal is not that of a seal.');
  }
  return { kid: header.kid };
}

/** RFC 7515: signed is the text before the second dot. A header of ours can ask for nothing else. */
async function isSignedBy(jwk: JWK, jws: string): Promise<boolean> {
  const end = jws.lastIndexOf('.');
  const signature = decodeBase64url(jws.slice(end + 1));
  if (signature === undefined) return false;
  try {
    return await (
      await verifierOf(jwk)
    )(encoder.encode(jws.slice(0, end)), signature);
  } catch {
    return false; // a key that is none
  }
}

const verifiers = new WeakMap<JWK, ReturnType<typeof ed25519Verifier>>();

function verifierOf(jwk: JWK): ReturnType<typeof ed25519Verifier> {
  let verifier = verifiers.get(jwk);
  if (verifier === undefined) verifiers.set(jwk, (verifier = ed25519Verifier({ x: jwk.x ?? '' })));
  return verifier;
}
