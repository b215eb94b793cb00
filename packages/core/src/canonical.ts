// Canonical JSON (RFC 8785) and SHA-256: what every digest of the project is taken over.

import { canonicalize } from 'json-canonicalize';
import { OnceFormError } from './errors.ts';
import type { Json } from './json.ts';

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
  return canonicalize(normalize(value, ''));
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
