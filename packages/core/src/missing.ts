// What a form does where no source said anything: `reuse.onMissing`. `ask` asks as if there were no source. `skip` does
// without: the question is not asked. `block` takes the source's word or none: nobody can type it, and nothing is filed
// without it. `ask-with-evidence` asks, and wants a paper for what the citizen typed.

import type { CompiledForm, Guard, ReuseItem, ReuseMember, ReusePolicy, Rule } from './compiled.ts';
import type { Issue } from './issue.ts';
import type { Json, JsonObject } from './json.ts';
import type { OriginMap } from './origin.ts';
import { instancesOf, matchesPattern, pointerOf } from './pattern-index.ts';
import {
  joinPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  valueAt,
  type Path,
  type Pointer,
  type PointerPattern,
} from './pointer.ts';

type OnMissing = NonNullable<ReusePolicy['onMissing']>;

interface Place {
  readonly item: ReuseItem;
  readonly member: ReuseMember;
  readonly pattern: readonly (string | null)[];
}

const known = new WeakMap<readonly ReuseItem[], { readonly [policy: string]: readonly Place[] }>();

/** The members with a policy, found once per form. */
function membersWith({ reuse }: Pick<CompiledForm, 'reuse'>, onMissing: OnMissing): readonly Place[] {
  let places = known.get(reuse);
  if (places === undefined) {
    const found: Record<string, Place[]> = {};
    for (const item of reuse)
      for (const member of item.members)
        (found[item.policy.onMissing ?? 'ask'] ??= []).push({ item, member, pattern: parsePattern(member.pointer) });
    known.set(reuse, (places = found));
  }
  return places[onMissing] ?? [];
}

/** What the citizen may do about an answer that a source should have given. */
export function onMissingAt(form: Pick<CompiledForm, 'reuse'>, pointer: Pointer): OnMissing {
  const path = parsePointer(pointer);
  for (const policy of ['skip', 'block', 'ask-with-evidence'] as const)
    if (membersWith(form, policy).some(({ pattern }) => matchesPattern(pattern, path.slice(0, pattern.length))))
      return policy;
  return 'ask';
}

/** Tells whether a source gave the value at a member: the sealed context says so. */
function isProvided(data: Json | undefined, member: Pointer): boolean {
  return valueAt(data, ['$context', 'retrieved', member]) === 'provided';
}

const ANY_RETRIEVED: PointerPattern = '/$context/retrieved/[]';

/** A guard or check of the engine's own: judged by the whole data and the place. */
export interface OwnUnit<U> {
  readonly unit: U;
  holds(data: JsonObject, target: Pointer): boolean;
}

/** Members of rows: the compiler says the others in guards and in the schema, where a row cannot be told by its number. */
function inRows(form: Pick<CompiledForm, 'reuse'>, onMissing: OnMissing): readonly Place[] {
  return membersWith(form, onMissing).filter(({ pattern }) => pattern.includes(null));
}

/** Guards that take away what no source gave, in the rows of a form that does without. */
export function skipGuards(form: Pick<CompiledForm, 'reuse'>): OwnUnit<Guard>[] {
  return inRows(form, 'skip').map(({ member: { pointer } }) => ({
    unit: { id: `skip:${pointer}`, target: pointer, anchor: '', reads: [ANY_RETRIEVED], order: -1, test: () => true },
    holds: isProvided,
  }));
}

/** Checks that say what is missing, in the rows of a form that takes a source's word only. */
export function blockRules(form: Pick<CompiledForm, 'reuse'>): OwnUnit<Rule>[] {
  return inRows(form, 'block').map(({ member: { pointer } }) => ({
    unit: {
      id: `block:${pointer}`,
      target: pointer,
      reads: [ANY_RETRIEVED],
      needs: [],
      order: Number.MAX_SAFE_INTEGER,
      expression: '',
      severity: 'error',
      message: '',
    },
    holds: isProvided,
  }));
}

/** Tells whether an answer may come from a source only, and has not. */
export function isBlocked(form: Pick<CompiledForm, 'reuse'>, data: JsonObject, pointer: Pointer): boolean {
  const path = parsePointer(pointer);
  return membersWith(form, 'block').some(({ pattern }) => {
    const member: Path = path.slice(0, pattern.length);
    return matchesPattern(pattern, member) && !isProvided(data, pointerOf(member));
  });
}

export function blockIssue(pointer: Pointer): Issue {
  return { pointer, keyword: 'onMissing', severity: 'error', params: { policy: 'block' } };
}

/**
 * What the schema finds at an answer that may come from a source only, in the words of that: nobody can put it right by
 * typing.
 */
export function withoutSource(form: Pick<CompiledForm, 'reuse'>, data: JsonObject, issue: Issue): Issue {
  return (issue.keyword === 'required' || issue.keyword === 'false schema') && isBlocked(form, data, issue.pointer)
    ? blockIssue(issue.pointer)
    : issue;
}

/**
 * The components that have to show what the citizen typed in place of a source, by id: those the policy's `replaces`
 * names, and those that the answer would have made unnecessary.
 */
export function evidenceNeeded(
  form: Pick<CompiledForm, 'reuse' | 'components'>,
  data: JsonObject,
  originOf: (pointer: Pointer) => OriginMap[Pointer] | undefined,
): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const { item, member, pattern } of membersWith(form, 'ask-with-evidence')) {
    const isTyped = instancesOf(data, pattern, []).some(path =>
      hasOwnWord(pointerOf(path), valueAt(data, path), originOf),
    );
    if (!isTyped) continue;
    for (const id of item.policy.replaces ?? []) needed.add(id);
    for (const { id, replacedBy } of form.components)
      if (replacedBy?.pointers.some(pointer => pointerContains(pointer, member.pointer)) === true) needed.add(id);
  }
  return needed;
}

/** Something at or below is not what a source said. */
function hasOwnWord(
  pointer: Pointer,
  value: Json | undefined,
  originOf: (at: Pointer) => OriginMap[Pointer] | undefined,
): boolean {
  if (value === undefined) return false;
  const entry = originOf(pointer);
  if (entry !== undefined) return entry.origin !== 'auto' && entry.origin !== 'derived';
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).some(([key, item]) => hasOwnWord(joinPointer(pointer, key), item as Json, originOf));
}
