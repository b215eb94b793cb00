// What sources offered, what the citizen said to it, and what is held from a source: offers, misses, decisions,
// records in use and the seal. A record is taken or left as a whole.

import type { ReuseItem } from './compiled.ts';
import { jsonEqual, type Json } from './json.ts';
import { movePrefill } from './move-prefill.ts';
import { newcomers } from './newcomers.ts';
import type { OriginEntry } from './origin.ts';
import { matchesPattern } from './pattern-index.ts';
import { isWithin, parsePattern, parsePointer, valueAt, type Pointer } from './pointer.ts';
import { decisionsAsOffered, moveItems, offerAt, rowOf, settleRows } from './row-offers.ts';
import type { FormContext, OpenedSeal } from './seal.ts';
import { sealed } from './sealed-records.ts';
import type { Decision, Miss, Offer, PrefillResult } from './statement.ts';
import { answersSlot } from './answers.ts';
import { steady } from './steady.ts';
import { StateSlot } from './slot.ts';
import { nothingRetrieved } from './start-context.ts';
import type { FormState } from './state.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';

/** One value held from a source. */
export interface HeldValue {
  readonly pointer: Pointer;
  /** Absent for a `reference`, of which only a digest is known. */
  readonly value?: Json;
  readonly entry: OriginEntry;
}

/** A record in use. */
export interface HeldRecord {
  readonly item: Pointer;
  /** The row came with the record, and goes when the record is put aside. */
  readonly made?: true;
  /** The offer it was taken from; null when it came with the seal of another session. */
  readonly offer: string | null;
  readonly values: readonly HeldValue[];
  /** What the citizen had before, to come back when the record is put aside. */
  readonly before: readonly { readonly pointer: Pointer; readonly value?: Json }[];
}

export interface Prefill {
  readonly offers: readonly Offer[];
  readonly misses: readonly Miss[];
  readonly decisions: readonly Decision[];
  readonly records: readonly HeldRecord[];
  readonly retrieved: FormContext['retrieved'];
  readonly seal: OpenedSeal | null;
  /** By offer of a row: the place it was offered for, whatever place it has among the citizen's rows by now. */
  readonly offered?: { readonly [offer: string]: Pointer };
}

/** What a source's answer brings. `offerOnly`: nothing is taken without asking, as when it comes while filing. */
export interface Received extends PrefillResult {
  readonly offerOnly?: boolean;
}

export const receiveOffersEffect = StateEffectType.define<Received>('receiveOffers');
export const useOfferEffect = StateEffectType.define<string>('useOffer');
export const putAsideEffect = StateEffectType.define<{ item: Pointer; action: 'keep-mine' | 'decline' }>('putAside');
export const disputeEffect = StateEffectType.define<Extract<Decision, { action: 'dispute' }>>('dispute');
export const withdrawDisputeEffect = StateEffectType.define<Pointer>('withdrawDispute');
export const applySealEffect = StateEffectType.define<OpenedSeal>('applySeal');
/** Where the row of an offer comes to stand: said by the extender, which knows the rows of the whole transaction. */
export const placeRowEffect = StateEffectType.define<{
  readonly offer: string;
  readonly item: Pointer;
  readonly made: boolean;
}>('placeRow');
/** Puts the whole of it back: undo, and resuming. */
export const restorePrefillEffect = StateEffectType.define<Prefill>('restorePrefill');

export const prefillSlot: StateSlot<Prefill> = StateSlot.define<Prefill>({
  create: state => ({
    offers: [],
    misses: [],
    decisions: [],
    records: [],
    seal: null,
    retrieved: nothingRetrieved(state.form),
  }),
  update(prefill, tr) {
    const { startState } = tr,
      { form } = startState;
    let next = prefill;
    for (const result of tr.effectsOf(receiveOffersEffect))
      next = settleRows(form, received(next, newcomers(startState, next, result)), startState.read(answersSlot).values);
    if (tr.changes.movesItems) next = settleRows(form, movePrefill(form, next, tr), tr.answers.values);
    const places = new Map(tr.effectsOf(placeRowEffect).map(place => [place.offer, place]));
    for (const effect of tr.effects) {
      if (useOfferEffect.is(effect))
        next = settleRows(form, used(startState, next, effect.value, places.get(effect.value)), tr.answers.values);
      else if (putAsideEffect.is(effect)) {
        const item = tr.changes.mapPointer(effect.value.item);
        if (item !== null) next = putAside(startState, next, { ...effect.value, item });
      } else if (disputeEffect.is(effect)) next = { ...next, decisions: decide(next.decisions, effect.value) };
      else if (withdrawDisputeEffect.is(effect)) {
        const decisions = next.decisions.filter(one => one.action !== 'dispute' || one.pointer !== effect.value);
        if (decisions.length < next.decisions.length) next = { ...next, decisions };
      } else if (applySealEffect.is(effect)) next = sealed(form, next, effect.value);
      else if (restorePrefillEffect.is(effect)) next = effect.value;
    }
    if (next !== prefill) {
      for (const record of [...prefill.records, ...next.records]) {
        if (prefill.records.includes(record) && next.records.includes(record)) continue;
        tr.subtrees.add(record.item);
        for (const { pointer } of record.values) tr.subtrees.add(pointer);
      }
      // What waits behind a list is shown with the list.
      const touch = (item: Pointer): void => {
        tr.touched.add(item);
        const row = rowOf(form, item);
        if (row !== null) tr.touched.add(row.list);
      };
      if (next.offers !== prefill.offers) for (const { item } of differing(prefill.offers, next.offers)) touch(item);
      if (next.misses !== prefill.misses)
        for (const { pointer } of differing(prefill.misses, next.misses)) tr.touched.add(pointer);
      if (next.decisions !== prefill.decisions)
        for (const { item } of differing(prefill.decisions, next.decisions)) touch(item);
    }
    return next;
  },
  undo: {
    effect: restorePrefillEffect,
    changed: (before, after) => before.records !== after.records || before.decisions !== after.decisions,
  },
});

// ---- commands ------------------------------------------------------------------------------------

/** Takes in what the gateway found. A late answer offers, it never overwrites. */
export function receiveOffers(result: Received): TransactionSpec {
  return { effects: [receiveOffersEffect.of(result)], userEvent: 'prefill.receive' };
}

/** Takes a record: all its values at once. */
export function useOffer(offer: string): TransactionSpec {
  return { effects: [useOfferEffect.of(offer)], userEvent: 'prefill.use' };
}

/** The citizen keeps what they typed; what a record had put in its place comes back. */
export function keepMine(item: Pointer): TransactionSpec {
  return { effects: [putAsideEffect.of({ item, action: 'keep-mine' })], userEvent: 'prefill.keep' };
}

/** The citizen wants none of what was offered. */
export function declineOffers(item: Pointer): TransactionSpec {
  return { effects: [putAsideEffect.of({ item, action: 'decline' })], userEvent: 'prefill.decline' };
}

/** Says that a source's value is wrong. The value stays; the citizen's word goes beside it. */
export function dispute(words: Omit<Extract<Decision, { action: 'dispute' }>, 'action'>): TransactionSpec {
  return { effects: [disputeEffect.of({ ...words, action: 'dispute' })], userEvent: 'prefill.dispute' };
}

/** Takes such a word back, as far as no seal has gone out with it: what its source was told stays told. */
export function withdrawDispute(pointer: Pointer): TransactionSpec {
  return { effects: [withdrawDisputeEffect.of(pointer)], userEvent: 'prefill.dispute' };
}

/** Puts the values of an opened seal in place. The newest seal replaces all that was held before. */
export function applySeal(seal: OpenedSeal): TransactionSpec {
  return { effects: [applySealEffect.of(seal)], userEvent: 'prefill.seal' };
}

// ---- how the slot changes ------------------------------------------------------------------------

function received(prefill: Prefill, { offers, misses, offered }: Received & Pick<Prefill, 'offered'>): Prefill {
  const retrieved = { ...prefill.retrieved };
  for (const { pointer, reason } of misses) {
    if (retrieved[pointer] !== 'provided')
      retrieved[pointer] = OUT_OF_REACH.has(reason) ? 'unavailable' : 'not-provided';
  }
  const answered = new Set([
    ...misses.map(miss => miss.pointer),
    ...offers.flatMap(offer => offer.values.map(value => value.pointer)),
  ]);
  return {
    ...prefill,
    offers: [
      ...prefill.offers.map(old => offers.find(offer => offer.id === old.id) ?? old),
      ...offers.filter(offer => !prefill.offers.some(old => old.id === offer.id)),
    ],
    ...(Object.keys(offered ?? {}).length === 0 ? {} : { offered: { ...prefill.offered, ...offered } }),
    misses: [...prefill.misses.filter(miss => !answered.has(miss.pointer)), ...misses],
    retrieved: jsonEqual(retrieved, prefill.retrieved) ? prefill.retrieved : retrieved,
  };
}

const OUT_OF_REACH: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'pending']);

function used(
  state: FormState,
  held: Prefill,
  id: string,
  place: { readonly item: Pointer; readonly made: boolean } | undefined,
): Prefill {
  const given = held.offers.find(one => one.id === id);
  if (given === undefined) return held;
  const moves = place !== undefined && place.item !== given.item;
  const prefill = moves ? moveItems(held, new Map([[given.item, place.item]])) : held;
  const offer = moves ? offerAt(given, place.item) : given;
  const { item, values, source, recordRef, verification, lastUpdated, retrievedAt, validUntil } = offer;
  const former = prefill.records.find(record => record.item === item);
  const mine = state.read(answersSlot).values;
  const places = new Set([...membersAt(state, item), ...values.map(value => value.pointer)]);
  const before =
    former?.before
    ?? [...places].map(pointer => {
      const value = valueAt(mine, pointer);
      return value === undefined ? { pointer } : { pointer, value };
    });
  const record: HeldRecord = {
    item,
    ...((place?.made ?? former?.made) ? { made: true } : {}),
    offer: id,
    before,
    values: values.map(({ pointer, concept, edit, value }) => ({
      pointer,
      value,
      entry: {
        origin: 'auto',
        concept,
        record: item,
        recordRef,
        source,
        verification,
        lastUpdated,
        retrievedAt,
        ...(validUntil === undefined ? {} : { validUntil }),
        edit,
      },
    })),
  };
  const retrieved = { ...prefill.retrieved };
  for (const pointer of membersAt(state, item)) retrieved[pointer] = 'not-provided';
  for (const { pointer } of values) retrieved[pointer] = 'provided';
  return {
    ...prefill,
    retrieved,
    records: [...prefill.records.filter(one => one.item !== item), record],
    decisions: decide(prefill.decisions, { item, action: 'use', offer: id }),
  };
}

function putAside(
  state: FormState,
  prefill: Prefill,
  { item, action }: { item: Pointer; action: 'keep-mine' | 'decline' },
): Prefill {
  const offered = prefill.offers
    .filter(offer => offer.item === item)
    .flatMap(offer => offer.values.map(value => value.pointer));
  const retrieved = { ...prefill.retrieved };
  for (const pointer of [...membersAt(state, item), ...offered]) retrieved[pointer] = 'not-provided';
  return {
    ...prefill,
    retrieved,
    records: prefill.records.filter(record => record.item !== item),
    decisions: decide(prefill.decisions, { item, action }),
  };
}

/** The latest word about an item counts; disputes stand beside it, one for each pointer. */
function decide(decisions: readonly Decision[], next: Decision): readonly Decision[] {
  const kept = decisions.filter(
    old =>
      old.item !== next.item
      || (next.action === 'dispute'
        ? old.action !== 'dispute' || old.pointer !== next.pointer
        : old.action === 'dispute' && next.action === 'use' && old.offer === next.offer),
  );
  return [...kept, next];
}

function differing<T>(a: readonly T[], b: readonly T[]): T[] {
  return [...a.filter(one => !b.includes(one)), ...b.filter(one => !a.includes(one))];
}

// ---- questions -----------------------------------------------------------------------------------

/** The reuse item whose pattern a pointer is an instance of. */
export function reuseItemOf(state: FormState, item: Pointer): ReuseItem | undefined {
  const path = parsePointer(item);
  return state.form.reuse.find(({ pointer }) => matchesPattern(parsePattern(pointer), path));
}

/** The members of the reuse item at a pointer, with its positions in place of `[]`. */
export function membersAt(state: FormState, item: Pointer): Pointer[] {
  const path = parsePointer(item);
  return (reuseItemOf(state, item)?.members ?? []).flatMap(member => {
    const segments = parsePattern(member.pointer).map((segment, i) => (i < path.length ? path[i]! : segment));
    return segments.includes(null)
      ? []
      : [segments.map(segment => '/' + segment!.replaceAll('~', '~0').replaceAll('/', '~1')).join('')];
  });
}

const lockedOf = new WeakMap<readonly HeldRecord[], ReadonlySet<Pointer>>();

/** Every pointer that is locked; for a value with parts, the pointer of the whole. */
export function lockedPointers(state: FormState): ReadonlySet<Pointer> {
  const { records } = state.read(prefillSlot);
  let locked = lockedOf.get(records);
  if (locked === undefined) {
    lockedOf.set(
      records,
      (locked = new Set(
        records
          .flatMap(record => record.values)
          .filter(({ entry, value }) => entry.edit === 'locked' && value !== undefined)
          .map(({ pointer }) => pointer),
      )),
    );
  }
  return locked;
}

/** Tells whether an answer is held by a source in a way the citizen cannot change here. */
export function isLocked(state: FormState, pointer: Pointer): boolean {
  return isWithin(lockedPointers(state), pointer);
}

/** The offers for an item, the preferred one first. */
export function offersAt(state: FormState, item: Pointer): readonly Offer[] {
  const offers = state
    .read(prefillSlot)
    .offers.filter(offer => offer.item === item)
    .sort((a, b) => Number(b.preferred) - Number(a.preferred));
  return steady(state, `offers ${item}`, offers);
}

/** Why a field that a source could have filled is empty. */
export function missAt(state: FormState, pointer: Pointer): Miss | undefined {
  return state.read(prefillSlot).misses.findLast(miss => miss.pointer === pointer);
}

/** What the citizen said to all offers so far, in order: what a seal is asked for. Items are named as they were offered. */
export function decisions(state: FormState): readonly Decision[] {
  return decisionsAsOffered(state.read(prefillSlot));
}

/** The record in use for an item, if any. */
export function recordAt(state: FormState, item: Pointer): HeldRecord | undefined {
  return state.read(prefillSlot).records.find(record => record.item === item);
}

/** The seal in force. */
export function currentSeal(state: FormState): OpenedSeal | null {
  return state.read(prefillSlot).seal;
}
