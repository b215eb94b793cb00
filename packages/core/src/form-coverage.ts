// How much of a form its tests have seen: conditions both ways, rules held and failed, values computed, branches taken.

import type { CompiledForm, OutlineNode } from './compiled.ts';
import { answersSlot, branchAt } from './answers.ts';
import { unitOutcomes } from './derive.ts';
import { derivedSlot, deriveContextOf } from './derived.ts';
import { resolveNode } from './outline.ts';
import type { Pointer } from './pointer.ts';
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
    for (const [pattern, count] of choicesOf(form)) for (let i = 0; i < count; i++) this.#expected.add(`${pattern} branch ${i + 1}`);
  }

  see(state: FormState): void {
    for (const { id, outcome } of unitOutcomes(deriveContextOf(state), state.read(derivedSlot), at => branchAt(state, at))) this.#seen.add(`${id} ${outcome}`);
    for (const [pattern] of choicesOf(state.form)) {
      for (const [pointer, branch] of chosen(state)) if (patternOf(pointer) === pattern) this.#seen.add(`${pattern} branch ${branch + 1}`);
    }
  }

  report(): Coverage {
    const missing = [...this.#expected].filter(name => !this.#seen.has(name)).map(name => name.replace(/ (asked|not asked|computed|absent|held|failed|branch \d+)$/u, ' never $1')).sort();
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
      case 'group': for (const child of node.children) visit(child, `${at}/${child.key}`); return;
      case 'list': visit(node.item, `${at}/[]`); return;
      case 'choice': found.push([at, node.branches.length]); for (const branch of node.branches) visit(branch.node, at); return;
      default:
    }
  };
  visit(form.outline.root, '');
  return found;
}
