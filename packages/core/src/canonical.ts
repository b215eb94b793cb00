// Canonical JSON (RFC 8785) and SHA-256: what every digest of the project is taken over.

import { canonicalize } from 'json-canonicalize';
import { OnceFormError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';

/** A lower-case hexadecimal SHA-256 digest, 64 characters. */
export type Sha256 = string;

/**
 * Writes a JSON value as RFC 8785 text. Strings are put into NFC first, member names too.
 *
 * @throws {OnceFormError} ERR_CANONICAL when a string holds a lone surrogate, a number is not finite,
 *   or two member names are equal after NFC.
 * @see RFC 8785
 */
export function canonicalJson(value: Json): string {
  return plainText(value) ?? canonicalize(normalize(value, ''));
}

/**
 * What JSON's own writer makes of a value where that is its RFC 8785 text: it differs in the order of members alone, as
 * long as strings are whole text in NFC and numbers are finite. Undefined: the long way has to be gone.
 */
function plainText(value: Json): string | undefined {
  const ordered = inOrder(value);
  if (ordered === undefined) return undefined;
  const text = JSON.stringify(ordered);
  // Half a surrogate pair is written as an escape, `\\ud800`. A text in NFC has no part that is not.
  return text.includes('\\ud') || text.normalize('NFC') !== text ? undefined : text;
}

/** The value with the members of its objects in the order of RFC 8785; itself where they are. Undefined: no plain JSON. */
function inOrder(value: Json): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? itemsInOrder(value) : membersInOrder(value as JsonObject);
    default:
      return undefined;
  }
}

function itemsInOrder(items: readonly Json[]): Json | undefined {
  let copy: Json[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = inOrder(items[i]!);
    if (item === undefined) return undefined;
    if (item !== items[i]) copy ??= items.slice();
    if (copy !== undefined) copy[i] = item;
  }
  return copy ?? items;
}

function membersInOrder(object: JsonObject): Json | undefined {
  const names = Object.keys(object);
  let sorted = true;
  for (let i = 1; i < names.length && sorted; i++) sorted = names[i - 1]! < names[i]!;
  if (!sorted) names.sort();
  let copy: Record<string, Json> | undefined = sorted ? undefined : {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!,
      was = object[name]!;
    const item = inOrder(was);
    // A copy puts names that are whole numbers first, whatever the order in which it gets them.
    if (item === undefined || name === '__proto__' || (!sorted && name >= '0' && name < ':')) return undefined;
    if (copy !== undefined) copy[name] = item;
    else if (item !== was) {
      copy = { ...object };
      copy[name] = item;
    }
  }
  return copy ?? object;
}

/** The RFC 8785 text as UTF-8 bytes. */
export function canonicalBytes(value: Json): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(value));
}

/** SHA-256 of bytes or of a string's UTF-8. Uses WebCrypto, so a page must be served securely (HTTPS or localhost). */
export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<Sha256> {
  if (nodeCrypto !== null && data.length <= FEW) return nodeCrypto.createHash('sha256').update(data).digest('hex');
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Length up to which handing the work to WebCrypto's threads costs more than hashing here: 1 ms. */
const FEW = 1 << 20;

/** Node's own hash, found without importing a Node module; null in browsers and older runtimes. */
const nodeCrypto =
  (
    globalThis as {
      process?: { getBuiltinModule?: (name: 'node:crypto') => NodeCrypto };
    }
  ).process?.getBuiltinModule?.('node:crypto') ?? null;

interface NodeCrypto {
  createHash(name: 'sha256'): {
    update(data: Uint8Array | string): { digest(encoding: 'hex'): string };
  };
}

/** SHA-256 of the canonical text of a JSON value. */
export function digestJson(value: Json): Promise<Sha256> {
  return sha256(canonicalBytes(value));
}

/** Puts every string and member name of a JSON value into NFC; a value already in NFC is copied unchanged. */
export function toNfc<T extends Json>(value: T): T {
  return normalize(value, '') as T;
}

function normalize(value: Json, at: string): Json {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed())
        throw new OnceFormError('ERR_CANONICAL', `A string holds half of a surrogate pair, so it is not text.`, {
          pointer: at,
        });
      return value.normalize('NFC');
    case 'number':
      if (!Number.isFinite(value))
        throw new OnceFormError('ERR_CANONICAL', `${value} is not a JSON number.`, { pointer: at });
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item: Json, i) => normalize(item, `${at}/${i}`));
      const out: Record<string, Json> = Object.create(null);
      for (const [key, item] of Object.entries(value)) {
        const name = normalize(key, at) as string;
        if (Object.hasOwn(out, name))
          throw new OnceFormError('ERR_CANONICAL', `Two members have the same name after Unicode normalisation.`, {
            pointer: at,
          });
        out[name] = normalize(item, `${at}/${key}`);
      }
      return out;
    }
    default:
      return value;
  }
}
