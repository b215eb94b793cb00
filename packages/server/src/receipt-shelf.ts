// Receipts in the object store, from which a lost index comes back with the codes that were given.

import type { Receipt } from '@onceform/core';
import { bundleReceiptsKey, receiptKey } from './dossier-index.ts';
import { gather } from './gather.ts';
import type { ObjectStore } from './object-store.ts';

/** When the promise resolves the receipts are on the disk: those of a bundle, or one. */
export type ReceiptShelf = (receipts: readonly Receipt[]) => Promise<void>;

/**
 * Receipts that come while others are being written share the next object: an array of them, under the name of the first.
 * A bundle has an object of its own, so that none of its receipts comes back without the others.
 */
export function createReceiptShelf(objects: ObjectStore): ReceiptShelf {
  const write = async (key: string, content: Receipt | readonly Receipt[]): Promise<void> =>
    objects.put(key, new TextEncoder().encode(JSON.stringify(content)));
  const writeOne = gather<Receipt, void>(async receipts => {
    const days = new Map<string, Receipt[]>();
    for (const receipt of receipts) {
      const day = receipt.receivedAt.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), receipt]);
    }
    for (const [first, ...others] of days.values())
      await write(receiptKey(first!), others.length === 0 ? first! : [first!, ...others]);
    return receipts.map(() => undefined);
  });
  return async receipts => {
    const [first] = receipts;
    if (first?.bundle === undefined) await Promise.all(receipts.map(writeOne));
    else await write(bundleReceiptsKey(first), receipts);
  };
}
