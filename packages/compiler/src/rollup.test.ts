import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rollup } from 'rollup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledForm } from '@onceform/core';
import { onceform } from './rollup.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-rollup-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function bundle(definition: object, query = ''): Promise<CompiledForm> {
  await writeFile(join(folder, 'a.form.json'), JSON.stringify(definition));
  await writeFile(join(folder, 'main.mjs'), `export { default } from './a.form.json${query}';`);
  const build = await rollup({ input: join(folder, 'main.mjs'), plugins: [onceform()], logLevel: 'silent' });
  const out = join(folder, `out-${Math.random().toString(36).slice(2)}`);
  await build.write({ dir: out, entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
  await build.close();
  return ((await import(/* @vite-ignore */ pathToFileURL(join(out, 'main.mjs')).href)) as { default: CompiledForm })
    .default;
}

describe('the rollup plugin', () => {
  it('turns an imported definition into the compiled form, documents in a chunk of their own', async () => {
    const form = await bundle({ title: 'A', type: 'object', properties: { a: { type: 'string' } } });
    expect(form.validators.whole({ a: 1 })).toHaveLength(1);
    expect((await form.documents()).dataSchema).toMatchObject({ properties: { a: { type: 'string' } } });
  });

  it('puts one language into the bundle where one is asked for', async () => {
    const definition = {
      title: 'Boat',
      type: 'object',
      form: { locale: 'en', locales: { vi: { '/title': 'Thuyền' } } },
      properties: { a: { type: 'string', title: 'A' } },
    };
    expect((await bundle(definition)).title).toEqual({ en: 'Boat', vi: 'Thuyền' });
    expect((await bundle(definition, '?language=vi')).title).toEqual({ vi: 'Thuyền' });
    await expect(bundle(definition, '?language=fr')).rejects.toMatchObject({
      message: expect.stringContaining('it has en, vi') as string,
    });
  });

  it('fails the build with the place in the definition', async () => {
    await expect(bundle({ properties: { a: { type: 'text' } } })).rejects.toMatchObject({
      message: expect.stringContaining('/properties/a/type') as string,
    });
  });
});
