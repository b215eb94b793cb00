// Before filing, sources are asked again where the policy wants it: is what was taken still so, and does a source that
// was down answer by now? Nothing is taken without asking; what changed is said, and the citizen decides.

import type { ReuseItem } from './compiled.ts';
import type { Issue } from './issue.ts';
import { isWithin, parentPointer, type Pointer } from './pointer.ts';
import { prefillSlot, receiveOffersEffect, reuseItemOf, useOfferEffect, putAsideEffect } from './prefill.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import type { Miss, Offer } from './statement.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';

/** What a source says of one record now. */
export interface RecheckResult {
  readonly record: Pointer;
  readonly state: 'same' | 'changed' | 'gone' | 'unavailable';
  /** Its present state where it changed. */
  readonly offers: readonly Offer[];
}

/** What was found out about records in use that is not as it was, by item, until the citizen decides. */
export type Rechecked = { readonly [item: Pointer]: Exclude<RecheckResult['state'], 'same'> };

const recheckedEffect = StateEffectType.define<readonly RecheckResult[]>('rechecked');
const keepRecordEffect = StateEffectType.define<Pointer>('keepRecord');
const restoreRecheckedEffect = StateEffectType.define<Rechecked>('restoreRechecked');

export const recheckedSlot: StateSlot<Rechecked> = StateSlot.define<Rechecked>({
  create: () => ({}),
  update(before, tr) {
    const next: Record<Pointer, Rechecked[Pointer]> = {};
    for (const [item, state] of Object.entries(before)) {
      const at = tr.changes.mapPointer(item);
      if (at !== null && tr.state.read(prefillSlot).records.some(record => record.item === at)) next[at] = state;
    }
    for (const effect of tr.effects) {
      if (restoreRecheckedEffect.is(effect)) return effect.value;
      if (recheckedEffect.is(effect))
        for (const { record, state } of effect.value) {
          if (state === 'same') delete next[record];
          else if (tr.state.read(prefillSlot).records.some(({ item }) => item === record)) next[record] = state;
        }
      else if (keepRecordEffect.is(effect)) {
        if (!isStrict(tr.state, effect.value)) delete next[effect.value];
      } else if (putAsideEffect.is(effect)) delete next[effect.value.item];
      else if (useOfferEffect.is(effect))
        for (const { item, offer } of tr.state.read(prefillSlot).records) if (offer === effect.value) delete next[item];
    }
    const items = new Set([...Object.keys(before), ...Object.keys(next)]);
    const changed = [...items].filter(item => before[item] !== next[item]);
    for (const item of changed) tr.touched.add(item);
    return changed.length === 0 ? before : next;
  },
  undo: { effect: restoreRecheckedEffect, changed: (before, after) => before !== after },
});

// ---- commands ------------------------------------------------------------------------------------

/**
 * Takes in what sources said when they were asked again. New values of a record in use, and values of sources that were
 * down the first time, stand as offers beside what is there: nothing changes by itself.
 */
export function receiveRecheck(results: readonly RecheckResult[], misses: readonly Miss[] = []): TransactionSpec {
  return {
    effects: [
      ...results
        .filter(({ offers }) => offers.length > 0)
        .map(({ record, offers }) => receiveOffersEffect.of({ item: record, offers, misses: [], offerOnly: true })),
      ...(misses.length === 0 ? [] : [receiveOffersEffect.of({ item: '', offers: [], misses, offerOnly: true })]),
      recheckedEffect.of(results),
    ],
    userEvent: 'prefill.recheck',
  };
}

/** The citizen has seen that a record is not at its source as it was, and files it as it is, where the policy lets them. */
export function keepRecord(item: Pointer): TransactionSpec {
  return { effects: [keepRecordEffect.of(item)], userEvent: 'prefill.keep' };
}

// ---- questions -----------------------------------------------------------------------------------

const OUT_OF_REACH: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'pending'] satisfies Miss['reason'][]);

/**
 * What has to be asked again before filing, by its place: records in use whose policy says so, and items whose source
 * was out of reach and that nothing else has filled. Whether a record is stale under `if-stale` is for the gateway,
 * which knows the clock; it answers `same` without asking.
 */
export function recheckItems(state: FormState): readonly { readonly item: Pointer; readonly of: ReuseItem }[] {
  const { records, misses } = state.read(prefillSlot);
  const held = new Set(records.map(record => record.item));
  const found = new Map<Pointer, ReuseItem>();
  for (const item of held) {
    const of = reuseItemOf(state, item);
    if (of !== undefined && (of.policy.recheck ?? 'never') !== 'never') found.set(item, of);
  }
  for (const { pointer, reason } of misses) {
    if (!OUT_OF_REACH.has(reason) || isWithin(held, pointer)) continue;
    for (let at = pointer; at !== ''; at = parentPointer(at)) {
      const of = reuseItemOf(state, at);
      if (of !== undefined && of.policy.recheck !== 'never' && of.members.length > 0) found.set(at, of);
    }
  }
  return [...found].map(([item, of]) => ({ item, of }));
}

/** What is to be said at a record that is not at its source as it was. A policy that takes no stale data takes no doubtful data. */
export function recheckIssue(state: FormState, pointer: Pointer): Issue | null {
  const found = state.read(recheckedSlot)[pointer];
  if (found === undefined) return null;
  return {
    pointer,
    keyword: 'recheck',
    severity: isStrict(state, pointer) ? 'error' : 'warn',
    params: { state: found },
  };
}

function isStrict(state: FormState, item: Pointer): boolean {
  return reuseItemOf(state, item)?.policy.onStale === 'reject';
}
