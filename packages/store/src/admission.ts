// May this be asked at all? What stands between a request and the first source.

import { OnceFormError, type ConceptId, type PrefillRequest, type Purpose } from '@onceform/core';
import type { CitizenSession, GatewayForm } from './gateway.ts';

/** Why a request goes no further; null when it may. */
export function refusalOf(
  request: PrefillRequest,
  session: CitizenSession,
  form: GatewayForm,
  minimum: number,
): OnceFormError | null {
  if (session.identityLevel < minimum)
    return new OnceFormError('ERR_UNAUTHENTICATED', 'Sign in with a verified identity before data are fetched.');
  if (request.form.id !== form.id || request.form.digest !== form.digest)
    return new OnceFormError('ERR_SEAL_FORM', 'The request is for another form or another version of it.');
  if (request.consent?.given !== true || request.consent.purpose !== purposeOf(form).code) {
    return new OnceFormError(
      'ERR_CONSENT_REQUIRED',
      'Nothing is fetched before the citizen asked for it, for this purpose.',
    );
  }
  return null;
}

/** What the citizen is told, and what sources and logs get to know. */
export function purposeOf({ id, procedure }: GatewayForm): Purpose {
  return {
    code: procedure?.purpose?.code ?? id,
    text: procedure?.purpose?.text ?? procedure?.name ?? id,
    legalBasis: 'explicit-request',
  };
}

export function conceptsOf(request: Pick<PrefillRequest, 'items'>): ConceptId[] {
  return [...new Set(request.items.flatMap(({ members }) => members.map(({ concept }) => concept)))];
}
