// Receipts in the object store, from which a lost index comes back with the codes that were given.

import { sha256, type Receipt } from '@onceform/core';
import { bundleReceiptsKey, groupedReceiptsKey, receiptKey } from './dossier-index.ts';
import { gather } from './gather.ts';
import type { ObjectStore } from './object-store.ts';

/** When the promise resolves the receipts are on the disk: those of a bundle, or one. */
export type ReceiptShelf = (receipts: readonly Receipt[]) => Promise<void>;

/**
 * Receipts that come while others are being written share the next object: an array of them, named by its digest. A name
 * of one of them would not do: the same receipt may come again, with others, and would take their place. A bundle has an
 * object of its own, so that none of its receipts comes back without the others.
 */
export function createReceiptShelf(objects: ObjectStore): ReceiptShelf {
  const writeOne = gather<Receipt, void>(async receipts => {
    const days = new Map<string, Receipt[]>();
    for (const receipt of receipts) {
      const day = receipt.receivedAt.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), receipt]);
    }
    for (const [day, given] of days) {
      const [only, ...others] = given;
      const bytes = bytesOf(others.length === 0 ? only! : given);
      await objects.put(others.length === 0 ? receiptKey(only!) : groupedReceiptsKey(day, await sha256(bytes)), bytes);
    }
    return receipts.map(() => undefined);
  });
  return async receipts => {
    const [first] = receipts;
    if (first?.bundle === undefined) await Promise.all(receipts.map(writeOne));
    else await objects.put(bundleReceiptsKey(first), bytesOf(receipts));
  };
}

const bytesOf = (content: Receipt | readonly Receipt[]): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(content));
