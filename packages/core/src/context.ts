// `$context`: facts of the session that the portal sets and the gateway seals. Part of the data, never typed.

import { jsonEqual, type Json } from './json.ts';
import { applySealEffect, prefillSlot } from './prefill.ts';
import type { FormContext } from './seal.ts';
import { StateSlot } from './slot.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';
import type { FormState } from './state.ts';

export const setContextEffect = StateEffectType.define<Partial<FormContext>>('setContext');

export const contextSlot: StateSlot<FormContext> = StateSlot.define<FormContext>({
  create: state => ({
    today: dateIn(state, state.config.pack?.timeZone ?? 'UTC'),
    identityLevel: 0,
    channel: 'online',
    ...state.config.context,
    retrieved: { ...state.read(prefillSlot).retrieved, ...state.config.context?.retrieved },
  }),
  update(context, tr) {
    let next = context;
    for (const effect of tr.effects) {
      if (setContextEffect.is(effect)) next = { ...next, ...effect.value };
      else if (applySealEffect.is(effect)) next = effect.value.payload.context;
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

function dateIn(state: FormState, timeZone: string): string {
  const now = (state.config.clock ?? (() => new Date()))();
  const parts = dateFormat(timeZone).formatToParts(now);
  const part = (type: string): string => parts.find(found => found.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    formats.set(
      timeZone,
      (format = new Intl.DateTimeFormat('en', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        calendar: 'gregory',
      })),
    );
  }
  return format;
}
