// How much of a form its tests have seen: conditions both ways, rules held and failed, values computed, branches taken.

import type { CompiledForm, OutlineNode } from './compiled.ts';
import { answersSlot, branchAt } from './answers.ts';
import { isAsked, type Derived } from './derive.ts';
import { planOf, type AnyUnit } from './derive-plan.ts';
import { derivedSlot } from './derived.ts';
import { resolveNode, walkInstance, type BranchOf } from './outline.ts';
import { instancesOf, pointerOf } from './pattern-index.ts';
import { parentPointer, parsePointer, type Path, type Pointer } from './pointer.ts';
import { needsAreMet } from './rules.ts';
import type { FormState } from './state.ts';

export interface Coverage {
  /** Outcomes that were seen, of those there are. */
  readonly seen: number;
  readonly of: number;
  /** What no test reached: `when:/spouse never asked`, `late-fee never failed`, … */
  readonly missing: readonly string[];
}

const OUTCOMES = { guard: ['asked', 'not asked'], computed: ['computed', 'absent'], rule: ['held', 'failed'] } as const;

/** Collects over many states of one form. */
export class UnitCoverage {
  readonly #expected = new Set<string>();
  readonly #seen = new Set<string>();

  constructor(form: CompiledForm) {
    for (const { id } of form.guards) for (const outcome of OUTCOMES.guard) this.#expected.add(`${id} ${outcome}`);
    for (const { id } of form.computed) for (const outcome of OUTCOMES.computed) this.#expected.add(`${id} ${outcome}`);
    for (const { id } of form.rules) for (const outcome of OUTCOMES.rule) this.#expected.add(`${id} ${outcome}`);
    for (const [pattern, count] of choicesOf(form))
      for (let i = 0; i < count; i++) this.#expected.add(`${pattern} branch ${i + 1}`);
  }

  see(state: FormState): void {
    for (const { id, outcome } of unitOutcomes(state.form, state.read(derivedSlot), at => branchAt(state, at)))
      this.#seen.add(`${id} ${outcome}`);
    for (const [pattern] of choicesOf(state.form)) {
      for (const [pointer, branch] of chosen(state))
        if (patternOf(pointer) === pattern) this.#seen.add(`${pattern} branch ${branch + 1}`);
    }
  }

  report(): Coverage {
    const missing = [...this.#expected]
      .filter(name => !this.#seen.has(name))
      .map(name => name.replace(/ (asked|not asked|computed|absent|held|failed|branch \d+)$/u, ' never $1'))
      .sort();
    return { seen: this.#expected.size - missing.length, of: this.#expected.size, missing };
  }
}

function chosen(state: FormState): readonly (readonly [Pointer, number])[] {
  return [...state.read(answersSlot).branches];
}

/** Positions and recursion do not matter for coverage. */
function patternOf(pointer: Pointer): string {
  return pointer.replace(/\/[0-9]+(?=\/|$)/gu, '/[]');
}

/** Every choice of a form by its pattern, with its number of branches; those inside recursive parts are left out. */
function choicesOf(form: CompiledForm): readonly (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  const visit = (given: OutlineNode, at: string): void => {
    if (given.kind === 'recursion') return;
    const node = resolveNode(form, given);
    switch (node.kind) {
      case 'group':
        for (const child of node.children) visit(child, `${at}/${child.key}`);
        return;
      case 'list':
        visit(node.item, `${at}/[]`);
        return;
      case 'choice':
        found.push([at, node.branches.length]);
        for (const branch of node.branches) visit(branch.node, at);
        return;
      default:
    }
  };
  visit(form.outline.root, '');
  return found;
}

/** What each unit came to, once for each place it stands for. */
function unitOutcomes(form: CompiledForm, derived: Derived, branchOf: BranchOf): { id: string; outcome: string }[] {
  const { root, scopes } = planOf(form);
  const found: { id: string; outcome: string }[] = [];
  const see = (item: AnyUnit, base: Path): void => {
    for (const path of instancesOf(derived.data, [...base, ...item.target], base, [
      ...base.map(() => undefined),
      ...item.containers,
    ])) {
      const pointer = pointerOf(path),
        { id } = item.unit;
      if (!isAsked(derived.hidden, parentPointer(pointer))) continue;
      if (item.kind === 'guard')
        found.push({ id, outcome: derived.hidden.get(pointer)?.includes(id) ? 'not asked' : 'asked' });
      else if (!isAsked(derived.hidden, pointer)) continue;
      else if (item.kind === 'computed')
        found.push({ id, outcome: derived.computed.has(pointer) ? 'computed' : 'absent' });
      else if (derived.issues.bySource.has(`rule ${id}\n${pointer}`)) found.push({ id, outcome: 'failed' });
      else if (needsAreMet(item.needs, derived.data, path, item.target)) found.push({ id, outcome: 'held' });
    }
  };
  for (const item of root.all) see(item, []);
  if (scopes.size > 0) {
    walkInstance(form, form.outline.root, '', derived.data, branchOf, (node, pointer) => {
      const units = node.kind === 'recursion' ? scopes.get(node.to) : undefined;
      for (const item of units?.all ?? []) see(item, parsePointer(pointer));
    });
  }
  return found;
}
