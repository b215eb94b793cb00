import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryStore } from './object-store.ts';
import { objectStoreSuite } from './testing/object-store-suite.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'onceform-objects-')); });
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
