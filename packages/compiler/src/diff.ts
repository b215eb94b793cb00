// What changed between two versions of a form, for those who hold drafts and dossiers of the older one.

import {
  type CompiledForm,
  deepFreeze,
  formatPattern,
  isJsonObject,
  joinPointer,
  jsonEqual,
  type Json,
  type JsonObject,
  type OutlineNode,
  type PointerPattern,
} from '@onceform/core';
import type { Plan } from './plan.ts';

/** `additive`: only more is possible · `compatible`: same answers, said or judged otherwise · `breaking`: an answer that was right may be wrong, missing or gone. */
export type ChangeLevel = 'additive' | 'compatible' | 'breaking';

export interface FormChange {
  /** Stable: `FIELD_REMOVED`, `FIELD_REQUIRED`, … */
  readonly code: string;
  readonly level: ChangeLevel;
  /** A pattern into the data, or a pointer into the form's description (`/form/…`). */
  readonly at: string;
  readonly message: string;
}

/** How a draft of the old version becomes one of the new. Pure data, so that it can be read, changed and kept. */
export interface DraftMigration {
  readonly from: { readonly version: string; readonly digest: string };
  readonly to: { readonly version: string; readonly digest: string };
  readonly steps: readonly MigrationStep[];
  /** What nobody can answer but the author. The migration is not to be used while there are any. */
  readonly gaps: readonly { readonly at: PointerPattern; readonly message: string }[];
}

export type MigrationStep =
  | { readonly do: 'move'; readonly from: PointerPattern; readonly to: PointerPattern }
  | { readonly do: 'drop'; readonly at: PointerPattern }
  | { readonly do: 'set'; readonly at: PointerPattern; readonly value: Json };

export interface FormDiff {
  /** The worst of all changes; null: nothing changed. */
  readonly level: ChangeLevel | null;
  readonly changes: readonly FormChange[];
  readonly migration: DraftMigration;
}

type Leaf = { readonly pattern: PointerPattern; readonly node: OutlineNode };

/** Compares two versions of one form, given as plans or compiled forms. */
export function diffForms(before: Plan | CompiledForm, after: Plan | CompiledForm): FormDiff {
  const old = formOf(before);
  const now = formOf(after);
  const changes: FormChange[] = [];
  const add = (level: ChangeLevel, code: string, at: string, message: string): void => {
    changes.push({ code, level, at, message });
  };
  const oldLeaves = leavesOf(old.outline.root);
  const newLeaves = leavesOf(now.outline.root);
  const conditional = (form: typeof old, pattern: string): boolean =>
    form.guards.some(guard => pattern === guard.target || pattern.startsWith(`${guard.target}/`));
  const gone = [...oldLeaves.values()].filter(leaf => !newLeaves.has(leaf.pattern));
  const fresh = [...newLeaves.values()].filter(leaf => !oldLeaves.has(leaf.pattern));
  const steps: MigrationStep[] = [];
  const gaps: { at: PointerPattern; message: string }[] = [];

  const moved = pairMoved(gone, fresh);
  for (const { pattern, node } of gone) {
    const to = moved.get(pattern);
    if (to !== undefined) {
      add('breaking', 'FIELD_MOVED', pattern, `"${pattern}" is now "${to}".`);
      steps.push({ do: 'move', from: pattern, to });
    } else {
      add('breaking', 'FIELD_REMOVED', pattern, `${nameOf(node, pattern)} is not asked any more.`);
      if (pattern.includes('/[]'))
        gaps.push({ at: pattern, message: `What becomes of ${nameOf(node, pattern)} in every row?` });
      else steps.push({ do: 'drop', at: pattern });
    }
  }
  for (const { pattern, node } of fresh) {
    if ([...moved.values()].includes(pattern)) continue;
    const needed =
      node.required
      && !node.readOnly
      && !conditional(now, pattern)
      && !pattern.includes('/[]')
      && requiredUpward(now.outline.root, pattern);
    add(
      needed ? 'breaking' : 'additive',
      needed ? 'REQUIRED_FIELD_ADDED' : 'FIELD_ADDED',
      pattern,
      `${nameOf(node, pattern)} is new${needed ? ' and required' : ''}.`,
    );
    if (needed && node.kind === 'field') {
      if (node.default !== undefined) steps.push({ do: 'set', at: pattern, value: node.default });
      else
        gaps.push({
          at: pattern,
          message: `Nothing in an old draft answers ${nameOf(node, pattern)}; people have to be asked.`,
        });
    }
  }
  for (const [pattern, { node }] of oldLeaves) {
    const other = newLeaves.get(pattern)?.node;
    if (other !== undefined) compareNodes(pattern, node, other, add, gaps);
  }
  compareConditions(old, now, add);
  compareRules(old, now, add);
  compareComponents(old, now, add);
  if (changes.length === 0 && old.digest !== now.digest)
    add('compatible', 'TEXTS_CHANGED', '', 'Only texts, order or pages changed.');
  const level = changes.some(change => change.level === 'breaking')
    ? 'breaking'
    : changes.some(change => change.level === 'compatible')
      ? 'compatible'
      : changes.length > 0
        ? 'additive'
        : null;
  return {
    level,
    changes: changes.sort((a, b) => RANK[a.level] - RANK[b.level] || a.at.localeCompare(b.at)),
    migration: {
      from: { version: old.version, digest: old.digest },
      to: { version: now.version, digest: now.digest },
      steps,
      gaps,
    },
  };
}

/**
 * Applies a migration to the answers of an old draft, in a copy.
 *
 * @throws {RangeError} while the migration has gaps: what to do there has to be said first.
 */
export function migrateData(data: Json, migration: DraftMigration): Json {
  if (migration.gaps.length > 0)
    throw new RangeError(
      `The migration has ${migration.gaps.length} gap(s), the first at ${migration.gaps[0]!.at}. Fill them in before using it.`,
    );
  const out = structuredClone(data) as Json;
  for (const step of migration.steps) {
    if (step.do === 'set') put(out, segments(step.at), step.value, false);
    else {
      const value = take(out, segments(step.do === 'move' ? step.from : step.at));
      if (step.do === 'move' && value !== undefined) put(out, segments(step.to), value, true);
    }
  }
  return deepFreeze(out);
}

const RANK: Readonly<Record<ChangeLevel, number>> = { breaking: 0, compatible: 1, additive: 2 };

function compareNodes(
  pattern: string,
  before: OutlineNode,
  after: OutlineNode,
  add: (level: ChangeLevel, code: string, at: string, message: string) => void,
  gaps: { at: string; message: string }[],
): void {
  const name = nameOf(after, pattern);
  if (before.kind !== after.kind || (before.kind === 'field' && after.kind === 'field' && before.type !== after.type)) {
    const widened =
      before.kind === 'field' && after.kind === 'field' && before.type === 'integer' && after.type === 'number';
    add(
      widened ? 'additive' : 'breaking',
      widened ? 'TYPE_WIDENED' : 'TYPE_CHANGED',
      pattern,
      `${name} holds another kind of value.`,
    );
    if (!widened) gaps.push({ at: pattern, message: `How does an old value of ${name} become a new one?` });
    return;
  }
  if (!before.required && after.required) add('breaking', 'FIELD_REQUIRED', pattern, `${name} is required now.`);
  if (before.required && !after.required)
    add('additive', 'FIELD_OPTIONAL', pattern, `${name} is not required any more.`);
  if (before.nullable && !after.nullable) add('breaking', 'NULL_REFUSED', pattern, `${name} may not be null any more.`);
  if (before.concept !== after.concept || before.subject !== after.subject)
    add('breaking', 'CONCEPT_CHANGED', pattern, `${name} means another datum, so sealed values do not carry over.`);
  if (before.kind === 'list' && after.kind === 'list') {
    if (
      after.minItems > before.minItems
      || (after.maxItems ?? Infinity) < (before.maxItems ?? Infinity)
      || (after.uniqueItems && !before.uniqueItems)
    )
      add('breaking', 'LIST_NARROWED', pattern, `${name} takes fewer lists.`);
    else if (
      after.minItems !== before.minItems
      || after.maxItems !== before.maxItems
      || after.uniqueItems !== before.uniqueItems
    )
      add('additive', 'LIST_WIDENED', pattern, `${name} takes more lists.`);
  }
  if (before.kind !== 'field' || after.kind !== 'field') return;
  const lost = (before.options ?? []).filter(
    option => after.options !== undefined && !after.options.some(other => jsonEqual(other.value, option.value)),
  );
  const gained = (after.options ?? []).filter(
    option => before.options !== undefined && !before.options.some(other => jsonEqual(other.value, option.value)),
  );
  if (lost.length > 0 || (before.options === undefined && after.options !== undefined)) {
    add(
      'breaking',
      'OPTIONS_REMOVED',
      pattern,
      lost.length > 0
        ? `${name} offers ${lost.map(option => JSON.stringify(option.value)).join(', ')} no more.`
        : `${name} offers fixed answers now.`,
    );
    if (lost.length > 0)
      gaps.push({
        at: pattern,
        message: `What does an old answer ${lost.map(option => JSON.stringify(option.value)).join(' or ')} become?`,
      });
  }
  if (gained.length > 0)
    add(
      'additive',
      'OPTIONS_ADDED',
      pattern,
      `${name} offers ${gained.map(option => JSON.stringify(option.value)).join(', ')} too.`,
    );
  if (before.codeList?.id !== after.codeList?.id)
    add('breaking', 'CODE_LIST_CHANGED', pattern, `${name} takes codes of another list.`);
  for (const key of new Set([...Object.keys(before.constraints), ...Object.keys(after.constraints)]) as Set<
    keyof typeof before.constraints
  >) {
    const was = before.constraints[key];
    const is = after.constraints[key];
    if (jsonEqual(was, is)) continue;
    const loosened =
      is === undefined
      || (typeof was === 'number'
        && typeof is === 'number'
        && (/^(?:min|exclusiveMin)/.test(key) ? is < was : /^(?:max|exclusiveMax)/.test(key) && is > was));
    add(
      loosened ? 'additive' : 'breaking',
      loosened ? 'CONSTRAINT_LOOSENED' : 'CONSTRAINT_TIGHTENED',
      pattern,
      `${name}: "${key}" was ${JSON.stringify(was) ?? 'not there'}, is ${JSON.stringify(is) ?? 'gone'}.`,
    );
  }
}

type Comparable = Pick<CompiledForm, 'outline' | 'guards' | 'rules' | 'components' | 'version' | 'digest'>;

function compareConditions(
  old: Comparable,
  now: Comparable,
  add: (level: ChangeLevel, code: string, at: string, message: string) => void,
): void {
  const targets = (form: Comparable): Map<string, string> =>
    new Map(form.guards.map(guard => [`${guard.scope ?? ''}${guard.target}`, [...guard.reads].sort().join()]));
  const before = targets(old);
  const after = targets(now);
  for (const [target, reads] of after) {
    if (!before.has(target)) add('breaking', 'CONDITION_ADDED', target, `"${target}" is asked only sometimes now.`);
    else if (before.get(target) !== reads)
      add('breaking', 'CONDITION_CHANGED', target, `When "${target}" is asked depends on something else now.`);
  }
  for (const target of before.keys())
    if (!after.has(target)) add('breaking', 'CONDITION_REMOVED', target, `"${target}" is always asked now.`);
}

function compareRules(
  old: Comparable,
  now: Comparable,
  add: (level: ChangeLevel, code: string, at: string, message: string) => void,
): void {
  for (const rule of now.rules) {
    const before = old.rules.find(each => each.id === rule.id);
    if (before === undefined || before.expression !== rule.expression) {
      add(
        rule.severity === 'error' ? 'breaking' : 'compatible',
        before === undefined ? 'RULE_ADDED' : 'RULE_CHANGED',
        rule.target,
        `The rule "${rule.id}" is ${before === undefined ? 'new' : 'another'}: ${rule.expression}`,
      );
    } else if (before.severity !== rule.severity) {
      add(
        rule.severity === 'error' ? 'breaking' : 'compatible',
        'RULE_SEVERITY_CHANGED',
        rule.target,
        `The rule "${rule.id}" is ${rule.severity} now.`,
      );
    }
  }
  for (const rule of old.rules)
    if (!now.rules.some(each => each.id === rule.id))
      add('additive', 'RULE_REMOVED', rule.target, `The rule "${rule.id}" is gone.`);
}

function compareComponents(
  old: Comparable,
  now: Comparable,
  add: (level: ChangeLevel, code: string, at: string, message: string) => void,
): void {
  for (const component of now.components) {
    const before = old.components.find(each => each.id === component.id);
    const at = joinPointer('/form/components', component.id);
    if (before === undefined)
      add(
        component.required && component.guard === undefined ? 'breaking' : 'additive',
        'COMPONENT_ADDED',
        at,
        `The paper "${component.id}" is new.`,
      );
    else if (component.required && !before.required)
      add('breaking', 'COMPONENT_REQUIRED', at, `The paper "${component.id}" is required now.`);
    else if (
      component.maxSize < before.maxSize
      || component.maxFiles < before.maxFiles
      || before.accept.some(type => !component.accept.includes(type))
    )
      add('breaking', 'COMPONENT_NARROWED', at, `Fewer files are taken for "${component.id}".`);
  }
  for (const component of old.components)
    if (!now.components.some(each => each.id === component.id))
      add(
        'compatible',
        'COMPONENT_REMOVED',
        joinPointer('/form/components', component.id),
        `The paper "${component.id}" is not asked for any more.`,
      );
}

/** Every node that holds an answer of its own, and every list. */
function leavesOf(root: OutlineNode): Map<PointerPattern, Leaf> {
  const out = new Map<PointerPattern, Leaf>();
  const visit = (node: OutlineNode, path: readonly (string | null)[]): void => {
    const pattern = formatPattern(path);
    switch (node.kind) {
      case 'group':
        for (const child of node.children) visit(child, [...path, child.key]);
        break;
      case 'list':
        out.set(pattern, { pattern, node });
        visit(node.item, [...path, null]);
        break;
      case 'tuple':
        for (const child of node.children) visit(child, [...path, child.key]);
        break;
      case 'choice':
        for (const child of node.shared) visit(child, [...path, child.key]);
        for (const branch of node.branches) visit(branch.node, path);
        break;
      default:
        if (!out.has(pattern)) out.set(pattern, { pattern, node });
    }
  };
  visit(root, []);
  return out;
}

// A field that is gone and a new one with the same concept and subject, or the same name and type, are one that moved.
function pairMoved(gone: readonly Leaf[], fresh: readonly Leaf[]): Map<string, string> {
  const out = new Map<string, string>();
  const taken = new Set<string>();
  const rows = (pattern: string): string =>
    pattern
      .split('/')
      .filter(segment => segment === '[]')
      .join();
  for (const same of [
    (a: Leaf, b: Leaf) =>
      a.node.concept !== undefined && a.node.concept === b.node.concept && a.node.subject === b.node.subject,
    (a: Leaf, b: Leaf) =>
      a.node.kind === 'field'
      && b.node.kind === 'field'
      && a.node.key === b.node.key
      && a.node.type === b.node.type
      && jsonEqual(a.node.title as Json, b.node.title as Json),
  ]) {
    for (const leaf of gone) {
      if (out.has(leaf.pattern)) continue;
      const candidates = fresh.filter(
        other =>
          !taken.has(other.pattern)
          && rows(leaf.pattern) === rows(other.pattern)
          && !leaf.pattern.includes('/[]')
          && same(leaf, other),
      );
      if (candidates.length !== 1) continue;
      out.set(leaf.pattern, candidates[0]!.pattern);
      taken.add(candidates[0]!.pattern);
    }
  }
  return out;
}

function requiredUpward(root: OutlineNode, pattern: string): boolean {
  let node: OutlineNode | undefined = root;
  for (const key of segments(pattern)) {
    node = node?.kind === 'group' ? node.children.find(child => child.key === key) : undefined;
    if (node === undefined || !node.required) return false;
  }
  return true;
}

function formOf(form: Plan | CompiledForm): Comparable {
  if (!('functions' in form)) return form;
  // A plan writes a long list once; its fields name it.
  const lists = form.optionLists as unknown as JsonObject;
  const text = JSON.stringify(form.form, (key, value: unknown) =>
    key === 'options' && typeof value === 'string' ? lists[value] : value,
  );
  return JSON.parse(text) as Comparable;
}

function nameOf(node: OutlineNode, pattern: string): string {
  const title = typeof node.title === 'string' ? node.title : Object.values(node.title ?? {})[0];
  return title === undefined ? `"${pattern}"` : `"${title}" (${pattern})`;
}

function segments(pattern: string): string[] {
  return pattern === ''
    ? []
    : pattern
        .slice(1)
        .split('/')
        .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function take(root: Json, path: readonly string[]): Json | undefined {
  const owner = path
    .slice(0, -1)
    .reduce<Json | undefined>((at, key) => (isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), root);
  const key = path.at(-1);
  if (!isJsonObject(owner) || key === undefined || !Object.hasOwn(owner, key)) return undefined;
  const value = owner[key];
  delete (owner as Record<string, Json>)[key];
  return value;
}

function put(root: Json, path: readonly string[], value: Json, overwrite: boolean): void {
  let owner = root as Record<string, Json>;
  for (const key of path.slice(0, -1)) {
    if (!isJsonObject(owner[key])) owner[key] = {};
    owner = owner[key] as Record<string, Json>;
  }
  const key = path.at(-1);
  if (key !== undefined && (overwrite || !Object.hasOwn(owner, key))) owner[key] = value;
}
