// What a source may fill: records, single answers, and the policy each has. The dictionary gives the default policy;
// a form may only narrow it.

import {
  type AssuranceLevel,
  type CompileNote,
  type ConceptSpec,
  type EditPolicy,
  formatPattern,
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  OnceFormError,
  type Pointer,
  type ReuseItem,
  type ReuseMember,
  type ReuseMode,
  type ReusePolicy,
  type Sensitivity,
} from '@onceform/core';
import type { Place } from './place.ts';
import { first } from './schema-view.ts';

const MODES: readonly ReuseMode[] = ['fill', 'choose', 'reference', 'never'];
const EDITS: readonly EditPolicy[] = ['free', 'correctable', 'locked'];
const LEVELS: readonly AssuranceLevel[] = ['low', 'substantial', 'high'];
const DEFAULT_POLICY: ReusePolicy = {
  mode: 'fill',
  edit: 'correctable',
  onMissing: 'ask',
  onStale: 'refetch',
  recheck: 'if-stale',
};

/**
 * Lists what may be filled, in document order. A group with a `concept` is one record; so are the items of a list
 * whose item has one. Any other field with a `concept` stands alone.
 *
 * @throws {OnceFormError} ERR_CONCEPT_UNKNOWN when a pack is given and knows neither the concept nor one below it.
 */
export function planReuse(
  places: readonly Place[],
  concepts: Readonly<Record<string, ConceptSpec>> | null,
  notes: CompileNote[],
): ReuseItem[] {
  const items: ReuseItem[] = [];
  const taken = new Set<Place>();
  for (const place of places) {
    if (place.concept === null || taken.has(place)) continue;
    const at = first(place.sites, 'concept')!.site;
    refuseUnknown(place.concept, concepts, joinPointer(at.pointer, 'concept'));
    if (place.scope !== null) {
      notes.push({
        code: 'REUSE_NOT_OFFERED',
        severity: 'warning',
        pointer: at.pointer,
        message: 'Data inside a definition that contains itself cannot be filled from a source.',
      });
      continue;
    }
    const members = membersOf(place, places, taken, member => policyOf(member, concepts, notes).mode === 'never');
    const policy = policyOf(place, concepts, notes);
    const asked = members.filter(member => concepts === null || !hasNoSource(concepts, member.concept!));
    if (policy.mode === 'never' || asked.length === 0) continue;
    items.push({
      pointer: formatPattern(place.path),
      concept: place.concept,
      subject: place.subject ?? 'applicant',
      policy,
      members: asked.map((member): ReuseMember => ({
        pointer: formatPattern(member.path),
        concept: member.concept!,
        edit: member === place ? policy.edit : narrower(EDITS, policy.edit, policyOf(member, concepts, notes).edit),
        sensitivity: sensitivityOf(member, concepts),
      })),
    });
  }
  return items;
}

// The leaves with a concept below a group; a nested group without any below it is one composite value. What is about
// somebody else than the record comes from another record, so it is an item of its own.
function membersOf(
  place: Place,
  places: readonly Place[],
  taken: Set<Place>,
  isExcluded: (member: Place) => boolean,
): Place[] {
  if (place.kind === 'field') return [place];
  const inside = places.filter(
    other => other !== place && other.concept !== null && isWithin(other, place) && other.subject === place.subject,
  );
  if (inside.length === 0) return [place];
  for (const member of inside) taken.add(member);
  return inside.filter(
    member => !inside.some(deeper => deeper !== member && isWithin(deeper, member)) && !isExcluded(member),
  );
}

function isWithin(inner: Place, outer: Place): boolean {
  for (let at = inner.parent; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}

function policyOf(
  place: Place,
  concepts: Readonly<Record<string, ConceptSpec>> | null,
  notes: CompileNote[],
): ReusePolicy {
  const concept = conceptOf(concepts, place.concept!);
  const base: ReusePolicy = { ...DEFAULT_POLICY, ...concept?.reuse };
  const own = first(place.sites, 'reuse');
  if (own === undefined) return base;
  const pointer = joinPointer(own.site.pointer, 'reuse');
  if (!isJsonObject(own.value)) throw new OnceFormError('ERR_DEFINITION_INVALID', '"reuse" is an object.', { pointer });
  const wish = own.value as JsonObject & Partial<ReusePolicy>;
  const out: { -readonly [K in keyof ReusePolicy]: ReusePolicy[K] } = { ...base, ...wish } as ReusePolicy;
  const keep = <K extends 'mode' | 'edit' | 'minAssurance'>(key: K, scale: readonly string[]): void => {
    if (wish[key] === undefined) return;
    if (!scale.includes(wish[key] as string))
      throw new OnceFormError('ERR_DEFINITION_INVALID', `"${key}" is one of ${scale.join(', ')}.`, {
        pointer: joinPointer(pointer, key),
      });
    const limit = concept?.reuse?.[key];
    if (limit !== undefined && scale.indexOf(wish[key] as string) < scale.indexOf(limit)) {
      widened(notes, joinPointer(pointer, key), key, String(limit));
      (out as Record<string, Json>)[key] = limit as Json;
    }
  };
  keep('mode', MODES);
  keep('edit', EDITS);
  keep('minAssurance', LEVELS);
  const limit = concept?.reuse?.maxAge;
  if (limit !== undefined && wish.maxAge !== undefined && days(wish.maxAge, pointer) > days(limit, pointer)) {
    widened(notes, joinPointer(pointer, 'maxAge'), 'maxAge', limit);
    out.maxAge = limit;
  }
  return out;
}

function widened(notes: CompileNote[], pointer: Pointer, key: string, limit: string): void {
  if (notes.some(note => note.code === 'REUSE_WIDENED' && note.pointer === pointer)) return;
  notes.push({
    code: 'REUSE_WIDENED',
    severity: 'error',
    pointer,
    message: `A form may narrow what the dictionary says about reuse, not widen it: "${key}" stays ${limit}.`,
  });
}

/** The length of an ISO 8601 duration in days, months as 30 and years as 365: good enough to compare two. */
function days(duration: string, pointer: Pointer): number {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (match === null)
    throw new OnceFormError('ERR_DEFINITION_INVALID', `"${duration}" is no ISO 8601 duration like P90D.`, { pointer });
  const [, y = 0, mo = 0, w = 0, d = 0, h = 0, mi = 0, s = 0] = match.map(Number).map(n => (Number.isNaN(n) ? 0 : n));
  return y * 365 + mo * 30 + w * 7 + d + h / 24 + mi / 1440 + s / 86400;
}

function sensitivityOf(place: Place, concepts: Readonly<Record<string, ConceptSpec>> | null): Sensitivity {
  const own = first(place.sites, 'sensitivity')?.value;
  return own === 'B' || own === 'S' || own === 'O' ? own : (conceptOf(concepts, place.concept!)?.sensitivity ?? 'B');
}

function refuseUnknown(
  concept: string,
  concepts: Readonly<Record<string, ConceptSpec>> | null,
  pointer: Pointer,
): void {
  if (concepts === null || conceptOf(concepts, concept) !== undefined) return;
  // A record may be called by what its members share: `person` over `person.fullName`.
  if (Object.keys(concepts).some(id => id.startsWith(`${concept}.`))) return;
  throw new OnceFormError('ERR_CONCEPT_UNKNOWN', `The dictionary has no concept "${concept}".`, {
    pointer,
    data: { concept },
  });
}

function hasNoSource(concepts: Readonly<Record<string, ConceptSpec>>, concept: string): boolean {
  const spec = conceptOf(concepts, concept);
  return spec !== undefined && spec.sources.length === 0;
}

function conceptOf(concepts: Readonly<Record<string, ConceptSpec>> | null, id: string): ConceptSpec | undefined {
  return concepts !== null && Object.hasOwn(concepts, id) ? concepts[id] : undefined;
}

function narrower<T>(scale: readonly T[], a: T, b: T): T {
  return scale.indexOf(a) >= scale.indexOf(b) ? a : b;
}
