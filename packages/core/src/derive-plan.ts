// A form made ready for deriving: units and validator parts, found by the patterns they are about. Worked out once per
// form, whatever the number of sessions.

import type { CompiledForm, Computed, Guard, Rule, Unit, ValidatorPart } from './compiled.ts';
import { blockRules, skipGuards, type OwnUnit } from './missing.ts';
import { containersOf } from './outline.ts';
import { PatternIndex, type Containers, type PatternPath } from './pattern-index.ts';
import { parsePattern } from './pointer.ts';
import { recursivePlaces, type RecursivePlaces } from './recursion.ts';

/** A unit made ready: its patterns decoded. */
export type AnyUnit =
  | {
      readonly kind: 'guard';
      readonly unit: Guard;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly anchor: number;
      /** The engine's own: asked in place of the unit's test. */
      readonly holds?: OwnUnit<Guard>['holds'];
    }
  | {
      readonly kind: 'computed';
      readonly unit: Computed;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly needs: Needs;
    }
  | {
      readonly kind: 'rule';
      readonly unit: Rule;
      readonly target: PatternPath;
      readonly containers: Containers;
      readonly needs: Needs;
      /** The engine's own: asked in place of the expression. */
      readonly holds?: OwnUnit<Rule>['holds'];
    };

/** What has to be present before an expression is evaluated. */
export interface Needs {
  /** Bound to the target. */
  readonly own: readonly PatternPath[];
  /** In the whole instance. */
  readonly data: readonly PatternPath[];
}

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
  /** Units of recursive parts by what they read of the whole instance: a change there concerns every instance of the part. */
  readonly scopesByData: PatternIndex<{ readonly item: AnyUnit; readonly places: RecursivePlaces }>;
  readonly parts: PatternIndex<Part>;
  readonly allParts: readonly Part[];
}

function needsOf({ needs, dataNeeds = [] }: Pick<Rule, 'needs' | 'dataNeeds'>): Needs {
  return { own: needs.map(parsePattern), data: dataNeeds.map(parsePattern) };
}

const plans = new WeakMap<CompiledForm, Plan>();

export function planOf(form: CompiledForm): Plan {
  let plan = plans.get(form);
  if (plan !== undefined) return plan;
  const scopes = new Map<string, Units & { all: AnyUnit[] }>();
  const root = { all: [] as AnyUnit[], byRead: new PatternIndex<AnyUnit>(), byTarget: new PatternIndex<AnyUnit>() };
  const scopesByData: Plan['scopesByData'] = new PatternIndex();
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
    if (unit.scope === undefined || unit.dataReads === undefined) return;
    const places = recursivePlaces(form.outline, unit.scope);
    for (const read of unit.dataReads) scopesByData.add(read, { item, places });
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
      needs: needsOf(unit),
    }));
  for (const unit of form.rules)
    add(unit, (target, containers) => ({
      kind: 'rule',
      unit,
      target,
      containers,
      needs: needsOf(unit),
    }));
  for (const { unit, holds } of skipGuards(form))
    add(unit, (target, containers) => ({ kind: 'guard', unit, target, containers, anchor: 0, holds }));
  for (const { unit, holds } of blockRules(form))
    add(unit, (target, containers) => ({ kind: 'rule', unit, target, containers, needs: needsOf(unit), holds }));
  const parts = new PatternIndex<Part>();
  const allParts = form.validators.parts.map((part, no) => {
    const path = parsePattern(part.pattern);
    return { no, path, containers: containersOf(form, form.outline.root, path), part };
  });
  for (const part of allParts) parts.add(part.path, part);
  plans.set(form, (plan = { root, scopes, scopesByData, parts, allParts }));
  return plan;
}
