import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { emitModule } from './emit.ts';
import { COMPILER_VERSION } from './version.ts';

it('is the version of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(COMPILER_VERSION).toBe(manifest.version);
});

it('one form emitted in two ways has one digest and two addresses', async () => {
  const definition = { type: 'object', properties: { a: { type: 'string' } } };
  const [brief, plain, again] = await Promise.all(
    [true, false, true].map(minify => emitModule(definition, { minify })),
  );
  expect(plain!.digest).toBe(brief!.digest);
  expect(plain!.address).not.toBe(brief!.address);
  expect(again!.address).toBe(brief!.address);
});
