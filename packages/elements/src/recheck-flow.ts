// Asking sources again for what is in use: before filing where the policy wants it, and when the seal is about to end.
// Nothing changes by itself; what differs is shown, and the citizen decides.

import {
  currentSeal,
  isRelevant,
  jsonEqual,
  prefillSlot,
  recheckedSlot,
  receiveRecheck,
  recheckItems,
  reuseItemOf,
  type FormSession,
  type FormState,
  type HeldRecord,
  type Miss,
  type Offer,
  type Pointer,
  type PrefillResult,
  type RecheckResult,
  type ReuseItem,
} from '@onceform/core';

/** Milliseconds before its end at which a seal is renewed. */
const NEAR = 24 * 3_600_000;

/** Tells whether the seal ends soon, or has ended: validity is judged when the dossier is received. */
export function endsSoon(state: FormState, now: Date): boolean {
  const seal = currentSeal(state);
  return seal !== null && seal.payload.exp * 1000 - now.getTime() < NEAR;
}

/** Something in use is not at its source as it was, and the citizen has not decided yet. */
export function hasDoubts(state: FormState): boolean {
  return Object.keys(state.read(recheckedSlot)).length > 0;
}

/** What to ask again: what the policy names, or everything in use. Rows are offered as a whole, and not asked again. */
export function itemsToRecheck(
  state: FormState,
  all: boolean,
): readonly { readonly item: Pointer; readonly of: ReuseItem }[] {
  const named = recheckItems(state);
  const inUse = !all
    ? []
    : state.read(prefillSlot).records.flatMap(({ item }) => {
        const of = reuseItemOf(state, item);
        return of === undefined ? [] : [{ item, of }];
      });
  return [...new Map([...named, ...inUse].map(one => [one.item, one])).values()].filter(
    ({ of }) => !of.pointer.includes('/[]') && of.policy.mode !== 'never',
  );
}

/** Asks, and hands over what was found. True when every record in use is at its source as it was. */
export async function recheck(
  session: FormSession,
  items: readonly ReuseItem[],
  ask: (items: readonly ReuseItem[]) => AsyncIterable<PrefillResult>,
): Promise<boolean> {
  const results: PrefillResult[] = [];
  let broken = false;
  try {
    for await (const result of ask(items)) results.push(result);
  } catch {
    broken = true;
  }
  const { records } = session.state.read(prefillSlot);
  const misses = results.flatMap(result => result.misses);
  const said = records
    .filter(({ item }) => items.some(({ pointer }) => pointer === item))
    .map(record =>
      judge(
        // What is not asked in this case was not asked of the source either.
        { ...record, values: record.values.filter(({ pointer }) => isRelevant(session.state, pointer)) },
        results.filter(({ item }) => item === record.item),
        broken,
      ),
    );
  // Sources that were down the first time: what they give now is offered.
  const fresh = results.filter(
    ({ item, offers }) => offers.length > 0 && !records.some(record => record.item === item),
  );
  session.dispatch(
    receiveRecheck(
      [...said, ...fresh.map(({ item, offers }): RecheckResult => ({ record: item, state: 'same', offers }))],
      misses.filter(({ pointer }) => !records.some(({ values }) => values.some(held => held.pointer === pointer))),
    ),
  );
  return said.every(({ state }) => state === 'same');
}

/** What a source says now of a record that is in use. */
function judge({ item, values }: HeldRecord, results: readonly PrefillResult[], broken: boolean): RecheckResult {
  const { source, recordRef } = values[0]?.entry ?? {};
  const offers = results.flatMap(result => result.offers);
  const present = offers.filter(offer => offer.source.id === source?.id && offer.recordRef === recordRef);
  if (
    present.some(offer =>
      values.every(held => held.value === undefined || jsonEqual(valueIn(offer, held.pointer), held.value)),
    )
  )
    return { record: item, state: 'same', offers: [] };
  if (present.length > 0) return { record: item, state: 'changed', offers: present };
  const misses = results
    .flatMap(result => result.misses)
    .filter((miss: Miss) => miss.source === null || miss.source.id === source?.id);
  const gone = !broken && misses.length > 0 && misses.every(({ reason }) => reason === 'not-found');
  return { record: item, state: gone ? 'gone' : offers.length > 0 ? 'changed' : 'unavailable', offers };
}

function valueIn(offer: Offer, pointer: Pointer): Offer['values'][number]['value'] | undefined {
  return offer.values.find(value => value.pointer === pointer)?.value;
}
