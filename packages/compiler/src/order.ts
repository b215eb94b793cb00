// The derivation graph: which guard, computed value or check has to come before which. A cycle is a compile error.

import { formatPattern, OnceFormError } from '@onceform/core';
import type { PatternPath } from './outline.ts';

export interface OrderedUnit {
  readonly id: string;
  readonly kind: 'guard' | 'compute' | 'check';
  readonly scope: string | null;
  readonly target: PatternPath;
  readonly reads: readonly PatternPath[];
  /** Into the definition, for the error. */
  readonly pointer: string;
}

/**
 * Numbers units so that what one reads is settled before it runs: a value's guard before its computation, both before
 * whoever reads the value, and an ancestor's guard before those inside. Stable: ties keep the document's order.
 *
 * @throws {OnceFormError} ERR_RULE_CYCLE naming every unit of the cycle.
 */
export function orderUnits(units: readonly OrderedUnit[]): ReadonlyMap<OrderedUnit, number> {
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
  return order;
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
