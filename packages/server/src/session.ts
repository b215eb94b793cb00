// Who is asking: the session cookie, the CSRF token bound to it, and the signed-in person behind it.

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { FormContext, Json, JsonObject, Mandate, SessionInfo } from '@onceform/core';
import type { Role } from './authorization.ts';
import type { Database } from './database.ts';
import type { Desk } from './desk.ts';
import { deriveKey } from './keys.ts';
import { gather } from './gather.ts';
import { refuse } from './problem.ts';
import { secretBox } from './secret-box.ts';

/** A signed-in person. `id` is pairwise; `claims` are what the identity provider said, kept encrypted. */
export interface Person {
  readonly id: string;
  /** What registers find the person by; never leaves the server. */
  readonly key: string;
  readonly name: string;
  readonly identityLevel: FormContext['identityLevel'];
  readonly roles: readonly Role[];
  /** For whom they may act, as the identity provider says. */
  readonly mandates?: readonly Mandate[];
  readonly actingFor?: Mandate;
  /** For signing out at the identity provider too; never leaves the server. */
  readonly idToken?: string;
  /** The agency an officer works for. */
  readonly agency?: string;
  readonly claims: JsonObject;
  /** Of the sign-in, for the identity provider's own userinfo; kept encrypted like the rest. */
  readonly accessToken?: string;
}

export interface Session {
  /** Whose drafts are seen: the person's id, or an id of this anonymous browser. */
  readonly owner: string;
  readonly csrf: string;
  readonly person: Person | null;
  /** When the sign-in ends unless it is renewed; null where nobody is signed in. */
  readonly expires: Date | null;
}

/** What is kept of a session. */
export interface SessionRow {
  readonly sealed: Uint8Array;
  readonly expires: Date;
}

/** A session's cookie that nobody has looked up yet. */
export interface Claim {
  /** What the session's row is found by. */
  readonly id: string;
  readonly csrf: string;
}

/**
 * `desk` is absent where nobody loads it, as in a gateway that runs alone. With a `claim` the session is null until
 * somebody admits it.
 */
export type PortalEnv = { Variables: { session: Session | null; claim?: Claim | null; desk?: Desk | null } };

export interface Sessions {
  /** Reads the cookie into `c.var.session`; null where there is none or it is too old. */
  readonly load: MiddlewareHandler<PortalEnv>;
  /** Reads the cookie into `c.var.claim`, for a route that asks for the session's row together with others. */
  readonly claim: MiddlewareHandler<PortalEnv>;
  /** Puts the session in place of the claim; `row` is what stands under its id, null where nothing does. */
  admit(c: Context<PortalEnv>, row: SessionRow | null): void;
  /** Looks up what was claimed. */
  look(c: Context<PortalEnv>): Promise<void>;
  /** Refuses every unsafe request that does not repeat the session's CSRF token in `X-OnceForm-CSRF`. */
  readonly guard: MiddlewareHandler<PortalEnv>;
  /** The session of this browser; begins an anonymous one when there is none. */
  ensure(c: Context<PortalEnv>): Session;
  /** Begins a signed-in session under a new token. */
  begin(c: Context<PortalEnv>, person: Person): Promise<void>;
  /** Moves the end of a sign-in further away: the citizen is still here. Never beyond the longest time since sign-in. */
  renew(c: Context<PortalEnv>): Promise<void>;
  /**
   * From now on the person acts for an organisation, or for themselves again (null).
   *
   * @throws {OnceFormError} ERR_FORBIDDEN without a mandate that holds today.
   */
  actFor(c: Context<PortalEnv>, organisation: string | null): Promise<void>;
  end(c: Context<PortalEnv>): Promise<void>;
  /** Deletes what is too old; returns how many. */
  purge(): Promise<number>;
}

export interface SessionOptions {
  readonly db: Database;
  readonly secret: Uint8Array;
  /** The portal is reached over https: the cookie gets `Secure` and the `__Host-` prefix. */
  readonly secure: boolean;
  readonly clock: () => Date;
  /** Milliseconds a session lives; eight hours when absent. */
  readonly lifetime?: number;
  /** Milliseconds after sign-in that a session ends however often it is renewed; a day when absent. */
  readonly longest?: number;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export function createSessions(options: SessionOptions): Sessions {
  const { db, clock, secure } = options;
  const lifetime = options.lifetime ?? 8 * 3_600_000;
  const longest = options.longest ?? 24 * 3_600_000;
  const cookie = secure ? '__Host-onceform' : 'onceform';
  const box = secretBox(options.secret, 'session');
  const csrfKey = deriveKey(options.secret, 'csrf');
  const csrfOf = (token: string): string => createHmac('sha256', csrfKey).update(token).digest('base64url');
  const anonymous = (id: string, csrf: string): Session => ({
    owner: `anonymous:${Buffer.from(id, 'hex').toString('base64url')}`,
    csrf,
    person: null,
    expires: null,
  });

  const find = gather<string, SessionRow | null>(async ids => {
    const rows = await db.query<SessionRow & { readonly id: string }>(
      `SELECT given.id, sealed, expires FROM jsonb_array_elements_text($1::jsonb) AS given (id)
       CROSS JOIN LATERAL (SELECT sealed, expires FROM session WHERE session.id = decode(given.id, 'hex') OFFSET 0) AS found
       WHERE expires > $2`,
      [JSON.stringify(ids), clock()],
    );
    const found = new Map(rows.map(row => [row.id, row]));
    return ids.map(id => found.get(id) ?? null);
  });

  const give = (c: Context<PortalEnv>, token: string): void => {
    setCookie(c, cookie, token, { path: '/', httpOnly: true, sameSite: 'Lax', secure });
  };

  const claimOf = (c: Context<PortalEnv>): Claim | null => {
    const token = getCookie(c, cookie);
    return token === undefined || !TOKEN.test(token) ? null : { id: idOf(token).toString('hex'), csrf: csrfOf(token) };
  };
  const admit = (c: Context<PortalEnv>, { id, csrf }: Claim, row: SessionRow | null): void => {
    c.set('claim', null);
    c.set(
      'session',
      row === null ? anonymous(id, csrf) : signedIn(box.open<JsonObject>(id, row.sealed), csrf, row.expires),
    );
  };

  return {
    async load(c, next) {
      const claim = claimOf(c);
      c.set('session', null);
      if (claim !== null) admit(c, claim, await find(claim.id));
      await next();
    },
    async claim(c, next) {
      c.set('session', null);
      c.set('claim', claimOf(c));
      await next();
    },
    admit(c, row) {
      const claim = c.get('claim') ?? null;
      if (claim !== null) admit(c, claim, row);
    },
    async look(c) {
      const claim = c.get('claim') ?? null;
      if (claim !== null) admit(c, claim, await find(claim.id));
    },
    async guard(c, next) {
      if (!SAFE.has(c.req.method)) {
        const known = c.get('session') ?? c.get('claim') ?? null;
        const given = Buffer.from(c.req.header('x-onceform-csrf') ?? '');
        const expected = Buffer.from(known?.csrf ?? '');
        if (known === null || given.length !== expected.length || !timingSafeEqual(given, expected)) {
          throw refuse('ERR_CSRF', 'The header X-OnceForm-CSRF does not repeat the token of GET /api/session.');
        }
      }
      await next();
    },
    ensure(c) {
      const session = c.get('session');
      if (session !== null) return session;
      const token = randomBytes(32).toString('base64url');
      give(c, token);
      const begun = anonymous(idOf(token).toString('hex'), csrfOf(token));
      c.set('session', begun);
      return begun;
    },
    async begin(c, person) {
      const token = randomBytes(32).toString('base64url');
      const id = idOf(token);
      const expires = new Date(clock().getTime() + lifetime);
      await db.query('INSERT INTO session (id, person, sealed, created, expires) VALUES ($1, $2, $3, $4, $5)', [
        id,
        person.id,
        box.seal(id.toString('hex'), person as unknown as Json),
        clock(),
        expires,
      ]);
      give(c, token);
      c.set('session', signedIn(person as unknown as JsonObject, csrfOf(token), expires));
    },
    async renew(c) {
      const token = getCookie(c, cookie);
      const session = c.get('session');
      if (token === undefined || session === null || session.person === null) return;
      const now = clock().getTime();
      const [row] = await db.query<{ expires: Date }>(
        `UPDATE session SET expires = GREATEST(expires, LEAST($2, created + $3 * interval '1 millisecond'))
         WHERE id = $1 AND expires > $4 RETURNING expires`,
        [idOf(token), new Date(now + lifetime), longest, new Date(now)],
      );
      if (row !== undefined) c.set('session', { ...session, expires: row.expires });
    },
    async actFor(c, organisation) {
      const token = getCookie(c, cookie);
      const session = c.get('session');
      const person = session?.person ?? null;
      if (token === undefined || session === null || person === null)
        throw refuse('ERR_UNAUTHENTICATED', 'Nobody is signed in.');
      const mandate =
        organisation === null
          ? undefined
          : person.mandates?.find(one => one.organisation.id === organisation && holds(one, clock()));
      if (organisation !== null && mandate === undefined)
        throw refuse('ERR_FORBIDDEN', 'This account has no mandate for that organisation today.');
      const { actingFor: _before, ...rest } = person;
      const now: Person = mandate === undefined ? rest : { ...rest, actingFor: mandate };
      const id = idOf(token);
      await db.query('UPDATE session SET sealed = $2 WHERE id = $1', [
        id,
        box.seal(id.toString('hex'), now as unknown as Json),
      ]);
      c.set('session', { ...session, person: now });
    },
    async end(c) {
      const token = getCookie(c, cookie);
      if (token !== undefined && TOKEN.test(token)) await db.query('DELETE FROM session WHERE id = $1', [idOf(token)]);
      deleteCookie(c, cookie, { path: '/', secure });
      c.set('session', null);
    },
    async purge() {
      return (await db.query('DELETE FROM session WHERE expires <= $1 RETURNING 1', [clock()])).length;
    },
  };
}

/** What a page may know of its session. */
export function sessionInfo(session: Session): SessionInfo {
  const { person, expires } = session;
  return {
    csrf: session.csrf,
    person: person === null ? null : personInfo(person),
    ...(expires === null ? {} : { expires: expires.toISOString() }),
    signInPath: '/auth/sign-in',
    signOutPath: '/auth/sign-out',
  };
}

function personInfo({ id, name, identityLevel, mandates, actingFor }: Person): NonNullable<SessionInfo['person']> {
  return {
    id,
    name,
    identityLevel,
    ...(mandates === undefined || mandates.length === 0 ? {} : { mandates }),
    ...(actingFor === undefined ? {} : { actingFor }),
  };
}

/** A mandate that has not ended. The day counts where the server is; a mandate ends at midnight, not by the second. */
export function holds({ until }: Mandate, now: Date): boolean {
  return until === undefined || until >= now.toISOString().slice(0, 10);
}

function signedIn(stored: JsonObject, csrf: string, expires: Date): Session {
  const person = stored as unknown as Person;
  return { owner: person.id, csrf, person, expires };
}

function idOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The person as sources know them. */
export function knownAs({ key, claims, accessToken }: Person): {
  readonly key: string;
  readonly claims: JsonObject;
  readonly accessToken?: string;
} {
  return { key, claims, ...(accessToken === undefined ? {} : { accessToken }) };
}
