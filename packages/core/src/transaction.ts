// Transaction: the single description of what happened. A spec is plain input; resolving it against a state
// (`resolve-changes.ts`) gives the change set, with what may not be changed filtered out.

import type { Answers, ChangeSet } from './change.ts';
import type { Json } from './json.ts';
import type { Pointer } from './pointer.ts';
import type { FormState } from './state.ts';

/** One thing that is asked to happen to the answers. */
export type ChangeSpec =
  /** Sets a value; `undefined` takes the answer away, as if it had never been given. */
  | { readonly set: Pointer; readonly value: Json | undefined }
  /** Raw text from an input. What cannot be understood stays text and becomes an issue with the keyword `parse`. */
  | { readonly input: Pointer; readonly text: string }
  /** The citizen emptied it. */
  | { readonly clear: Pointer }
  /** A new item of a list, at the end unless `index` says where. */
  | { readonly insert: Pointer; readonly index?: number; readonly value?: Json }
  /** An item of a list, or a member of a map. */
  | { readonly remove: Pointer }
  | { readonly move: Pointer; readonly to: number }
  | { readonly duplicate: Pointer }
  /** Typing is over: a text that became a value is shown as that value from now on. */
  | { readonly settle: Pointer }
  /** The branch of a `oneOf` or `anyOf`. */
  | { readonly choose: Pointer; readonly branch: number };

export interface TransactionSpec {
  readonly changes?: ChangeSpec | readonly ChangeSpec[] | ChangeSet;
  readonly annotations?: readonly Annotation<unknown>[];
  readonly effects?: readonly StateEffect<unknown>[];
  /** `input.type`, `list.insert`, `undo`, …: what the citizen did, for history and announcements. */
  readonly userEvent?: string;
}

/** Metadata of a transaction, under a typed token. */
export interface Annotation<T> {
  readonly type: AnnotationType<T>;
  readonly value: T;
}

export class AnnotationType<T> {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  static define<T>(name: string): AnnotationType<T> {
    return new AnnotationType(name);
  }
  of(value: T): Annotation<T> {
    return { type: this, value };
  }
}

/** Something besides changes of answers that slots react to, under a typed token. */
export interface StateEffect<T> {
  readonly type: StateEffectType<T>;
  readonly value: T;
}

export class StateEffectType<T> {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  static define<T>(name: string): StateEffectType<T> {
    return new StateEffectType(name);
  }
  of(value: T): StateEffect<T> {
    return { type: this, value };
  }
  is(effect: StateEffect<unknown>): effect is StateEffect<T> {
    return (effect.type as unknown) === this;
  }
}

/** Lets a transaction write locked and read-only answers: set by the engine for sealed values, and by resuming. */
export const authority = AnnotationType.define<'seal' | 'offer' | 'resume' | 'history'>('authority');

/** `false` keeps a transaction out of undo. */
export const addToHistory = AnnotationType.define<boolean>('addToHistory');

/** What happened, from one state to the next. */
export class Transaction {
  readonly startState: FormState;
  readonly changes: ChangeSet;
  readonly annotations: readonly Annotation<unknown>[];
  readonly effects: readonly StateEffect<unknown>[];
  readonly userEvent: string | undefined;
  /** Changes that were asked for and filtered out, because the answer is locked or read-only. */
  readonly refused: readonly Pointer[];
  /** The citizen's answers after the changes. */
  readonly answers: Answers;
  /** Exactly the pointers where something shown is different; filled while the state is made. */
  readonly touched: Set<Pointer> = new Set();
  /** Pointers below which everything may be different. */
  readonly subtrees: Set<Pointer> = new Set();
  #state: FormState | undefined;

  constructor(
    startState: FormState,
    parts: Pick<Transaction, 'changes' | 'answers' | 'annotations' | 'effects' | 'refused'> & {
      userEvent?: string | undefined;
    },
  ) {
    this.startState = startState;
    this.changes = parts.changes;
    this.answers = parts.answers;
    this.annotations = parts.annotations;
    this.effects = parts.effects;
    this.refused = parts.refused;
    this.userEvent = parts.userEvent;
  }

  /** The state after. While slots are being updated, only those that come earlier can be read from it. */
  get state(): FormState {
    if (this.#state === undefined) throw new RangeError('The state of this transaction is not made yet.');
    return this.#state;
  }

  /** @internal */
  begin(state: FormState): void {
    this.#state = state;
  }

  annotation<T>(type: AnnotationType<T>): T | undefined {
    return this.annotations.find(annotation => (annotation.type as unknown) === type)?.value as T | undefined;
  }

  /** The values of the effects of one type, in order. */
  effectsOf<T>(type: StateEffectType<T>): T[] {
    return this.effects.filter(effect => type.is(effect)).map(effect => effect.value as T);
  }
}
