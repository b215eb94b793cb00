// What a form asks the sources for as it stands: the items that matter now, and of each the members that do.

import type { ReuseItem, ReuseMember, ReusePolicy } from './compiled.ts';
import { isRelevant } from './derived.ts';
import { parentPointer } from './pointer.ts';
import type { PrefillRequestItem } from './protocol.ts';
import type { FormState } from './state.ts';

/**
 * Reuse items that could be asked for now: relevant, with at least one relevant member. What lies inside of a row is not
 * asked for: no source could say of which row it speaks.
 */
export function askableItems(state: FormState): readonly ReuseItem[] {
  return state.form.reuse.filter(({ pointer, policy, members }) => {
    if (policy.mode === 'never' || pointer.includes('/[]/')) return false;
    if (pointer.endsWith('/[]')) return isRelevant(state, pointer.slice(0, -'/[]'.length));
    return isRelevant(state, pointer) && members.some(member => isAskable(state, policy, member));
  });
}

/** How an item is asked for: with the members that matter now. */
export function requestOf(
  state: FormState,
  { pointer, concept, subject, policy, members }: ReuseItem,
): PrefillRequestItem {
  const asked = members.filter(member => member.pointer.includes('/[]') || isAskable(state, policy, member));
  return {
    item: pointer,
    concept,
    subject,
    members: asked.map(member => ({ pointer: member.pointer, concept: member.concept })),
  };
}

/** What is done without where no source gives it is not asked of the citizen, but of the sources. */
function isAskable(state: FormState, { onMissing }: ReusePolicy, { pointer }: ReuseMember): boolean {
  return isRelevant(state, onMissing === 'skip' ? parentPointer(pointer) : pointer);
}
