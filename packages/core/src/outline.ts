// Finding one's way through the outline: which node describes the value at a pointer.

import type { ChoiceNode, CompiledForm, FieldNode, GroupNode, OutlineNode } from './compiled.ts';
import { isJsonObject, type Json } from './json.ts';
import { parsePointer, type Path, type Pointer } from './pointer.ts';

/** The chosen branch of a choice, by its pointer; null where none is chosen. */
export type BranchOf = (pointer: Pointer) => number | null;

const members = new WeakMap<GroupNode, ReadonlyMap<string, OutlineNode>>();

/** The member nodes of a group by name. */
export function membersOf(group: GroupNode): ReadonlyMap<string, OutlineNode> {
  let map = members.get(group);
  if (map === undefined) members.set(group, (map = new Map(group.children.map(child => [child.key, child]))));
  return map;
}

/** Replaces a recursion node by the definition it names, keeping the node's own words. */
export function resolveNode(form: CompiledForm, node: OutlineNode): Exclude<OutlineNode, { kind: 'recursion' }> {
  let found = node;
  for (let hops = 0; found.kind === 'recursion'; hops++) {
    const next: OutlineNode | undefined = Object.hasOwn(form.outline.definitions, found.to)
      ? form.outline.definitions[found.to]
      : undefined;
    if (next === undefined || hops > 100)
      throw new TypeError(`The outline names a recursive part "${found.to}" that it does not define.`);
    found = next;
  }
  return found;
}

/** The recursive parts that a node's value is an instance of: through the chosen branch of a choice too. */
export function partsAt(form: CompiledForm, node: OutlineNode, pointer: Pointer, branchOf: BranchOf): string[] {
  const parts: string[] = [];
  let at: OutlineNode | undefined = node;
  for (let hops = 0; at !== undefined && hops < 100; hops++) {
    if (at.kind === 'recursion') parts.push(at.to);
    const resolved: OutlineNode = resolveNode(form, at);
    if (resolved.kind !== 'choice') break;
    const branch: number | null = branchOf(pointer);
    at = branch === null ? undefined : resolved.branches[branch]?.node;
  }
  return parts;
}

/** One step down from a node; undefined where the outline says nothing about the member. */
export function childNode(
  form: CompiledForm,
  parent: OutlineNode,
  key: string,
  branch: number | null,
): OutlineNode | undefined {
  const node = resolveNode(form, parent);
  switch (node.kind) {
    case 'group':
      return membersOf(node).get(key) ?? node.rest?.value;
    case 'list':
      return node.item;
    case 'tuple':
      return node.children[Number(key)] ?? node.rest;
    case 'map':
      return node.value;
    case 'choice': {
      const shared = node.shared.find(child => child.key === key);
      if (shared !== undefined) return shared;
      const chosen = branch === null ? undefined : node.branches[branch];
      return chosen && childNode(form, chosen.node, key, null);
    }
    default:
      return undefined;
  }
}

/** A node met on the way to a pointer. */
export interface Step {
  readonly pointer: Pointer;
  readonly depth: number;
  readonly node: OutlineNode;
}

/** The nodes from the root down to a pointer, as far as the outline describes them. */
export function nodesAlong(form: CompiledForm, path: Path, branchOf: BranchOf): Step[] {
  const steps: Step[] = [{ pointer: '', depth: 0, node: form.outline.root }];
  let node: OutlineNode | undefined = form.outline.root,
    pointer = '';
  for (const [i, key] of path.entries()) {
    node = childNode(form, node, key, resolveNode(form, node).kind === 'choice' ? branchOf(pointer) : null);
    if (node === undefined) break;
    pointer += '/' + key.replaceAll('~', '~0').replaceAll('/', '~1');
    steps.push({ pointer, depth: i + 1, node });
  }
  return steps;
}

/** The node that describes the value at a pointer, recursion resolved; for a choice, the choice itself. */
export function nodeAt(form: CompiledForm, pointer: Pointer, branchOf: BranchOf): OutlineNode | undefined {
  const path = parsePointer(pointer);
  const steps = nodesAlong(form, path, branchOf);
  return steps.length === path.length + 1 ? steps.at(-1)!.node : undefined;
}

/** The field at a pointer, looking through a choice whose chosen branch is a field. */
export function fieldAt(form: CompiledForm, pointer: Pointer, branchOf: BranchOf): FieldNode | undefined {
  let node = nodeAt(form, pointer, branchOf);
  for (let hops = 0; node !== undefined && hops < 100; hops++) {
    const resolved: OutlineNode = resolveNode(form, node);
    if (resolved.kind === 'field') return resolved;
    if (resolved.kind !== 'choice') return undefined;
    const branch: number | null = branchOf(pointer);
    node = branch === null ? undefined : resolved.branches[branch]?.node;
  }
  return undefined;
}

const choosers = new WeakMap<OutlineNode, boolean>();

/** Tells whether there is a choice at a node or below it; a recursive part may always hold one. Worked out once per node. */
export function hasChoice(node: OutlineNode): boolean {
  const known = choosers.get(node);
  if (known !== undefined) return known;
  const inner = (child: OutlineNode | undefined): boolean => child !== undefined && hasChoice(child);
  let found = false;
  switch (node.kind) {
    case 'choice':
    case 'recursion':
      found = true;
      break;
    case 'group':
      found = node.children.some(inner) || inner(node.rest?.value);
      break;
    case 'list':
      found = inner(node.item);
      break;
    case 'tuple':
      found = node.children.some(inner) || inner(node.rest);
      break;
    case 'map':
      found = inner(node.value);
      break;
    default:
  }
  choosers.set(node, found);
  return found;
}

/** The branch a value fits: by its discriminator first, then by what the branch accepts; null when none does. */
export function inferBranch(node: ChoiceNode, value: Json | undefined): number | null {
  if (value === undefined) return null;
  if (isJsonObject(value)) {
    const told = node.branches.findIndex(
      ({ discriminator }) =>
        discriminator !== undefined
        && Object.hasOwn(value, discriminator.key)
        && value[discriminator.key] === discriminator.value,
    );
    if (told >= 0) return told;
  }
  const fits = node.branches.findIndex(branch => branch.matches(value));
  return fits >= 0 ? fits : null;
}

/** For each segment of a pattern, whether an array or an object holds it, as far as the outline tells. */
export function containersOf(
  form: CompiledForm,
  from: OutlineNode | undefined,
  pattern: readonly (string | null)[],
): ('array' | 'object' | undefined)[] {
  let nodes: OutlineNode[] = from === undefined ? [] : [from];
  return pattern.map(segment => {
    nodes = nodes.flatMap(node => {
      const resolved = resolveNode(form, node);
      return resolved.kind === 'choice'
        ? [...resolved.branches.map(branch => resolveNode(form, branch.node)), resolved]
        : [resolved];
    });
    const kinds = new Set(
      nodes
        .map(({ kind }) =>
          kind === 'list' || kind === 'tuple' ? ('array' as const) : kind === 'field' ? undefined : ('object' as const),
        )
        .filter(kind => kind !== undefined),
    );
    nodes = nodes.flatMap(node => childNode(form, node, segment ?? '0', null) ?? []);
    return kinds.size === 1 ? [...kinds][0] : undefined;
  });
}

/**
 * Visits every value of an instance with its node, parents first. Values the outline does not know are left out, and so
 * is what lies below a visit that gives `false`.
 */
export function walkInstance(
  form: CompiledForm,
  node: OutlineNode,
  pointer: Pointer,
  value: Json | undefined,
  branchOf: BranchOf,
  visit: (node: OutlineNode, pointer: Pointer, value: Json) => void | boolean,
): void {
  if (value === undefined) return;
  const stack: [OutlineNode, Pointer, Json][] = [[node, pointer, value]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [given, at, held] = top;
    if (visit(given, at, held) === false) continue;
    if (typeof held !== 'object' || held === null) continue;
    const resolved = resolveNode(form, given);
    const branch = resolved.kind === 'choice' ? branchOf(at) : null;
    const keys = Object.keys(held);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i]!,
        child = childNode(form, resolved, key, branch);
      if (child !== undefined)
        stack.push([
          child,
          at + '/' + key.replaceAll('~', '~0').replaceAll('/', '~1'),
          (held as { [k: string]: Json })[key]!,
        ]);
    }
  }
}

/**
 * Visits every place of the outline that an instance has or could have right now: members of groups whether they
 * hold something or not, items that are there, the chosen branch. A visit that gives `false` is not gone into.
 * Optional groups that hold nothing are not gone into either.
 */
export function walkOutline(
  form: CompiledForm,
  given: OutlineNode,
  pointer: Pointer,
  value: Json | undefined,
  branchOf: BranchOf,
  visit: (node: OutlineNode, pointer: Pointer, value: Json | undefined) => boolean,
): void {
  const node = resolveNode(form, given);
  if (!visit(given.kind === 'recursion' ? node : given, pointer, value)) return;
  const into = (child: OutlineNode, key: string): void => {
    const held = isJsonObject(value)
      ? Object.hasOwn(value, key)
        ? value[key]
        : undefined
      : Array.isArray(value)
        ? (value as readonly Json[])[Number(key)]
        : undefined;
    const absent = held === undefined && !child.required && child.kind !== 'field' && child.kind !== 'choice';
    if (!absent)
      walkOutline(form, child, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, held, branchOf, visit);
  };
  switch (node.kind) {
    case 'group': {
      for (const child of node.children) into(child, child.key);
      if (node.rest !== undefined && isJsonObject(value))
        for (const key of Object.keys(value)) if (!membersOf(node).has(key)) into(node.rest.value, key);
      return;
    }
    case 'list':
      if (Array.isArray(value)) for (let i = 0; i < value.length; i++) into(node.item, String(i));
      return;
    case 'tuple':
      for (const child of node.children) into(child, child.key);
      return;
    case 'map':
      if (isJsonObject(value)) for (const key of Object.keys(value)) into(node.value, key);
      return;
    case 'choice': {
      const branch = branchOf(pointer);
      for (const child of node.shared) into(child, child.key);
      const chosen = branch === null ? undefined : node.branches[branch];
      if (chosen === undefined) return;
      const inner = resolveNode(form, chosen.node);
      if (inner.kind === 'group') for (const child of inner.children) into(child, child.key);
      else walkOutline(form, chosen.node, pointer, value, branchOf, visit);
      return;
    }
    default:
  }
}
