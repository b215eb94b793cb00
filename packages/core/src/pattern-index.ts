// Finds what is concerned by a change: everything registered under a pattern that lies on the way to a pointer or
// below it. Looking up costs the depth of the pointer and what is found, not how much is registered.

import type { Json } from './json.ts';
import { formatPointer, parsePattern, valueAt, type Path, type PointerPattern } from './pointer.ts';

/** A decoded pattern: `null` stands for every item. */
export type PatternPath = readonly (string | null)[];

export interface Registered<T> {
  readonly path: PatternPath;
  readonly item: T;
}

interface TrieNode<T> {
  readonly members: Map<string, TrieNode<T>>;
  any: TrieNode<T> | undefined;
  readonly here: Registered<T>[];
}

export class PatternIndex<T> {
  readonly #root: TrieNode<T> = newNode();
  size = 0;

  add(pattern: PointerPattern | PatternPath, item: T): void {
    const path = typeof pattern === 'string' ? parsePattern(pattern) : pattern;
    let node = this.#root;
    for (const segment of path) {
      if (segment === null) node = node.any ??= newNode();
      else {
        let next = node.members.get(segment);
        if (next === undefined) node.members.set(segment, (next = newNode()));
        node = next;
      }
    }
    node.here.push({ path, item });
    this.size++;
  }

  /** Everything registered at the path or above it. */
  above(path: Path): Registered<T>[] {
    return this.#meet(path, true, false);
  }

  /** Everything registered at the path or below it. */
  below(path: Path): Registered<T>[] {
    return this.#meet(path, false, true);
  }

  /** Everything registered above, at or below the path. */
  around(path: Path): Registered<T>[] {
    return this.#meet(path, true, true);
  }

  #meet(path: Path, above: boolean, below: boolean): Registered<T>[] {
    const found: Registered<T>[] = [];
    let level: TrieNode<T>[] = [this.#root];
    for (const segment of path) {
      if (above) for (const node of level) found.push(...node.here);
      const next: TrieNode<T>[] = [];
      for (const node of level) {
        const named = node.members.get(segment);
        if (named !== undefined) next.push(named);
        if (node.any !== undefined) next.push(node.any);
      }
      if (next.length === 0) return found;
      level = next;
    }
    for (const node of level) {
      if (below) collect(node, found);
      else if (above) found.push(...node.here);
    }
    return found;
  }
}

function newNode<T>(): TrieNode<T> {
  return { members: new Map(), any: undefined, here: [] };
}

function collect<T>(node: TrieNode<T>, into: Registered<T>[]): void {
  into.push(...node.here);
  for (const child of node.members.values()) collect(child, into);
  if (node.any !== undefined) collect(node.any, into);
}

/** Tells whether a path is an instance of a pattern. */
export function matchesPattern(pattern: PatternPath, path: Path): boolean {
  return pattern.length === path.length && pattern.every((segment, i) => segment === null || segment === path[i]);
}

/** How many segments two patterns share from the left. */
export function agreement(a: PatternPath, b: PatternPath): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

/** What has to hold each segment of a pattern: an array or an object; undefined where either may. */
export type Containers = readonly ('array' | 'object' | undefined)[];

/**
 * Lists the paths that a pattern stands for in an instance, with its first segments bound already. A named segment
 * need not be present; items and map members do. Nothing below a container of another kind than the pattern is about.
 */
export function instancesOf(
  root: Json | undefined,
  pattern: PatternPath,
  bound: Path,
  containers: Containers = [],
): Path[] {
  let level: { path: string[]; value: Json | undefined }[] = [{ path: [], value: root }];
  for (let i = 0; i < pattern.length; i++) {
    const next: typeof level = [];
    for (const { path, value } of level) {
      if (containers[i] !== undefined && typeof value === 'object' && value !== null && containers[i] !== kindOf(value))
        continue;
      const segment = i < bound.length ? bound[i]! : pattern[i]!;
      if (segment !== null) {
        const held = valueAt(value, [segment]);
        if (pattern[i] !== null || held !== undefined) next.push({ path: [...path, segment], value: held });
      } else if (typeof value === 'object' && value !== null) {
        for (const [key, item] of Object.entries(value)) next.push({ path: [...path, key], value: item });
      }
    }
    level = next;
  }
  return level.map(({ path }) => path);
}

function kindOf(container: object): 'array' | 'object' {
  return Array.isArray(container) ? 'array' : 'object';
}

/** An instance of a pattern as a pointer. */
export function pointerOf(path: Path): string {
  return formatPointer(path);
}
