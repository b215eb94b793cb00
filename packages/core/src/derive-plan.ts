// A form made ready for deriving: units and validator parts, found by the patterns they are about. Worked out once per
// form, whatever the number of sessions.

import type { CompiledForm, Computed, Guard, Rule, Unit, ValidatorPart } from './compiled.ts';
import { containersOf } from './outline.ts';
import { PatternIndex, type Containers, type PatternPath } from './pattern-index.ts';
import { parsePattern } from './pointer.ts';

/** A unit made ready: its patterns decoded. */
export type AnyUnit =
  | {
      readonly kind: 'guard';
      readonly unit: Guard;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly anchor: number;
    }
  | {
      readonly kind: 'computed';
      readonly unit: Computed;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly needs: readonly PatternPath[];
    }
  | {
      readonly kind: 'rule';
      readonly unit: Rule;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly needs: readonly PatternPath[];
    };

/** The units of one scope: the whole instance, or a recursive part. */
export interface Units {
  readonly all: readonly AnyUnit[];
  readonly byRead: PatternIndex<AnyUnit>;
  readonly byTarget: PatternIndex<AnyUnit>;
}

/** A validator part made ready. */
export interface Part {
  readonly no: number;
  readonly path: PatternPath;
  readonly containers: Containers;
  readonly part: ValidatorPart;
}

/** A form made ready for deriving: looked up once per form, whatever the number of sessions. */
export interface Plan {
  readonly root: Units;
  readonly scopes: ReadonlyMap<string, Units>;
  readonly parts: PatternIndex<Part>;
  readonly allParts: readonly Part[];
}

const plans = new WeakMap<CompiledForm, Plan>();

export function planOf(form: CompiledForm): Plan {
  let plan = plans.get(form);
  if (plan !== undefined) return plan;
  const scopes = new Map<string, Units & { all: AnyUnit[] }>();
  const root = { all: [] as AnyUnit[], byRead: new PatternIndex<AnyUnit>(), byTarget: new PatternIndex<AnyUnit>() };
  const add = (unit: Unit, make: (target: PatternPath, containers: Containers) => AnyUnit): void => {
    let units: Units & { all: AnyUnit[] } = root;
    if (unit.scope !== undefined) {
      let scoped = scopes.get(unit.scope);
      if (scoped === undefined)
        scopes.set(unit.scope, (scoped = { all: [], byRead: new PatternIndex(), byTarget: new PatternIndex() }));
      units = scoped;
    }
    const target = parsePattern(unit.target);
    const from = unit.scope === undefined ? form.outline.root : form.outline.definitions[unit.scope];
    const item = make(target, containersOf(form, from, target));
    units.all.push(item);
    units.byTarget.add(item.target, item);
    for (const read of unit.reads) units.byRead.add(read, item);
    if (item.kind === 'rule') units.byRead.add(item.target, item);
  };
  for (const unit of form.guards)
    add(unit, (target, containers) => ({
      kind: 'guard',
      unit,
      target,
      containers,
      anchor: parsePattern(unit.anchor).length,
    }));
  for (const unit of form.computed)
    add(unit, (target, containers) => ({
      kind: 'computed',
      unit,
      target,
      containers,
      needs: unit.needs.map(parsePattern),
    }));
  for (const unit of form.rules)
    add(unit, (target, containers) => ({
      kind: 'rule',
      unit,
      target,
      containers,
      needs: unit.needs.map(parsePattern),
    }));
  const parts = new PatternIndex<Part>();
  const allParts = form.validators.parts.map((part, no) => {
    const path = parsePattern(part.pattern);
    return { no, path, containers: containersOf(form, form.outline.root, path), part };
  });
  for (const part of allParts) parts.add(part.path, part);
  plans.set(form, (plan = { root, scopes, parts, allParts }));
  return plan;
}
