// FormSession: the one mutable object. It holds the current state, takes transactions one at a time, and tells
// whoever listens — once per transaction, then runs effects.

import type { CompiledForm } from './compiled.ts';
import { canRedo, canUndo, redo, undo } from './history.ts';
import type { Json } from './json.ts';
import { setLocaleEffect } from './locale.ts';
import { isWithin, type Pointer } from './pointer.ts';
import { FormState, type StateConfig } from './state.ts';
import type { Transaction, TransactionSpec } from './transaction.ts';
import { resumeDraft, type Draft } from './draft.ts';

/** What a listener is told: the state before and after, and where something shown is different. */
export interface Update {
  readonly startState: FormState;
  readonly state: FormState;
  readonly transaction: Transaction;
  /** Pointers whose value, text, issues, origin, relevance or choice may show differently. */
  readonly touched: ReadonlySet<Pointer>;
  /** Tells whether what is shown at a pointer may be different: it was touched, or something around it came, went or moved. */
  touches(pointer: Pointer): boolean;
}

export interface OpenOptions extends Omit<StateConfig, 'form' | 'initial'> {
  readonly data?: Json;
  /** Goes on where this draft stopped. */
  readonly draft?: Draft;
}

type Listener = (update: Update) => void;

/**
 * Opens a form.
 *
 * ```ts
 * const session = openForm(form, { locale: 'en' });
 * session.dispatch({ changes: { input: '/fullName', text: 'An' }, userEvent: 'input' });
 * session.state.data; // { fullName: 'An', $context: { … } }
 * ```
 *
 * @throws {OnceFormError} ERR_DRAFT_INCOMPATIBLE when the draft belongs to another form.
 * @throws {TypeError} when the form has rules and no evaluator was given.
 */
export function openForm(form: CompiledForm, options: OpenOptions = {}): FormSession {
  const { draft, ...config } = options;
  const state = draft === undefined ? FormState.create({ ...config, form }) : resumeDraft({ ...config, form }, draft);
  return FormSession.of(state);
}

/** A running form. */
export class FormSession {
  #state: FormState;
  #running = false;
  #destroyed = false;
  readonly #queue: (() => void)[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #watchers = new Map<Pointer, Set<Listener>>();

  private constructor(state: FormState) {
    this.#state = state;
  }

  /** @internal */
  static of(state: FormState): FormSession {
    return new FormSession(state);
  }

  get state(): FormState {
    return this.#state;
  }
  get form(): CompiledForm {
    return this.#state.form;
  }

  /**
   * Makes something happen, and gives what happened. A dispatch from within a listener or effect waits for its turn:
   * what it gives is worked out on the state of that moment, and takes effect when those before it are told.
   */
  dispatch(spec: TransactionSpec): Transaction {
    if (this.#destroyed) throw new TypeError('This session was destroyed: open the form again.');
    const transaction = this.#state.update(spec);
    if (this.#running) {
      this.#queue.push(() =>
        this.#commit(transaction.startState === this.#state ? transaction : this.#state.update(spec)),
      );
      return transaction;
    }
    this.#running = true;
    try {
      this.#commit(transaction);
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    } finally {
      this.#running = false;
      this.#queue.length = 0;
    }
    return transaction;
  }

  /** Listens to every transaction; gives what ends it. */
  subscribe(listener: Listener): () => void {
    const own: Listener = update => listener(update);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Listens to one place: its own value, text, issues, origin, relevance, branch and items, not what lies below it. */
  watch(pointer: Pointer, listener: Listener): () => void {
    const own: Listener = update => listener(update);
    const watchers = this.#watchers.get(pointer) ?? new Set();
    this.#watchers.set(pointer, watchers.add(own));
    return () => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#watchers.get(pointer) === watchers) this.#watchers.delete(pointer);
    };
  }

  /** Takes the last step back; tells whether there was one. */
  undo(): boolean {
    return this.#travel(undo(this.#state));
  }
  /** Takes a step again; tells whether there was one. */
  redo(): boolean {
    return this.#travel(redo(this.#state));
  }
  get canUndo(): boolean {
    return canUndo(this.#state);
  }
  get canRedo(): boolean {
    return canRedo(this.#state);
  }

  setLocale(locale: string): void {
    this.dispatch({ effects: [setLocaleEffect.of(locale)] });
  }

  /** Ends the session: nobody is told anything any more. */
  destroy(): void {
    this.#destroyed = true;
    this.#listeners.clear();
    this.#watchers.clear();
    this.#queue.length = 0;
  }

  #travel(spec: TransactionSpec | null): boolean {
    if (spec === null) return false;
    this.dispatch(spec);
    return true;
  }

  #commit(transaction: Transaction): void {
    if (this.#destroyed) return;
    const { startState, state, touched, subtrees } = transaction;
    this.#state = state;
    const touches = (pointer: Pointer): boolean => touched.has(pointer) || isWithin(subtrees, pointer);
    const update: Update = {
      startState,
      state,
      transaction,
      touched: subtrees.size === 0 ? touched : new Set([...touched, ...subtrees]),
      touches,
    };
    const failures: unknown[] = [];
    const tell = (listener: Listener): void => {
      try {
        listener(update);
      } catch (error) {
        failures.push(error);
      }
    };
    for (const listener of [...this.#listeners]) tell(listener);
    const due: Listener[] = [];
    if (subtrees.size > 0) {
      for (const [pointer, watchers] of this.#watchers) if (touches(pointer)) due.push(...watchers);
    } else for (const pointer of touched) due.push(...(this.#watchers.get(pointer) ?? []));
    for (const listener of due) tell(listener);
    for (const run of state.extensions.effects) tell(run);
    if (failures.length > 0) reportError(failures[0]);
  }
}

/** One listener's failure never keeps the others from being told: it is thrown on its own, once all have been. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
