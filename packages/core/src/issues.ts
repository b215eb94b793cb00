// Issues of the whole form: what validators and rules say, kept by what said it, so that one change replaces only
// the issues of the parts it reaches. From a validator's error to an issue is one pure function.

import type { ChoiceNode, CompiledForm, FieldNode, OutlineNode, SchemaError } from './compiled.ts';
import type { Issue } from './issue.ts';
import { jsonEqual, type Json } from './json.ts';
import { resolveNode, nodesAlong, type BranchOf } from './outline.ts';
import { PersistentMap } from './persistent-map.ts';
import { joinPointer, parsePointer, valueAt, type Pointer } from './pointer.ts';

/** Issues by what found them and by where they are. Immutable. */
export interface IssueBook {
  /** By who found them, a line break, and where: `part 3\\n/children/0`, `rule late-fee\\n/birthDate`. */
  readonly bySource: PersistentMap<readonly Issue[]>;
  readonly byPointer: PersistentMap<readonly Issue[]>;
}

export const NO_ISSUES: IssueBook = { bySource: PersistentMap.empty, byPointer: PersistentMap.empty };

/** Puts the issues of one source in place of what it found before; what it still finds keeps its identity. */
export function replaceIssues(
  book: IssueBook,
  source: string,
  found: readonly Issue[],
  touched: Set<Pointer>,
): IssueBook {
  const issues = uniqueIssues(found);
  const before = book.bySource.get(source) ?? [];
  if (before.length === 0 && issues.length === 0) return book;
  const known = new Map(before.map(issue => [issueId(issue), issue]));
  const next = issues.map(issue => known.get(issueId(issue)) ?? issue);
  if (next.length === before.length && next.every((issue, i) => issue === before[i])) return book;
  const kept = new Set(next),
    had = new Set(before);
  let { byPointer } = book;
  for (const issue of before) {
    if (kept.has(issue)) continue;
    const rest = byPointer.get(issue.pointer)!.filter(other => other !== issue);
    byPointer = byPointer.set(issue.pointer, rest.length === 0 ? undefined : rest);
    touched.add(issue.pointer);
  }
  for (const issue of kept) {
    if (had.has(issue)) continue;
    byPointer = byPointer.set(issue.pointer, [...(byPointer.get(issue.pointer) ?? []), issue]);
    touched.add(issue.pointer);
  }
  return { bySource: book.bySource.set(source, next.length === 0 ? undefined : next), byPointer };
}

/** Two issues with the same id say the same about the same answer. */
export function issueId(issue: Issue): string {
  const what = `${issue.pointer}\u0000${issue.keyword}`;
  return issue.keyword === 'required' ? what : `${what}\u0000${issue.rule ?? ''}\u0000${JSON.stringify(issue.params)}`;
}

export function uniqueIssues(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length < 2) return issues;
  const seen = new Map(issues.map(issue => [issueId(issue), issue]));
  return seen.size === issues.length ? issues : [...seen.values()];
}

/** Errors that only say that something inside them failed. */
const WRAPPERS = new Set(['if', 'then', 'else', 'allOf', '$ref', '$dynamicRef', 'dependentSchemas', 'properties']);
const CHOICES = new Set(['oneOf', 'anyOf']);

/**
 * Turns a validator's errors into issues.
 *
 * A `required` error points at the missing member. `if` is left out, because what its `then` found is there. Of a
 * `oneOf` or `anyOf` only the chosen branch speaks; where none is chosen, only the choice itself does. With the `value`
 * that was judged, each branch is asked what it finds by itself; without, the outline tells as far as it can.
 */
export function issuesOf(
  errors: readonly SchemaError[],
  base: Pointer,
  form: CompiledForm,
  branchOf: BranchOf,
  value?: Json,
): Issue[] {
  if (errors.length === 0) return [];
  const choices = errors
    .filter(error => CHOICES.has(error.keyword))
    .map(error => ({
      error,
      at: base + error.instancePath,
      path: error.schemaPath ?? '',
      ...chosenAt(form, base + error.instancePath, branchOf, valueAt(value, error.instancePath)),
    }));
  const issues: Issue[] = [];
  for (const error of errors) {
    const at = base + error.instancePath;
    if (WRAPPERS.has(error.keyword)) continue;
    const isForeign = choices.some(
      one =>
        one.branch !== undefined
        // Two errors of one choice, found in different branches around it, say the same.
        && !(one.at === at && CHOICES.has(error.keyword))
        && belongsTo(one, error, base)
        && !speaksFor(one, error, base, form, branchOf),
    );
    const choice = choices.find(one => one.error === error);
    if (choice !== undefined) {
      if (isForeign) continue;
      const { branch } = choice;
      if (
        branch === undefined
        || branch === null
        || !errors.some(other => speaksFor(choice, other, base, form, branchOf))
      ) {
        issues.push(toIssue(error, at));
      }
      continue;
    }
    if (error.keyword === 'const' && choices.some(one => one.branch === undefined && one.at === at)) continue;
    if (isForeign) continue;
    issues.push(toIssue(error, at));
  }
  return issues;
}

interface Choice {
  readonly error: SchemaError;
  readonly at: Pointer;
  /** Where the schema has it; empty where the validator does not say. */
  readonly path: string;
  readonly branch: number | null | undefined;
  /** Members that every branch shares. */
  readonly shared: ReadonlySet<string>;
  /** What the chosen branch finds by itself, and what only others find, by `errorId`; undefined where they do not say. */
  readonly found?: { readonly chosen: ReadonlySet<string>; readonly others: ReadonlySet<string> } | undefined;
}

/** The branch of the choice at a pointer: undefined where the outline has no choice there, null where none is chosen. */
function chosenAt(
  form: CompiledForm,
  pointer: Pointer,
  branchOf: BranchOf,
  value: Json | undefined,
): Pick<Choice, 'branch' | 'shared' | 'found'> {
  const path = parsePointer(pointer);
  const steps = nodesAlong(form, path, branchOf);
  const node = steps.length === path.length + 1 ? resolveNode(form, steps.at(-1)!.node) : undefined;
  if (node?.kind !== 'choice') return { branch: undefined, shared: NO_MEMBERS };
  const branch = branchOf(pointer);
  return {
    branch,
    shared: new Set(node.shared.map(child => child.key)),
    found: branch === null || value === undefined ? undefined : findingsOf(node, branch, pointer, value),
  };
}

function findingsOf({ branches }: ChoiceNode, branch: number, at: Pointer, value: Json): Choice['found'] {
  const found = branches.map(one => one.errors?.(value));
  // A branch that is a mere test says no more than no.
  const isTold = (errors: readonly SchemaError[] | undefined): errors is readonly SchemaError[] =>
    errors !== undefined && !errors.some(error => error.keyword === 'false schema' && error.instancePath === '');
  if (!found.every(isTold)) return undefined;
  const idsOf = (errors: readonly SchemaError[]): string[] => errors.map(error => errorId(error, at));
  const chosen = new Set(idsOf(found[branch] ?? []));
  const others = found.flatMap((errors, i) => (i === branch ? [] : idsOf(errors)));
  return { chosen, others: new Set(others.filter(id => !chosen.has(id))) };
}

/** Two errors with the same id say the same of the same place, whichever part of the schema they come from. */
function errorId({ instancePath, keyword, params }: SchemaError, base: Pointer): string {
  return `${base}${instancePath} ${keyword} ${JSON.stringify(params)}`;
}

const NO_MEMBERS: ReadonlySet<string> = new Set();

function isWithin(choice: Choice, pointer: Pointer): boolean {
  return pointer === choice.at || pointer.startsWith(choice.at + '/');
}

/** An error that one of the branches of a choice found, as far as its place tells: not one about a shared member. */
function belongsTo(choice: Choice, error: SchemaError, base: Pointer): boolean {
  if (error === choice.error || !isWithin(choice, base + error.instancePath)) return false;
  // What no branch finds by itself comes from beside the choice.
  if (choice.found !== undefined) {
    const id = errorId(error, base);
    return choice.found.chosen.has(id) || choice.found.others.has(id);
  }
  const path = error.schemaPath;
  if (path !== undefined && choice.path !== '')
    return path.startsWith(choice.path + '/') || !path.startsWith(choice.path.slice(0, choice.path.lastIndexOf('/')));
  const member = parsePointer(errorPointer(error, base))[parsePointer(choice.at).length];
  return member === undefined || !choice.shared.has(member);
}

/**
 * An error of the chosen branch. A validator that says by which schema it found an error is believed; otherwise the
 * error has to be about something the branch has, with the very constraint the branch puts on it.
 */
function speaksFor(choice: Choice, error: SchemaError, base: Pointer, form: CompiledForm, branchOf: BranchOf): boolean {
  if (choice.branch === null || choice.branch === undefined || !belongsTo(choice, error, base)) return false;
  if (choice.found !== undefined) return choice.found.chosen.has(errorId(error, base));
  const path = error.schemaPath ?? '';
  if (choice.path !== '' && path.startsWith(choice.path + '/'))
    return path.startsWith(`${choice.path}/${choice.branch}/`);
  const at = parsePointer(errorPointer(error, base));
  const steps = nodesAlong(form, at, branchOf);
  if (steps.length !== at.length + 1) return false;
  let node: OutlineNode = resolveNode(form, steps.at(-1)!.node);
  if (at.length === parsePointer(choice.at).length && node.kind === 'choice')
    node = resolveNode(form, node.branches[choice.branch]!.node);
  if (error.keyword === 'required') return steps.at(-1)!.node.required;
  if (error.keyword === 'type')
    return node.kind !== 'field' ? typeOf(node) === error.params['type'] : saysType(node, error.params['type']);
  if (node.kind !== 'field') return true;
  const limit = (node.constraints as { readonly [keyword: string]: unknown })[error.keyword];
  const said =
    error.params['limit'] ?? error.params['pattern'] ?? error.params['allowedValue'] ?? error.params['multipleOf'];
  return CONSTRAINTS.has(error.keyword)
    ? limit !== undefined && (said === undefined || jsonEqual(limit as Json, said as Json))
    : true;
}

const CONSTRAINTS = new Set([
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'const',
]);

function typeOf(node: OutlineNode): string {
  return node.kind === 'list' || node.kind === 'tuple' ? 'array' : 'object';
}

function saysType(field: FieldNode, type: unknown): boolean {
  const types = Array.isArray(type) ? type : [type];
  return field.type === 'any' || types.includes(field.type === 'file' ? 'object' : field.type);
}

function errorPointer(error: SchemaError, base: Pointer): Pointer {
  const at = base + error.instancePath;
  const { missingProperty } = error.params;
  return (error.keyword === 'required' || error.keyword === 'dependentRequired') && typeof missingProperty === 'string'
    ? joinPointer(at, missingProperty)
    : at;
}

function toIssue(error: SchemaError, at: Pointer): Issue {
  const params: Record<string, Json> = {};
  for (const [name, value] of Object.entries(error.params)) {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) params[name] = value as Json;
    else if (name === 'allowedValue') params[name] = value as Json;
  }
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = error.params;
  let pointer = at;
  if ((error.keyword === 'required' || error.keyword === 'dependentRequired') && typeof missingProperty === 'string') {
    pointer = joinPointer(at, missingProperty);
    return { pointer, keyword: 'required', severity: 'error', params: { missing: missingProperty } };
  }
  const surplus =
    additionalProperty ?? unevaluatedProperty ?? (error.keyword === 'propertyNames' ? propertyName : undefined);
  if (typeof surplus === 'string') pointer = joinPointer(at, surplus);
  return { pointer, keyword: error.keyword, severity: 'error', params };
}
