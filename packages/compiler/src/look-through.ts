// What several schemas say about one value at once, looked at through references, `allOf` and conditions.

import { isJsonObject, type Json, type JsonSchema } from '@onceform/core';
import type { Lowering } from './lower.ts';
import type { SchemaIndex, Site } from './resolve.ts';
import { keysOf } from './schema-view.ts';

/** A member of an object: what is said of it, and under which conditions it is there at all. */
export interface Member {
  readonly sites: Site[];
  readonly implied: readonly JsonSchema[];
}

/** All schemas of a value. `recursion`: one of them is around it already. */
export interface View {
  readonly sites: Site[];
  readonly stack: readonly Site[];
  readonly recursion: Site | null;
}

export class LookThrough {
  readonly #index: SchemaIndex;
  readonly #lowering: Lowering;

  constructor(index: SchemaIndex, lowering: Lowering) {
    this.#index = index;
    this.#lowering = lowering;
  }

  /** All schemas a value at this place has to satisfy at once: through `$ref` and `allOf`, nearest first. */
  expand(sites: readonly Site[], stack: readonly Site[]): View {
    const out: Site[] = [];
    const entered: Site[] = [...stack];
    let recursion: Site | null = null;
    const visit = (site: Site): void => {
      if (out.includes(site)) return;
      out.push(site);
      if (typeof site.schema === 'boolean') return;
      for (const keyword of ['$ref', '$dynamicRef'] as const) {
        if (site.schema[keyword] === undefined) continue;
        const target = this.#index.follow(site, keyword);
        if (stack.includes(target)) {
          recursion ??= target;
          continue;
        }
        entered.push(target);
        visit(target);
      }
      if (Array.isArray(site.schema.allOf))
        site.schema.allOf.forEach((_, i) => {
          visit(this.#index.child(site, 'allOf', i));
        });
    };
    sites.forEach(visit);
    return { sites: out, stack: entered, recursion };
  }

  /** Members by name in the order they are first written; those that only a condition brings come with it. */
  members(sites: readonly Site[]): Map<string, Member> {
    const out = new Map<string, Member>();
    for (const site of sites) {
      for (const name of keysOf(site, 'properties')) {
        const child = this.#index.child(site, 'properties', name);
        const member = out.get(name);
        if (member === undefined) out.set(name, { sites: [child], implied: [] });
        else member.sites.push(child);
      }
    }
    for (const site of sites) this.#impliedMembers(site, [], out, new Set());
    return out;
  }

  #impliedMembers(site: Site, tests: readonly JsonSchema[], out: Map<string, Member>, seen: Set<Site>): void {
    if (typeof site.schema === 'boolean' || seen.has(site)) return;
    seen.add(site);
    const branch = (child: Site, test: JsonSchema): void => {
      const all = [...tests, test];
      const known = new Set(out.keys());
      for (const part of this.expand([child], []).sites) {
        for (const name of keysOf(part, 'properties')) {
          const member = this.#index.child(part, 'properties', name);
          if (!known.has(name)) out.set(name, { sites: [member], implied: all });
        }
        this.#impliedMembers(part, all, out, seen);
      }
    };
    if (site.schema.if !== undefined) {
      const test = this.#lowering.lower(this.#index.child(site, 'if'));
      if (site.schema.then !== undefined) branch(this.#index.child(site, 'then'), test);
      if (site.schema.else !== undefined) branch(this.#index.child(site, 'else'), { not: test });
    }
    for (const name of keysOf(site, 'dependentSchemas'))
      branch(this.#index.child(site, 'dependentSchemas', name), { required: [name] });
  }
}

// Alternatives that only ask for members to be present are no choice of shape: the validator speaks for them.
export function isChoice(site: Site, keyword: 'oneOf' | 'anyOf'): boolean {
  if (typeof site.schema === 'boolean' || !Array.isArray(site.schema[keyword])) return false;
  const shaping = new Set([
    'properties',
    '$ref',
    '$dynamicRef',
    'type',
    'items',
    'prefixItems',
    'patternProperties',
    'additionalProperties',
    'enum',
    'const',
    'allOf',
    'oneOf',
    'anyOf',
    'format',
  ]);
  return (site.schema[keyword] as readonly Json[]).some(
    branch => isJsonObject(branch) && Object.keys(branch).some(key => shaping.has(key)),
  );
}
