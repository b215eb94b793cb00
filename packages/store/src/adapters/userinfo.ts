// OpenID Connect userinfo as a source: asks the identity provider anew, with the access token of the person's own sign-in,
// instead of believing what the ID token said hours ago.

import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { isJsonObject, type JsonObject } from '@onceform/core';
import type { CitizenDataSource, ItemResult, Person } from '../source.ts';
import { createClaimsSource, type ClaimsSourceOptions } from './claims.ts';

export interface UserinfoSourceOptions extends ClaimsSourceOptions {
  /** The provider's userinfo endpoint. */
  readonly url: string;
  /** The provider's hosts: nothing else is ever sent a token. */
  readonly allowedHosts: readonly string[];
  /** Public keys of the provider, for one that signs its answer; without them only plain JSON over TLS is taken. */
  readonly keys?: JSONWebKeySet;
  readonly deadline?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** Bytes: claims are small. */
const MAX_ANSWER = 256 << 10;

/**
 * Answers for the person who signed in and for nobody else. Without an access token, or when it is over, the items are
 * `denied`: signing in again helps.
 *
 * @throws {RangeError} when the endpoint is not on a listed host, or not reached over https (localhost excepted).
 */
export function createUserinfoSource(options: UserinfoSourceOptions): CitizenDataSource {
  const { url, allowedHosts, fetch = globalThis.fetch, deadline } = options;
  const { host, protocol } = new URL(url);
  if (!allowedHosts.includes(host)) throw new RangeError(`The userinfo endpoint is on ${host}, which is not listed.`);
  if (protocol !== 'https:' && !/^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host))
    throw new RangeError('A userinfo endpoint is reached over https.');
  const keys = options.keys === undefined ? null : createLocalJWKSet(options.keys);
  const read = createClaimsSource(options);

  async function claimsOf(person: Person, signal: AbortSignal): Promise<JsonObject | ItemResult['absent']> {
    const { accessToken, claims } = person;
    if (claims === undefined) return 'not-found'; // nobody who signed in
    if (accessToken === undefined || typeof claims['sub'] !== 'string') return 'denied';
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json, application/jwt' },
      redirect: 'error',
      signal,
    });
    if (response.status === 401 || response.status === 403) return 'denied';
    if (!response.ok) return 'unavailable';
    const text = await response.text();
    if (text.length > MAX_ANSWER) return 'schema-mismatch';
    const told = await parse(text, response.headers.get('content-type') ?? '').catch(() => null);
    // Whose claims they are is checked against the sign-in: a mixed-up token fills in nobody else's data.
    return told !== null && told['sub'] === claims['sub'] ? told : 'schema-mismatch';
  }

  async function parse(text: string, type: string): Promise<JsonObject | null> {
    const isSigned = type.startsWith('application/jwt');
    if (isSigned && keys === null) return null;
    const body = isSigned
      ? new TextDecoder().decode(
          (await compactVerify(text, keys!, { algorithms: ['EdDSA', 'ES256', 'RS256'] })).payload,
        )
      : text;
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? (value as JsonObject) : null;
  }

  const description = { ...read.describe(), ...(deadline === undefined ? {} : { deadline }) };
  return {
    describe: () => description,
    async *query(query, signal) {
      const claims = query.about === 'self' ? await claimsOf(query.person, signal) : 'not-found';
      if (typeof claims === 'string' || claims === undefined)
        for (const { id: item } of query.items) yield { item, statements: [], absent: claims ?? 'unavailable' };
      else yield* read.query({ ...query, person: { ...query.person, claims } }, signal);
    },
    async health() {
      // Without a token there is nothing to ask: an answer that refuses is an answer.
      return fetch(url, { redirect: 'error', signal: AbortSignal.timeout(deadline ?? 3000) }).then(
        ({ status }) => ({ healthy: status < 500 }),
        () => ({ healthy: false }),
      );
    },
  };
}
