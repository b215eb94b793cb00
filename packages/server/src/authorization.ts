// Who may do what: the authorisation matrix as data, and the one place that enforces it.

import type { MiddlewareHandler } from 'hono';
import { refuse } from './problem.ts';
import type { PortalEnv, Session } from './session.ts';

/** `visitor` is everybody without a sign-in; the others are given by the identity provider. */
export type Role = 'visitor' | 'citizen' | 'co-declarant' | 'officer' | 'author' | 'publisher' | 'agency';

/**
 * `yes`: any; `own`: only what belongs to the asker (the route asks `requireOwn`); `agency`: what their agency decides on,
 * or took in.
 */
export type Grant = 'no' | 'yes' | 'own' | 'agency';

const roles = [
  'visitor',
  'citizen',
  'co-declarant',
  'officer',
  'author',
  'publisher',
  'agency',
] as const satisfies readonly Role[];

/** One row per act, one column per role, in the order of `roles`. A cell that is not written does not exist. */
export const authorizationMatrix = {
  //                      visitor citizen co-decl. officer author publisher agency
  'form.read': row('yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  'code-list.read': row('yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  'source.read': row('yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  'session.act-for': row('no', 'own', 'no', 'no', 'no', 'no', 'no'),
  'desk.open': row('no', 'no', 'no', 'yes', 'no', 'no', 'no'),
  'draft.open': row('own', 'own', 'own', 'no', 'no', 'no', 'no'),
  'draft.read': row('own', 'own', 'own', 'no', 'no', 'no', 'no'),
  'draft.write': row('own', 'own', 'own', 'no', 'no', 'no', 'no'),
  'prefill.request': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'seal.request': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'part.invite': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'part.declare': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'upload.write': row('own', 'own', 'own', 'no', 'no', 'no', 'no'),
  'dossier.file': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'dossier.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'dossier.pay': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'dossier.handle': row('no', 'no', 'no', 'agency', 'no', 'no', 'no'),
  'dossier.pass-on': row('no', 'no', 'no', 'agency', 'no', 'no', 'no'),
  'dossier.follow': row('no', 'no', 'no', 'agency', 'no', 'no', 'no'),
  'dossier.rate': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'usage.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'complaint.make': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'complaint.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'complaint.answer': row('no', 'no', 'no', 'yes', 'no', 'no', 'no'),
  'dispute.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'consent.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'consent.withdraw': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'answer.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'answer.keep': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'answer.forget': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'paper.read': row('no', 'own', 'own', 'no', 'no', 'no', 'no'),
  'reuse.read': row('yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  'measure.read': row('no', 'no', 'no', 'yes', 'no', 'yes', 'yes'),
  'measure.freeze': row('no', 'no', 'no', 'no', 'no', 'yes', 'no'),
  'parameter.read': row('yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  'parameter.publish': row('no', 'no', 'no', 'no', 'no', 'yes', 'no'),
  'form.check': row('no', 'no', 'no', 'no', 'yes', 'yes', 'no'),
  'form.publish': row('no', 'no', 'no', 'no', 'no', 'yes', 'no'),
} as const satisfies Record<string, Readonly<Record<Role, Grant>>>;

export type Act = keyof typeof authorizationMatrix;

/** The best grant that any role of the session gives. */
export function grantOf(session: Session | null, act: Act): Grant {
  const order: readonly Grant[] = ['no', 'own', 'agency', 'yes'];
  const held: readonly Role[] = session?.person?.roles ?? ['visitor'];
  return held
    .map(role => authorizationMatrix[act][role])
    .reduce<Grant>((best, grant) => (order.indexOf(grant) > order.indexOf(best) ? grant : best), 'no');
}

/**
 * Refuses a request whose session may not do `act` at all.
 *
 * @throws {OnceFormError} ERR_UNAUTHENTICATED when signing in could help, ERR_FORBIDDEN when it could not.
 */
export function allow(act: Act): MiddlewareHandler<PortalEnv> {
  return async (c, next) => {
    requireGrant(c.get('session'), act);
    await next();
  };
}

export function requireGrant(session: Session | null, act: Act): Grant {
  const grant = grantOf(session, act);
  if (grant === 'no') {
    throw (session?.person ?? null) === null
      ? refuse('ERR_UNAUTHENTICATED', 'This needs a sign-in.')
      : refuse('ERR_FORBIDDEN', 'The roles of this account do not allow it.');
  }
  return grant;
}

/**
 * Refuses what belongs to somebody else with the same answer as what does not exist.
 *
 * @throws {OnceFormError} ERR_NOT_FOUND
 */
export function requireOwn(session: Session | null, owner: string | undefined): void {
  if (session === null || owner === undefined || session.owner !== owner)
    throw refuse('ERR_NOT_FOUND', 'There is nothing here, or it is not yours.');
}

function row(...grants: readonly [Grant, Grant, Grant, Grant, Grant, Grant, Grant]): Readonly<Record<Role, Grant>> {
  return Object.fromEntries(roles.map((role, i) => [role, grants[i]])) as Record<Role, Grant>;
}
