// What every object store has to do, whatever is behind it: checks that any test runner can run one by one.

import assert from 'node:assert/strict';
import type { ObjectStore } from '../object-store.ts';

export interface StoreCheck {
  readonly name: string;
  run(): Promise<void>;
}

export function objectStoreSuite(make: () => ObjectStore): readonly StoreCheck[] {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return [
    {
      name: 'gives back what was put, byte for byte, and its size',
      async run() {
        const store = make();
        const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255);
        await store.put('packages/ab/abcd', content);
        assert.ok(Buffer.from((await store.get('packages/ab/abcd'))!).equals(content));
        assert.equal(await store.size('packages/ab/abcd'), 100_000);
      },
    },
    {
      name: 'says null of what is not there',
      async run() {
        const store = make();
        assert.equal(await store.get('no/such'), null);
        assert.equal(await store.size('no/such'), null);
        await store.delete('no/such');
      },
    },
    {
      name: 'lists keys below a prefix, and only those',
      async run() {
        const store = make();
        for (const key of ['list/b', 'list/a', 'list/deep/c', 'listing/d']) await store.put(key, bytes(key));
        assert.deepEqual((await keysOf(store, 'list/')).sort(), ['list/a', 'list/b', 'list/deep/c']);
        assert.deepEqual(await keysOf(store, 'nothing/'), []);
      },
    },
    {
      name: 'forgets what was deleted',
      async run() {
        const store = make();
        await store.put('gone/x', bytes('x'));
        await store.delete('gone/x');
        assert.equal(await store.get('gone/x'), null);
      },
    },
    {
      name: 'holds one whole object when many write the same key at once',
      async run() {
        const store = make();
        const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(10_000));
        await Promise.all(texts.map(text => store.put('race/x', bytes(text))));
        assert.ok(texts.includes(new TextDecoder().decode((await store.get('race/x'))!)));
      },
    },
    {
      name: 'keeps whole what nobody looked at before, also when many write it at once',
      async run() {
        const store = make();
        const content = bytes('x'.repeat(50_000));
        await Promise.all(Array.from({ length: 5 }, () => store.put('unseen/x', content, '', { unseen: true })));
        assert.ok(Buffer.from((await store.get('unseen/x'))!).equals(content));
        assert.deepEqual(await keysOf(store, 'unseen/'), ['unseen/x']);
      },
    },
    ...['', '/', '../x', 'a/../b', '/etc/passwd', 'a//b', 'A', 'a\\b', 'a/.hidden', 'x'.repeat(200), 'a\0b'].map(
      (key): StoreCheck => ({
        name: `refuses the key ${JSON.stringify(key)}`,
        async run() {
          await assert.rejects(make().put(key, bytes('x')), { code: 'ERR_NOT_FOUND' });
          await assert.rejects(make().get(key), { code: 'ERR_NOT_FOUND' });
        },
      }),
    ),
  ];
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}
