// Rows that move, come and go: offers, records, decisions and misses go with the row they are about.

import type { CompiledForm } from './compiled.ts';
import { answersSlot } from './answers.ts';
import type { Pointer } from './pointer.ts';
import type { Prefill } from './prefill.ts';
import { FAR, hasPlace, moveItems, rowOf } from './row-offers.ts';
import type { Decision } from './statement.ts';
import type { Transaction } from './transaction.ts';

/**
 * The offers of a row that is removed wait behind the list again, put aside: they do not come back by themselves. Those
 * for a row of a row that is not there keep the place they were made for.
 */
export function movePrefill(
  form: CompiledForm,
  before: Prefill,
  { changes, startState, answers }: Pick<Transaction, 'changes' | 'startState' | 'answers'>,
): Prefill {
  const gone = new Map<Pointer, Pointer>();
  for (const { item } of before.offers) {
    const row = changes.mapPointer(item) === null ? rowOf(form, item) : null;
    if (row !== null && changes.mapPointer(row.list) === row.list) gone.set(item, `${row.list}/${FAR + row.index}`);
  }
  const prefill: Prefill =
    gone.size === 0
      ? before
      : moveItems(
          {
            ...before,
            records: before.records.filter(record => !gone.has(record.item)),
            decisions: before.decisions.flatMap((decision): Decision[] =>
              !gone.has(decision.item)
                ? [decision]
                : decision.action === 'dispute'
                  ? []
                  : [{ item: decision.item, action: decision.action === 'use' ? 'decline' : decision.action }],
            ),
          },
          gone,
        );
  const placeOf = (item: Pointer): Pointer | null =>
    hasPlace(form, startState.read(answersSlot).values, item) ? changes.mapPointer(item) : item;
  const move = <T extends { readonly item: Pointer }>(
    list: readonly T[],
    inner: (one: T) => T,
    to: (item: Pointer) => Pointer | null = placeOf,
  ): T[] =>
    list.flatMap(one => {
      const item = to(one.item);
      return item === null ? [] : [item === one.item ? one : inner({ ...one, item })];
    });
  const map = (pointer: Pointer): Pointer => changes.mapPointer(pointer) ?? pointer;
  return {
    ...prefill,
    offers: move(
      prefill.offers,
      offer => ({ ...offer, values: offer.values.map(value => ({ ...value, pointer: map(value.pointer) })) }),
      item => placeOf(item) ?? (hasPlace(form, answers.values, item) ? null : item),
    ),
    records: move(prefill.records, record => ({
      ...record,
      before: record.before.map(one => ({ ...one, pointer: map(one.pointer) })),
      values: record.values.map(value => ({
        ...value,
        pointer: map(value.pointer),
        entry: { ...value.entry, record: record.item },
      })),
    })),
    decisions: move<Decision>(prefill.decisions, decision =>
      decision.action === 'dispute' ? { ...decision, pointer: map(decision.pointer) } : decision,
    ),
    misses: prefill.misses.flatMap(miss => {
      const pointer = changes.mapPointer(miss.pointer);
      return pointer === null ? [] : [pointer === miss.pointer ? miss : { ...miss, pointer }];
    }),
    retrieved: Object.fromEntries(
      Object.entries(prefill.retrieved).flatMap(([pointer, state]) => {
        const at = changes.mapPointer(pointer);
        return at === null ? [] : [[at, state]];
      }),
    ),
  };
}
