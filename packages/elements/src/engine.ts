// What the face asks of the engine. A first page is drawn and typed into before the engine has come: until then the
// questions go to the first look at the form, afterwards to the engine, and nobody who draws has to know which.

import type { FormSession, FormState, HeldRecord, Json, PageProgress, Pointer } from '@onceform/core';
import type * as Engine from '@onceform/core/engine';
import { FirstSession, FirstState } from './first-session.ts';

let engine: typeof Engine | undefined;

/** The engine has come. */
export function useEngine(come: typeof Engine): void {
  engine = come;
}

/** A form that is open already and was drawn without its engine. */
function firstOf(state: FormState): FirstState | undefined {
  return (state as unknown) instanceof FirstState ? (state as unknown as FirstState) : undefined;
}

export function isRelevant(state: FormState, pointer: Pointer): boolean {
  return firstOf(state)?.isRelevant(pointer) ?? engine!.isRelevant(state, pointer);
}

export function isRequired(state: FormState, pointer: Pointer): boolean {
  return firstOf(state)?.isRequired(pointer) ?? engine!.isRequired(state, pointer);
}

export function rawTextAt(state: FormState, pointer: Pointer): string {
  return firstOf(state)?.rawTextAt(pointer) ?? engine!.rawTextAt(state, pointer);
}

export function answerAt(state: FormState, pointer: Pointer): Json | undefined {
  const first = firstOf(state);
  return first === undefined ? engine!.answerAt(state, pointer) : first.answerAt(pointer);
}

export function branchAt(state: FormState, pointer: Pointer): number | null {
  const first = firstOf(state);
  return first === undefined ? engine!.branchAt(state, pointer) : first.branchAt(pointer);
}

// Nothing is wrong with, comes from a source at, or is locked in a form that nobody has judged yet.

/** A question that only the engine has an answer to. */
function asked<K extends keyof typeof Engine>(name: K, none: unknown): (typeof Engine)[K] {
  const ask = (state: FormState, pointer: Pointer): unknown =>
    firstOf(state) === undefined
      ? (engine![name] as (state: FormState, pointer: Pointer) => unknown)(state, pointer)
      : none;
  return ask as (typeof Engine)[K];
}

const NONE: readonly never[] = [];
export const visibleIssuesAt = asked('visibleIssuesAt', NONE);
export const isLocked = asked('isLocked', false);
export const originAt = asked('originAt', undefined);
export const missAt = asked('missAt', undefined);
export const offersAt = asked('offersAt', NONE);
export const recordAt = asked('recordAt', undefined);
export const decisions = asked('decisions', NONE);
export const itemKeys = asked('itemKeys', NONE);
export const errorCount = asked('errorCount', 0);
export const entryAt = asked('entryAt', undefined);

/** The answer may come from a source only, and has not: nobody can type it. */
export function isBlocked(state: FormState, pointer: Pointer): boolean {
  return (
    firstOf(state) === undefined
    && state.form.reuse.some(({ policy }) => policy.onMissing === 'block')
    && engine!.isBlocked(state.form, state.data, pointer)
  );
}

/** The pages, whether each is asked and how far it has come. */
export function pagesIn(state: FormState): readonly Pick<PageProgress, 'id' | 'relevant' | 'status'>[] {
  const first = firstOf(state);
  if (first === undefined) return engine!.progress(state).pages;
  return first.form.outline.pages.map(({ id, sections }) => ({
    id,
    relevant: sections.some(({ nodes }) => nodes.some(node => first.isRelevant(node))),
    status: 'not-started',
  }));
}

/** The records of sources that are in use. */
export function recordsIn(state: FormState): readonly HeldRecord[] {
  return firstOf(state) === undefined ? state.read(engine!.prefillSlot).records : NONE;
}

/** The citizen has left a field: from now on its issues are shown. */
export function touch(session: FormSession, pointer: Pointer): void {
  if ((session as unknown) instanceof FirstSession)
    (session as unknown as FirstSession).later(whole => touch(whole, pointer));
  else session.dispatch(engine!.markTouched(pointer));
}
