// OAuth 2.0 client credentials (RFC 6749 §4.4) for registers behind a national exchange platform. With mutual TLS:
// hand in the `fetch` of mutual-tls-node.ts.

import { isJsonObject, OnceFormError, type Json } from '@onceform/core';

export interface ClientCredentialsOptions {
  readonly tokenUrl: string;
  /** Hosts that may be spoken to; the token URL's must be one of them. */
  readonly allowedHosts: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => Date;
}

/**
 * Makes an `authorize` for `createHttpSource`: it fetches a token when there is none in time, once however many ask.
 *
 * @throws {RangeError} when the token URL's host is not listed.
 */
export function createClientCredentials(options: ClientCredentialsOptions): (signal: AbortSignal) => Promise<string> {
  const {
    tokenUrl,
    allowedHosts,
    clientId,
    clientSecret,
    scope,
    fetch = globalThis.fetch,
    clock = () => new Date(),
  } = options;
  const { host } = new URL(tokenUrl);
  if (!allowedHosts.includes(host))
    throw new RangeError(`The host ${host} is not on the list of hosts that may be spoken to.`);
  let token: { readonly value: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(signal: AbortSignal): Promise<string> {
    const credentials = btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const response = await fetch(tokenUrl, {
      method: 'POST',
      redirect: 'error',
      signal,
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${credentials}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }).toString(),
    });
    const body = response.ok ? ((await response.json().catch(() => null)) as Json) : null;
    if (
      !isJsonObject(body)
      || typeof body.access_token !== 'string'
      || String(body.token_type).toLowerCase() !== 'bearer'
    ) {
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The exchange platform gave no access token.', {
        data: { status: response.status },
      });
    }
    // Half a minute early, so that a token does not run out on the way.
    const seconds = typeof body.expires_in === 'number' ? body.expires_in : 60;
    token = { value: `Bearer ${body.access_token}`, until: clock().getTime() + (seconds - 30) * 1000 };
    return token.value;
  }

  return async signal => {
    if (token !== undefined && clock().getTime() < token.until) return token.value;
    return (asking ??= ask(signal).finally(() => {
      asking = undefined;
    }));
  };
}
