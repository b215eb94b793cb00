// Extension: what is passed in to make a form do more. A slot, a contribution, or a list of extensions.

import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import type { TransactionSpec } from './transaction.ts';
import type { Update } from './session.ts';

/** Something an extension adds to one of the engine's points. */
export type Contribution =
  /** Adds to a transaction before it takes effect; what it gives is not shown to other extenders. */
  | { readonly kind: 'extender'; extend(spec: TransactionSpec, state: FormState): TransactionSpec | null }
  /** Runs after each update, last of all, in a session only. Never writes to a state. */
  | { readonly kind: 'effect'; run(update: Update): void };

export type Extension = StateSlot<never> | StateSlot<unknown> | Contribution | readonly Extension[];

export interface Extensions {
  readonly slots: readonly StateSlot<unknown>[];
  /** Those whose value undo puts back. */
  readonly undoable: readonly StateSlot<unknown>[];
  readonly extenders: readonly ((spec: TransactionSpec, state: FormState) => TransactionSpec | null)[];
  readonly effects: readonly ((update: Update) => void)[];
}

/** Flattens an extension; a slot that is named twice stands once. */
export function flattenExtension(extension: Extension): Extensions {
  const slots = new Set<StateSlot<unknown>>();
  const extenders: Extensions['extenders'][number][] = [],
    effects: Extensions['effects'][number][] = [];
  const add = (item: Extension): void => {
    if (item instanceof StateSlot) slots.add(item as StateSlot<unknown>);
    else if ('kind' in item) {
      if (item.kind === 'extender') extenders.push((spec, state) => item.extend(spec, state));
      else effects.push(update => item.run(update));
    } else for (const inner of item) add(inner);
  };
  add(extension);
  const all = [...slots];
  return { slots: all, undoable: all.filter(slot => slot.spec.undo !== undefined), extenders, effects };
}

/** Extends every transaction. */
export function transactionExtender(
  extend: (spec: TransactionSpec, state: FormState) => TransactionSpec | null,
): Contribution {
  return { kind: 'extender', extend };
}

/** Runs after each update of a session: autosave, announcements. */
export function updateEffect(run: (update: Update) => void): Contribution {
  return { kind: 'effect', run };
}
