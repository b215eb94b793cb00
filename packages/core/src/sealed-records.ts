// What the gateway sealed, as the records that it holds: each at the place where its row is by now.

import type { CompiledForm } from './compiled.ts';
import { parsePointer, type Pointer } from './pointer.ts';
import type { HeldRecord, Prefill } from './prefill.ts';
import { rowOf } from './row-offers.ts';
import type { OpenedSeal, SealItem } from './seal.ts';

/** What a seal holds, outer places first; a row that moved since it was sealed is found by its record, one that is gone is left out. */
export function sealedItems(form: CompiledForm, prefill: Prefill, seal: OpenedSeal): readonly SealItem[] {
  const items = seal.payload.items.flatMap((item): SealItem[] => {
    const row = rowOf(form, item.record);
    const isSame = (source: string | undefined, recordRef: string | undefined, at: Pointer): boolean =>
      source === item.source.id && recordRef === item.recordRef && rowOf(form, at)?.list === row?.list;
    const here =
      row === null
        ? undefined
        : prefill.records.filter(({ item: at, values: [first] }) =>
            isSame(first?.entry.source?.id, first?.entry.recordRef, at),
          );
    if (here === undefined || here.some(record => record.item === item.record)) return [item];
    if (here.length === 1) {
      const record = here[0]!.item;
      return [{ ...item, record, pointer: record + item.pointer.slice(item.record.length) }];
    }
    return prefill.offers.some(offer => isSame(offer.source.id, offer.recordRef, offer.item)) ? [] : [item];
  });
  return items.sort(byPlace);
}

/** The records of a seal take the place of all that was held before. */
export function sealed(form: CompiledForm, prefill: Prefill, seal: OpenedSeal): Prefill {
  const items = new Map<Pointer, SealItem[]>();
  for (const item of sealedItems(form, prefill, seal))
    items.set(item.record, [...(items.get(item.record) ?? []), item]);
  const records = [...items].map(([item, values]): HeldRecord => {
    const former = prefill.records.find(record => record.item === item);
    return {
      item,
      ...(former?.made ? { made: true } : {}),
      offer: former?.offer ?? null,
      before: former?.before ?? [],
      values: values.map(value => ({
        pointer: value.pointer,
        ...(value.value === undefined ? {} : { value: value.value }),
        entry: {
          origin: value.by !== undefined && value.source.kind === 'self-declared' ? 'manual' : 'auto',
          concept: value.concept,
          record: item,
          recordRef: value.recordRef,
          source: value.source,
          verification: value.verification,
          lastUpdated: value.lastUpdated,
          retrievedAt: value.retrievedAt,
          ...(value.validUntil === undefined ? {} : { validUntil: value.validUntil }),
          edit: value.edit,
          ...(value.by === undefined ? {} : { by: value.by }),
        },
      })),
    };
  });
  return { ...prefill, records, seal, retrieved: seal.payload.context.retrieved };
}

/** `/rows/2` before `/rows/10`, so that rows are made in order. */
function byPlace(a: SealItem, b: SealItem): number {
  const left = parsePointer(a.pointer),
    right = parsePointer(b.pointer);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = left[i]!.localeCompare(right[i]!, 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
