// Reading a seal without judging it: canonical encoding and a closed shape. No cryptography, so browsers load it alone.

import {
  canonicalJson,
  isJsonObject,
  OnceFormError,
  type Json,
  type OpenedSeal,
  type SealPayload,
} from '@onceform/core';
import { decodeBase64url } from './base64url.ts';

/**
 * Reads the payload of a seal and says `verified: false`. What a browser shows from it counts for nothing at intake.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when it is not three canonical base64url parts, its payload is not
 *   byte for byte RFC 8785, or a member is missing, unknown or of the wrong type.
 */
export function readSeal(jws: string): OpenedSeal {
  const parts = jws.split('.').map(decodeBase64url);
  if (parts.length !== 3) throw broken('A seal has three parts.');
  if (parts.includes(undefined)) throw broken('A part of the seal is not canonical base64url.');
  let text: string, value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(parts[1]);
    value = JSON.parse(text);
  } catch (cause) {
    throw broken('The payload of the seal is not JSON.', cause);
  }
  assertSealPayload(value);
  if (canonicalJson(value as unknown as Json) !== text) throw broken('The payload of the seal is not canonical.');
  return { jws, payload: value, verified: false };
}

type Check = (value: unknown) => boolean;
const text: Check = value => typeof value === 'string';
const whole: Check = value => Number.isSafeInteger(value);
const any: Check = () => true;
const optional = new WeakSet<Check>();
const maybe = (check: Check): Check => {
  const own: Check = value => check(value);
  optional.add(own);
  return own;
};
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  value =>
    allowed.includes(value);
/** An object with the required members, perhaps the optional ones, and no other. */
const closed = (members: { readonly [name: string]: Check }): Check => {
  const checks = new Map(Object.entries(members));
  const required = [...checks.values()].filter(check => !optional.has(check)).length;
  return value => {
    if (!isJsonObject(value)) return false;
    let missing = required;
    for (const name of Object.keys(value)) {
      const check = checks.get(name);
      if (check === undefined || !check(value[name])) return false;
      if (!optional.has(check)) missing -= 1;
    }
    return missing === 0;
  };
};

const localized: Check = value => text(value) || (isJsonObject(value) && Object.values(value).every(text));
const pointer: Check = value => typeof value === 'string' && (value === '' || value.startsWith('/'));
const digest: Check = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const ITEM = closed({
  pointer,
  concept: text,
  record: pointer,
  recordRef: text,
  source: closed({ id: text, name: localized, kind: text }),
  verification: closed({
    status: oneOf('verified', 'unverified', 'disputed', 'under-investigation'),
    assuranceLevel: oneOf('low', 'substantial', 'high'),
    time: maybe(text),
  }),
  lastUpdated: value => value === null || text(value),
  retrievedAt: text,
  validUntil: maybe(text),
  edit: oneOf('locked', 'correctable', 'free'),
  by: maybe(text),
  chosen: closed({ rule: text, of: whole }),
  value: maybe(any),
  salt: maybe(text),
  digest: maybe(digest),
});

const PART = closed({
  role: text,
  sub: text,
  pointers: value => Array.isArray(value) && value.length > 0 && value.every(at => pointer(at) && at !== ''),
  digest,
  confirmed: text,
});

const PAYLOAD = closed({
  format: oneOf('https://onceform.dev/seal/1'),
  iss: text,
  aud: text,
  sub: text,
  draft: text,
  nonce: text,
  iat: whole,
  exp: whole,
  form: closed({ id: text, version: text, digest }),
  purpose: text,
  context: closed({
    today: value => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
    identityLevel: oneOf(0, 1, 2, 3),
    channel: oneOf('online', 'in-person', 'remote', 'post'),
    agency: maybe(text),
    receivingAgency: maybe(text),
    assistedBy: maybe(text),
    onBehalfOf: maybe(closed({ id: text, name: text })),
    retrieved: value =>
      isJsonObject(value)
      && Object.entries(value).every(
        ([at, state]) => pointer(at) && oneOf('provided', 'not-provided', 'unavailable')(state),
      ),
  }),
  items: value =>
    Array.isArray(value)
    && value.every(
      (item: Record<string, unknown>, i) =>
        ITEM(item)
        && 'value' in item !== 'digest' in item
        && 'salt' in item === 'digest' in item
        && (i === 0 || (value[i - 1] as { pointer: string }).pointer < (item.pointer as string)),
    ),
  parts: maybe(value => Array.isArray(value) && value.length > 0 && value.every(PART)),
});

/**
 * Makes sure that a value has the closed shape of a seal's payload, with items sorted by pointer, each once.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when it has not.
 */
export function assertSealPayload(value: unknown): asserts value is SealPayload {
  if (!PAYLOAD(value)) throw broken('The payload of the seal does not have the shape of one.');
}

function broken(message: string, cause?: unknown): OnceFormError {
  return new OnceFormError('ERR_SEAL_INVALID', message, cause === undefined ? {} : { cause });
}
