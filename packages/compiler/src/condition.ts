// Conditions of relevance: from `when` (and from if/then/else) at a place to a guard on its nearest common ancestor,
// and, where the condition is about another place, to the if/then/else that the dataSchema gets there.

import {
  formatPattern,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  parsePattern,
  type Pointer,
  type PointerPattern,
} from '@onceform/core';
import { along, type Condition, ifThenElse, type Lowering } from './lower.ts';
import type { PatternPath, Place } from './place.ts';
import { first } from './schema-view.ts';

export interface PlannedGuard {
  readonly place: Place;
  readonly target: PatternPath;
  readonly anchor: PatternPath;
  /** Judges the value at the anchor. */
  readonly test: JsonSchema;
  readonly reads: readonly PatternPath[];
}

/** One condition of a place, lowered. */
export interface Test {
  /** Null: about the parent object. Otherwise an instance pattern from the root. */
  readonly at: string | null;
  readonly test: JsonSchema;
  /** Of what says it. */
  readonly pointer: Pointer;
}

/**
 * Makes the guards of a form, and adds to the dataSchema what cannot be lowered where it is written.
 *
 * @param more conditions that no `when` says, by place.
 * @throws {OnceFormError} ERR_WHEN_NOT_LOWERABLE when a condition stands on something that is no member of an object;
 *   reaches into another row, across recursion, into a map or the rest of a tuple, or out of a branch that no constant
 *   tells from the others; or when the member is required by another schema than the one that declares it.
 */
export function planGuards(
  places: readonly Place[],
  lowering: Lowering,
  dataSchema: Record<string, Json>,
  more: ReadonlyMap<Place, Test>,
): PlannedGuard[] {
  const guards: PlannedGuard[] = [];
  for (const place of places) {
    const added = more.get(place);
    const conditions = [...uniqueTests(place, lowering), ...(added === undefined ? [] : [added])];
    if (conditions.length === 0 && place.implied.length === 0) continue;
    const parent = place.path.slice(0, -1);
    const placed = conditions.filter(condition => condition.at !== null);
    // Another branch may have a member of the same name: the guard of this one only speaks while this one is chosen.
    const hasNamesake = conditions.length > 0 && isNamedInAnotherBranch(place, places);
    if (conditions.length > 0) refuseUnlowerable(place, conditions, hasNamesake);
    const paths = placed.map(condition => boundPath(condition, place, places));
    const shared = paths.reduce<PatternPath>((at, path) => commonPrefix(at, path), parent);
    const anchor = hasNamesake ? commonPrefix(shared, place.chosen!.path) : shared;
    const tests = [
      ...place.implied.map(test => nested(test, parent.slice(anchor.length))),
      ...conditions
        .filter(condition => condition.at === null)
        .map(({ test }) => nested(test, parent.slice(anchor.length))),
      ...placed.map(({ test }, i) => nested(test, paths[i]!.slice(anchor.length))),
    ];
    const holds = tests.length === 1 ? tests[0]! : { allOf: tests };
    if (placed.length > 0) hoist(dataSchema, anchor, holds, place);
    let test = holds;
    if (hasNamesake) {
      const way = place.chosen!.path.slice(anchor.length);
      if (way.includes(null))
        throw notLowerable(
          conditions[0]!,
          'Another branch of the choice has a member of the same name, and the condition is about what is outside of the row; give one of them another name.',
        );
      test = { anyOf: [{ not: nested(place.chosen!.test, way) }, holds] };
    }
    guards.push({ place, target: place.path, anchor, test, reads: readsOf(test, anchor, lowering.definitions) });
  }
  return guards;
}

function isNamedInAnotherBranch(place: Place, places: readonly Place[]): boolean {
  return (
    place.branchOf !== null
    && places.some(
      other =>
        other !== place
        && other.scope === place.scope
        && other.branch !== place.branch
        && formatPattern(other.path) === formatPattern(place.path),
    )
  );
}

function uniqueTests(place: Place, lowering: Lowering): Test[] {
  const out = new Map<string, Condition>();
  for (const site of place.sites)
    for (const condition of lowering.conditionsOf(site))
      out.set(condition.site.document.uri + condition.pointer, condition);
  return [...out.values()].map(({ at, pointer, site }) => ({ at, pointer, test: lowering.lower(site) }));
}

function refuseUnlowerable(place: Place, conditions: readonly Test[], hasNamesake: boolean): void {
  const condition = conditions[0]!;
  const refuse = (why: string): never => {
    throw notLowerable(condition, why);
  };
  if (!place.isMember)
    refuse(
      '"when" belongs on a named property of an object; the items of a list and the branches of a choice are governed by the property that holds them.',
    );
  const isPlaced = conditions.some(each => each.at !== null);
  if (isPlaced && place.scope !== null)
    refuse('A condition on another place cannot stand in a definition that contains itself.');
  if (hasNamesake && place.chosen === null)
    refuse(`Another branch of the choice has a member of the same name, and this is ${UNTOLD}.`);
  const obstacle = isPlaced ? unspeakable(place) : null;
  if (obstacle !== null)
    refuse(
      `What is asked on a condition about another place ("when" with "at", "onMissing": "skip") cannot stand in ${obstacle}.`,
    );
  const key = place.path.at(-1)!;
  const declares = new Set(place.sites.map(site => site.pointer.replace(/\/properties\/[^/]*$/, '')));
  for (const site of place.parent?.sites ?? []) {
    if (typeof site.schema === 'boolean' || !Array.isArray(site.schema.required) || !site.schema.required.includes(key))
      continue;
    if (
      !declares.has(site.pointer)
      && !(isJsonObject(site.schema.properties) && Object.hasOwn(site.schema.properties, key))
    ) {
      refuse(
        `"${key}" is required by another schema (${site.pointer || 'the root'}) than the one that declares it, so the requirement would not end with the condition.`,
      );
    }
  }
}

// `[]` in `at` is the row the target is in, so the two have to agree up to it.
function boundPath(condition: Test, place: Place, places: readonly Place[]): PatternPath {
  const path = parsePattern(condition.at!);
  const rows = path.lastIndexOf(null);
  const agrees =
    path.slice(0, rows + 1).every((segment, i) => segment === place.path[i]) && rows < place.path.length - 1;
  if (!agrees)
    throw notLowerable(condition, `"${condition.at}" reaches into another row than the one the condition is about.`);
  const leadsInto = (outer: Place): boolean =>
    outer.kind === 'list'
    && commonPrefix(outer.path, path).length === outer.path.length
    && typeof path[outer.path.length] === 'string';
  if (places.some(outer => outer.scope === place.scope && leadsInto(outer)))
    throw notLowerable(
      condition,
      `"${condition.at}" leads to one item of a list, and a schema can only speak of each.`,
    );
  return path;
}

const UNTOLD =
  'a branch that nothing in the data tells from the others. Give each a required member with a "const" of its own, as in {"kind": {"const": "person"}}; a choice within a choice cannot have such conditions';

/** What on the way to a place no schema from elsewhere can speak of; null where one can. */
export function unspeakable(place: Place): string | null {
  if (place.branchOf !== null && place.chosen === null) return UNTOLD;
  const has = (owner: Place, keyword: string): boolean =>
    owner.sites.some(({ schema }) => typeof schema === 'object' && schema[keyword] !== undefined);
  for (let at = place; at.parent !== null; at = at.parent) {
    const owner = at.parent;
    if (owner.kind !== 'list' && at.path[owner.path.length] !== null) continue;
    if (owner.kind !== 'list') return 'the values of a map';
    if (at.path[owner.path.length] !== null) return 'the places of a tuple';
    if (has(owner, 'prefixItems')) return 'what follows the fixed places of a tuple';
    if (has(owner, 'unevaluatedItems')) return 'items that only "unevaluatedItems" describes';
  }
  return null;
}

// The condition goes to the deepest schema on the way to the anchor that no other place shares.
function hoist(root: Record<string, Json>, anchor: PatternPath, test: JsonSchema, place: Place): void {
  let node = root;
  let depth = 0;
  for (const segment of anchor) {
    const holder: Json | undefined =
      segment === null
        ? node.items
        : isJsonObject(node.properties)
          ? (node.properties as JsonObject)[segment]
          : undefined;
    if (!isJsonObject(holder)) break;
    node = holder as Record<string, Json>;
    depth++;
    if (node.$ref !== undefined) break;
  }
  const key = place.path.at(-1)!;
  const required =
    place.parent?.sites.some(
      site =>
        Array.isArray(first([site], 'required')?.value)
        && (first([site], 'required')!.value as readonly Json[]).includes(key),
    ) ?? false;
  // In a branch it says nothing while another branch is chosen.
  const choice = place.chosen;
  const said = (schema: JsonObject): JsonObject =>
    choice === null
      ? along(place.path.slice(anchor.length, -1), schema)
      : choice.path.length < anchor.length
        ? { if: choice.test, then: along(place.path.slice(choice.path.length, -1), schema) }
        : along(choice.path.slice(anchor.length), {
            if: choice.test,
            then: along(place.path.slice(choice.path.length, -1), schema),
          });
  const rule = ifThenElse(test, required ? said({ required: [key] }) : null, said({ properties: { [key]: false } }));
  // Silent where the way is not there, as the condition is then.
  node.allOf = [...((node.allOf as readonly Json[] | undefined) ?? []), along(anchor.slice(depth), rule)];
}

/** A schema for what lies along a path, false where the path is not there. */
export function nested(schema: JsonSchema, path: PatternPath): JsonSchema {
  return path.reduceRight<JsonSchema>(
    (inner, segment) => ({ properties: { [segment!]: inner }, required: [segment!] }),
    schema,
  );
}

/** What a test looks at, as patterns from the root (or the scope). */
export function readsOf(schema: JsonSchema, at: PatternPath, definitions: JsonObject): PatternPath[] {
  const out = new Map<PointerPattern, PatternPath>();
  const add = (path: PatternPath): void => {
    out.set(formatPattern(path), path);
  };
  const visit = (part: Json | undefined, path: PatternPath, refs: ReadonlySet<string>): void => {
    if (!isJsonObject(part)) return;
    for (const [keyword, value] of Object.entries(part)) {
      switch (keyword) {
        case '$ref': {
          const name = String(value).slice('#/$defs/'.length);
          if (refs.has(name)) add(path);
          else visit(definitions[name], path, new Set([...refs, name]));
          break;
        }
        case 'properties':
        case 'dependentSchemas':
          for (const [name, inner] of Object.entries(value as JsonObject)) {
            if (keyword === 'dependentSchemas') {
              add([...path, name]);
              visit(inner, path, refs);
              continue;
            }
            const before = out.size;
            visit(inner, [...path, name], refs);
            if (out.size === before) add([...path, name]);
          }
          break;
        case 'required':
          for (const name of value as readonly string[])
            if (![...out.keys()].some(known => known.startsWith(formatPattern([...path, name])))) add([...path, name]);
          break;
        case 'dependentRequired':
          for (const [name, others] of Object.entries(value as JsonObject))
            for (const each of [name, ...(others as readonly string[])]) add([...path, each]);
          break;
        case 'allOf':
        case 'anyOf':
        case 'oneOf':
          for (const inner of value as readonly Json[]) visit(inner, path, refs);
          break;
        case 'not':
        case 'if':
        case 'then':
        case 'else':
          visit(value, path, refs);
          break;
        case 'items':
        case 'contains':
          add(path);
          visit(value, [...path, null], refs);
          break;
        case 'type':
          if (value !== 'object') add(path);
          break;
        case 'title':
        case 'description':
        case '$comment':
          break;
        default:
          add(path);
      }
    }
  };
  visit(schema, at, new Set());
  return [...out.values()];
}

function commonPrefix(a: PatternPath, b: PatternPath): PatternPath {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return a.slice(0, n);
}

function notLowerable(condition: Test, why: string): OnceFormError {
  return new OnceFormError('ERR_WHEN_NOT_LOWERABLE', why, { pointer: condition.pointer });
}
