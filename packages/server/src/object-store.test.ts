import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptedStore } from './encrypted-store.ts';
import { directoryStore } from './object-store.ts';
import { objectStoreSuite } from './testing/object-store-suite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-objects-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the directory store', () => {
  for (const { name, run } of objectStoreSuite(() => directoryStore(join(folder, 'store')))) it(name, run);

  it('does not take a write that was cut off for an object', async () => {
    const store = directoryStore(join(folder, 'cut'));
    await store.put('a/one', new Uint8Array([1]));
    await writeFile(join(folder, 'cut', 'a', 'two.0000.part'), 'half');
    const keys = [];
    for await (const key of store.list('a/')) keys.push(key);
    expect(keys).toEqual(['a/one']);
    expect((await readdir(join(folder, 'cut', 'a'))).filter(name => name.startsWith('one'))).toEqual(['one']);
  });
});

describe('the encrypted store', () => {
  const secret = new Uint8Array(32).fill(7);
  const under = () => directoryStore(join(folder, 'encrypted'));
  for (const { name, run } of objectStoreSuite(() => encryptedStore(under(), secret))) it(name, run);

  it('leaves nothing readable on the disk, and notices every change', async () => {
    const store = encryptedStore(under(), secret);
    const text = new TextEncoder().encode('a very private dossier');
    await store.put('packages/aa/one', text);
    await store.put('packages/aa/two', text);
    const sealed = (await under().get('packages/aa/one'))!;
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('private');
    expect(Buffer.from(sealed).equals((await under().get('packages/aa/two'))!)).toBe(false);
    const broken = expect.objectContaining({ code: 'ERR_INTERNAL' });
    await under().put('packages/aa/two', sealed);
    await expect(store.get('packages/aa/two')).rejects.toEqual(broken);
    for (const at of [0, 5, 20, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      await under().put('packages/aa/one', changed);
      await expect(store.get('packages/aa/one')).rejects.toEqual(broken);
    }
    await under().put('packages/aa/one', sealed);
    await expect(encryptedStore(under(), new Uint8Array(32)).get('packages/aa/one')).rejects.toEqual(broken);
    expect(await store.get('packages/aa/one')).toEqual(text);
  });
});
