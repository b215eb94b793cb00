// A form that stands before its engine has come: it shows what is asked at the start, takes what is typed, and hands it
// over in the order it happened. It judges nothing; that is the engine's business a moment later. first-draft.ts keeps
// what was typed, should the page be gone before.

import type { ChangeSpec, CompiledForm, FormSession, FormState, Json, Pointer, TransactionSpec } from '@onceform/core';
import { firstLook, type FirstLook, type FirstLookConfig } from '@onceform/core/first';

/** Stands in for a state until there is one: engine.ts alone knows of it. */
export class FirstState {
  readonly form: CompiledForm;
  readonly #look: FirstLook;
  /** What was typed and chosen since, by pointer. */
  readonly #texts = new Map<Pointer, string>();
  readonly #values = new Map<Pointer, Json | undefined>();

  constructor(config: FirstLookConfig) {
    this.form = config.form;
    this.#look = firstLook(config);
  }

  isRelevant(pointer: Pointer): boolean {
    return this.#look.isRelevant(pointer);
  }

  isRequired(pointer: Pointer): boolean {
    return this.#look.isRequired(pointer);
  }

  branchAt(pointer: Pointer): number | null {
    return this.#look.branchAt(pointer);
  }

  answerAt(pointer: Pointer): Json | undefined {
    return this.#values.has(pointer) ? this.#values.get(pointer) : this.#look.answerAt(pointer);
  }

  rawTextAt(pointer: Pointer): string {
    return this.#texts.get(pointer) ?? this.#look.textOf(pointer, this.answerAt(pointer));
  }

  /** Remembers what a control shows by now, for who draws it anew: in another language. */
  take(change: ChangeSpec): void {
    if ('input' in change) this.#texts.set(change.input, change.text);
    else if ('set' in change) this.#values.set(change.set, change.value);
    else if ('clear' in change) this.#values.set(change.clear, undefined);
  }
}

/** Stands in for a session: keeps what happens for the one that the engine opens. */
export class FirstSession {
  readonly state: FormState;
  /** What was typed and chosen, in turn; of one box only what stands in it. */
  readonly typed: ChangeSpec[] = [];
  /** Called after each change, until the engine is here. */
  onTyped: (() => void) | undefined;
  #waiting: ((session: FormSession) => void)[] = [];
  #session: FormSession | undefined;

  /** @param typed What was typed into it before it was taken away: it happens first. */
  constructor(config: FirstLookConfig, typed: readonly ChangeSpec[] = []) {
    this.state = new FirstState(config) as unknown as FormState;
    for (const change of typed) {
      this.#take(change);
      this.later(session => {
        try {
          session.dispatch({ changes: change });
        } catch {
          // The form is another one by now, and has no such place.
        }
      });
    }
  }

  get form(): CompiledForm {
    return this.state.form;
  }

  dispatch(spec: TransactionSpec): void {
    const early = this.#session === undefined && spec.changes !== undefined;
    if (early) this.#take(spec.changes as ChangeSpec);
    this.later(session => session.dispatch(spec));
    if (early) this.onTyped?.();
  }

  #take(change: ChangeSpec): void {
    (this.state as unknown as FirstState).take(change);
    const last = this.typed.at(-1);
    if ('input' in change && last !== undefined && 'input' in last && last.input === change.input) this.typed.pop();
    this.typed.push(change);
  }

  /** Has something done by the engine: in turn as soon as it is here, at once from then on. */
  later(work: (session: FormSession) => void): void {
    if (this.#session === undefined) this.#waiting.push(work);
    else work(this.#session);
  }

  /** Nobody is told anything: nothing follows from what is typed yet. */
  subscribe(): () => void {
    return () => undefined;
  }

  /** The engine is here: all that happened so far happens to its session, and what still comes late goes there. */
  handOver(session: FormSession): void {
    this.#session = session;
    for (const work of this.#waiting) work(session);
    this.#waiting = [];
  }
}
