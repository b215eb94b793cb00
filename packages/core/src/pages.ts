// Pages: where the citizen is, how far each page has come, what stands in the way. Counts are kept up by what was
// touched, so that one key never counts a form anew.

import type { OutlineNode, OutlinePage } from './compiled.ts';
import { answersSlot, branchAt } from './answers.ts';
import { derivedSlot, isRelevant } from './derived.ts';
import { jsonEqual, type Json } from './json.ts';
import { nodeAt, resolveNode, walkOutline } from './outline.ts';
import { pageOf } from './page-map.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import { StateEffectType, type Transaction, type TransactionSpec } from './transaction.ts';
import { issuesAt, visibilitySlot } from './visibility.ts';

export interface PageProgress {
  readonly id: string;
  /** Whether anything on it is asked. */
  readonly relevant: boolean;
  /** Fields that hold an answer, of those that are asked. */
  readonly answered: number;
  /** Fields that have to be answered, of those that are asked. */
  readonly required: number;
  /** Issues that block filing. */
  readonly errors: number;
  /** `blocked`: it was attempted, and something has to be put right first. */
  readonly status: 'not-started' | 'in-progress' | 'done' | 'blocked';
}

export interface Progress {
  readonly pages: readonly PageProgress[];
  readonly currentPage: string;
}

export const goToPageEffect = StateEffectType.define<string>('goToPage');

/** Opens a page. Nothing is lost by going back or forth. */
export function goToPage(page: string): TransactionSpec {
  return { effects: [goToPageEffect.of(page)], userEvent: 'page.go' };
}

interface Counts {
  readonly relevant: boolean;
  readonly answered: number;
  /** Of those answered, how many hold no more than the form's own default. */
  readonly defaults: number;
  readonly required: number;
  readonly errors: number;
}

interface Pages {
  readonly current: string;
  readonly visited: ReadonlySet<string>;
  readonly counts: ReadonlyMap<string, Counts>;
}

export const pagesSlot: StateSlot<Pages> = StateSlot.define<Pages>({
  create(state) {
    const counts = new Map(state.form.outline.pages.map(page => [page.id, countPage(state, page)]));
    const first = state.form.outline.pages.find(page => counts.get(page.id)!.relevant) ?? state.form.outline.pages[0];
    return { current: first?.id ?? '', visited: new Set(first === undefined ? [] : [first.id]), counts };
  },
  update(pages, tr) {
    const { state } = tr;
    let counts = recount(pages.counts, tr);
    let { current, visited } = pages;
    for (const effect of tr.effects) {
      if (goToPageEffect.is(effect) && counts.has(effect.value)) current = effect.value;
    }
    if (counts.get(current)?.relevant === false) current = nearestPage(state, counts, current);
    if (!visited.has(current)) visited = new Set([...visited, current]);
    if (current === pages.current && visited === pages.visited && counts === pages.counts) return pages;
    return { current, visited, counts };
  },
});

function nearestPage(state: FormState, counts: ReadonlyMap<string, Counts>, current: string): string {
  const { pages } = state.form.outline;
  const at = pages.findIndex(page => page.id === current);
  const open = (page: OutlinePage): boolean => counts.get(page.id)?.relevant === true;
  return (pages.slice(at).find(open) ?? pages.slice(0, at).findLast(open))?.id ?? current;
}

function recount(counts: ReadonlyMap<string, Counts>, tr: Transaction): ReadonlyMap<string, Counts> {
  const { startState, state } = tr;
  if (startState.read(derivedSlot) === state.read(derivedSlot) && startState.read(answersSlot) === state.read(answersSlot)
    && tr.touched.size === 0 && tr.subtrees.size === 0) return counts;
  const next = new Map(counts), whole = new Set<string>();
  const { pages } = state.form.outline;
  for (const pointer of tr.subtrees) {
    const page = pageOf(state.form, pointer);
    if (page !== undefined) whole.add(page);
    else for (const one of pages) if (one.sections.some(section => section.nodes.some(node => node.startsWith(pointer + '/')))) whole.add(one.id);
  }
  for (const page of pages) if (whole.has(page.id)) next.set(page.id, countPage(state, page));
  for (const pointer of tr.touched) {
    const id = pageOf(state.form, pointer);
    const held = id === undefined || whole.has(id) ? undefined : next.get(id);
    if (held === undefined) continue;
    const errors = held.errors - errorsAt(startState, pointer) + errorsAt(state, pointer);
    const answered = held.answered - answeredAt(startState, pointer) + answeredAt(state, pointer);
    const defaults = held.defaults - defaultAt(startState, pointer) + defaultAt(state, pointer);
    if (errors !== held.errors || answered !== held.answered || defaults !== held.defaults) next.set(id!, { ...held, errors, answered, defaults });
  }
  for (const [id, count] of next) {
    const old = counts.get(id)!;
    if (old.relevant !== count.relevant || old.answered !== count.answered || old.defaults !== count.defaults || old.required !== count.required || old.errors !== count.errors) return next;
  }
  return counts;
}

function errorsAt(state: FormState, pointer: Pointer): number {
  return issuesAt(state, pointer).filter(issue => issue.severity === 'error').length;
}

function answeredAt(state: FormState, pointer: Pointer): number {
  const value = valueAt(state.data, pointer);
  if (value === undefined) return 0;
  const node = nodeAt(state.form, pointer, at => branchAt(state, at));
  return node !== undefined && isCounted(resolveNode(state.form, node)) ? 1 : 0;
}

function defaultAt(state: FormState, pointer: Pointer): number {
  const value = valueAt(state.data, pointer);
  const node = value === undefined ? undefined : nodeAt(state.form, pointer, at => branchAt(state, at));
  const resolved = node && resolveNode(state.form, node);
  return resolved !== undefined && isCounted(resolved) && isDefault(resolved, value) ? 1 : 0;
}

function isDefault(node: OutlineNode, value: Json | undefined): boolean {
  return node.kind === 'field' && node.default !== undefined && jsonEqual(node.default, value);
}

/** A field that the citizen or a source answers. */
function isCounted(node: OutlineNode): boolean {
  return node.kind === 'field' && !node.computed && node.constraints.const === undefined;
}

function countPage(state: FormState, page: OutlinePage): Counts {
  let answered = 0, defaults = 0, required = 0, errors = 0, relevant = false;
  const asked = (pointer: Pointer): boolean => isRelevant(state, pointer);
  for (const top of page.sections.flatMap(section => section.nodes)) {
    const node = nodeAt(state.form, top, at => branchAt(state, at));
    if (node === undefined || !asked(top)) continue;
    relevant = true;
    const data = valueAt(state.data, top);
    walkOutline(state.form, node, top, data, at => branchAt(state, at), (found, pointer, value) => {
      if (!asked(pointer)) return false;
      if (!isCounted(found)) return true;
      if (value !== undefined) answered++;
      if (value !== undefined && isDefault(found, value)) defaults++;
      if (found.required) required++;
      return true;
    });
  }
  for (const [pointer] of state.read(derivedSlot).issues.byPointer) if (pageOf(state.form, pointer) === page.id) errors += errorsAt(state, pointer);
  for (const [pointer] of state.read(answersSlot).texts) {
    if (pageOf(state.form, pointer) === page.id && !state.read(derivedSlot).issues.byPointer.has(pointer)) errors += errorsAt(state, pointer);
  }
  return { relevant, answered, defaults, required, errors };
}

const progresses = new WeakMap<FormState, Progress>();

/** How far each page has come, and which one is open. */
export function progress(state: FormState): Progress {
  let found = progresses.get(state);
  if (found === undefined) {
    const { current, visited, counts } = state.read(pagesSlot);
    const { pages: attempted, submitted } = state.read(visibilitySlot);
    const pages = state.form.outline.pages.map(({ id }): PageProgress => {
      const { defaults, ...count } = counts.get(id)!;
      const given = count.answered - defaults;
      const tried = submitted || attempted.has(id);
      const status = count.errors > 0 ? (tried ? 'blocked' : given > 0 ? 'in-progress' : 'not-started')
        : visited.has(id) || given > 0 ? 'done' : 'not-started';
      return { id, ...count, status };
    });
    progresses.set(state, found = { pages, currentPage: current });
  }
  return found;
}
