// Offers as they arrive: which place among the citizen's rows each of them gets, and what counts as a place where the
// citizen has not said anything.

import { answersSlot } from './answers.ts';
import { jsonEqual } from './json.ts';
import { nodeAt } from './outline.ts';
import { parentPointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import type { HeldRecord, Prefill, Received } from './prefill.ts';
import { FAR, offerAt, rowOf, rowsIn } from './row-offers.ts';
import type { FormState } from './state.ts';
import type { Offer } from './statement.ts';
import { startValue } from './start-value.ts';

/**
 * Gives offers that come for the first time a place: where the record is in use already; an empty row that stands where
 * the gateway counted it; otherwise behind the list. What is known keeps its place, however often it comes.
 */
export function newcomers(state: FormState, prefill: Prefill, result: Received): Received & Pick<Prefill, 'offered'> {
  const offered: Record<string, Pointer> = {};
  const offers = result.offers.map((offer): Offer => {
    const row = rowOf(state.form, offer.item);
    if (row === null) return offer;
    offered[offer.id] = offer.item;
    const known =
      prefill.offers.find(old => old.id === offer.id) ?? prefill.records.find(record => isOfRecord(record, offer));
    if (known !== undefined) return offerAt(offer, known.item);
    if (isFree(state, prefill, offer.item)) return offer;
    const length = rowsIn(state.read(answersSlot).values, row.list);
    const beside = prefill.offers.find(
      old => prefill.offered?.[old.id] === offer.item && rowOf(state.form, old.item)!.index >= length,
    );
    return offerAt(offer, beside?.item ?? `${row.list}/${FAR + row.index}`);
  });
  return { ...result, offers, offered };
}

/** The record came from the very entry of the source that is offered. */
function isOfRecord(record: HeldRecord, offer: Offer): boolean {
  const entry = record.values[0]?.entry;
  return (
    parentPointer(record.item) === parentPointer(offer.item)
    && entry?.recordRef === offer.recordRef
    && entry.source?.id === offer.source.id
  );
}

/** Nothing is there, or only what the form itself starts with: the citizen has not said anything yet. */
export function isUntold(state: FormState, pointer: Pointer): boolean {
  const answers = state.read(answersSlot);
  const value = valueAt(answers.values, pointer);
  if (value === undefined) return true;
  const node = nodeAt(state.form, pointer, at => answers.branches.get(at) ?? null);
  return node !== undefined && jsonEqual(value, startValue(state.form, node, false));
}

/** A row that is there, is nobody's record, and holds nothing but what new rows start with. */
export function isFree(state: FormState, { records }: Pick<Prefill, 'records'>, item: Pointer): boolean {
  const answers = state.read(answersSlot);
  const value = valueAt(answers.values, item);
  if (value === undefined || records.some(record => record.item === item)) return false;
  for (const [pointer] of answers.texts) if (pointerContains(item, pointer)) return false;
  const node = nodeAt(state.form, item, at => answers.branches.get(at) ?? null);
  return node !== undefined && jsonEqual(value, startValue(state.form, node, true) ?? null);
}
