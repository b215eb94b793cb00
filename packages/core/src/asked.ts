// Whether a question is asked, told from data and guards alone: for who has no running form.

import type { CompiledForm, Computed, Outline, PublishedRule } from './compiled.ts';
import type { JsonObject } from './json.ts';
import { parsePattern, parsePointer, valueAt, type Path, type Pointer } from './pointer.ts';
import { instancesOfPart, recursivePlaces } from './recursion.ts';

/** What a unit is about. */
export type Place = Pick<Computed, 'target' | 'scope'> & Pick<PublishedRule, 'within'>;

/** Where a unit's patterns start: at the root, or at each instance of the recursive part it is in. */
export function basesOf({ scope, within }: Place, outline: Outline | undefined, data: JsonObject): readonly Path[] {
  if (within !== undefined) return instancesOfPart(within, data);
  if (scope === undefined) return [[]];
  return outline === undefined ? [] : instancesOfPart(recursivePlaces(outline, scope), data);
}

/** Tells whether the guards of a form let an answer be asked in some data. */
export function isAskedIn(
  { guards = [], outline }: Partial<Pick<CompiledForm, 'guards' | 'outline'>>,
  data: JsonObject,
  pointer: Pointer,
): boolean {
  const path = parsePointer(pointer);
  return guards.every(guard => {
    const target = parsePattern(guard.target),
      anchor = parsePattern(guard.anchor).length;
    return basesOf(guard, outline, data).every(base => {
      const covers =
        base.length + target.length <= path.length
        && base.every((segment, i) => segment === path[i])
        && target.every((segment, i) => segment === null || segment === path[base.length + i]);
      return !covers || guard.test(valueAt(data, path.slice(0, base.length + anchor)));
    });
  });
}
