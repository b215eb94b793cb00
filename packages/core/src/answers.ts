// The slot of the citizen's answers, and what an input shows of them.

import type { FieldNode } from './compiled.ts';
import { type ChangeSet, itemKeysOf, leafOf, NO_ANSWERS, type Answers } from './change.ts';
import type { Json } from './json.ts';
import { localeSlot } from './locale.ts';
import { formatValue, type ValueContext } from './format-value.ts';
import { fieldAt } from './outline.ts';
import { PersistentMap } from './persistent-map.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import { startAnswers } from './start-value.ts';

export const answersSlot: StateSlot<Answers> = StateSlot.define<Answers>({
  create: state => loadAnswers(state, state.config.data),
  update(answers, tr) {
    if (tr.changes.isEmpty) return answers;
    const next = tr.answers;
    const moved = movedItemsOf(tr.changes, next);
    if (moved !== null) {
      tr.touched.add(moved.list);
      for (let i = moved.from; i <= moved.to; i++) tr.subtrees.add(`${moved.list}/${i}`);
    }
    for (const change of tr.changes.changes) {
      if (change.kind === 'mark') tr.touched.add(change.pointer.split('#')[0]!);
      else if (change.kind === 'value') tr.touched.add(leafOf(change));
      else if (moved === null) tr.subtrees.add(change.list);
    }
    return next;
  },
});

/** The places of the one list whose items came, went or moved; null when it was more than that. */
export function movedItemsOf(changes: ChangeSet, after: Answers): ReturnType<ChangeSet['movedItems']> {
  return changes.movedItems(list => {
    const items = valueAt(after.values, list);
    return Array.isArray(items) ? items.length : 0;
  });
}

/** Takes in data as they are, with defaults where nothing is, and infers the branch of each choice once. */
function loadAnswers(state: FormState, data: Json | undefined): Answers {
  const { values, branches } = startAnswers(state.form, data);
  return { ...NO_ANSWERS, values, branches: PersistentMap.of(branches) };
}

/** What parsing and formatting depend on. */
export function valueContextOf(state: FormState): ValueContext {
  return {
    locale: state.read(localeSlot),
    formats: state.formats,
    get offset() {
      return offsetIn(state);
    },
  };
}

/** The offset of the country's time now, `+07:00`. */
function offsetIn(state: FormState): string {
  const now = (state.config.clock ?? (() => new Date()))();
  const name =
    new Intl.DateTimeFormat('en', { timeZone: state.config.pack?.timeZone ?? 'UTC', timeZoneName: 'longOffset' })
      .formatToParts(now)
      .find(part => part.type === 'timeZoneName')?.value ?? '';
  return /[+-][0-9]{2}:[0-9]{2}/u.exec(name)?.[0] ?? 'Z';
}

/** What the citizen answered at a pointer, asked at the moment or not; `undefined` where there is no answer. */
export function answerAt(state: FormState, pointer: Pointer): Json | undefined {
  const asked = valueAt(state.data, pointer);
  return asked === undefined ? valueAt(state.read(answersSlot).values, pointer) : asked;
}

/** `untouched` has never been answered, `cleared` was emptied by the citizen. */
export function answerStatus(state: FormState, pointer: Pointer): 'answered' | 'unreadable' | 'cleared' | 'untouched' {
  const answers = state.read(answersSlot);
  if (answerAt(state, pointer) !== undefined) return 'answered';
  if (answers.texts.has(pointer)) return 'unreadable';
  return answers.cleared.has(pointer) ? 'cleared' : 'untouched';
}

/** What an input shows: the text as it is being typed, or the answer as text. */
export function rawTextAt(state: FormState, pointer: Pointer): string {
  return state.read(answersSlot).texts.get(pointer) ?? textOf(state, pointer, answerAt(state, pointer));
}

/** An answer as people of the state's locale read it. Options are shown by their own value: labels are the view's. */
export function textOf(state: FormState, pointer: Pointer, value: Json | undefined): string {
  return formatValue(value, fieldNodeAt(state, pointer), valueContextOf(state));
}

export function fieldNodeAt(state: FormState, pointer: Pointer): FieldNode | undefined {
  return fieldAt(state.form, pointer, at => branchAt(state, at));
}

/** The chosen branch of a `oneOf` or `anyOf`; null where none is chosen. */
export function branchAt(state: FormState, pointer: Pointer): number | null {
  return state.read(answersSlot).branches.get(pointer) ?? null;
}

/** One stable key for each item of a list, in order. A key stays with its item when items move. */
export function itemKeys(state: FormState, pointer: Pointer): readonly string[] {
  return itemKeysOf(state.read(answersSlot), pointer);
}
