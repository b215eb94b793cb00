// The derivation graph: which guard, computed value or check has to come before which. A cycle is a compile error.

import { formatPattern, OnceFormError, type Outline, type OutlineNode } from '@onceform/core';
import type { PatternPath } from './place.ts';

export interface OrderedUnit {
  readonly id: string;
  readonly kind: 'guard' | 'compute' | 'check';
  readonly scope: string | null;
  readonly target: PatternPath;
  readonly reads: readonly PatternPath[];
  /** Of a unit in a recursive definition: what it reads from the root. */
  readonly dataReads?: readonly PatternPath[];
  /** Into the definition, for the error. */
  readonly pointer: string;
}

/** The parts of the outline that paths lead through. */
export type Parts = Pick<Outline, 'root' | 'definitions'>;

/**
 * Numbers units so that what one reads is settled before it runs: a value's guard before its computation, both before
 * whoever reads the value, and an ancestor's guard before those inside. Stable: ties keep the document's order.
 *
 * Within a recursive definition, a value may be made of the same value further down; it may not be made of one at the
 * root that is made of it.
 *
 * @throws {OnceFormError} ERR_RULE_CYCLE naming every unit of the cycle.
 */
export function orderUnits(units: readonly OrderedUnit[], parts: Parts): ReadonlyMap<OrderedUnit, number> {
  const writers = units.filter(unit => unit.kind !== 'check');
  const bySegment = new Map<string, OrderedUnit[]>();
  for (const unit of writers) {
    const key = `${unit.scope ?? ''} ${unit.target[0] ?? ''}`;
    bySegment.set(key, [...(bySegment.get(key) ?? []), unit]);
  }
  const near = (scope: string | null, path: PatternPath): readonly OrderedUnit[] =>
    path.length === 0
      ? writers.filter(unit => unit.scope === scope)
      : (bySegment.get(`${scope ?? ''} ${path[0] ?? ''}`) ?? []);
  const before = (unit: OrderedUnit): OrderedUnit[] => {
    const out = new Set<OrderedUnit>();
    for (const read of unit.reads)
      for (const other of near(unit.scope, read)) if (overlaps(other.target, read)) out.add(other);
    for (const read of unit.dataReads ?? [])
      for (const other of near(null, read)) if (overlaps(other.target, read)) out.add(other);
    for (const other of near(unit.scope, unit.target)) {
      if (
        other.kind === 'guard'
        && other !== unit
        && contains(other.target, unit.target)
        && (unit.kind !== 'guard' || other.target.length < unit.target.length)
      )
        out.add(other);
    }
    return [...out];
  };

  const order = new Map<OrderedUnit, number>();
  const open: OrderedUnit[] = [];
  const stack: { unit: OrderedUnit; next: OrderedUnit[] }[] = [];
  const enter = (unit: OrderedUnit): void => {
    if (order.has(unit)) return;
    const at = open.indexOf(unit);
    if (at >= 0) throw cycle(open.slice(at));
    open.push(unit);
    stack.push({ unit, next: before(unit).reverse() });
  };
  for (const unit of units) {
    enter(unit);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.next.pop();
      if (next !== undefined) {
        enter(next);
        continue;
      }
      order.set(top.unit, order.size);
      open.pop();
      stack.pop();
    }
  }
  const dataReaders = units.filter(unit => unit.kind !== 'check' && (unit.dataReads?.length ?? 0) > 0);
  if (dataReaders.length > 0) {
    const inputs = (unit: OrderedUnit): OrderedUnit[] => [
      ...before(unit),
      ...unit.reads
        .flatMap(read => through(parts, unit.scope, read))
        .flatMap(({ scope, rest }) => near(scope, rest).filter(other => overlaps(other.target, rest))),
    ];
    for (const unit of dataReaders) refuseReturn(unit, inputs);
  }
  return order;
}

/** Refuses a unit that what it reads at the root leads back to. */
function refuseReturn(unit: OrderedUnit, inputs: (unit: OrderedUnit) => readonly OrderedUnit[]): void {
  const cameFrom = new Map<OrderedUnit, OrderedUnit>();
  const open = inputs(unit).filter(input => input.scope === null);
  for (const start of open) cameFrom.set(start, unit);
  for (const next of open) {
    for (const input of inputs(next)) {
      if (input === unit) {
        const way = [next];
        for (let at = cameFrom.get(next)!; at !== unit; at = cameFrom.get(at)!) way.unshift(at);
        throw cycle([unit, ...way]);
      }
      if (cameFrom.has(input)) continue;
      cameFrom.set(input, next);
      open.push(input);
    }
  }
}

/** Where a path leaves its part for an instance of a recursive one, and how it goes on from there. */
function through(parts: Parts, scope: string | null, path: PatternPath): { scope: string; rest: PatternPath }[] {
  const out: { scope: string; rest: PatternPath }[] = [];
  const visit = (node: OutlineNode | undefined, depth: number): void => {
    if (node === undefined) return;
    if (node.kind === 'recursion') {
      const rest = path.slice(depth);
      out.push({ scope: node.to, rest }, ...through(parts, node.to, rest));
      return;
    }
    if (node.kind === 'choice') for (const branch of node.branches) visit(branch.node, depth);
    if (depth === path.length) return;
    const segment = path[depth]!;
    for (const child of childrenOf(node))
      if (child.key === segment || child.key === '[]' || segment === null) visit(child, depth + 1);
  };
  visit(scope === null ? parts.root : parts.definitions[scope], 0);
  return out;
}

function childrenOf(node: OutlineNode): readonly OutlineNode[] {
  switch (node.kind) {
    case 'group':
      return node.rest === undefined ? node.children : [...node.children, node.rest.value];
    case 'list':
      return [node.item];
    case 'map':
      return [node.value];
    case 'tuple':
      return node.rest === undefined ? node.children : [...node.children, node.rest];
    case 'choice':
      return node.shared;
    default:
      return [];
  }
}

function cycle(units: readonly OrderedUnit[]): OnceFormError {
  const names = units.map(unit => `${unit.kind} of ${formatPattern(unit.target) || 'the whole form'}`);
  return new OnceFormError(
    'ERR_RULE_CYCLE',
    units.length === 1
      ? `The ${names[0]} reads what it decides about.`
      : `These wait for each other: ${[...names, names[0]].join(' → ')}.`,
    { pointer: units[0]!.pointer, data: { units: units.map(unit => unit.id) } },
  );
}

function contains(outer: PatternPath, inner: PatternPath): boolean {
  return (
    outer.length <= inner.length
    && outer.every((segment, i) => segment === null || inner[i] === null || segment === inner[i])
  );
}

function overlaps(a: PatternPath, b: PatternPath): boolean {
  return contains(a, b) || contains(b, a);
}
