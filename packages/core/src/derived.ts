// The slot of what follows from the answers, and the questions it answers: what is asked, what is required.

import { deriveAll, deriveNext, isAsked, type Derived, type DeriveContext } from './derive.ts';
import { leafOf } from './change.ts';
import { answersSlot, branchAt, movedItemsOf } from './answers.ts';
import { contextSlot } from './context.ts';
import type { Json } from './json.ts';
import { nodeAt } from './outline.ts';
import { parentPointer, valueAt, type Pointer } from './pointer.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';

export const derivedSlot: StateSlot<Derived> = StateSlot.define<Derived>({
  create: state =>
    deriveAll(deriveContextOf(state), state.read(answersSlot), state.read(contextSlot) as unknown as Json),
  update(before, tr) {
    const { startState, state, changes } = tr;
    const context = state.read(contextSlot);
    const newContext = context !== startState.read(contextSlot);
    if (changes.isEmpty && !newContext) return before;
    const pointers = new Set<Pointer>(),
      subtrees = new Set<Pointer>();
    const moved = movedItemsOf(changes, state.read(answersSlot));
    for (const change of changes.changes) {
      if (change.kind === 'mark') {
        if (change.mark === 'branches') pointers.add(change.pointer);
        continue;
      }
      if (change.kind !== 'value') {
        if (moved === null) subtrees.add(change.list);
        continue;
      }
      const parent = parentPointer(change.pointer);
      const inList = change.pointer !== '' && Array.isArray(valueAt(state.read(answersSlot).values, parent));
      if (inList && (change.before === undefined || change.after === undefined)) subtrees.add(parent);
      else pointers.add(leafOf(change));
    }
    if (pointers.size === 0 && subtrees.size === 0 && moved === null && !newContext) return before;
    return deriveNext(
      deriveContextOf(state),
      before,
      state.read(answersSlot),
      {
        pointers: [...pointers],
        subtrees: [...subtrees],
        moved,
        ...(newContext ? { context: context as unknown as Json } : {}),
      },
      tr.touched,
      tr.subtrees,
    );
  },
});

export function deriveContextOf(state: FormState): DeriveContext {
  return { form: state.form, evaluator: state.config.rules ?? null, formats: state.formats };
}

/** Tells whether a pointer is asked at the moment: no guard of it or above it says no. */
export function isRelevant(state: FormState, pointer: Pointer): boolean {
  return isAsked(state.read(derivedSlot).hidden, pointer);
}

/** Tells whether an answer has to be given: its node is required, and it is asked. */
export function isRequired(state: FormState, pointer: Pointer): boolean {
  const node = nodeAt(state.form, pointer, at => branchAt(state, at));
  return node !== undefined && node.required && isRelevant(state, pointer);
}
