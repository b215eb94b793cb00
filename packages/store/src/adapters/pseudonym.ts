// Under which name a person stands in a table: keyed, so that the table alone names nobody and no key can be tried out.

import type { Person } from '../source.ts';

/** @throws {RangeError} when the secret has fewer than 32 bytes. */
export function pseudonyms(pepper: Uint8Array<ArrayBuffer>): (person: Pick<Person, 'key'>) => Promise<string> {
  if (pepper.length < 32) throw new RangeError('The pepper of a store of people has at least 32 bytes.');
  const hmac = crypto.subtle.importKey('raw', pepper, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return async ({ key }) => {
    const digest = await crypto.subtle.sign('HMAC', await hmac, new TextEncoder().encode(key));
    return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
  };
}
