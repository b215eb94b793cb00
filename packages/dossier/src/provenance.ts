// data/provenance.json and data/salts.json: where each answer came from, and a salted digest of it, so that a
// redacted copy can show that a withheld answer was there without giving it away.

import {
  canonicalJson,
  CONTEXT_POINTER,
  isJsonObject,
  valueAt,
  type Json,
  type JsonObject,
  type OriginEntry,
  type OriginMap,
  type Pointer,
  type Sha256,
} from '@onceform/core';
import { hashNow, hex } from './digest-blob.ts';

export const PROVENANCE_FORMAT = 'https://onceform.dev/provenance/1';

/** The origin of one answer as filed: the official value behind an override is in the seal, here is its digest. */
export interface ProvenanceEntry extends Omit<OriginEntry, 'official'> {
  /** SHA-256 of the salt followed by the canonical JSON of the answer. */
  readonly digest: Sha256;
  readonly officialDigest?: Sha256;
}

export interface Provenance {
  readonly format: typeof PROVENANCE_FORMAT;
  readonly answers: { readonly [pointer: Pointer]: ProvenanceEntry };
  /** The digest of `$context`, where there is one. */
  readonly context?: { readonly digest: Sha256 };
}

/** The salt of each answer, in hexadecimal, by pointer. */
export type Salts = { readonly [pointer: Pointer]: string };

/** Gives so many random bytes. */
export type RandomSource = (length: number) => Uint8Array;

export const systemRandom: RandomSource = length => crypto.getRandomValues(new Uint8Array(length));

export function makeSalts(data: JsonObject, origins: OriginMap, random: RandomSource): Salts {
  const pointers = [...Object.keys(origins), ...(Object.hasOwn(data, '$context') ? [CONTEXT_POINTER] : [])].sort();
  const bytes = random(16 * pointers.length);
  return Object.fromEntries(pointers.map((pointer, i) => [pointer, hex(bytes.subarray(16 * i, 16 * i + 16))]));
}

export function saltedDigest(salt: string, value: Json): Sha256 {
  return hashNow(salt + canonicalJson(value));
}

/** Writes the provenance of data. Pure: the verifier calls it with recomputed origins and compares. */
export function provenanceOf(data: JsonObject, origins: OriginMap, salts: Salts): Provenance {
  const answers = Object.entries(origins).map(([pointer, { official, ...entry }]): [Pointer, ProvenanceEntry] => {
    const salt = salts[pointer] ?? '';
    return [
      pointer,
      {
        ...entry,
        digest: saltedDigest(salt, valueAt(data, pointer) ?? null),
        ...(official === undefined ? {} : { officialDigest: saltedDigest(salt, official) }),
      },
    ];
  });
  const context = valueAt(data, CONTEXT_POINTER);
  return {
    format: PROVENANCE_FORMAT,
    answers: Object.fromEntries(answers),
    ...(context === undefined ? {} : { context: { digest: saltedDigest(salts[CONTEXT_POINTER] ?? '', context) } }),
  };
}

/** Tells whether a parsed file is a provenance; its entries are compared afterwards, not trusted. */
export function isProvenance(value: Json | undefined): value is Provenance & JsonObject {
  return (
    isJsonObject(value)
    && value['format'] === PROVENANCE_FORMAT
    && isJsonObject(value['answers'])
    && Object.values(value['answers']).every(
      entry => isJsonObject(entry) && typeof entry['digest'] === 'string' && typeof entry['origin'] === 'string',
    )
  );
}

const SALT = /^[0-9a-f]{32}$/;

export function isSalts(value: Json | undefined): value is Salts & JsonObject {
  return isJsonObject(value) && Object.values(value).every(salt => typeof salt === 'string' && SALT.test(salt));
}
