// Runs form tests written as data (forms/*.tests.json): a persona, what answers and what does not, steps, expectations.

import { existsSync, readFileSync } from 'node:fs';
import {
  componentStates, isRelevant, missingComponents, offersAt, originAt, valueAt, type FormContext, type FormSession, type Json, type JsonObject, type Pointer,
} from '@onceform/core';
import { answer, errors, open, prefill, take, warnings } from './open.ts';

export type Step =
  | { readonly answer: JsonObject }
  | { readonly prefill: true }
  | { readonly use: Pointer; readonly nth?: number }
  | { readonly clear: Pointer }
  | { readonly insert: Pointer; readonly value: Json };

export interface FormTest {
  readonly name: string;
  readonly kind: 'ordinary' | 'hard' | 'refused';
  readonly today?: string;
  readonly context?: Partial<FormContext>;
  readonly persona?: string;
  /** Ids of registers that do not answer. */
  readonly down?: readonly string[];
  /** Answers to begin with, in place of those of an earlier test of the file called `from`. */
  readonly data?: JsonObject;
  /** Goes on from the end of another test of the same file. */
  readonly from?: string;
  readonly steps?: readonly Step[];
  readonly expect: {
    readonly errors?: readonly string[];
    readonly warnings?: readonly string[];
    readonly values?: { readonly [pointer: Pointer]: Json };
    readonly relevant?: { readonly [pointer: Pointer]: boolean };
    readonly origins?: { readonly [pointer: Pointer]: string };
    /** Ids of the papers that are still missing, in order. */
    readonly components?: readonly string[];
    /** Ids of the papers that are only shown at the counter. */
    readonly present?: readonly string[];
    readonly offers?: { readonly [item: Pointer]: number };
  };
}

export interface FormTests {
  readonly form: string;
  readonly tests: readonly FormTest[];
}

export function testsOf(slug: string): FormTests | null {
  const file = new URL(`../forms/${slug}.tests.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Opens the form and does the steps; `from` is done first. */
export async function run(file: FormTests, test: FormTest): Promise<FormSession> {
  const steps = chain(file, test);
  const first = steps[0]!;
  const context = { ...(first.today ? { today: first.today } : {}), ...first.context, ...(test.today ? { today: test.today } : {}), ...test.context };
  const session = await open(file.form, first.data, context);
  for (const each of steps) {
    for (const step of each.steps ?? []) {
      if ('answer' in step) answer(session, step.answer);
      else if ('prefill' in step) await prefill(session, (each.persona ?? first.persona)!, { down: each.down ?? [] });
      else if ('use' in step) take(session, [step.use, step.nth ?? 0]);
      else if ('clear' in step) session.dispatch({ changes: { set: step.clear, value: undefined } });
      else session.dispatch({ changes: { insert: step.insert, value: step.value } });
    }
  }
  return session;
}

function chain(file: FormTests, test: FormTest): readonly FormTest[] {
  if (test.from === undefined) return [test];
  const earlier = file.tests.find(candidate => candidate.name === test.from);
  if (earlier === undefined) throw new RangeError(`No test is called ${JSON.stringify(test.from)}.`);
  return [...chain(file, earlier), test];
}

/** What the session is, for exactly what the test expects something of. */
export function observe(session: FormSession, { expect }: FormTest): FormTest['expect'] {
  const { state } = session;
  const at = <T>(pointers: object, read: (pointer: Pointer) => T): { [pointer: Pointer]: T } =>
    Object.fromEntries(Object.keys(pointers).map(pointer => [pointer, read(pointer)]));
  return {
    ...(expect.errors && { errors: errors(session) }),
    ...(expect.warnings && { warnings: warnings(session) }),
    ...(expect.values && { values: at(expect.values, pointer => valueAt(state.data, pointer) ?? null) }),
    ...(expect.relevant && { relevant: at(expect.relevant, pointer => isRelevant(state, pointer)) }),
    ...(expect.origins && { origins: at(expect.origins, pointer => originAt(state, pointer)?.origin ?? 'none') }),
    ...(expect.components && { components: missingComponents(state).map(spec => spec.id) }),
    ...(expect.present && { present: componentStates(state).filter(each => each.needed && each.spec.handling === 'present').map(each => each.spec.id) }),
    ...(expect.offers && { offers: at(expect.offers, item => offersAt(state, item).length) }),
  };
}
