// Undo and redo: a bounded list of inverted change sets. Typing in one field is one step.

import type { ChangeSet } from './change.ts';
import type { Pointer } from './pointer.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import {
  addToHistory,
  AnnotationType,
  authority,
  type StateEffect,
  type Transaction,
  type TransactionSpec,
} from './transaction.ts';

/** What takes one step back, or forth again. */
export interface HistoryStep {
  readonly changes: ChangeSet;
  /** Puts back what the step changed beside the answers: offers taken, words about keeping, … (`SlotSpec.undo`). */
  readonly restore: readonly StateEffect<unknown>[];
  readonly userEvent: string | undefined;
}

export interface History {
  readonly done: readonly HistoryStep[];
  readonly undone: readonly HistoryStep[];
}

/** Steps that are kept. */
export const HISTORY_LIMIT = 100;

const travel = AnnotationType.define<'undo' | 'redo'>('travel');

export const historySlot: StateSlot<History> = StateSlot.define<History>({
  create: () => ({ done: [], undone: [] }),
  update(history, tr) {
    const direction = tr.annotation(travel);
    const back = stepBack(tr);
    if (direction === 'undo') return { done: history.done.slice(0, -1), undone: [...history.undone, back] };
    if (direction === 'redo') return { done: [...history.done, back], undone: history.undone.slice(0, -1) };
    if (tr.changes.isEmpty && back.restore.length === 0) return history;
    if (tr.annotation(addToHistory) === false) return history;
    const last = history.done.at(-1);
    if (last !== undefined && history.undone.length === 0 && isSameTyping(last, back)) {
      return {
        done: [...history.done.slice(0, -1), { ...back, changes: back.changes.compose(last.changes) }],
        undone: [],
      };
    }
    return { done: [...history.done.slice(-(HISTORY_LIMIT - 1)), back], undone: [] };
  },
});

function stepBack(tr: Transaction): HistoryStep {
  const restore: StateEffect<unknown>[] = [];
  for (const slot of tr.startState.extensions.undoable) {
    const { effect, changed } = slot.spec.undo!;
    const before = tr.startState.read(slot);
    if (changed(before, tr.state.read(slot))) restore.push(effect.of(before));
  }
  return { changes: tr.changes.invert(), restore, userEvent: tr.userEvent };
}

/** Keys in one field, one after the other. */
function isSameTyping(a: HistoryStep, b: HistoryStep): boolean {
  if (a.userEvent === undefined || !a.userEvent.startsWith('input') || a.userEvent !== b.userEvent) return false;
  if (a.restore.length > 0 || b.restore.length > 0) return false;
  const [left, right] = [typedAt(a), typedAt(b)];
  return left !== undefined && left === right;
}

/** The one field whose text a step is about. */
function typedAt({ changes }: HistoryStep): Pointer | undefined {
  let found: Pointer | undefined;
  for (const change of changes.changes) {
    if (change.kind !== 'mark' || change.mark !== 'texts') continue;
    if (found !== undefined && found !== change.pointer) return undefined;
    found = change.pointer;
  }
  return found;
}

export function canUndo(state: FormState): boolean {
  return state.read(historySlot).done.length > 0;
}
export function canRedo(state: FormState): boolean {
  return state.read(historySlot).undone.length > 0;
}

/** The transaction that takes the last step back; null where there is none. */
export function undo(state: FormState): TransactionSpec | null {
  return travelling(state, 'undo');
}

/** The transaction that takes a step again; null where there is none. */
export function redo(state: FormState): TransactionSpec | null {
  return travelling(state, 'redo');
}

function travelling(state: FormState, direction: 'undo' | 'redo'): TransactionSpec | null {
  const { done, undone } = state.read(historySlot);
  const step = (direction === 'undo' ? done : undone).at(-1);
  if (step === undefined) return null;
  return {
    changes: step.changes,
    userEvent: direction,
    effects: step.restore,
    annotations: [travel.of(direction), authority.of('history')],
  };
}
