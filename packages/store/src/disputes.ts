// A citizen says that an official value is wrong: the value stays, and the register that keeps it gets a ticket.

import { canonicalJson, OnceFormError, sha256, type Decision, type Json, type Offer, type SealResponse } from '@onceform/core';
import type { CitizenDataSource, Person } from './source.ts';

/**
 * Opens a ticket at the source of each disputed value. The id is a digest of the dispute, so that sealing twice does
 * not report twice.
 *
 * @throws {OnceFormError} ERR_SOURCE_UNAVAILABLE when the source takes no reports or did not take this one.
 */
export async function openTickets(
  draft: string, decisions: readonly Decision[], offers: readonly Offer[], person: Person, sources: readonly CitizenDataSource[],
): Promise<SealResponse['tickets']> {
  return Promise.all(decisions.flatMap(decision => {
    if (decision.action !== 'dispute') return [];
    const offer = offers.find(({ id }) => id === decision.offer)!;
    const concept = offer.values.find(({ pointer }) => pointer === decision.pointer)?.concept;
    if (concept === undefined) throw new OnceFormError('ERR_SEAL_INVALID', 'The disputed value was not part of the offer.', { pointer: decision.pointer });
    const source = sources.find(one => one.describe().id === offer.source.id);
    return [(async () => {
      const id = await sha256(canonicalJson([draft, decision.pointer, offer.recordRef, decision.reason, decision.value ?? null] as Json));
      try {
        if (source?.report === undefined) throw new TypeError('The source takes no reports.');
        const { ticket } = await source.report({
          id, person, concept, recordRef: offer.recordRef, reason: decision.reason, ...(decision.value === undefined ? {} : { value: decision.value }),
        });
        return { pointer: decision.pointer, ticket };
      } catch (cause) {
        throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register did not take the report of a wrong value.', { pointer: decision.pointer, cause });
      }
    })()];
  }));
}
