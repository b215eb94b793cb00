// What every object store has to do, whatever is behind it. Run inside a `describe`.

import { expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';

export function objectStoreSuite(make: () => ObjectStore): void {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('gives back what was put, byte for byte, and its size', async () => {
    const store = make();
    const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255);
    await store.put('packages/ab/abcd', content);
    expect(new Uint8Array((await store.get('packages/ab/abcd'))!)).toEqual(content);
    expect(await store.size('packages/ab/abcd')).toBe(100_000);
  });

  it('says null of what is not there', async () => {
    const store = make();
    expect(await store.get('no/such')).toBeNull();
    expect(await store.size('no/such')).toBeNull();
    await store.delete('no/such');
  });

  it('lists keys below a prefix, and only those', async () => {
    const store = make();
    for (const key of ['list/b', 'list/a', 'list/deep/c', 'listing/d']) await store.put(key, bytes(key));
    const keys = [];
    for await (const key of store.list('list/')) keys.push(key);
    expect(keys.sort()).toEqual(['list/a', 'list/b', 'list/deep/c']);
    for await (const key of store.list('nothing/')) expect(key).toBeUndefined();
  });

  it('forgets what was deleted', async () => {
    const store = make();
    await store.put('gone/x', bytes('x'));
    await store.delete('gone/x');
    expect(await store.get('gone/x')).toBeNull();
  });

  it('holds one whole object when many write the same key at once', async () => {
    const store = make();
    const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map(text => store.put('race/x', bytes(text))));
    expect(texts).toContain(new TextDecoder().decode((await store.get('race/x'))!));
  });

  it.each(['', '/', '../x', 'a/../b', '/etc/passwd', 'a//b', 'A', 'a\\b', 'a/.hidden', 'x'.repeat(200), 'a\0b'])('refuses the key %j', async key => {
    await expect(make().put(key, bytes('x'))).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    await expect(make().get(key)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });
}
