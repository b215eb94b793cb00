// `reuse.onMissing` in the published documents, so that a receiver without us gives our verdict: `skip` is a condition
// on what `$context` says was retrieved, `block` an assertion about it. A row is named there by its number, which no
// schema can count along, so in rows a rule says it.

import {
  formatPattern,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type Pointer,
  type PublishedRule,
  type ReuseItem,
} from '@onceform/core';
import { nested, type PlannedGuard, type Test, unspeakable } from './condition.ts';
import { along } from './lower.ts';
import type { Place } from './place.ts';
import type { Site } from './resolve.ts';
import { first, strings } from './schema-view.ts';

/** A place whose answer comes from a source or not at all. */
export interface SourceOnly {
  readonly place: Place;
  /** `skip`: it is not asked then. `block`: nothing is filed then. */
  readonly policy: 'skip' | 'block';
  /** Of the policy, or of the place where the dictionary has it. */
  readonly pointer: Pointer;
}

/** The places with such a policy, in document order. */
export function sourceOnly(reuse: readonly ReuseItem[], places: readonly Place[]): SourceOnly[] {
  // Another branch may have a member of the same name.
  const key = (pointer: string, concept: string | null): string => `${pointer} ${concept}`;
  const policies = new Map(
    reuse.flatMap(({ policy, members }) =>
      members.map(({ pointer, concept }) => [key(pointer, concept), policy.onMissing] as const),
    ),
  );
  return places.flatMap((place): SourceOnly[] => {
    const policy = place.scope === null ? policies.get(key(formatPattern(place.path), place.concept)) : undefined;
    return policy === 'skip' || policy === 'block' ? [{ place, policy, pointer: pointerOf(place) }] : [];
  });
}

function pointerOf(place: Place): Pointer {
  for (let at: Place | null = place; at !== null; at = at.parent) {
    const found = first(at.sites, 'reuse');
    if (found !== undefined) return joinPointer(found.site.pointer, 'reuse');
  }
  return place.sites[0]?.pointer ?? '';
}

/** What has to be true for a skipped member to be asked, by place; those in rows are not among them. */
export function skipTests(all: readonly SourceOnly[]): ReadonlyMap<Place, Test> {
  return new Map(
    all
      .filter(({ policy, place }) => policy === 'skip' && !isInRow(place))
      .map(({ place, pointer }) => [place, { at: RETRIEVED, pointer, test: provided(place) }]),
  );
}

const RETRIEVED = '/$context/retrieved';

/** True of `retrieved` when a source gave the answer. */
function provided({ path }: Place): JsonObject {
  const name = formatPattern(path);
  return { properties: { [name]: { const: 'provided' } }, required: [name] };
}

/**
 * Members that are required only while they are asked, by the schema that requires them: lowering leaves them out there.
 *
 * @throws {OnceFormError} ERR_WHEN_NOT_LOWERABLE where the requirement is one of other places too, or in a row.
 */
export function requiredWhileAsked(
  all: readonly SourceOnly[],
  places: readonly Place[],
): ReadonlyMap<Site, ReadonlySet<string>> {
  const out = new Map<Site, Set<string>>();
  const skipped = new Set(all.filter(({ policy }) => policy === 'skip').map(({ place }) => place));
  for (const { place, policy, pointer } of all) {
    const key = place.path.at(-1);
    if (policy !== 'skip' || typeof key !== 'string') continue;
    for (const site of place.parent?.sites ?? []) {
      if (!strings(site, 'required').includes(key)) continue;
      if (isInRow(place))
        throw notLowerable(pointer, `in a row no schema could say when "${key}" is required; make it optional`);
      const others = places.filter(
        other => other.path.at(-1) === key && other.parent?.sites.includes(site) === true && !skipped.has(other),
      );
      if (others.length > 0)
        throw notLowerable(
          pointer,
          `"${key}" is required by a schema that describes "${formatPattern(others[0]!.path)}" too, which is always asked`,
        );
      out.set(site, (out.get(site) ?? new Set()).add(key));
    }
  }
  return out;
}

/**
 * Adds to the dataSchema that what is asked of a source only was given by one.
 *
 * @throws {OnceFormError} ERR_WHEN_NOT_LOWERABLE where no schema could say it.
 */
export function assertBlocks(
  all: readonly SourceOnly[],
  guards: readonly PlannedGuard[],
  dataSchema: Record<string, Json>,
): void {
  const assertions = all
    .filter(({ policy, place }) => policy === 'block' && !isInRow(place))
    .map(({ place, pointer }): JsonObject => {
      const parent = place.path.slice(0, -1);
      const key = place.path.at(-1)!;
      const obstacle = unspeakable(place);
      if (obstacle !== null) throw notLowerable(pointer, `no schema could speak of ${obstacle}`);
      const guard = guards.find(each => each.place === place);
      const asked: JsonSchema[] = [
        nested({ type: 'object' }, parent),
        ...(place.chosen === null ? [] : [nested(place.chosen.test, place.chosen.path)]),
        ...(guard === undefined ? [] : [nested(guard.test, guard.anchor)]),
      ];
      return {
        if: { allOf: [...asked, { not: nested(provided(place), ['$context', 'retrieved']) }] },
        // Nothing fits: the answer is missing, or it is somebody else's word.
        then: along(parent, { required: [key], properties: { [key]: false } }),
      };
    });
  if (assertions.length > 0)
    dataSchema.allOf = [...((dataSchema.allOf as readonly Json[] | undefined) ?? []), ...assertions];
}

/**
 * The rules that say it in rows.
 *
 * @throws {OnceFormError} ERR_WHEN_NOT_LOWERABLE where the answer is asked on a further condition, which a rule cannot
 *   judge.
 */
export function rowRules(all: readonly SourceOnly[], guards: readonly PlannedGuard[]): PublishedRule[] {
  return all
    .filter(({ place }) => isInRow(place))
    .map(({ place, policy, pointer }) => {
      const target = formatPattern(place.path);
      const key = place.path.at(-1)!;
      if (place.branchOf !== null) throw notLowerable(pointer, 'no rule could tell which branch of a choice a row has');
      if (policy === 'block' && guards.some(guard => guard.place === place))
        throw notLowerable(pointer, 'in a row no rule could judge the condition it is asked on');
      const isAbsent = policy === 'block' || key === null ? '' : `!(${JSON.stringify(key)} in self) || `;
      return {
        id: `${policy}:${target}`,
        kind: 'check',
        target,
        expression: `${isAbsent}has(context.retrieved) && pointer in context.retrieved && context.retrieved[pointer] == "provided"`,
        needs: [],
        severity: 'error',
      };
    });
}

function isInRow({ path }: Place): boolean {
  return path.includes(null);
}

function notLowerable(pointer: Pointer, why: string): OnceFormError {
  return new OnceFormError('ERR_WHEN_NOT_LOWERABLE', `What no source gave cannot be judged here: ${why}.`, { pointer });
}
