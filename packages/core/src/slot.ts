// StateSlot: one typed place in the state. The engine's own parts and a third party's live on the same kind.

import type { FormState } from './state.ts';
import type { StateEffectType, Transaction } from './transaction.ts';

export interface SlotSpec<T> {
  /** The first value. Slots that come before it in the state can be read already. */
  create(state: FormState): T;
  /**
   * The value after a transaction. Pure. Give back `value` itself when nothing changed: identity is how the rest
   * of the program knows. `tr.state` can be read for the slots that come before this one.
   */
  update(value: T, tr: Transaction): T;
  /**
   * Makes undo put the value back: a step that `changed` it is undone with `effect`, which carries the value before
   * and which `update` has to honour. Answers need none of this: their changes are inverted.
   */
  readonly undo?: { readonly effect: StateEffectType<T>; changed(before: T, after: T): boolean };
}

/** A token that carries the type of what the state holds under it: `state.read(slot)`. */
export class StateSlot<T> {
  readonly spec: SlotSpec<T>;
  private constructor(spec: SlotSpec<T>) {
    this.spec = spec;
  }

  static define<T>(spec: SlotSpec<T>): StateSlot<T> {
    return new StateSlot(spec);
  }
}
