// Offers of rows: the gateway counts a source's records from 0, the citizen's list has rows of its own. An offer that
// nobody took yet stands right behind the list, wherever that ends; a taken one goes where its row goes.

import type { CompiledForm } from './compiled.ts';
import type { Json } from './json.ts';
import { matchesPattern } from './pattern-index.ts';
import {
  formatPointer,
  isWithin,
  parentPointer,
  parsePattern,
  parsePointer,
  pointerContains,
  valueAt,
  type Pointer,
} from './pointer.ts';
import type { Prefill } from './prefill.ts';
import type { Decision, Offer } from './statement.ts';

/** Where a row is: the list and the position. */
export interface RowPlace {
  readonly list: Pointer;
  readonly index: number;
}

/** Behind every row there could be: where an offer stands until `settleRows` finds it a place in line. */
export const FAR = 1e9;

/** The row that an item is; null when the reuse item is no row of a list. */
export function rowOf(form: CompiledForm, item: Pointer): RowPlace | null {
  const path = parsePointer(item),
    index = Number(path.at(-1));
  if (!Number.isInteger(index) || index < 0) return null;
  const isRow = form.reuse.some(({ pointer }) => {
    const pattern = parsePattern(pointer);
    return pattern.at(-1) === null && matchesPattern(pattern, path);
  });
  return isRow ? { list: parentPointer(item), index } : null;
}

/** How many rows a list has. */
export function rowsIn(values: Json, list: Pointer): number {
  const held = valueAt(values, list);
  return Array.isArray(held) ? held.length : 0;
}

/**
 * Tells whether the rows around an item are there. A record for a row of a row (`/homes/1/people/0`) waits until the outer
 * row is: which one it belongs to nobody could guess.
 */
export function hasPlace(form: CompiledForm, values: Json, item: Pointer): boolean {
  const path = parsePointer(item);
  const reuse = form.reuse.find(({ pointer }) => matchesPattern(parsePattern(pointer), path));
  if (reuse === undefined) return true;
  const outer = parsePattern(reuse.pointer).slice(0, -1);
  return outer.every(
    (segment, i) => segment !== null || Number(path[i]) < rowsIn(values, formatPointer(path.slice(0, i))),
  );
}

/** The same record, for another row. */
export function offerAt(offer: Offer, item: Pointer): Offer {
  if (offer.item === item) return offer;
  const move = (pointer: Pointer): Pointer => item + pointer.slice(offer.item.length);
  return { ...offer, item, values: offer.values.map(value => ({ ...value, pointer: move(value.pointer) })) };
}

/**
 * Puts the offers that belong to no row right behind their list, in their order, and what was said to them with them.
 * `values` are the answers after the transaction.
 */
export function settleRows(form: CompiledForm, prefill: Prefill, values: Json): Prefill {
  const waiting = new Map<Pointer, Map<Pointer, number>>();
  for (const { item } of prefill.offers) {
    const row = rowOf(form, item);
    if (row === null || row.index < rowsIn(values, row.list)) continue;
    waiting.set(row.list, (waiting.get(row.list) ?? new Map<Pointer, number>()).set(item, row.index));
  }
  const to = new Map<Pointer, Pointer>();
  for (const [list, items] of waiting) {
    const length = rowsIn(values, list);
    [...items]
      .sort(([, a], [, b]) => a - b)
      .forEach(([item], i) => {
        if (item !== `${list}/${length + i}`) to.set(item, `${list}/${length + i}`);
      });
  }
  return to.size === 0 ? prefill : moveItems(prefill, to);
}

/** Gives items other places; records in use stay. */
export function moveItems(prefill: Prefill, to: ReadonlyMap<Pointer, Pointer>): Prefill {
  const from = new Set(to.keys());
  const map = (pointer: Pointer): Pointer => {
    if (!isWithin(from, pointer)) return pointer;
    const item = [...from].find(outer => pointerContains(outer, pointer))!;
    return to.get(item)! + pointer.slice(item.length);
  };
  const isHeld = new Set(prefill.records.map(record => record.item));
  return {
    ...prefill,
    offers: prefill.offers.map(offer => offerAt(offer, to.get(offer.item) ?? offer.item)),
    decisions: prefill.decisions.map(decision =>
      to.has(decision.item) && !isHeld.has(decision.item) ? { ...decision, item: to.get(decision.item)! } : decision,
    ),
    misses: prefill.misses.map(miss => ({ ...miss, pointer: map(miss.pointer) })),
    retrieved: Object.fromEntries(Object.entries(prefill.retrieved).map(([at, state]) => [map(at), state])),
  };
}

const views = new WeakMap<readonly Decision[], readonly Decision[]>();

/** What was said, as the gateway understands it: about the place it offered, with `at` where that is now. */
export function decisionsAsOffered({ decisions, offers, offered = {} }: Prefill): readonly Decision[] {
  if (Object.keys(offered).length === 0) return decisions;
  let view = views.get(decisions);
  if (view === undefined) {
    const originOf = ({ id, item }: Pick<Offer, 'id' | 'item'>): Pointer =>
      Object.hasOwn(offered, id) ? offered[id]! : item;
    const places = new Map(offers.map(offer => [offer.item, originOf(offer)]));
    const changed = decisions.map((decision): Decision => {
      const { item: at } = decision;
      const item =
        decision.action === 'use' || decision.action === 'dispute'
          ? originOf({ id: decision.offer, item: at })
          : (places.get(at) ?? at);
      if (item === at) return decision;
      switch (decision.action) {
        case 'use':
          return { ...decision, item, at };
        case 'dispute':
          return { ...decision, item, at, pointer: item + decision.pointer.slice(at.length) };
        default:
          return { ...decision, item };
      }
    });
    view = changed.every((decision, i) => decision === decisions[i]) ? decisions : changed;
    views.set(decisions, view);
  }
  return view;
}
