// From the citizen's answers to the data that will be filed: without what is not asked, with what goes without saying.

import type { CompiledForm, OutlineNode } from './compiled.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { membersOf, resolveNode, type BranchOf } from './outline.ts';
import { joinPointer, type Pointer } from './pointer.ts';

export interface ProjectionScope {
  readonly form: CompiledForm;
  /** Pointers that are not asked. */
  readonly hidden: { readonly size: number; has(pointer: Pointer): boolean };
  readonly branchOf: BranchOf;
}

/**
 * What a place contributes to the data: its answers without what is not asked, and with what is implied — required
 * groups and lists, and constants. Gives back the answer itself where there is nothing to take away or add.
 */
export function project(
  given: OutlineNode,
  pointer: Pointer,
  value: Json | undefined,
  present: boolean,
  scope: ProjectionScope,
): Json | undefined {
  if (scope.hidden.size > 0 && scope.hidden.has(pointer)) return undefined;
  const node = given.kind === 'recursion' ? resolveNode(scope.form, given) : given;
  switch (node.kind) {
    case 'field':
      return value === undefined && isImplied(given) && node.constraints.const !== undefined
        ? node.constraints.const
        : value;
    case 'group': {
      if (value === undefined && !present && (!isImplied(given) || given.kind === 'recursion')) return undefined;
      if (value !== undefined && !isJsonObject(value)) return value;
      const made = projectMembers(membersOf(node), pointer, value ?? NOTHING, node.rest?.value, null, scope);
      const empty = value !== undefined && made !== value && !Object.keys(value).some(key => Object.hasOwn(made, key));
      return empty && !present && !isImplied(given) && Object.keys(value).length > 0 ? undefined : made;
    }
    case 'map': {
      if (value === undefined) return present || isImplied(given) ? NOTHING : undefined;
      return isJsonObject(value) ? projectMembers(NO_MEMBERS, pointer, value, node.value, null, scope) : value;
    }
    case 'list':
    case 'tuple': {
      if (value === undefined) return isImplied(given) && node.kind === 'list' ? EMPTY : undefined;
      if (!Array.isArray(value)) return value;
      let items: Json[] | undefined;
      const held = value as readonly Json[];
      for (let i = 0; i < held.length; i++) {
        const child = node.kind === 'list' ? node.item : (node.children[i] ?? node.rest);
        const next =
          child === undefined ? held[i]! : (project(child, `${pointer}/${i}`, held[i], true, scope) ?? held[i]!);
        if (next !== held[i]) (items ??= held.slice())[i] = next;
      }
      return items ?? value;
    }
    case 'choice': {
      const index = scope.branchOf(pointer);
      const branch = index === null ? undefined : node.branches[index];
      if (value === undefined) return present ? NOTHING : undefined;
      const inner = branch && resolveNode(scope.form, branch.node);
      if (branch === undefined || inner === undefined) return value;
      if (inner.kind !== 'group') return project(branch.node, pointer, value, present, scope);
      if (!isJsonObject(value)) return value;
      const members = new Map([...node.shared.map(child => [child.key, child] as const), ...membersOf(inner)]);
      const others = new Set(
        node.branches.flatMap((other, i) => {
          const group = i === index ? undefined : resolveNode(scope.form, other.node);
          return group?.kind === 'group' ? [...membersOf(group).keys()] : [];
        }),
      );
      return projectMembers(members, pointer, value, inner.rest?.value, others, scope);
    }
    default:
      return value;
  }
}

/** `drop` are members of branches that are not chosen; `rest` is what describes members nobody named. */
function projectMembers(
  members: ReadonlyMap<string, OutlineNode>,
  pointer: Pointer,
  value: JsonObject,
  rest: OutlineNode | undefined,
  drop: ReadonlySet<string> | null,
  scope: ProjectionScope,
): JsonObject {
  let copy: Record<string, Json> | undefined;
  for (const [key, child] of members) {
    const held = Object.hasOwn(value, key) ? value[key] : undefined;
    if (held === undefined ? !child.required : child.kind === 'field' && scope.hidden.size === 0) continue;
    const next = project(child, joinPointer(pointer, key), held, false, scope);
    if (next === held) continue;
    copy ??= { ...value };
    if (next === undefined) delete copy[key];
    else define(copy, key, next);
  }
  if (rest !== undefined || drop !== null) {
    for (const key of Object.keys(value)) {
      if (members.has(key)) continue;
      if (drop?.has(key)) delete (copy ??= { ...value })[key];
      else if (rest !== undefined) {
        const next = project(rest, joinPointer(pointer, key), value[key], true, scope);
        if (next !== value[key] && next !== undefined) define((copy ??= { ...value }), key, next);
      }
    }
  }
  return copy ?? value;
}

/** A required member of a group is there by itself; items of lists and members of maps are not. */
export function isImplied(node: OutlineNode): boolean {
  return node.required && node.key !== '[]';
}

const NOTHING: JsonObject = Object.freeze({});
const EMPTY: readonly Json[] = Object.freeze([]);
const NO_MEMBERS: ReadonlyMap<string, OutlineNode> = new Map();

function define(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
