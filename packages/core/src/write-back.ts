// Which answers the citizen wants kept for the next form: a choice per answer, said by the citizen and nobody else. The
// form's own default is a suggestion; it keeps nothing (decision 021).

import type { ReuseItem, Sensitivity } from './compiled.ts';
import type { Json } from './json.ts';
import { containersOf } from './outline.ts';
import { instancesOf, pointerOf } from './pattern-index.ts';
import { joinPointer, parsePattern, valueAt, type Pointer } from './pointer.ts';
import { originAt } from './provenance.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import type { ConceptId } from './statement.ts';
import { steady } from './steady.ts';
import { StateEffectType, type TransactionSpec } from './transaction.ts';

/** An answer that may be kept, and what was said to that. */
export interface WriteBackChoice {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly sensitivity: Sensitivity;
  /** It will be kept: the citizen said so. */
  readonly on: boolean;
  /** What the citizen said; null where nothing was said, so that it is not kept. */
  readonly said: boolean | null;
  /** The form suggests to keep it (`defaultOn`). Sensitive data are never suggested. */
  readonly suggested: boolean;
}

/** What the citizen said, by pointer. A row's word moves and goes with the row. */
export type WriteBack = { readonly [pointer: Pointer]: boolean };

export const chooseWriteBackEffect =
  StateEffectType.define<readonly { readonly pointer: Pointer; readonly on: boolean | null }[]>('chooseWriteBack');
export const restoreWriteBackEffect = StateEffectType.define<WriteBack>('restoreWriteBack');

export const writeBackSlot: StateSlot<WriteBack> = StateSlot.define<WriteBack>({
  create: () => ({}),
  update(said, tr) {
    let next = said;
    if (tr.changes.movesItems && Object.keys(said).length > 0) {
      const moved = Object.entries(said).map(([pointer, on]) => [tr.changes.mapPointer(pointer), on] as const);
      if (moved.some(([at], i) => at !== Object.keys(said)[i]))
        next = Object.fromEntries(moved.filter(([at]) => at !== null));
    }
    for (const effect of tr.effects) {
      if (restoreWriteBackEffect.is(effect)) next = effect.value;
      else if (chooseWriteBackEffect.is(effect))
        for (const { pointer, on } of effect.value) {
          const { [pointer]: was, ...rest } = next;
          if ((was ?? null) !== on) next = on === null ? rest : { ...rest, [pointer]: on };
        }
    }
    if (next !== said)
      for (const pointer of new Set([...Object.keys(said), ...Object.keys(next)]))
        if (said[pointer] !== next[pointer]) tr.touched.add(pointer);
    return next;
  },
  undo: { effect: restoreWriteBackEffect, changed: (before, after) => before !== after },
});

/**
 * The citizen's word about keeping answers: `true` keeps, `false` does not, `null` takes the word back. Pointers are
 * those of `writeBackChoices`; about anything else a word may be said, but nothing comes of it.
 */
export function chooseWriteBack(pointers: Pointer | readonly Pointer[], on: boolean | null): TransactionSpec {
  const list = typeof pointers === 'string' ? [pointers] : pointers;
  return { effects: [chooseWriteBackEffect.of(list.map(pointer => ({ pointer, on })))], userEvent: 'write-back' };
}

/**
 * The answers that may be kept now, in the order of the form's reuse items: those the form allows, about the applicant,
 * that are asked and answered in the citizen's own words. What came from a register is not kept a second time.
 */
export function writeBackChoices(state: FormState): readonly WriteBackChoice[] {
  const said = state.read(writeBackSlot);
  const choices = state.form.reuse.filter(isKeepable).flatMap(item =>
    item.members.flatMap(({ pointer: pattern, concept, sensitivity }): WriteBackChoice[] => {
      const path = parsePattern(pattern);
      const places = instancesOf(state.data, path, [], containersOf(state.form, state.form.outline.root, path));
      return places.map(pointerOf).flatMap((pointer): WriteBackChoice[] => {
        const value = valueAt(state.data, pointer);
        if (value === undefined || value === null || value === '' || !isOwnWord(state, pointer, value)) return [];
        const word = Object.hasOwn(said, pointer) ? said[pointer]! : null;
        const suggested = item.policy.writeBack?.defaultOn === true && sensitivity !== 'S';
        return [{ pointer, concept, sensitivity, on: word === true, said: word, suggested }];
      });
    }),
  );
  const same = (a: WriteBackChoice, b: WriteBackChoice): boolean =>
    a.pointer === b.pointer && a.said === b.said && a.concept === b.concept;
  return steady(state, 'write-back', choices, same);
}

/** The pointers that the citizen wants kept: what goes with the submission. */
export function writeBackPointers(state: FormState): readonly Pointer[] {
  return writeBackChoices(state)
    .filter(choice => choice.on)
    .map(choice => choice.pointer);
}

/** Roles that are always the applicant: `contact` is the applicant as somebody to be reached. */
const OWN: ReadonlySet<string> = new Set(['applicant', 'contact']);

/** Answers of this item may be kept: the form or the dictionary says so, and they are about the applicant. */
export function isKeepable({ policy, subject }: Pick<ReuseItem, 'policy' | 'subject'>): boolean {
  return policy.writeBack !== undefined && policy.mode !== 'never' && OWN.has(subject);
}

/** Every answer at or below is the citizen's own. */
function isOwnWord(state: FormState, pointer: Pointer, value: Json): boolean {
  const entry = originAt(state, pointer);
  if (entry !== undefined) return entry.origin === 'manual' || entry.origin === 'override';
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([key, item]) => isOwnWord(state, joinPointer(pointer, key), item as Json));
}
