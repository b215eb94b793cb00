// The tests that stand beside a definition: `birth.tests.json` beside `birth.form.json`.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { compileForm } from '@onceform/compiler';
import { type CountryPack, OnceFormError } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { type FormTestReport, type FormTestSuite, runFormTests } from '@onceform/core/form-test';
import type { DefinitionFile } from './definitions.ts';
import { prefillFrom, type SimulatedSources } from './prefill-port.ts';

/** Where the tests of a definition stand; null for a file of another name, which has none. */
export function testsPath(definition: string): string | null {
  const path = definition.replace(/\.form\.json$/, '.tests.json');
  return path === definition ? null : path;
}

/** Null where there are none. @throws {OnceFormError} ERR_JSON_INVALID when the file is no JSON. */
export async function readTests(definition: string): Promise<FormTestSuite | null> {
  const path = testsPath(definition);
  if (path === null) return null;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as FormTestSuite;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof SyntaxError)
      throw new OnceFormError('ERR_JSON_INVALID', `${basename(path)} is not JSON: ${error.message}.`, { cause: error });
    throw error;
  }
}

/** Runs them; null where there are none. */
export async function runTestsOf(
  file: DefinitionFile,
  pack: CountryPack | undefined,
  sources: SimulatedSources | null,
): Promise<FormTestReport | null> {
  const suite = await readTests(file.path);
  if (suite === null) return null;
  const form = await compileForm(file.text, pack === undefined ? {} : { pack });
  return runFormTests(form, suite, {
    rules: celEvaluator(pack === undefined ? {} : { functions: pack.functions }),
    ...(pack === undefined ? {} : { pack }),
    ...(pack === undefined || sources === null ? {} : { prefill: prefillFrom(sources, pack) }),
  });
}
