// Form tests of the catalogue (forms/*.tests.json), run over the simulated registers.

import { existsSync, readFileSync } from 'node:fs';
import { celEvaluator } from '@onceform/core/cel';
import { runFormTests, type FormTest, type FormTestReport, type FormTestSuite } from '@onceform/core/form-test';
import { vnPack } from '../src/index.ts';
import { formOf, prefill } from './open.ts';

export type { FormTest, FormTestReport };

export function testsOf(slug: string): FormTestSuite | null {
  const file = new URL(`../forms/${slug}.tests.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

export async function reportOf(slug: string): Promise<FormTestReport> {
  return runFormTests(await formOf(slug), testsOf(slug)!, {
    pack: vnPack,
    rules: celEvaluator({ functions: vnPack.functions }),
    prefill: (session, test) => prefill(session, test.persona!, { down: test.down ?? [] }),
  });
}
