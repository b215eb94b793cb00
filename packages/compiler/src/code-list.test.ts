// Code lists too long for an enum: judged exactly by the published schema, by Node, by the run-time carrier, and by an
// emitted module once it has its documents.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { CodeListSpec, CompiledForm, JsonObject } from '@onceform/core';
import { compileForm } from './compile.ts';
import { emitModule } from './emit.ts';
import { compileFormAtRuntime } from './runtime.ts';
import { validateAgainst } from './validators.ts';

const codes = Array.from({ length: 1000 }, (_, i) => String(i * 7).padStart(4, '0'));
const places: CodeListSpec = {
  id: 'places',
  title: 'Places',
  count: codes.length,
  pattern: '^[0-9]{4}$',
  digest: 'd'.repeat(64),
  load: async () => codes.map(code => ({ code, label: code })),
};
const place = { type: 'string', title: 'Place', codelist: 'places' };
const definition = {
  type: 'object',
  properties: {
    from: place,
    to: place,
    odd: { type: 'object', properties: { at: place }, unevaluatedProperties: false },
  },
};
const options = { codeLists: { places } };
const cases: readonly (readonly [JsonObject, boolean])[] = [
  [{ from: '0007', to: '0014' }, true],
  [{ from: '0008' }, false],
  [{ to: '7' }, false],
  [{ odd: { at: '6993' } }, true],
  [{ odd: { at: '6994' } }, false],
];
const verdicts = (form: CompiledForm): boolean[] => cases.map(([data]) => form.validators.whole(data).length === 0);

it('are patterns of exactly their codes, written once', async () => {
  const form = await compileForm(definition, options);
  const { dataSchema } = await form.documents();
  expect(Object.keys(dataSchema.$defs as object)).toEqual(['code-list-places']);
  expect(JSON.stringify(dataSchema)).toContain(`places sha256:${places.digest}`);
  const expected = cases.map(([, fits]) => fits);
  expect(verdicts(form)).toEqual(expected);
  expect(verdicts(await compileFormAtRuntime(definition, options))).toEqual(expected);
  expect(cases.map(([data]) => validateAgainst(dataSchema, data).length === 0)).toEqual(expected);
});

it('come to an emitted module with its documents; until then it judges by the shape', async () => {
  const { files, compiled } = await emitModule(definition, options);
  const { $defs } = (await compiled.documents()).dataSchema as { $defs: Record<string, { pattern: string }> };
  const { pattern } = $defs['code-list-places']!;
  expect(files['documents.js']).toContain(JSON.stringify(pattern).slice(1, -1).replaceAll('\\', '\\\\'));
  expect(files['form.js']).not.toContain(pattern.slice(0, 40));
  const folder = await mkdtemp(join(tmpdir(), 'onceform-lists-'));
  for (const [name, text] of Object.entries({ ...files, 'package.json': '{"type":"module"}' }))
    await writeFile(join(folder, name), text);
  const { default: form } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'form.js')).href)) as {
    default: CompiledForm;
  };
  expect(verdicts(form)).toEqual([true, true, false, true, true]);
  await form.documents();
  expect(verdicts(form)).toEqual(cases.map(([, fits]) => fits));
  for (const [data] of cases) expect(form.validators.whole(data)).toEqual(compiled.validators.whole(data));
  await rm(folder, { recursive: true });
});
