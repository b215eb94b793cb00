// `$context`: facts of the session that the portal sets and the gateway seals. Part of the data, never typed.

import { jsonEqual, type Json } from './json.ts';
import { applySealEffect, prefillSlot } from './prefill.ts';
import type { FormContext } from './seal.ts';
import { StateSlot } from './slot.ts';
import { startContext } from './start-context.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';

export const setContextEffect = StateEffectType.define<Partial<FormContext>>('setContext');

export const contextSlot: StateSlot<FormContext> = StateSlot.define<FormContext>({
  create(state) {
    const { retrieved } = state.read(prefillSlot);
    return { ...startContext(state.config), retrieved: { ...retrieved, ...state.config.context?.retrieved } };
  },
  update(context, tr) {
    let next = context;
    for (const effect of tr.effects) {
      if (setContextEffect.is(effect)) {
        const { retrieved: given } = effect.value;
        next = { ...next, ...effect.value };
        // A portal that opens a draft again does not know what the sources had answered in it.
        if (given !== undefined) next = { ...next, retrieved: { ...tr.state.read(prefillSlot).retrieved, ...given } };
      } else if (applySealEffect.is(effect)) next = effect.value.payload.context;
    }
    const { retrieved } = tr.state.read(prefillSlot),
      before = tr.startState.read(prefillSlot).retrieved;
    if (retrieved !== before && !tr.effects.some(effect => applySealEffect.is(effect))) {
      // What the portal said beside it stays; what the sources' answers said before does not.
      const others = Object.entries(next.retrieved).filter(([at]) => !Object.hasOwn(before, at));
      next = { ...next, retrieved: { ...Object.fromEntries(others), ...retrieved } };
    }
    return next === context || jsonEqual(next as unknown as Json, context as unknown as Json) ? context : next;
  },
});

/** Sets facts of the session: the date, the agency, who is signed in and how surely. */
export function setContext(context: Partial<FormContext>): TransactionSpec {
  return { effects: [setContextEffect.of(context)] };
}
