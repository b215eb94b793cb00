// Pages: where the citizen is, how far each page has come, what stands in the way. Counts are kept up by what was
// touched, so that one key never counts a form anew.

import type { OutlineNode, OutlinePage } from './compiled.ts';
import { answersSlot, branchAt } from './answers.ts';
import { derivedSlot, isRelevant } from './derived.ts';
import { entriesSlot } from './entries.ts';
import { isJsonObject, jsonEqual, type Json } from './json.ts';
import { nodeAt, nodesAlong, resolveNode, walkOutline } from './outline.ts';
import { pageOf } from './page-map.ts';
import { isWithin, parentPointer, parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';
import { recheckedSlot } from './recheck.ts';
import { StateSlot } from './slot.ts';
import type { FormState } from './state.ts';
import { StateEffectType, type Transaction, type TransactionSpec } from './transaction.ts';
import { issuesAt, serverIssuesSlot, visibilitySlot } from './visibility.ts';

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
  /** The answer that a link led to; a face puts the focus there. */
  readonly target: Pointer | null;
}

export const goToPageEffect = StateEffectType.define<string>('goToPage');

/** Opens a page. Nothing is lost by going back or forth. */
export function goToPage(page: string): TransactionSpec {
  return { effects: [goToPageEffect.of(page)], userEvent: 'page.go' };
}

export const goToFieldEffect = StateEffectType.define<Pointer>('goToField');

/** Opens the page that asks an answer, and names the place to look at: a link into a form, or from an issue or the review. */
export function goToField(pointer: Pointer): TransactionSpec {
  return { effects: [goToFieldEffect.of(pointer)], userEvent: 'page.go' };
}

/** Where a link to an answer leads. */
export interface FieldPlace {
  readonly page: string;
  /** The answer itself, or what is nearest around it: a group that is not there yet, a row that is gone, a question not asked. */
  readonly pointer: Pointer;
  /** It is the very answer, and it is asked now. */
  readonly exact: boolean;
}

/** Where a link to an answer leads now; null where the form has no such answer on any page. A wizard asks `gateBefore` too. */
export function placeOfField(state: FormState, pointer: Pointer): FieldPlace | null {
  if (pointer[0] !== '/') return null;
  const isHere = (at: Pointer): boolean => {
    const path = parsePointer(at),
      steps = nodesAlong(state.form, path, inner => branchAt(state, inner));
    const isRow = (i: number): boolean => ['list', 'map'].includes(resolveNode(state.form, steps[i]!.node).kind);
    return (
      steps.length === path.length + 1
      && isRelevant(state, at)
      && path.every((_, i) => !isRow(i) || valueAt(state.data, path.slice(0, i + 1)) !== undefined)
    );
  };
  for (let at = pointer; at !== ''; at = parentPointer(at)) {
    const page = isHere(at) ? pageOf(state.form, at) : undefined;
    if (page !== undefined) return { page, pointer: at, exact: at === pointer };
  }
  return null;
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
  /** The answer that a link leads to, until the citizen goes elsewhere or answers something. */
  readonly target: Pointer | null;
  readonly counts: ReadonlyMap<string, Counts>;
}

export const pagesSlot: StateSlot<Pages> = StateSlot.define<Pages>({
  create(state) {
    const counts = countPages(state);
    const first = state.form.outline.pages.find(page => counts.get(page.id)!.relevant) ?? state.form.outline.pages[0];
    return { current: first?.id ?? '', visited: new Set(first === undefined ? [] : [first.id]), target: null, counts };
  },
  update(pages, tr) {
    const { state } = tr;
    const counts = recount(pages.counts, tr);
    let { current, visited, target } = pages;
    if (!tr.changes.isEmpty) target = null;
    for (const effect of tr.effects) {
      if (goToPageEffect.is(effect) && counts.has(effect.value)) [current, target] = [effect.value, null];
      else if (goToFieldEffect.is(effect)) {
        const place = placeOfField(state, effect.value);
        if (place !== null) [current, target] = [place.page, place.pointer];
      }
    }
    if (counts.get(current)?.relevant === false) current = nearestPage(state, counts, current);
    if (!visited.has(current)) visited = new Set([...visited, current]);
    const same = current === pages.current && visited === pages.visited && target === pages.target;
    return same && counts === pages.counts ? pages : { current, visited, target, counts };
  },
});

/** Every page counted from nothing. */
export function countPages(state: FormState): ReadonlyMap<string, Counts> {
  return new Map(state.form.outline.pages.map(page => [page.id, countPage(state, page)]));
}

function nearestPage(state: FormState, counts: ReadonlyMap<string, Counts>, current: string): string {
  const { pages } = state.form.outline;
  const at = pages.findIndex(page => page.id === current);
  const open = (page: OutlinePage): boolean => counts.get(page.id)?.relevant === true;
  return (pages.slice(at).find(open) ?? pages.slice(0, at).findLast(open))?.id ?? current;
}

/** Counts again what was touched: what it counted before is taken away, what it counts now is added. */
function recount(counts: ReadonlyMap<string, Counts>, tr: Transaction): ReadonlyMap<string, Counts> {
  const { startState, state } = tr;
  const derived = state.read(derivedSlot),
    before = startState.read(derivedSlot);
  if (
    derived === before
    && state.read(answersSlot) === startState.read(answersSlot)
    && state.read(serverIssuesSlot) === startState.read(serverIssuesSlot)
    && state.read(recheckedSlot) === startState.read(recheckedSlot)
    && state.read(entriesSlot) === startState.read(entriesSlot)
  )
    return counts;
  const { pages } = state.form.outline;
  let next = counts;
  const put = (id: string, count: Counts): void => {
    next = next === counts ? new Map(counts).set(id, count) : (next as Map<string, Counts>).set(id, count);
  };
  const add = (id: string | undefined, part: Partial<Counts>, sign: 1 | -1): void => {
    const held = id === undefined ? undefined : next.get(id);
    if (held === undefined) return;
    const { answered = 0, defaults = 0, required = 0, errors = 0 } = part;
    if (answered === 0 && defaults === 0 && required === 0 && errors === 0) return;
    put(id!, {
      ...held,
      answered: held.answered + sign * answered,
      defaults: held.defaults + sign * defaults,
      required: held.required + sign * required,
      errors: held.errors + sign * errors,
    });
  };
  const subtrees = outermost(tr.subtrees);
  const within = (pointer: Pointer): boolean => isWithin(tr.subtrees, pointer);
  for (const subtree of subtrees) {
    const tops =
      pageOf(state.form, subtree) !== undefined
        ? [subtree]
        : pages
            .flatMap(page => page.sections.flatMap(section => section.nodes))
            .filter(node => pointerContains(subtree, node));
    for (const top of tops) {
      add(pageOf(state.form, top), countAt(startState, top), -1);
      add(pageOf(state.form, top), countAt(state, top), 1);
    }
  }
  const wrong = new Set(tr.touched);
  if (subtrees.length > 0) {
    const texts = [startState, state].map(one => one.read(answersSlot).texts);
    // Text can stand where no row is yet: it moves with the rows before it.
    for (const map of texts)
      for (const [pointer] of map) if (within(pointer) || !texts.every(other => other.has(pointer))) wrong.add(pointer);
  }
  for (const pointer of wrong) {
    const id = pageOf(state.form, pointer);
    if (id === undefined) continue;
    const errors = errorsAt(state, pointer) - errorsAt(startState, pointer);
    const [was, is] = within(pointer) ? [NO_FIELD, NO_FIELD] : [fieldAt(startState, pointer), fieldAt(state, pointer)];
    add(id, { errors, answered: is.answered - was.answered, defaults: is.defaults - was.defaults }, 1);
  }
  if (derived.hidden !== before.hidden) {
    for (const page of pages) {
      const relevant = isPageRelevant(state, page),
        held = next.get(page.id)!;
      if (held.relevant !== relevant) put(page.id, { ...held, relevant });
    }
  }
  for (const [id, count] of next) if (next !== counts && !sameCounts(count, counts.get(id)!)) return next;
  return counts;
}

function sameCounts(a: Counts, b: Counts): boolean {
  return (
    a.relevant === b.relevant
    && a.answered === b.answered
    && a.defaults === b.defaults
    && a.required === b.required
    && a.errors === b.errors
  );
}

function outermost(pointers: ReadonlySet<Pointer>): Pointer[] {
  return [...pointers].filter(pointer => pointer === '' || !isWithin(pointers, parentPointer(pointer)));
}

function errorsAt(state: FormState, pointer: Pointer): number {
  return issuesAt(state, pointer).filter(issue => issue.severity === 'error').length;
}

type Fields = Pick<Counts, 'answered' | 'defaults' | 'required'>;
const NO_FIELD: Fields = { answered: 0, defaults: 0, required: 0 };

/** What one field that holds an answer adds; what is required does not change with the answer. */
function fieldAt(state: FormState, pointer: Pointer): Fields {
  const value = valueAt(state.data, pointer);
  const node = value === undefined ? undefined : nodeAt(state.form, pointer, at => branchAt(state, at));
  const field = node && resolveNode(state.form, node);
  if (field === undefined || !isCounted(field)) return NO_FIELD;
  return { answered: 1, defaults: isDefault(field, value) ? 1 : 0, required: 0 };
}

function isDefault(node: OutlineNode, value: Json | undefined): boolean {
  return node.kind === 'field' && node.default !== undefined && jsonEqual(node.default, value);
}

/** A field that the citizen or a source answers. */
function isCounted(node: OutlineNode): boolean {
  return node.kind === 'field' && !node.computed && node.constraints.const === undefined;
}

function isPageRelevant(state: FormState, page: OutlinePage): boolean {
  return page.sections.some(section => section.nodes.some(node => isRelevant(state, node)));
}

function countPage(state: FormState, page: OutlinePage): Counts {
  let answered = 0,
    defaults = 0,
    required = 0,
    errors = 0;
  for (const top of page.sections.flatMap(section => section.nodes)) {
    const fields = countAt(state, top);
    answered += fields.answered;
    defaults += fields.defaults;
    required += fields.required;
  }
  const pointers = new Set<Pointer>();
  for (const [pointer] of state.read(derivedSlot).issues.byPointer) pointers.add(pointer);
  for (const [pointer] of state.read(answersSlot).texts) pointers.add(pointer);
  for (const { pointer } of state.read(serverIssuesSlot)) pointers.add(pointer);
  for (const pointer of pointers) if (pageOf(state.form, pointer) === page.id) errors += errorsAt(state, pointer);
  return { relevant: isPageRelevant(state, page), answered, defaults, required, errors };
}

/** What the fields at and below a pointer add: none of those that are not asked, or whose group is not there. */
function countAt(state: FormState, top: Pointer): Fields {
  const branchOf = (at: Pointer): number | null => branchAt(state, at);
  const node = nodeAt(state.form, top, branchOf);
  const parent = parentPointer(top);
  const counted = { answered: 0, defaults: 0, required: 0 };
  if (node === undefined || !isRelevant(state, top)) return counted;
  if (pageOf(state.form, parent) !== undefined && !isThere(state, parent)) return counted;
  const value = valueAt(state.data, top);
  // A row that is not there, an optional group that holds nothing: no question of it has to be answered.
  if (value === undefined && (node.key === '[]' || (!node.required && node.kind !== 'field' && node.kind !== 'choice')))
    return counted;
  const { hidden } = state.read(derivedSlot);
  const count = (found: OutlineNode, held: Json | undefined): void => {
    if (!isCounted(found)) return;
    if (held !== undefined) {
      counted.answered++;
      if (isDefault(found, held)) counted.defaults++;
    }
    if (found.required && found.key !== '[]') counted.required++;
  };
  walkOutline(state.form, node, top, value, branchOf, (found, pointer, held) => {
    if (hidden.size > 0 && hidden.has(pointer)) return false;
    // Most of a form are plain fields in groups: they need no pointer, unless something is hidden.
    if (
      found.kind === 'group'
      && hidden.size === 0
      && found.rest === undefined
      && found.children.every(child => child.kind === 'field')
    ) {
      for (const child of found.children)
        count(child, isJsonObject(held) && Object.hasOwn(held, child.key) ? held[child.key] : undefined);
      return false;
    }
    count(found, held);
    return true;
  });
  return counted;
}

/** Tells whether everything down to a container is there, and an array where the outline has a list. */
function isThere(state: FormState, container: Pointer): boolean {
  const path = parsePointer(container);
  let value: Json | undefined = state.data;
  for (const [i, { node }] of nodesAlong(state.form, path, at => branchAt(state, at)).entries()) {
    const { kind } = resolveNode(state.form, node);
    if (kind === 'list' || kind === 'tuple' ? !Array.isArray(value) : !isJsonObject(value)) return false;
    if (i < path.length) value = valueAt(value, [path[i]!]);
  }
  return typeof value === 'object';
}

const progresses = new WeakMap<FormState, Progress>();

/** How far each page has come, and which one is open. */
export function progress(state: FormState): Progress {
  let found = progresses.get(state);
  if (found === undefined) {
    const { current, visited, target, counts } = state.read(pagesSlot);
    const { pages: attempted, submitted } = state.read(visibilitySlot);
    const pages = state.form.outline.pages.map(({ id }): PageProgress => {
      const { defaults, ...count } = counts.get(id)!;
      const given = count.answered - defaults;
      const tried = submitted || attempted.has(id);
      const status =
        count.errors > 0
          ? tried
            ? 'blocked'
            : given > 0
              ? 'in-progress'
              : 'not-started'
          : visited.has(id) || given > 0
            ? 'done'
            : 'not-started';
      return { id, ...count, status };
    });
    progresses.set(state, (found = { pages, currentPage: current, target }));
  }
  return found;
}

/**
 * The page that stands in the way of another: the first one before it that is asked and still has errors; null when
 * nothing does. A wizard opens that one instead and attempts it; a task list does not ask.
 */
export function gateBefore(state: FormState, page: string): string | null {
  for (const { id, relevant, errors } of progress(state).pages) {
    if (id === page) return null;
    if (relevant && errors > 0) return id;
  }
  return null;
}
