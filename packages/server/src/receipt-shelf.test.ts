import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Receipt } from '@onceform/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { directoryStore, type ObjectStore } from './object-store.ts';
import { createReceiptShelf } from './receipt-shelf.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'onceform-shelf-'))));
afterAll(() => rm(folder, { recursive: true }));

const receipt = (name: string): Receipt =>
  ({
    code: `X-${name}`,
    dossier: { id: `urn:uuid:${name}`, sha256: '0'.repeat(64), size: 1 },
    receivedAt: '2026-11-22T08:00:00+07:00',
  }) as never;

it('loses no receipt when one of those written together is filed again, alone and with others', async () => {
  const objects = directoryStore(folder);
  const held: (() => void)[] = [];
  const slow: ObjectStore = {
    ...objects,
    async put(...args) {
      await new Promise<void>(resolve => held.push(resolve));
      await objects.put(...args);
    },
  };
  const shelve = createReceiptShelf(slow);
  const all: Promise<void>[] = [];
  // What comes while a write is held up is written together.
  for (const names of [['a'], ['a', 'b'], ['a', 'c'], ['a']]) {
    all.push(...names.map(name => shelve([receipt(name)])));
    if (all.length > 1) held.shift()!();
    await vi.waitFor(() => expect(held).toHaveLength(1));
  }
  held.shift()!();
  await Promise.all(all);
  const found = new Set<string>();
  for await (const key of objects.list('receipts/')) {
    const content = JSON.parse(new TextDecoder().decode((await objects.get(key))!)) as Receipt | Receipt[];
    for (const { code } of [content].flat()) found.add(code);
  }
  expect([...found].sort()).toEqual(['X-a', 'X-b', 'X-c']);
});
