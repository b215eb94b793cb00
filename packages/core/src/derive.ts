// The one derive pass: from the citizen's answers to what is asked, computed, filed and found wrong. Guards, computed
// values, checks and validator parts stand in one topological order; a change runs only those that its pointer
// concerns, and everything else keeps its identity.

import type { CompiledForm, OutlineNode } from './compiled.ts';
import { writeAt, type Answers, type ChangeSet } from './change.ts';
import { planOf, type AnyUnit, type Plan, type Units } from './derive-plan.ts';
import { OnceFormError } from './errors.ts';
import { computedValue, ruleHolds, type Scene } from './evaluate.ts';
import type { Issue } from './issue.ts';
import { NO_ISSUES, replaceIssues, type IssueBook } from './issues.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import { JobQueue, type Job } from './job-queue.ts';
import { childNode, nodeAt, nodesAlong, partsAt, resolveNode, walkInstance, type BranchOf } from './outline.ts';
import type { FormatSpec } from './pack.ts';
import { agreement, instancesOf, pointerOf } from './pattern-index.ts';
import { PersistentMap } from './persistent-map.ts';
import {
  formatPointer,
  joinPointer,
  parentPointer,
  parsePointer,
  pointerContains,
  valueAt,
  type Path,
  type Pointer,
} from './pointer.ts';
import { blockIssue } from './missing.ts';
import { isImplied, project, type ProjectionScope } from './projection.ts';
import { instancesOfPart } from './recursion.ts';
import { revalidated } from './revalidate.ts';
import { needsAreMet, type RuleEvaluator } from './rules.ts';

/** What follows from the answers. Immutable. */
export interface Derived {
  /** What will be filed: answers to what is asked, computed values, implied members, and `$context`. */
  readonly data: JsonObject;
  /** Pointers whose guards say no, with the ids of those guards. What lies below them is not asked either. */
  readonly hidden: PersistentMap<readonly string[]>;
  readonly computed: PersistentMap<true>;
  readonly issues: IssueBook;
}

export interface DeriveContext {
  readonly form: CompiledForm;
  readonly evaluator: RuleEvaluator | null;
  readonly formats: { readonly [name: string]: FormatSpec };
}

/** Everything from nothing: on opening, and in tests as the measure of the incremental way. */
export function deriveAll(context: DeriveContext, answers: Answers, formContext: Json): Derived {
  const pass = new Pass(context, answers, {
    data: { $context: formContext },
    hidden: PersistentMap.empty,
    computed: PersistentMap.empty,
    issues: NO_ISSUES,
  });
  pass.start();
  return pass.finish(null);
}

/** What changed, as pointers into answers or `$context`. `subtrees`: where the number or order of items changed. */
export interface DeriveChange {
  readonly pointers: readonly Pointer[];
  readonly subtrees: readonly Pointer[];
  /** Places of a list that hold another item now. */
  readonly moved: ReturnType<ChangeSet['movedItems']>;
  readonly context?: Json;
}

/** The next derived state; what is shown differently is added to `touched` and `subtrees`. */
export function deriveNext(
  context: DeriveContext,
  before: Derived,
  answers: Answers,
  change: DeriveChange,
  touched: Set<Pointer>,
  subtrees: Set<Pointer>,
): Derived {
  const pass = new Pass(context, answers, before);
  if (change.context !== undefined) pass.contextChanged(change.context);
  const within = (pointer: Pointer): boolean =>
    change.subtrees.some(outer => outer !== pointer && pointerContains(outer, pointer));
  for (const pointer of change.subtrees) if (!within(pointer)) pass.changed(pointer, true);
  for (const pointer of change.pointers) if (!within(pointer)) pass.changed(pointer, false);
  if (change.moved !== null) pass.itemsMoved(change.moved);
  const after = pass.finish(touched);
  for (const pointer of pass.touched) touched.add(pointer);
  for (const pointer of pass.subtrees) subtrees.add(pointer);
  return after;
}

/** How often one unit may run again in one pass before it is taken to chase its own tail. */
const MOST_RUNS = 1000;

class Pass {
  readonly touched = new Set<Pointer>();
  readonly subtrees = new Set<Pointer>();
  readonly #context: DeriveContext;
  readonly #form: CompiledForm;
  readonly #plan: Plan;
  readonly #answers: Answers;
  readonly #before: Derived;
  readonly #branchOf: BranchOf;
  #data: JsonObject;
  #hidden: PersistentMap<readonly string[]>;
  #computed: PersistentMap<true>;
  #issues: IssueBook;
  /** Pointers of the data that were written. */
  readonly #dirty = new Map<Pointer, boolean>();
  readonly #jobs = new JobQueue();
  readonly #runs = new Map<string, number>();

  constructor(context: DeriveContext, answers: Answers, before: Derived) {
    this.#context = context;
    this.#form = context.form;
    this.#plan = planOf(context.form);
    this.#answers = answers;
    this.#before = before;
    this.#branchOf = at => answers.branches.get(at) ?? null;
    this.#data = before.data;
    this.#hidden = before.hidden;
    this.#computed = before.computed;
    this.#issues = before.issues;
  }

  /** Everything: all units, all parts. */
  start(): void {
    const made = project(this.#form.outline.root, '', this.#answers.values, true, this.#scope);
    this.#data = { ...(isJsonObject(made) ? made : {}), $context: this.#data['$context']! };
    this.#dirty.set('', true);
    for (const item of this.#plan.root.all) this.#enqueue(item, [], []);
    if (this.#plan.scopes.size > 0) this.#enqueueScopesBelow([]);
  }

  contextChanged(next: Json): void {
    const before = this.#data['$context'];
    this.#data = { ...this.#data, $context: next };
    const visit = (pointer: Pointer, a: Json | undefined, b: Json | undefined): void => {
      if (a === b || jsonEqual(a, b)) return;
      if (isJsonObject(a) && isJsonObject(b)) {
        for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
          visit(joinPointer(pointer, key), a[key], b[key]);
      } else this.#wrote(pointer, false);
    };
    visit('/$context', before, next);
  }

  /** An answer changed; `items` when a list's items came, went or moved. */
  changed(pointer: Pointer, items: boolean): void {
    this.touched.add(pointer);
    const hidden = this.#hiddenAround(pointer);
    if (hidden !== null) {
      const group = parentPointer(hidden),
        answer = valueAt(this.#answers.values, group);
      this.#dropEmptyGroups(hidden);
      if (isJsonObject(answer) && Object.keys(answer).length === 0 && valueAt(this.#data, group) === undefined)
        this.changed(group, false);
      return;
    }
    const force =
      items || isContainer(valueAt(this.#data, pointer)) || isContainer(valueAt(this.#answers.values, pointer));
    if (force) this.#forgetBelow(pointer);
    this.#reproject(pointer, force);
  }

  /** Items of a list came, went or moved: only the places that hold another one are looked at. */
  itemsMoved({ list, from, to, appends }: NonNullable<DeriveChange['moved']>): void {
    this.touched.add(list);
    const answers = valueAt(this.#answers.values, list),
      held = valueAt(this.#data, list);
    const steps = nodesAlong(this.#form, parsePointer(list), this.#branchOf);
    const node = steps.at(-1)!.pointer === list ? resolveNode(this.#form, steps.at(-1)!.node) : undefined;
    if (this.#hiddenAround(list) !== null || !Array.isArray(answers) || !Array.isArray(held) || node?.kind !== 'list')
      return this.changed(list, true);
    if (!appends) this.#forgetItems(list, from, to);
    const items = (held as readonly Json[]).slice(0, answers.length);
    for (let i = from; i < answers.length && i <= to; i++)
      items[i] = project(node.item, `${list}/${i}`, answers[i], true, this.#scope) ?? (answers[i] as Json);
    this.#data = writeAt(this.#data, parsePointer(list), items) as JsonObject;
    this.#dirty.set(list, this.#dirty.get(list) ?? false);
    this.#enqueueAround(this.#plan.root, [], parsePointer(list), false);
    for (let i = from; i <= to; i++) this.#wrote(`${list}/${i}`, true);
  }

  finish(touched: Set<Pointer> | null): Derived {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      const runs = (this.#runs.get(job.id) ?? 0) + 1;
      this.#runs.set(job.id, runs);
      if (runs > MOST_RUNS)
        throw new OnceFormError('ERR_RULE_CYCLE', `The computed values of this form do not come to rest.`, {
          data: { unit: job.item.unit.id },
        });
      this.#run(job);
    }
    const judged = { ...this.#scene, issues: this.#issues, formats: this.#context.formats };
    this.#issues = revalidated(judged, this.#dirty, touched ?? new Set());
    if (
      this.#data === this.#before.data
      && this.#hidden === this.#before.hidden
      && this.#computed === this.#before.computed
      && this.#issues === this.#before.issues
    )
      return this.#before;
    return { data: this.#data, hidden: this.#hidden, computed: this.#computed, issues: this.#issues };
  }

  // ---- data ----------------------------------------------------------------------------------------

  /** Writes to the data what the answers hold at a pointer, or above it where a container comes or goes. */
  #reproject(pointer: Pointer, force: boolean): void {
    const path = parsePointer(pointer);
    let given: OutlineNode | undefined = this.#form.outline.root;
    let held: Json | undefined = this.#data,
      answer: Json | undefined = this.#answers.values;
    let at = '';
    for (const key of path) {
      if (this.#isHiddenHere(at)) return;
      const node: OutlineNode | undefined = given && resolveNode(this.#form, given);
      const implied = answer === undefined && node?.kind === 'group' && isImplied(given!) && isJsonObject(held);
      if (!implied && (!isContainer(held) || answer === undefined || !sameKind(held, answer))) break;
      const child: OutlineNode | undefined =
        node && childNode(this.#form, node, key, node.kind === 'choice' ? this.#branchOf(at) : null);
      if (child === undefined && node?.kind === 'choice') break;
      given = child;
      held = memberOf(held!, key);
      answer = answer && memberOf(answer, key);
      at = joinPointer(at, key);
    }
    if (this.#isHiddenHere(at)) return;
    const was = at === '' ? this.#data : held;
    const projected =
      given === undefined ? answer : project(given, at, answer, at === '' || isItem(this.#data, at), this.#scope);
    const next =
      at === '' ? { ...(isJsonObject(projected) ? projected : {}), $context: this.#data['$context']! } : projected;
    if (next === was && !force) return;
    const whole = given !== undefined && resolveNode(this.#form, given).kind !== 'field';
    const below = force || whole || isContainer(was) || isContainer(next);
    if (isContainer(was) && at !== pointer) this.#forgetBelow(at);
    this.#write(at, next, below);
    if (next === undefined) this.#dropEmptyGroups(at);
  }

  #write(pointer: Pointer, value: Json | undefined, below: boolean): void {
    const before = this.#data;
    this.#data = pointer === '' ? (value as JsonObject) : (writeAt(before, parsePointer(pointer), value) as JsonObject);
    if (this.#data === before && !below) return;
    if (value === undefined) this.#forgetRulesAt(pointer);
    this.#wrote(pointer, below);
  }

  /** Remembers what was written and puts in line the units that this concerns. */
  #wrote(pointer: Pointer, below: boolean): void {
    this.#dirty.set(pointer, (this.#dirty.get(pointer) ?? false) || below);
    (below ? this.subtrees : this.touched).add(pointer);
    const path = parsePointer(pointer);
    this.#enqueueAround(this.#plan.root, [], path);
    if (this.#plan.scopes.size === 0) return;
    if (path[0] === '$context') return this.#enqueueScopesBelow([]);
    for (const { node, pointer: at, depth } of nodesAlong(this.#form, path, this.#branchOf)) {
      for (const part of partsAt(this.#form, node, at, this.#branchOf)) {
        const units = this.#plan.scopes.get(part),
          base = path.slice(0, depth);
        if (units !== undefined && valueAt(this.#data, base) !== undefined) this.#enqueueAround(units, base, path);
      }
    }
    for (const { item } of this.#plan.scopesByData.around(path))
      for (const base of instancesOfPart(item.places, this.#data))
        if (this.#isPart(base, item.places.part)) this.#enqueue(item.item, base, []);
    if (below) this.#enqueueScopesBelow(path);
  }

  /** Tells whether an instance is of a part by its chosen branches too. */
  #isPart(path: Path, part: string): boolean {
    const steps = nodesAlong(this.#form, path, this.#branchOf);
    const last = steps.length === path.length + 1 ? steps.at(-1)! : undefined;
    return last !== undefined && partsAt(this.#form, last.node, last.pointer, this.#branchOf).includes(part);
  }

  #enqueueAround(units: Units, base: Path, path: Path, below = true): void {
    const inner = path.slice(base.length);
    for (const { path: read, item } of below ? units.byRead.around(inner) : units.byRead.above(inner)) {
      const bound = inner.slice(0, Math.min(agreement(item.target, read), inner.length));
      this.#enqueue(item, base, bound);
    }
    if (!below) return;
    for (const { path: target, item } of units.byTarget.below(inner)) {
      if (item.kind === 'guard' && target.length === inner.length) continue;
      this.#enqueue(item, base, inner);
    }
  }

  /** Puts every unit in line for each recursive part at or below a path. */
  #enqueueScopesBelow(path: Path): void {
    const pointer = formatPointer(path);
    const node = nodesAlong(this.#form, path, this.#branchOf);
    if (node.length !== path.length + 1) return;
    walkInstance(this.#form, node.at(-1)!.node, pointer, valueAt(this.#data, path), this.#branchOf, (found, at) => {
      for (const part of partsAt(this.#form, found, at, this.#branchOf))
        for (const item of this.#plan.scopes.get(part)?.all ?? []) this.#enqueue(item, parsePointer(at), []);
    });
  }

  #enqueue(item: AnyUnit, base: Path, bound: Path): void {
    const pattern = base.length === 0 ? item.target : [...base, ...item.target];
    const containers = base.length === 0 ? item.containers : [...base.map(() => undefined), ...item.containers];
    for (const path of instancesOf(this.#data, pattern, base.length === 0 ? bound : [...base, ...bound], containers)) {
      this.#jobs.push({ item, base: base.length, path, id: `${item.unit.id} ${pointerOf(path)}` });
    }
  }

  /** Forgets guards and issues below a pointer whose items are about to be other ones. */
  #forgetBelow(pointer: Pointer): void {
    const inside = pointer + '/';
    this.#forget(at => at.startsWith(inside));
  }

  /** Forgets guards, marks and issues of some places of a list, the places themselves included. */
  #forgetItems(list: Pointer, from: number, to: number): void {
    const inside = list + '/';
    this.#forget(at => {
      if (!at.startsWith(inside)) return false;
      const index = Number.parseInt(at.slice(inside.length), 10);
      return index >= from && index <= to;
    });
  }

  #forget(isGone: (at: Pointer) => boolean): void {
    const keep = (at: Pointer): Pointer | null => (isGone(at) ? null : at);
    if (this.#hidden.size > 0) this.#hidden = this.#hidden.rekey(keep);
    if (this.#computed.size > 0) this.#computed = this.#computed.rekey(keep);
    for (const [source] of this.#issues.bySource)
      if (isGone(source.slice(source.indexOf('\n') + 1)))
        this.#issues = replaceIssues(this.#issues, source, [], this.touched);
  }

  /** A row or member that is gone has no checks any more. */
  #forgetRulesAt(pointer: Pointer): void {
    for (const { rule } of this.#issues.byPointer.get(pointer) ?? [])
      if (rule !== undefined) this.#issues = replaceIssues(this.#issues, `rule ${rule}\n${pointer}`, [], this.touched);
  }

  get #scene(): Scene {
    return { form: this.#form, evaluator: this.#context.evaluator, data: this.#data, branchOf: this.#branchOf };
  }

  get #scope(): ProjectionScope {
    return { form: this.#form, hidden: this.#hidden, branchOf: this.#branchOf };
  }

  #isHiddenHere(pointer: Pointer): boolean {
    return this.#hidden.size > 0 && this.#hidden.has(pointer);
  }

  // ---- units ---------------------------------------------------------------------------------------

  #run({ item, base, path }: Job): void {
    const target = pointerOf(path);
    switch (item.kind) {
      case 'guard':
        return this.#runGuard(item, target, path.slice(0, base + item.anchor));
      case 'computed':
        return this.#runComputed(item, target, path);
      case 'rule':
        return this.#runRule(item, target, path);
    }
  }

  #runGuard({ unit: guard, holds }: Extract<AnyUnit, { kind: 'guard' }>, target: Pointer, anchor: Path): void {
    const asked = holds === undefined ? guard.test(valueAt(this.#data, anchor)) : holds(this.#data, target);
    const no = this.#hidden.get(target) ?? NONE;
    if (asked !== no.includes(guard.id)) return;
    const next = asked ? no.filter(id => id !== guard.id) : [...no, guard.id];
    this.#hidden = this.#hidden.set(target, next.length === 0 ? undefined : next);
    if ((next.length === 0) === (no.length === 0)) return;
    this.subtrees.add(target);
    // A check may have something to say about a place that is asked now and holds nothing, and nothing about one that is not.
    const path = parsePointer(target);
    for (const { item } of this.#plan.root.byTarget.below(path))
      if (item.kind === 'rule') this.#enqueue(item, [], path);
    if (next.length > 0) {
      if (valueAt(this.#data, target) !== undefined) {
        this.#forgetBelow(target);
        this.#write(target, undefined, true);
      }
      this.#dropEmptyGroups(target);
    } else this.#reproject(target, false);
  }

  /** An optional group none of whose answers is asked any more is not filed either. */
  #dropEmptyGroups(pointer: Pointer): void {
    for (let at = parentPointer(pointer); at !== ''; at = parentPointer(at)) {
      const held = valueAt(this.#data, at),
        answer = valueAt(this.#answers.values, at);
      if (!isJsonObject(held) || !isJsonObject(answer) || isItem(this.#data, at)) return;
      const node = nodeAt(this.#form, at, this.#branchOf);
      if (node?.kind !== 'group' || node.required) return;
      const keys = Object.keys(answer);
      if (keys.length === 0 || keys.some(key => Object.hasOwn(held, key) && !this.#computed.has(joinPointer(at, key))))
        return;
      this.#forgetBelow(at);
      this.#write(at, undefined, true);
    }
  }

  #runComputed(
    { unit, needs, target: pattern }: Extract<AnyUnit, { kind: 'computed' }>,
    target: Pointer,
    path: Path,
  ): void {
    if (this.#isBelowHidden(path)) return;
    const parent = path.slice(0, -1);
    const was = valueAt(this.#data, path);
    let next: Json | undefined;
    if (parent.length === 0 || canHold(valueAt(this.#data, parent), path.at(-1)!)) {
      next = needsAreMet(needs, this.#data, path, pattern) ? computedValue(unit, target, path, this.#scene) : undefined;
    }
    this.#computed = this.#computed.set(target, next === undefined ? undefined : true);
    if (jsonEqual(was, next)) return;
    this.#write(target, next, isContainer(was) || isContainer(next));
  }

  #runRule(
    { unit: rule, needs, target: pattern, holds }: Extract<AnyUnit, { kind: 'rule' }>,
    target: Pointer,
    path: Path,
  ): void {
    const source = `rule ${rule.id}\n${target}`;
    const issues: Issue[] = [];
    if (holds !== undefined) {
      const parent = valueAt(this.#data, path.slice(0, -1));
      if (isJsonObject(parent) && !this.#isBelowHidden(path) && !holds(this.#data, target))
        issues.push({ ...blockIssue(target), rule: rule.id });
    } else if (
      !this.#isBelowHidden(path)
      && needsAreMet(needs, this.#data, path, pattern)
      && !ruleHolds(rule, target, path, this.#scene)
    ) {
      issues.push({
        pointer: target,
        keyword: 'rule',
        severity: rule.severity,
        params: {},
        rule: rule.id,
        message: rule.message,
      });
    }
    this.#issues = replaceIssues(this.#issues, source, issues, this.touched);
  }

  #isBelowHidden(path: Path): boolean {
    return this.#hidden.size > 0 && this.#hiddenAround(formatPointer(path)) !== null;
  }

  /** The outermost hidden pointer at or above a pointer. */
  #hiddenAround(pointer: Pointer): Pointer | null {
    if (this.#hidden.size === 0) return null;
    for (let end = pointer.indexOf('/', 1); end > 0; end = pointer.indexOf('/', end + 1))
      if (this.#hidden.has(pointer.slice(0, end))) return pointer.slice(0, end);
    return this.#hidden.has(pointer) ? pointer : null;
  }
}

const NONE: readonly string[] = [];

function isContainer(value: Json | undefined): value is JsonObject | readonly Json[] {
  return typeof value === 'object' && value !== null;
}

function canHold(container: Json | undefined, key: string): boolean {
  return Array.isArray(container)
    ? valueAt(container as readonly Json[], [key]) !== undefined
    : isJsonObject(container);
}

function sameKind(a: Json, b: Json): boolean {
  return isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b);
}

function memberOf(value: Json, key: string): Json | undefined {
  return valueAt(value, [key]);
}

function isItem(root: Json, pointer: Pointer): boolean {
  return Array.isArray(valueAt(root, pointer.slice(0, pointer.lastIndexOf('/'))));
}

/** Tells whether a pointer is asked: neither it nor anything above it is hidden. */
export function isAsked(hidden: Derived['hidden'], pointer: Pointer): boolean {
  if (hidden.size === 0) return true;
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1))
    if (hidden.has(pointer.slice(0, end))) return false;
  return true;
}
