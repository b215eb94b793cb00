// What a form asks of a portal. `createPortalClient` of @onceform/store/client gives it over HTTP; a test, or a host
// without our server, gives it by hand.

import type { OpenedSeal, SealPayload, SealResponse } from '@onceform/core';
import type { PortalClient } from '@onceform/store/client';

/** What a portal need not have: where it is absent, the form does without. */
type Optional =
  | 'filedDossier'
  | 'fileBundle'
  | 'filedBundle'
  | 'payment'
  | 'beginPayment'
  | 'renew'
  | 'drafts'
  | 'loadDraft'
  | 'saveDraft'
  | 'removeDraft'
  | 'upload'
  | 'composeDossier'
  | 'composeBundle'
  | 'keepable'
  | 'keepAnswers'
  | 'keptAnswers'
  | 'forgetAnswers'
  | 'heldDocuments';

export type Portal = Omit<PortalClient, 'forms' | Optional> & Partial<Pick<PortalClient, Optional>>;

/**
 * Reads a seal for showing. The signature is not looked at: the receiver does that, and a page could not stop its
 * own owner from lying to himself.
 */
export function openForShow({ seal }: SealResponse): OpenedSeal {
  const payload = seal.split('.')[1] ?? '';
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0));
  return { jws: seal, payload: JSON.parse(new TextDecoder().decode(bytes)) as SealPayload, verified: false };
}

/** `…/birth-registration` → `birth-registration` */
export function slugOf(src: string): string {
  return src
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .pop()!;
}
