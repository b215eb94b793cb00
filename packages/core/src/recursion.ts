// Where the instances of a recursive definition are: not by patterns, of which there would be no end, but by steps that
// lead from the root to the first ones and from one to the next. Needs no schema, so any language can follow it.

import type { Outline, OutlineNode } from './compiled.ts';
import type { Json } from './json.ts';
import { instancesOf, type PatternPath } from './pattern-index.ts';
import { formatPattern, parsePattern, valueAt, type Path, type PointerPattern } from './pointer.ts';

/** The places of one recursive part: whatever can be reached from the root by following the steps. */
export interface RecursivePlaces {
  /** The name of the definition. */
  readonly part: string;
  readonly steps: readonly {
    /** The part the step starts in; null: the root of the data. */
    readonly from: string | null;
    /** Relative to where the step starts. `[]` is every item. */
    readonly path: PointerPattern;
    /** The part whose instance is there, where there is anything. */
    readonly to: string;
  }[];
}

/** The steps that lead to the instances of a recursive part, as the outline has them; none leads elsewhere. */
export function recursivePlaces(outline: Outline, part: string): RecursivePlaces {
  const steps: RecursivePlaces['steps'][number][] = [];
  const add = (from: string | null, node: OutlineNode): void => {
    const seen = new Set<string>();
    stepsIn(node, [], (path, to) => {
      const step = { from, path: formatPattern(path), to };
      const id = `${step.path} ${to}`;
      if (!seen.has(id)) steps.push(step);
      seen.add(id);
    });
  };
  add(null, outline.root);
  for (const [name, node] of Object.entries(outline.definitions)) add(name, node);
  // Parts from which the wanted one can be reached.
  const useful = new Set([part]);
  for (let size = 0; size !== useful.size;) {
    size = useful.size;
    for (const { from, to } of steps) if (from !== null && useful.has(to)) useful.add(from);
  }
  return { part, steps: steps.filter(({ from, to }) => useful.has(to) && (from === null || useful.has(from))) };
}

function stepsIn(node: OutlineNode, path: PatternPath, found: (path: PatternPath, to: string) => void): void {
  switch (node.kind) {
    case 'recursion':
      return found(path, node.to);
    case 'group':
      for (const child of node.children) stepsIn(child, [...path, child.key], found);
      if (node.rest !== undefined) stepsIn(node.rest.value, [...path, null], found);
      return;
    case 'list':
      return stepsIn(node.item, [...path, null], found);
    case 'map':
      return stepsIn(node.value, [...path, null], found);
    case 'tuple':
      for (const child of node.children) stepsIn(child, [...path, child.key], found);
      if (node.rest !== undefined) stepsIn(node.rest, [...path, null], found);
      return;
    case 'choice':
      for (const child of node.shared) stepsIn(child, [...path, child.key], found);
      for (const branch of node.branches) stepsIn(branch.node, path, found);
      return;
    default:
  }
}

/** The instances of a recursive part in some data, outer ones first. */
export function instancesOfPart({ part, steps }: RecursivePlaces, data: Json): Path[] {
  const ready = steps.map(step => ({ ...step, path: parsePattern(step.path) }));
  const found = new Map<string, Path>();
  const open: { readonly at: Path; readonly in: string | null }[] = [{ at: [], in: null }];
  const seen = new Set<string>();
  for (const next of open) {
    const value = valueAt(data, next.at);
    for (const step of ready) {
      if (step.from !== next.in) continue;
      for (const inner of instancesOf(value, step.path, [])) {
        const at = [...next.at, ...inner];
        if (valueAt(value, inner) === undefined) continue;
        const id = JSON.stringify([step.to, at]);
        if (seen.has(id)) continue;
        seen.add(id);
        if (step.to === part) found.set(id, at);
        open.push({ at, in: step.to });
      }
    }
  }
  return [...found.values()];
}
