import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FormCompiler } from './form-compiler.ts';
import { openFormRegistry, type RegistryOptions } from './form-registry.ts';
import { noticeCompiler } from './testing/notice-form.ts';

let folder: string, options: RegistryOptions, compiled: string[];
const counting: FormCompiler = (files, target) => {
  compiled.push(...files.map(file => file.split('/').at(-1)!));
  return noticeCompiler(files, target);
};
const define = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-registry-'));
  compiled = [];
  options = { definitions: folder, folder: join(folder, 'compiled'), compile: counting, toolchain: '1' };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the form registry', () => {
  it('offers of each form the newest version that is valid on the day, and knows all of them by digest', async () => {
    await define('a.form.json', { version: '1.9.0' });
    await define('b.form.json', { version: '1.10.0', procedure: { validFrom: '2026-12-01' } });
    await define('c.form.json', { version: '0.1.0', procedure: { validUntil: '2025-12-31' } });
    const registry = await openFormRegistry(options);
    const at = (date: string) => registry.offered(date).map(form => form.info.version);
    expect([at('2026-11-30'), at('2026-12-01'), at('2025-12-31')]).toEqual([['1.9.0'], ['1.10.0'], ['1.9.0']]);
    const old = registry.bySlug('notice', '2025-12-31')!;
    expect(registry.byDigest(old.info.digest)).toBe(old);
    expect(registry.bySlug('nothing', '2026-01-01')).toBeUndefined();
  });

  it('tells of a form that has run out since when and why, and ahead of those that will; a newer version ends nothing', async () => {
    await define('a.form.json', { version: '1.0.0', procedure: { validUntil: '2027-02-28', endReason: 'A new law.' } });
    const registry = await openFormRegistry(options);
    const form = registry.versions('notice')[0]!;
    expect(registry.repealOf('notice', '2027-02-28')).toBeUndefined();
    const end = { slug: 'notice', version: null, from: '2027-03-01', reason: 'A new law.', replacedBy: null };
    expect(registry.repealOf('notice', '2027-03-01')).toEqual(end);
    expect(registry.standing(form, '2027-03-01')).toEqual({ state: 'repealed', repeal: end });
    expect(registry.endings('2026-11-22', '2027-02-28')).toEqual([]);
    expect(registry.endings('2026-11-22', '2027-03-01')).toEqual([{ form, end }]);
    expect(registry.endings('2027-03-01', '2027-04-01')).toEqual([]);
    await define('b.form.json', { version: '2.0.0', procedure: { validFrom: '2027-03-01' } });
    const after = await openFormRegistry(options);
    expect(after.endings('2026-11-22', '2027-03-01')).toEqual([]);
    expect(after.repealOf('notice', '2027-03-01')).toBeUndefined();
    expect(after.standing(after.versions('notice')[1]!, '2027-03-01').state).toBe('not-valid');
  });

  it('compiles only what changed, or everything when the toolchain did', async () => {
    await define('a.form.json', { version: '1.0.0' });
    await openFormRegistry(options);
    await define('b.form.json', { version: '2.0.0' });
    await openFormRegistry(options);
    expect(compiled).toEqual(['a.form.json', 'b.form.json']);
    await openFormRegistry({ ...options, toolchain: '2' });
    expect(compiled).toHaveLength(4);
    await writeFile(join(folder, 'compiled', 'index.json'), '{ cut of');
    await openFormRegistry({ ...options, toolchain: '2' });
    expect(compiled).toHaveLength(6);
  });

  it('serves what another compiler makes of the same form under another address, never under the old one', async () => {
    await define('a.form.json', { version: '1.0.0' });
    const before = (await openFormRegistry(options)).bySlug('notice', '2026-01-01')!;
    const newer: FormCompiler = async function* compile(files, target) {
      for await (const outcome of noticeCompiler(files, target)) {
        if (!outcome.ok) throw new Error('The notice compiles.');
        const address = 'a'.repeat(64) as typeof outcome.result.address;
        await cp(join(target, outcome.result.address), join(target, address), { recursive: true });
        yield { ...outcome, result: { ...outcome.result, address } };
      }
    };
    const registry = await openFormRegistry({ ...options, compile: newer, toolchain: '2' });
    const after = registry.bySlug('notice', '2026-01-01')!;
    expect(after.info.digest).toBe(before.info.digest);
    expect(after.info.module).toBe(`/forms/${'a'.repeat(64)}/form.js`);
    expect(registry.modulesAt('a'.repeat(64))).toBe(after.modules);
    expect(registry.modulesAt(before.info.digest)).toBeUndefined();
  });

  it('takes no other file of the folder for a form', async () => {
    await define('a.form.json', { version: '1.0.0' });
    await define('a.tests.json', { version: null });
    expect((await openFormRegistry(options)).offered('2026-01-01')).toHaveLength(1);
  });

  it('names a definition that does not compile: it stops the portal, or is left out while others are there', async () => {
    await define('a.form.json', { version: '1.0.0' });
    await define('broken.form.json', { version: null });
    const refusal = {
      code: 'ERR_DEFINITION_INVALID',
      pointer: '/version',
      message: expect.stringContaining('broken.form.json'),
    };
    await expect(openFormRegistry(options)).rejects.toMatchObject(refusal);
    const refused: unknown[] = [];
    const onRefused = (_file: string, error: unknown) => refused.push(error);
    expect((await openFormRegistry({ ...options, onRefused })).offered('2026-01-01')).toHaveLength(1);
    expect(refused).toMatchObject([refusal]);
    await rm(join(folder, 'a.form.json'));
    await expect(openFormRegistry({ ...options, onRefused })).rejects.toMatchObject(refusal);
  });

  it('refuses another definition under an id and version that was published', async () => {
    await define('a.form.json', { version: '1.0.0' });
    const registry = await openFormRegistry(options);
    expect(registry.offered('2026-01-01')).toHaveLength(1);
    const changing: FormCompiler = async function* compile(files, target) {
      for await (const outcome of noticeCompiler(files, target)) {
        yield outcome.ok && outcome.file.includes('twin')
          ? { ...outcome, result: { ...outcome.result, digest: 'f'.repeat(64) } }
          : outcome;
      }
    };
    await define('twin.form.json', { version: '1.0.0', other: 'content' });
    await cp(
      join(folder, 'compiled', registry.offered('2026-01-01')[0]!.info.digest),
      join(folder, 'compiled', 'f'.repeat(64)),
      { recursive: true },
    );
    await expect(openFormRegistry({ ...options, compile: changing })).rejects.toMatchObject({
      code: 'ERR_DEFINITION_INVALID',
    });
  });
});
