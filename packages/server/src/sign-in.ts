// Sign-in by OpenID Connect: authorisation code with PKCE, state and nonce. The portal never sees a password.

import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as client from 'openid-client';
import type { Json, JsonObject } from '@onceform/core';
import { pairwiseId } from './keys.ts';
import { refuse } from './problem.ts';
import { secretBox } from './secret-box.ts';
import type { Person, PortalEnv, Sessions } from './session.ts';

export interface SignInOptions {
  /** `https://id.example.gov`; plain http is taken for localhost only. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  /** Further parameters of the authorisation request. */
  readonly parameters?: { readonly [name: string]: string };
  /** Reads the identity provider's claims: whose they are is settled already. */
  readonly personOf: (claims: JsonObject) => Omit<Person, 'id' | 'claims' | 'accessToken'>;
}

export interface SignIn {
  /**
   * Sends the browser to the identity provider; `?return=` says where to go on afterwards, `&ui_locales=` what the page of
   * the citizen speaks (OpenID Connect Core 3.1.2.1).
   */
  start(c: Context<PortalEnv>): Promise<Response>;
  /** The identity provider sends the browser back here. */
  finish(c: Context<PortalEnv>): Promise<Response>;
  /** Where a browser signs out at the identity provider too; null where it has no such address, or does not answer. */
  leave(person: Person | null): Promise<string | null>;
}

interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly goOn: string;
  readonly until: number;
}

/** Milliseconds a citizen has to sign in. */
const PATIENCE = 10 * 60_000;

/** Some language tags, the preferred first. */
const LANGUAGES = /^[A-Za-z0-9-]{2,35}(?: [A-Za-z0-9-]{2,35}){0,4}$/;

/**
 * @param origin where browsers reach the portal: the redirect address is built from it, never from a Host header.
 */
export function createSignIn(
  options: SignInOptions,
  portal: {
    readonly origin: string;
    readonly secret: Uint8Array;
    readonly sessions: Sessions;
    readonly clock: () => Date;
  },
): SignIn {
  const { origin, secret, sessions, clock } = portal;
  const secure = origin.startsWith('https:');
  const redirect = `${origin}/auth/callback`;
  const box = secretBox(secret, 'sign-in');
  let discovered: Promise<client.Configuration> | null = null;

  const configuration = async (): Promise<client.Configuration> => {
    discovered ??= client.discovery(options.issuer, options.clientId, options.clientSecret, undefined, {
      timeout: 10,
      execute: isLocal(options.issuer) ? [client.allowInsecureRequests] : [],
    });
    try {
      return await discovered;
    } catch (cause) {
      discovered = null;
      throw refuse('ERR_SOURCE_UNAVAILABLE', 'The identity provider does not answer.', { cause });
    }
  };
  /** One cookie per attempt, so that two tabs may sign in at the same time. */
  const cookieOf = (state: string): string => `${secure ? '__Host-' : ''}onceform-sign-in-${state.slice(0, 12)}`;

  return {
    async start(c) {
      const config = await configuration();
      const attempt: Attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        goOn: localPath(c.req.query('return')),
        until: clock().getTime() + PATIENCE,
      };
      const sealed = Buffer.from(box.seal(attempt.state, attempt as unknown as Json)).toString('base64url');
      setCookie(c, cookieOf(attempt.state), sealed, {
        path: '/',
        httpOnly: true,
        sameSite: 'Lax',
        secure,
        maxAge: PATIENCE / 1000,
      });
      const locales = c.req.query('ui_locales') ?? '';
      return c.redirect(
        client.buildAuthorizationUrl(config, {
          ...options.parameters,
          ...(LANGUAGES.test(locales) ? { ui_locales: locales } : {}),
          redirect_uri: redirect,
          scope: options.scope ?? 'openid profile',
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: 'S256',
        }).href,
      );
    },
    async finish(c) {
      const state = c.req.query('state') ?? '';
      const cookie = cookieOf(state);
      const sealed = getCookie(c, cookie);
      deleteCookie(c, cookie, { path: '/', secure });
      if (sealed === undefined)
        throw refuse('ERR_REQUEST_INVALID', 'This sign-in was not begun in this browser, or took too long.');
      const attempt = openAttempt(sealed, state);
      if (attempt.until < clock().getTime()) throw refuse('ERR_REQUEST_INVALID', 'This sign-in took too long.');
      // The citizen pressed "cancel" there: back to where they came from, not signed in.
      if (c.req.query('error') === 'access_denied') return c.redirect(attempt.goOn, 303);
      let tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>;
      try {
        tokens = await client.authorizationCodeGrant(
          await configuration(),
          new URL(`${redirect}?${new URL(c.req.url).searchParams}`),
          {
            expectedState: attempt.state,
            expectedNonce: attempt.nonce,
            pkceCodeVerifier: attempt.verifier,
            idTokenExpected: true,
          },
        );
      } catch (cause) {
        throw isAway(cause)
          ? refuse('ERR_SOURCE_UNAVAILABLE', 'The identity provider does not answer.', { cause })
          : refuse('ERR_UNAUTHENTICATED', 'The identity provider did not confirm the sign-in.', { cause });
      }
      const claims = tokens.claims()! as unknown as JsonObject;
      const issuer = String(claims['iss']),
        subject = String(claims['sub']);
      await sessions.begin(c, {
        ...options.personOf(claims),
        id: pairwiseId(secret, issuer, subject),
        claims,
        accessToken: tokens.access_token,
        ...(tokens.id_token === undefined ? {} : { idToken: tokens.id_token }),
      });
      return c.redirect(attempt.goOn, 303);
    },
    async leave(person) {
      if (person?.idToken === undefined) return null;
      try {
        const config = await configuration();
        if (config.serverMetadata().end_session_endpoint === undefined) return null;
        return client.buildEndSessionUrl(config, {
          id_token_hint: person.idToken,
          post_logout_redirect_uri: `${origin}/`,
        }).href;
      } catch {
        return null; // the portal's own session is over whatever the identity provider does
      }
    },
  };

  function openAttempt(sealed: string, state: string): Attempt {
    try {
      return box.open<JsonObject>(state, Buffer.from(sealed, 'base64url')) as unknown as Attempt;
    } catch (cause) {
      throw refuse('ERR_REQUEST_INVALID', 'This sign-in was not begun in this browser.', { cause });
    }
  }
}

/** Only a path of this portal: never an address that an attacker put into the link. */
export function localPath(path: string | undefined): string {
  if (path === undefined) return '/';
  const base = 'http://portal.invalid';
  const url = URL.canParse(path, base) ? new URL(path, base) : null;
  return url === null || url.origin !== base || !path.startsWith('/') ? '/' : url.pathname + url.search + url.hash;
}

/** Nobody said no: the provider could not be asked, or has a fault of its own. The citizen may try again. */
function isAway(error: unknown): boolean {
  // `fetch` throws a TypeError when nobody answers; those of openid-client have a code.
  if (error instanceof TypeError) return !('code' in error);
  if (!(error instanceof client.ClientError)) return false;
  return error.code === 'OAUTH_TIMEOUT' || (error.cause instanceof Response && error.cause.status >= 500);
}

function isLocal(url: URL): boolean {
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
