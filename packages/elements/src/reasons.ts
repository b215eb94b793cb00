// A value of the State that may be corrected and was: an objection, so it has a reason. The reason goes to the keeper of
// the data and to the officer; the official value stays beside the citizen's.

import type { Decision, FormSession, FormState, HeldRecord, Issue, Json, Pointer } from '@onceform/core';
import { answerAt, decisions, isRelevant, jsonEqual, originAt, prefillSlot } from '@onceform/core/engine';

type Objection = Extract<Decision, { action: 'dispute' }>;

export interface Correction {
  readonly record: HeldRecord;
  readonly pointer: Pointer;
  readonly value: Json | undefined;
  /** What the citizen said; absent where nothing was said yet. */
  readonly said: Objection | undefined;
}

/** The values that were changed although the State holds them, in the order of their records. */
export function corrections(state: FormState): readonly Correction[] {
  const made = decisions(state);
  return state.read(prefillSlot).records.flatMap(record =>
    record.offer === null
      ? []
      : record.values
          .filter(
            ({ pointer, entry }) =>
              entry.edit === 'correctable'
              && isRelevant(state, pointer)
              && originAt(state, pointer)?.origin === 'override',
          )
          .map(({ pointer }): Correction => ({
            record,
            pointer,
            value: answerAt(state, pointer),
            said: made.find((one): one is Objection => one.action === 'dispute' && one.pointer === pointer),
          })),
  );
}

/** Corrections without a reason, as issues. */
export function reasonIssues(state: FormState): readonly Issue[] {
  return corrections(state)
    .filter(({ said }) => said === undefined)
    .map(({ pointer }) => ({ pointer, keyword: 'reason', severity: 'error', params: {} }));
}

/** A reason given earlier speaks of the value as it is now. */
export function settleReasons({ state }: FormSession, say: (objection: Omit<Objection, 'action'>) => void): void {
  for (const { value, said } of corrections(state)) {
    if (said === undefined || value === undefined || jsonEqual(said.value, value)) continue;
    const { action: _action, ...words } = said;
    say({ ...words, value });
  }
}
