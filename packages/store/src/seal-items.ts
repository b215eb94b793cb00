// What goes into a seal: the values of the offers that were taken, and what the receiver may know of the rest.

import {
  canonicalJson,
  sha256,
  toNfc,
  type FormContext,
  type Miss,
  type Offer,
  type Pointer,
  type SealItem,
} from '@onceform/core';
import type { GatewayForm } from './gateway.ts';
import { matches } from './plan.ts';

/**
 * Makes the sealed items, sorted by pointer, values in NFC. An item whose policy is `reference` gets a salted digest
 * in place of each value, so that what is not sent cannot be guessed from the seal either.
 */
export async function sealItems(
  taken: ReadonlyMap<Pointer, Offer>,
  offers: readonly Offer[],
  form: GatewayForm,
  random: () => string,
): Promise<SealItem[]> {
  const items = await Promise.all(
    [...taken].flatMap(([record, offer]) => {
      const policy = form.reuse.find(
        ({ pointer, members }) =>
          matches(pointer, record)
          && offer.values.every(value => members.some(member => member.concept === value.concept)),
      )?.policy;
      const chosen = { rule: offer.rule, of: offers.filter(({ item }) => item === record).length };
      return offer.values.map(async (value): Promise<SealItem> => {
        const { pointer, concept, edit } = value;
        const { recordRef, source, retrievedAt, validUntil } = offer;
        const base = {
          pointer,
          concept,
          record,
          recordRef,
          source,
          verification: value.verification ?? offer.verification,
          lastUpdated: value.lastUpdated === undefined ? offer.lastUpdated : value.lastUpdated,
          retrievedAt,
          ...(validUntil === undefined ? {} : { validUntil }),
          edit,
          chosen,
        };
        if (policy?.mode !== 'reference') return { ...base, value: toNfc(value.value) };
        const salt = random();
        return { ...base, salt, digest: await sha256(salt + canonicalJson(value.value)) };
      });
    }),
  );
  return items.sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

const NOT_ANSWERED: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'pending'] satisfies Miss['reason'][]);

/**
 * Says of every pointer that was asked whether a source provided it. What the citizen declined and what was not found
 * look the same.
 */
export function retrievedOf(
  items: readonly SealItem[],
  offers: readonly Offer[],
  misses: readonly Miss[],
): FormContext['retrieved'] {
  const retrieved: Record<Pointer, FormContext['retrieved'][Pointer]> = {};
  for (const { pointer, reason } of misses) {
    if (retrieved[pointer] !== 'not-provided')
      retrieved[pointer] = NOT_ANSWERED.has(reason) ? 'unavailable' : 'not-provided';
  }
  for (const { values } of offers) for (const { pointer } of values) retrieved[pointer] = 'not-provided';
  for (const { pointer } of items) retrieved[pointer] = 'provided';
  return Object.fromEntries(Object.entries(retrieved).sort(([a], [b]) => (a < b ? -1 : 1)));
}
