// What the citizen said to the offers, as the gateway understands it.

import { OnceFormError, parentPointer, type ConceptId, type Decision, type Offer, type Pointer } from '@onceform/core';

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
 * The offer taken for each item. A disputed one stays: the official value is kept beside the citizen's. An offer of a
 * row comes out for the row that the decision says it is in now.
 *
 * @throws {OnceFormError} ERR_SEAL_INVALID when a decision names an offer that is not among `offers`, puts one where no
 *   row of its list can be, or puts two into one row.
 */
export function takenOffers(decisions: readonly Decision[], offers: readonly Offer[]): ReadonlyMap<Pointer, Offer> {
  const taken = new Map<Pointer, Offer>();
  const used = new Set<Pointer>();
  for (const decision of decisions) {
    if (decision.action !== 'use' && decision.action !== 'dispute') continue;
    const offer = offers.find(({ id, item }) => id === decision.offer && item === decision.item);
    if (offer === undefined) {
      throw new OnceFormError('ERR_SEAL_INVALID', 'The offer was never made for this draft.', {
        pointer: decision.item,
      });
    }
    const placed = inRow(offer, decision.at ?? decision.item);
    if (decision.action === 'use') {
      if (used.has(placed.item)) throw misplaced(placed.item);
      used.add(placed.item);
      taken.set(placed.item, placed);
    } else if (!taken.has(placed.item)) taken.set(placed.item, placed);
  }
  return taken;
}

/** The same record in another row of the same list. */
function inRow(offer: Offer, at: Pointer): Offer {
  const { item, values } = offer;
  if (at === item) return offer;
  const isRow = (pointer: Pointer): boolean => /\/(?:0|[1-9]\d*)$/.test(pointer);
  if (!isRow(at) || !isRow(item) || parentPointer(at) !== parentPointer(item)) throw misplaced(at);
  return {
    ...offer,
    item: at,
    values: values.map(value => ({ ...value, pointer: at + value.pointer.slice(item.length) })),
  };
}

function misplaced(pointer: Pointer): OnceFormError {
  return new OnceFormError('ERR_SEAL_INVALID', 'An offer cannot be put into this place.', { pointer });
}

export function declinedConcepts(decisions: readonly Decision[], offers: readonly Offer[]): ConceptId[] {
  const items = new Set(decisions.filter(({ action }) => action === 'decline').map(({ item }) => item));
  const declined = offers.filter(({ item }) => items.has(item));
  return [...new Set(declined.flatMap(({ values }) => values.map(({ concept }) => concept)))];
}
