// Reads the JSON files of a package: only bytes that are canonical (RFC 8785) already. That refuses, in one
// comparison, everything two JSON parsers may read differently: duplicate names, big integers, byte order marks,
// lone surrogates, text that is not NFC.

import { canonicalBytes, OnceFormError, type Json } from '@onceform/core';
import { sameBytes } from './read-package.ts';

/** Levels of nesting. */
const MAX_DEPTH = 128;

/** @throws {OnceFormError} ERR_DOSSIER_INVALID when the bytes are not the canonical text of a JSON value. */
export function parseCanonicalFile(bytes: Uint8Array, path: string): Json {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as Json;
    if (depth(value) <= MAX_DEPTH && sameBytes(canonicalBytes(value), bytes)) return value;
  } catch (cause) {
    throw new OnceFormError('ERR_DOSSIER_INVALID', `${path} is not JSON text.`, { cause, data: { path } });
  }
  throw new OnceFormError('ERR_DOSSIER_INVALID', `${path} is not canonical JSON, so parsers may read it differently.`, { data: { path } });
}

function depth(value: Json): number {
  let level: Json[] = [value];
  let levels = 0;
  while (level.length > 0 && levels <= MAX_DEPTH) {
    level = level.flatMap(item => typeof item === 'object' && item !== null ? Object.values(item) as Json[] : []);
    levels++;
  }
  return levels;
}
