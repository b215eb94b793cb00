// Reading a seal without judging it: canonical encoding and a closed shape. No cryptography, so browsers load it alone.

import {
  canonicalJson,
  isJsonObject,
  OnceFormError,
  type Json,
  type OpenedSeal,
  type SealPayload,
} from '@onceform/core';

/**
 * Reads the payload of a seal and says `verified: false`. What a browser shows from it counts for nothing at intake.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when it is not three canonical base64url parts, its payload is not
 *   byte for byte RFC 8785, or a member is missing, unknown or of the wrong type.
 */
export function readSeal(jws: string): OpenedSeal {
  const parts = jws.split('.');
  if (parts.length !== 3) throw broken('A seal has three parts.');
  const [, payload] = parts.map(part => decodeCanonical(part));
  let text: string, value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    value = JSON.parse(text);
  } catch (cause) {
    throw broken('The payload of the seal is not JSON.', cause);
  }
  assertSealPayload(value);
  if (!isCanonicalText(text, value as unknown as Json)) throw broken('The payload of the seal is not canonical.');
  return { jws, payload: value, verified: false };
}

/**
 * Tells whether a text is the RFC 8785 text of its value. The usual case needs no second serialisation: `stringify`
 * differs from RFC 8785 only in the order of members (whole numbers first) and in half surrogates (`\\ud…`).
 */
function isCanonicalText(text: string, value: Json): boolean {
  const plain =
    !text.includes('\\ud') && text.normalize('NFC') === text && inOrder(value) && JSON.stringify(value) === text;
  return plain || canonicalJson(value) === text;
}

function inOrder(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(inOrder);
  const names = Object.keys(value);
  return names.every(
    (name, i) => (i === 0 || names[i - 1]! < name) && inOrder((value as { readonly [name: string]: Json })[name]!),
  );
}

const URL_LETTER: { readonly [letter: string]: string } = { '+': '-', '/': '_', '=': '' };

/** Decodes base64url and refuses every spelling but the canonical one: no padding, no stray bits, no white space. */
function decodeCanonical(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw broken('A part of the seal is not base64url.');
  let binary: string;
  try {
    binary = atob(text.replace(/[-_]/g, char => (char === '-' ? '+' : '/')));
  } catch (cause) {
    throw broken('A part of the seal is not base64url.', cause);
  }
  if (btoa(binary).replace(/[+/=]/g, char => URL_LETTER[char]!) !== text) {
    throw broken('A part of the seal is not written canonically.');
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
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
const closed =
  (members: { readonly [name: string]: Check }): Check =>
  value =>
    isJsonObject(value)
    && Object.keys(value).every(name => Object.hasOwn(members, name))
    && Object.entries(members).every(([name, check]) =>
      Object.hasOwn(value, name) ? check(value[name]) : optional.has(check),
    );

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
