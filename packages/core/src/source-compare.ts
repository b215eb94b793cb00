// When a source is asked again for what is held already: what it said then, what it says now, and what the citizen has
// made of it, side by side, so that the choice is the citizen's.

import { answersSlot } from './answers.ts';
import { jsonEqual, type Json } from './json.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { offersAt, recordAt } from './prefill.ts';
import type { FormState } from './state.ts';
import type { Offer } from './statement.ts';

export interface ComparedValue {
  readonly pointer: Pointer;
  /** What the source said when the record was taken. */
  readonly then: Json | undefined;
  readonly now: Json | undefined;
  readonly mine: Json | undefined;
  /** Who moved away from `then`. */
  readonly changed: 'nobody' | 'source' | 'citizen' | 'both';
}

export interface SourceComparison {
  readonly item: Pointer;
  /** Take it with `useOffer(offer.id)`, leave it by doing nothing. */
  readonly offer: Offer;
  readonly values: readonly ComparedValue[];
}

/**
 * The best offer for an item beside the record in use, value by value; null where no record is in use or where the
 * source still says what it said.
 */
export function compareWithSource(state: FormState, item: Pointer): SourceComparison | null {
  const record = recordAt(state, item);
  const offers = offersAt(state, item);
  if (record === undefined || offers.length === 0) return null;
  const same = record.values[0]?.entry.source?.id;
  // What the record's source said last; of what it said at one time, what is preferred, and rather not what was taken.
  const told = offers.filter(one => one.source.id === same);
  const rank = (one: Offer): string => `${one.retrievedAt} ${Number(one.preferred)} ${Number(one.id !== record.offer)}`;
  const offer = (told.length > 0 ? told : offers).reduce((a, b) => (rank(b) > rank(a) ? b : a));
  const mine = state.read(answersSlot).values;
  const pointers = new Set([...record.values, ...offer.values].map(value => value.pointer));
  const values = [...pointers].map((pointer): ComparedValue => {
    const then = record.values.find(value => value.pointer === pointer)?.value;
    const now = offer.values.find(value => value.pointer === pointer)?.value;
    const held = valueAt(mine, pointer);
    const source = !jsonEqual(then, now),
      citizen = !jsonEqual(then, held);
    return {
      pointer,
      then,
      now,
      mine: held,
      changed: source ? (citizen ? 'both' : 'source') : citizen ? 'citizen' : 'nobody',
    };
  });
  return values.some(value => value.changed === 'source' || value.changed === 'both') ? { item, offer, values } : null;
}
