// Which issues there are at an answer, and which of them the citizen is shown yet. When an issue shows is a slot of
// its own: after a field was left, a page attempted, or filing attempted.

import { oncePerCause } from './causes.ts';
import type { Issue } from './issue.ts';
import { issueId, uniqueIssues } from './issues.ts';
import { answersSlot, branchAt, fieldNodeAt, valueContextOf } from './answers.ts';
import { derivedSlot, isRelevant } from './derived.ts';
import { nodesAlong, resolveNode } from './outline.ts';
import { pageOf } from './page-map.ts';
import { parseText } from './parse.ts';
import { PersistentMap } from './persistent-map.ts';
import { parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import { recheckedSlot, recheckIssue } from './recheck.ts';
import { uncheckedEntries, uncheckedIssue } from './entries.ts';
import { steady } from './steady.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import { addToHistory, StateEffectType, type TransactionSpec } from './transaction.ts';

export interface Visibility {
  readonly left: PersistentMap<true>;
  readonly pages: ReadonlySet<string>;
  readonly submitted: boolean;
}

export const markTouchedEffect = StateEffectType.define<Pointer>('markTouched');
export const attemptPageEffect = StateEffectType.define<string>('attemptPage');
export const attemptSubmitEffect = StateEffectType.define<true>('attemptSubmit');
export const mergeServerIssuesEffect = StateEffectType.define<readonly Issue[]>('mergeServerIssues');

export const visibilitySlot: StateSlot<Visibility> = StateSlot.define<Visibility>({
  create: () => ({ left: PersistentMap.empty, pages: new Set<string>(), submitted: false }),
  update(visibility, tr) {
    let next = visibility;
    if (tr.changes.movesItems && next.left.size > 0)
      next = { ...next, left: next.left.rekey(pointer => tr.changes.mapPointer(pointer)) };
    for (const effect of tr.effects) {
      if (markTouchedEffect.is(effect) && !next.left.has(effect.value)) {
        next = { ...next, left: next.left.set(effect.value, true) };
        tr.touched.add(effect.value);
      } else if (attemptPageEffect.is(effect) && !next.pages.has(effect.value)) {
        next = { ...next, pages: new Set([...next.pages, effect.value]) };
        showIssues(tr.state, tr.touched, effect.value);
      } else if (attemptSubmitEffect.is(effect) && !next.submitted) {
        next = { ...next, submitted: true };
        showIssues(tr.state, tr.touched, null);
      }
    }
    return next;
  },
});

/** The answers whose issues come to light now. */
function showIssues(state: FormState, touched: Set<Pointer>, page: string | null): void {
  for (const [pointer] of state.read(derivedSlot).issues.byPointer)
    if (page === null || pageOf(state.form, pointer) === page) touched.add(pointer);
  for (const [pointer] of state.read(answersSlot).texts)
    if (page === null || pageOf(state.form, pointer) === page) touched.add(pointer);
}

/** Issues that the server found, until the answer they are about is edited. */
export const serverIssuesSlot: StateSlot<readonly Issue[]> = StateSlot.define<readonly Issue[]>({
  create: () => [],
  update(issues, tr) {
    let next = issues;
    if (!tr.changes.isEmpty && next.length > 0) {
      const written = tr.changes.pointers();
      next = next.flatMap(issue => {
        const pointer = tr.changes.mapPointer(issue.pointer);
        if (pointer === null || written.some(at => pointerContains(at, pointer) && at !== '')) return [];
        return [pointer === issue.pointer ? issue : { ...issue, pointer }];
      });
      if (next.length === issues.length && next.every((issue, i) => issue === issues[i])) next = issues;
    }
    for (const effect of tr.effects) if (mergeServerIssuesEffect.is(effect)) next = effect.value;
    if (next !== issues) for (const { pointer } of [...issues, ...next]) tr.touched.add(pointer);
    return next;
  },
});

// ---- commands ------------------------------------------------------------------------------------

/** The citizen has left a field: from now on its issues are shown, and its text as the value it became. */
export function markTouched(pointer: Pointer): TransactionSpec {
  return {
    changes: { settle: pointer },
    effects: [markTouchedEffect.of(pointer)],
    annotations: [addToHistory.of(false)],
  };
}

/** The citizen wants to go on from a page: all its issues are shown. */
export function attemptPage(page: string): TransactionSpec {
  return { effects: [attemptPageEffect.of(page)] };
}

/** The citizen wants to file: every issue is shown. */
export function attemptSubmit(): TransactionSpec {
  return { effects: [attemptSubmitEffect.of(true)] };
}

/** Puts what the server found in place of what it found before. They are shown at once. */
export function mergeServerIssues(issues: readonly Issue[]): TransactionSpec {
  return { effects: [mergeServerIssuesEffect.of(issues)] };
}

// ---- questions -----------------------------------------------------------------------------------

const NONE: readonly Issue[] = [];
const ORDER = { error: 0, warn: 1, hint: 2 } as const;

/** What is wrong with the answer at a pointer, errors first, each cause once; nothing while it is not asked. */
export function issuesAt(state: FormState, pointer: Pointer): readonly Issue[] {
  const found = findingsAt(state, pointer);
  if (found.length < 2) return found;
  const told = oncePerCause(found, fieldNodeAt(state, pointer));
  return steady(state, `told ${pointer}`, told, (a, b) => a === b || issueId(a) === issueId(b));
}

/** All that schema, rules and server find there, what follows from another finding included. */
function findingsAt(state: FormState, pointer: Pointer): readonly Issue[] {
  const found = state.read(derivedSlot).issues.byPointer.get(pointer);
  const server = state.read(serverIssuesSlot).filter(issue => issue.pointer === pointer);
  const unread = state.read(answersSlot).texts.has(pointer) ? parseIssue(state, pointer) : null;
  const doubts = [recheckIssue(state, pointer), uncheckedIssue(state, pointer)].filter(issue => issue !== null);
  if (found === undefined && server.length === 0 && unread === null && doubts.length === 0) return NONE;
  if (!isRelevant(state, pointer)) return NONE;
  const all =
    unread === null ? [...(found ?? [])] : [unread, ...(found ?? []).filter(issue => issue.keyword !== 'required')];
  const sorted = uniqueIssues([...all, ...server, ...doubts].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]));
  return steady(state, `issues ${pointer}`, sorted, (a, b) => a === b || issueId(a) === issueId(b));
}

/** Those of `issuesAt` that the citizen is shown by now. */
export function visibleIssuesAt(state: FormState, pointer: Pointer): readonly Issue[] {
  const issues = issuesAt(state, pointer);
  if (issues.length === 0) return issues;
  const { left, pages, submitted } = state.read(visibilitySlot);
  if (submitted || left.has(pointer) || (pages.size > 0 && pages.has(pageOf(state.form, pointer) ?? ''))) return issues;
  const server = issues.filter(issue => state.read(serverIssuesSlot).includes(issue));
  return server.length > 0 ? steady(state, `shown ${pointer}`, server) : NONE;
}

function parseIssue(state: FormState, pointer: Pointer): Issue | null {
  const { texts, values } = state.read(answersSlot);
  const text = texts.get(pointer);
  if (text === undefined || valueAt(values, pointer) !== undefined) return null;
  const field = fieldNodeAt(state, pointer);
  const parsed = field && parseText(text, field, valueContextOf(state));
  return { pointer, keyword: 'parse', severity: 'error', params: { problem: parsed?.problem ?? 'characters' } };
}

const collected = new WeakMap<FormState, readonly Issue[]>();

/** All that schema, rules and server find, at answers that are asked: what tests of a form expect. In no order. */
export function findings(state: FormState): readonly Issue[] {
  return [...issuePointers(state)].flatMap(pointer => findingsAt(state, pointer));
}

/** Every issue of the form, in the order of its pages, each at an answer that is asked, each cause once. */
export function allIssues(state: FormState): readonly Issue[] {
  let issues = collected.get(state);
  if (issues === undefined) {
    const rank = new Map(state.form.outline.pages.map((page, i) => [page.id, i]));
    const ranked = [...issuePointers(state)].map(pointer => ({
      pointer,
      places: [rank.get(pageOf(state.form, pointer) ?? '') ?? -1, ...placesOf(state, pointer)],
    }));
    ranked.sort((a, b) => comparePlaces(a.places, b.places));
    collected.set(state, (issues = ranked.flatMap(({ pointer }) => issuesAt(state, pointer))));
  }
  return issues;
}

/** How many errors `allIssues` holds, without putting them in order: cheap enough to ask whenever typing rests. */
export function errorCount(state: FormState): number {
  let count = 0;
  for (const pointer of issuePointers(state))
    for (const { severity } of issuesAt(state, pointer)) if (severity === 'error') count++;
  return count;
}

function issuePointers(state: FormState): ReadonlySet<Pointer> {
  const pointers = new Set<Pointer>(state.read(serverIssuesSlot).map(issue => issue.pointer));
  for (const [pointer] of state.read(derivedSlot).issues.byPointer) pointers.add(pointer);
  for (const [pointer] of state.read(answersSlot).texts) pointers.add(pointer);
  for (const pointer of Object.keys(state.read(recheckedSlot))) pointers.add(pointer);
  for (const pointer of uncheckedEntries(state)) pointers.add(pointer);
  return pointers;
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Document order within a page: by place of the member in its group, then by position. */
function placesOf(state: FormState, pointer: Pointer): number[] {
  const path = parsePointer(pointer);
  const steps = nodesAlong(state.form, path, at => branchAt(state, at));
  return path.map((segment, i) => {
    const parent = steps[i] && resolveNode(state.form, steps[i].node);
    const place =
      parent?.kind === 'group' ? parent.children.findIndex(child => child.key === segment) : Number(segment);
    return Number.isInteger(place) && place >= 0 ? place : Number.MAX_SAFE_INTEGER;
  });
}

/** The issues of one page. */
export function pageIssues(state: FormState, page: string): readonly Issue[] {
  return allIssues(state).filter(issue => pageOf(state.form, issue.pointer) === page);
}
