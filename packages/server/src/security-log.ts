// Security events: who signed in and out, what was refused and why. For a log of their own, kept where the portal itself
// cannot change it. A person is their pairwise id; no name, no answer, no token, no address.

import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { OnceFormErrorCode, Problem } from '@onceform/core';
import type { PortalEnv } from './session.ts';

export interface SecurityEvent {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly event: 'signed-in' | 'sign-in-failed' | 'signed-out' | 'refused' | 'fault';
  /** The pairwise id; null where nobody was signed in. */
  readonly person: string | null;
  readonly identityLevel: number | null;
  readonly method: string;
  /** The pattern of the route. */
  readonly route: string;
  /** Why, where something was refused. */
  readonly code?: Problem['code'];
}

export type SecurityLog = (event: SecurityEvent) => void;

/** Refusals that say that somebody tried what they may not, or what no page of ours does. */
const TELLING: ReadonlySet<string> = new Set<OnceFormErrorCode>([
  'ERR_UNAUTHENTICATED',
  'ERR_FORBIDDEN',
  'ERR_CSRF',
  'ERR_OVER_ASK',
  'ERR_CONSENT_REQUIRED',
  'ERR_SUBJECT_DENIED',
  'ERR_IDENTITY_LEVEL',
  'ERR_RATE_LIMITED',
  'ERR_REQUEST_INVALID',
  'ERR_CONFLICT',
  'ERR_DOSSIER_INVALID',
  'ERR_PACKAGE_INVALID',
  'ERR_SEAL_INVALID',
  'ERR_SEAL_KEY_UNKNOWN',
  'ERR_SEAL_SUBJECT',
  'ERR_SEAL_VOID',
  'ERR_UPLOAD_TYPE',
]);

export function securityEvent(
  c: Context<PortalEnv>,
  clock: () => Date,
  event: SecurityEvent['event'],
  code?: Problem['code'],
): SecurityEvent {
  const person = c.get('session')?.person ?? null;
  return {
    time: clock().toISOString(),
    event,
    person: person?.id ?? null,
    identityLevel: person?.identityLevel ?? null,
    method: c.req.method,
    route: routePath(c, -1),
    ...(code === undefined ? {} : { code }),
  };
}

/** The event of a refusal; null for those that happen to anybody, such as a mistyped address. */
export function refusalEvent(c: Context<PortalEnv>, clock: () => Date, code: Problem['code']): SecurityEvent | null {
  if (code === 'ERR_INTERNAL') return securityEvent(c, clock, 'fault', code);
  return TELLING.has(code) ? securityEvent(c, clock, 'refused', code) : null;
}
