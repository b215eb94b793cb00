// From what the citizen said to offers to changes of answers: taking a record, putting it aside, a seal that arrives.
// A record goes in as a whole, into a row of its own where it is one of a list.

import { answersSlot } from './answers.ts';
import { OnceFormError } from './errors.ts';
import { jsonEqual, type Json } from './json.ts';
import { nodeAt, resolveNode } from './outline.ts';
import { joinPointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import {
  applySealEffect,
  type HeldRecord,
  membersAt,
  placeRowEffect,
  prefillSlot,
  putAsideEffect,
  receiveOffersEffect,
  reuseItemOf,
  useOfferEffect,
} from './prefill.ts';
import { isFree, isUntold, newcomers } from './newcomers.ts';
import { hasPlace, offerAt, rowOf, rowsIn } from './row-offers.ts';
import { sealedItems } from './sealed-records.ts';
import type { FormState } from './state.ts';
import type { Offer } from './statement.ts';
import { authority, type ChangeSpec, type StateEffect, type TransactionSpec } from './transaction.ts';

/** Adds the changes of answers that effects stand for, and takes `fill` offers that need no question. */
export function prefillExtender(spec: TransactionSpec, state: FormState): TransactionSpec | null {
  const prefill = state.read(prefillSlot);
  const changes: ChangeSpec[] = [],
    effects: StateEffect<unknown>[] = [];
  const rows = new Rows(state);
  const take = (given: Offer): void => {
    const { item, made } = rows.placeOf(given);
    if (made) changes.push({ insert: item.slice(0, item.lastIndexOf('/')) });
    if (made || item !== given.item) effects.push(placeRowEffect.of({ offer: given.id, item, made }));
    changes.push(...changesOf(state, offerAt(given, item), made));
  };
  let known = prefill.offers;
  const filled: Offer[] = [];
  for (const effect of spec.effects ?? []) {
    if (receiveOffersEffect.is(effect)) {
      const { offers, offerOnly } = newcomers(state, prefill, effect.value);
      known = [...offers, ...known];
      if (offerOnly !== true) filled.push(...offers.filter(offer => fillsWithoutAsking(state, offer)));
    } else if (useOfferEffect.is(effect)) {
      const offer = known.find(one => one.id === effect.value);
      if (offer === undefined) continue;
      if (!hasPlace(state.form, state.read(answersSlot).values, offer.item)) throw unplaced(offer.item);
      take(offer);
    } else if (putAsideEffect.is(effect)) {
      const record = prefill.records.find(one => one.item === effect.value.item);
      if (record !== undefined) changes.push(...withoutRecord(state, record));
    } else if (applySealEffect.is(effect)) {
      for (const { pointer, value, edit } of sealedItems(state.form, prefill, effect.value)) {
        // What the citizen may change and has changed stays theirs: the official value is in the seal.
        if (value === undefined || (edit !== 'locked' && !isUntold(state, pointer))) continue;
        if (!jsonEqual(valueAt(state.read(answersSlot).values, pointer), value)) changes.push({ set: pointer, value });
      }
    }
  }
  for (const offer of filled) {
    if (!rows.hasRoom(offer)) continue;
    take(offer);
    effects.push(useOfferEffect.of(offer.id));
  }
  if (changes.length === 0 && effects.length === 0) return null;
  return { changes, effects, annotations: [authority.of('offer')] };
}

/** The rows of a transaction in the making: several offers taken at once stand one behind the other. */
class Rows {
  readonly #state: FormState;
  readonly #lengths = new Map<Pointer, number>();
  readonly #taken = new Set<Pointer>();

  constructor(state: FormState) {
    this.#state = state;
  }

  #length(list: Pointer): number {
    return this.#lengths.get(list) ?? rowsIn(this.#state.read(answersSlot).values, list);
  }

  /** Where a record goes: where it is in use already, into a row that is there and empty, or into one of its own at the end. */
  placeOf({ item }: Offer): { readonly item: Pointer; readonly made: boolean } {
    const row = rowOf(this.#state.form, item);
    const prefill = this.#state.read(prefillSlot);
    if (row === null || prefill.records.some(record => record.item === item)) return { item, made: false };
    if (isFree(this.#state, prefill, item) && !this.#taken.has(item)) {
      this.#taken.add(item);
      return { item, made: false };
    }
    const index = this.#length(row.list);
    this.#lengths.set(row.list, index + 1);
    return { item: `${row.list}/${index}`, made: true };
  }

  /** More rows than the form has room for are offered, and none of those too many is taken without asking. */
  hasRoom({ item }: Offer): boolean {
    const row = rowOf(this.#state.form, item);
    if (row === null) return true;
    const { branches } = this.#state.read(answersSlot);
    const node = nodeAt(this.#state.form, row.list, at => branches.get(at) ?? null);
    const list = node && resolveNode(this.#state.form, node);
    return list?.kind !== 'list' || list.maxItems === null || this.#length(row.list) < list.maxItems;
  }
}

function unplaced(pointer: Pointer): OnceFormError {
  return new OnceFormError(
    'ERR_POINTER_UNKNOWN',
    `The record for ${JSON.stringify(pointer)} belongs into a row that is not there yet. It stays offered: add the row, then take it.`,
    { pointer },
  );
}

function fillsWithoutAsking(state: FormState, offer: Offer): boolean {
  const item = reuseItemOf(state, offer.item);
  if (!hasPlace(state.form, state.read(answersSlot).values, offer.item)) return false;
  if (item?.policy.mode !== 'fill' || !offer.preferred || offer.flags.some(flag => flag !== 'stale')) return false;
  if (offer.flags.includes('stale') && item.policy.onStale !== undefined && item.policy.onStale !== 'warn')
    return false;
  const { decisions } = state.read(prefillSlot);
  if (decisions.some(decision => decision.item === offer.item)) return false;
  const answers = state.read(answersSlot);
  return offer.values.every(
    ({ pointer, value }) =>
      !answers.texts.has(pointer)
      && !answers.cleared.has(pointer)
      && (isUntold(state, pointer) || jsonEqual(valueAt(answers.values, pointer), value)),
  );
}

/** A record never mixes with another one: what it does not say is emptied, where the rest was about something else. */
function changesOf(state: FormState, offer: Offer, made: boolean): ChangeSpec[] {
  if (made) return offer.values.map(({ pointer, value }) => ({ set: pointer, value }));
  const { values } = state.read(answersSlot);
  const held = state.read(prefillSlot).records.find(record => record.item === offer.item);
  const another = offer.values.some(({ pointer, value }) => {
    return !isUntold(state, pointer) && !jsonEqual(valueAt(values, pointer), value);
  });
  const silent = another
    ? membersAt(state, offer.item).filter(
        pointer =>
          !offer.values.some(
            value => pointerContains(value.pointer, pointer) || pointerContains(pointer, value.pointer),
          ),
      )
    : [];
  const dropped = new Set([
    ...silent,
    ...(held?.values ?? [])
      .map(value => value.pointer)
      .filter(pointer => !offer.values.some(value => value.pointer === pointer)),
  ]);
  return [
    ...[...dropped].map(pointer => ({ set: pointer, value: undefined })),
    ...offer.values.map(({ pointer, value }) => ({ set: pointer, value })),
  ];
}

/** What a record had put aside comes back; a row that came with the record goes, unless the citizen wrote in it. */
function withoutRecord(state: FormState, { item, made, values, before }: HeldRecord): ChangeSpec[] {
  const isOfRecord = (pointer: Pointer): boolean => values.some(value => pointerContains(value.pointer, pointer));
  if (made === true && leavesAt(state, item).every(pointer => isOfRecord(pointer) || isUntold(state, pointer)))
    return [{ remove: item }];
  return before.map(({ pointer, value }) => ({ set: pointer, value }));
}

function leavesAt(state: FormState, top: Pointer): Pointer[] {
  const { values, texts } = state.read(answersSlot);
  const found = [...texts].map(([pointer]) => pointer).filter(pointer => pointerContains(top, pointer));
  const visit = (pointer: Pointer, value: Json | undefined): void => {
    if (typeof value !== 'object' || value === null) found.push(pointer);
    else for (const [key, item] of Object.entries(value)) visit(joinPointer(pointer, key), item as Json);
  };
  visit(top, valueAt(values, top));
  return found;
}
