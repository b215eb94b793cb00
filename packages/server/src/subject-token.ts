// Who is asking, where another portal signed them in: a short-lived JWT of that portal, checked with its published keys.

import type { MiddlewareHandler } from 'hono';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import type { FormContext, JsonObject } from '@onceform/core';
import { refuse } from './problem.ts';
import type { Person, PortalEnv } from './session.ts';

export interface SubjectTokenOptions {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** `aud` of its tokens: this gateway. */
  readonly audience: string;
  /** Where its keys are published, or the keys themselves. Plain http is taken for localhost only. */
  readonly jwks: URL | JSONWebKeySet;
  /** Seconds between `iat` and now that a token may be used; 300 when absent. */
  readonly maxAge?: number;
  /**
   * Reads the person; `id` is `sub`. By default: `person_key` (what registers know them by), `name`, and
   * `identity_level`, 0 where it is none of 0 to 3.
   */
  readonly personOf?: (claims: JsonObject) => Omit<Person, 'id' | 'claims' | 'roles'>;
}

/** Asymmetric only: whoever can check a token must not be able to make one. */
const ALGORITHMS = ['EdDSA', 'ES256', 'PS256'];
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Reads `Authorization: Bearer …` into the session. Cookies are not looked at, so there is nothing to forge across sites.
 *
 * @throws {OnceFormError} ERR_UNAUTHENTICATED for a token that does not hold, and for an unsafe request without one.
 */
export function subjectToken(options: SubjectTokenOptions, clock: () => Date): MiddlewareHandler<PortalEnv> {
  const { issuer, audience, jwks, maxAge = 300, personOf = defaultPerson } = options;
  const keys = jwks instanceof URL ? createRemoteJWKSet(secureOnly(jwks)) : createLocalJWKSet(jwks);
  return async (c, next) => {
    c.set('session', null);
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (token !== undefined) {
      let claims: JsonObject;
      try {
        const verified = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          requiredClaims: ['sub', 'iat', 'exp'],
          maxTokenAge: maxAge,
          currentDate: clock(),
        });
        claims = verified.payload as JsonObject;
      } catch (cause) {
        if (!(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout)
          throw refuse('ERR_SOURCE_UNAVAILABLE', 'The keys of the portal cannot be fetched.', { cause });
        c.header('www-authenticate', 'Bearer error="invalid_token"');
        throw refuse('ERR_UNAUTHENTICATED', 'The token does not hold.', { cause });
      }
      const id = String(claims['sub']);
      const person: Person = { ...personOf(claims), id, claims, roles: ['citizen'] };
      c.set('session', { owner: id, csrf: '', person, expires: null });
    } else if (!SAFE.has(c.req.method)) {
      c.header('www-authenticate', 'Bearer');
      throw refuse('ERR_UNAUTHENTICATED', 'This needs a token of the portal.');
    }
    await next();
  };
}

function defaultPerson(claims: JsonObject): Omit<Person, 'id' | 'claims' | 'roles'> {
  const level = claims['identity_level'];
  return {
    key: typeof claims['person_key'] === 'string' ? claims['person_key'] : '',
    name: typeof claims['name'] === 'string' ? claims['name'] : '',
    identityLevel: [0, 1, 2, 3].includes(level as number) ? (level as FormContext['identityLevel']) : 0,
  };
}

function secureOnly(url: URL): URL {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw new TypeError('Keys are fetched over https, so that nobody on the way can put in their own.');
  return url;
}
