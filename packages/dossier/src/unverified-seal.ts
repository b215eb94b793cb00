// The payload of a seal that nobody checks the signature of. Its shape is checked, because substitution walks it.

import { isJsonObject, type Json, type OpenedSeal, type SealPayload } from '@onceform/core';
import { isPointer } from './read-content.ts';

/** Null when the text is no seal. */
export function unverifiedSeal(jws: string): OpenedSeal | null {
  const part = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(jws)?.[1];
  if (part === undefined) return null;
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const payload = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, c => c.charCodeAt(0))),
    ) as Json;
    return isPayload(payload) ? { jws, payload, verified: false } : null;
  } catch {
    return null;
  }
}

function isPayload(value: Json): value is SealPayload & { [key: string]: Json } {
  if (!isJsonObject(value)) return false;
  const { form, context, items, iat, exp, parts = [] } = value;
  return (
    ['iss', 'aud', 'sub', 'nonce', 'draft'].every(key => typeof value[key] === 'string')
    && isJsonObject(form)
    && typeof form['digest'] === 'string'
    && isJsonObject(context)
    && typeof iat === 'number'
    && typeof exp === 'number'
    && Array.isArray(items)
    && items.every(isItem)
    && Array.isArray(parts)
    && parts.every(isPart)
  );
}

function isPart(value: Json): boolean {
  return (
    isJsonObject(value)
    && ['role', 'sub', 'digest', 'confirmed'].every(key => typeof value[key] === 'string')
    && Array.isArray(value['pointers'])
    && value['pointers'].length > 0
    && value['pointers'].every(isPointer)
  );
}

function isItem(value: Json): boolean {
  return (
    isJsonObject(value)
    && isPointer(value['pointer'])
    && isPointer(value['record'])
    && typeof value['concept'] === 'string'
    && typeof value['recordRef'] === 'string'
    && isJsonObject(value['source'])
    && isJsonObject(value['verification'])
    && (value['edit'] === 'locked' || value['edit'] === 'correctable' || value['edit'] === 'free')
  );
}
