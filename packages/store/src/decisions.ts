// What the citizen said to the offers, as the gateway understands it.

import { OnceFormError, type ConceptId, type Decision, type Offer, type Pointer } from '@onceform/core';

/** The last word on each item counts; disputes of single values stand beside it. */
export function latestDecisions(decisions: readonly Decision[]): Decision[] {
  const latest = new Map<string, Decision>();
  for (const decision of decisions) {
    const key = decision.action === 'dispute' ? `dispute ${decision.pointer}` : decision.item;
    latest.delete(key);
    latest.set(key, decision);
  }
  return [...latest.values()];
}

/**
 * The offer taken for each item. A disputed one stays: the official value is kept beside the citizen's.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when a decision names an offer that is not among `offers`.
 */
export function takenOffers(decisions: readonly Decision[], offers: readonly Offer[]): ReadonlyMap<Pointer, Offer> {
  const taken = new Map<Pointer, Offer>();
  for (const decision of decisions) {
    if (decision.action !== 'use' && decision.action !== 'dispute') continue;
    const offer = offers.find(({ id, item }) => id === decision.offer && item === decision.item);
    if (offer === undefined) {
      throw new OnceFormError('ERR_SEAL_INVALID', 'The offer was never made for this draft.', {
        pointer: decision.item,
      });
    }
    if (decision.action === 'use' || !taken.has(decision.item)) taken.set(decision.item, offer);
  }
  return taken;
}

export function declinedConcepts(decisions: readonly Decision[], offers: readonly Offer[]): ConceptId[] {
  const items = new Set(decisions.filter(({ action }) => action === 'decline').map(({ item }) => item));
  const declined = offers.filter(({ item }) => items.has(item));
  return [...new Set(declined.flatMap(({ values }) => values.map(({ concept }) => concept)))];
}
