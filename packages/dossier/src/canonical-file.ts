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
    if (isShallow(value, MAX_DEPTH) && sameBytes(canonicalBytes(value), bytes)) return value;
  } catch (cause) {
    throw new OnceFormError('ERR_DOSSIER_INVALID', `${path} is not JSON text.`, { cause, data: { path } });
  }
  throw new OnceFormError('ERR_DOSSIER_INVALID', `${path} is not canonical JSON, so parsers may read it differently.`, {
    data: { path },
  });
}

function isShallow(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every(item => isShallow(item as Json, levels - 1));
}
