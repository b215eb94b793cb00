// What every lint rule is given, and what several of them look for.

import { type Json, type JsonObject, type Pointer, formatPattern, isJsonObject } from '@onceform/core';
import type { LintFinding, LintOptions } from './lint.ts';
import type { PlannedNode } from './node-facts.ts';
import type { PatternPath, Place } from './place.ts';
import type { Analysis } from './plan.ts';
import type { Site } from './resolve.ts';

export interface LintContext extends Analysis {
  readonly options: LintOptions;
}

export type Finding = Omit<LintFinding, 'line' | 'column'>;

export type LintRule = (context: LintContext) => Iterable<Finding>;

export function* definitionSites(index: LintContext['index']): Generator<Site & { readonly schema: JsonObject }> {
  for (const site of index.sites())
    if (site.document.isDefinition && typeof site.schema === 'object')
      yield site as Site & { readonly schema: JsonObject };
}

export function ownSite(place: Place): Site | null {
  return place.sites.find(site => site.document.isDefinition) ?? null;
}

export function isRequired(place: Place): boolean {
  return (
    place.parent?.sites.some(
      site =>
        isJsonObject(site.schema)
        && Array.isArray(site.schema.required)
        && (site.schema.required as readonly Json[]).includes(place.path.at(-1)!),
    ) ?? false
  );
}

export function pointerOf(places: readonly Place[], pattern: string): Pointer {
  return (
    places.find(place => formatPattern(place.path) === pattern)?.sites.find(site => site.document.isDefinition)?.pointer
    ?? ''
  );
}

export function* nodesOf(places: readonly Place[], form: JsonObject): Generator<{ place: Place; node: PlannedNode }> {
  const { root } = form.outline as unknown as { root: PlannedNode };
  for (const place of places) {
    if (place.scope !== null || place.branchOf !== null) continue;
    let node: PlannedNode | undefined = root;
    for (const segment of place.path) {
      const children: readonly PlannedNode[] = [
        ...((node?.children ?? []) as readonly PlannedNode[]),
        ...((node?.shared ?? []) as readonly PlannedNode[]),
      ];
      node =
        segment === null
          ? ((node?.item ?? node?.value ?? node?.rest) as PlannedNode | undefined)
          : children.find(child => child.key === segment);
    }
    if (node !== undefined) yield { place, node };
  }
}

export function exists(path: PatternPath, known: ReadonlySet<string>): boolean {
  if (path[0] === '$context' || path.length === 0) return true;
  if (known.has(formatPattern(path))) return true;
  // Inside a choice, a map, a file or anything else without members of its own, everything may be.
  for (let length = path.length - 1; length > 0; length--) {
    const outer = formatPattern(path.slice(0, length));
    if (known.has(outer)) return ![...known].some(each => each.startsWith(`${outer}/`));
  }
  return false;
}
