// Form tests as data: what a form asks, files and finds wrong for a person in a situation, written as JSON and run the
// same by `onceform test`, while authoring, and on the server. Sources come in through a port.

import { branchMarks } from './start-value.ts';
import type { ChangeSpec, TransactionSpec } from './transaction.ts';
import { branchAt, rawTextAt } from './answers.ts';
import { componentStates } from './components.ts';
import type { CompiledForm } from './compiled.ts';
import { setContext } from './context.ts';
import { isRelevant, isRequired } from './derived.ts';
import { UnitCoverage, type Coverage } from './form-coverage.ts';
import type { IssueSeverity } from './issue.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import type { Origin } from './origin.ts';
import { goToPage, progress } from './pages.ts';
import { joinPointer, valueAt, type Pointer } from './pointer.ts';
import { declineOffers, keepMine, offersAt, receiveOffers, useOffer } from './prefill.ts';
import { originAt } from './provenance.ts';
import type { FormContext } from './seal.ts';
import { type FormSession, openForm, type OpenOptions } from './session.ts';
import type { PrefillResult } from './statement.ts';
import { attemptSubmit, findings } from './visibility.ts';

export interface FormTestSuite {
  readonly format?: 'https://onceform.dev/form-test/1';
  /** The form's `$id`, or its last segment. */
  readonly form: string;
  readonly tests: readonly FormTest[];
}

export interface FormTest {
  /** A sentence: what holds. */
  readonly name: string;
  readonly kind?: 'ordinary' | 'hard' | 'refused';
  /** The day of the test, `2026-11-22`; midnight UTC stands for all of it. */
  readonly today?: string;
  readonly locale?: string;
  readonly context?: Partial<FormContext>;
  /** Who signs in, as the prefill port knows people. */
  readonly persona?: string;
  /** Ids of sources that do not answer. */
  readonly down?: readonly string[];
  /** Answers to open with. */
  readonly data?: JsonObject;
  readonly steps?: readonly FormTestStep[];
  readonly expect?: FormTestExpectation;
}

/** One thing that happens. `answer` sets each leaf of nested answers, so that what is beside them stays. */
export type FormTestStep =
  | ChangeSpec
  | { readonly answer: JsonObject }
  | { readonly prefill: true }
  | { readonly offers: PrefillResult }
  | { readonly use: Pointer; readonly nth?: number }
  | { readonly keep: Pointer }
  | { readonly decline: Pointer }
  | { readonly context: Partial<FormContext> }
  | { readonly page: string }
  | { readonly undo: true }
  | { readonly redo: true }
  | { readonly submit: true }
  | { readonly expect: FormTestExpectation };

export interface FormTestExpectation {
  /** Exactly the issues that block filing: `/pointer keyword`, for a rule `/pointer rule-id`. In any order. */
  readonly errors?: readonly string[];
  /** Exactly the warnings. */
  readonly warnings?: readonly string[];
  /** Some of what will be filed; null also stands for "absent". */
  readonly values?: { readonly [pointer: Pointer]: Json };
  /** What inputs show. */
  readonly texts?: { readonly [pointer: Pointer]: string };
  readonly relevant?: { readonly [pointer: Pointer]: boolean };
  readonly required?: { readonly [pointer: Pointer]: boolean };
  readonly origins?: { readonly [pointer: Pointer]: Origin | null };
  /** Exactly the ids of components that are needed and not replaced by data. */
  readonly components?: readonly string[];
  /** How many offers there are for an item. */
  readonly offers?: { readonly [item: Pointer]: number };
  readonly pages?: { readonly [id: string]: string };
  /** Whether it could be filed: no error is left. */
  readonly complete?: boolean;
}

export interface FormTestOptions extends Pick<OpenOptions, 'rules' | 'pack' | 'locale'> {
  /** Asks the sources for a persona and dispatches what they answer. */
  readonly prefill?: (session: FormSession, test: FormTest) => Promise<void>;
}

export interface FormTestFailure {
  /** `step 3`, or `end`. */
  readonly at: string;
  /** `values /mother/name`. */
  readonly what: string;
  readonly expected: Json | undefined;
  readonly actual: Json | undefined;
}

export interface FormTestResult {
  readonly name: string;
  readonly kind: NonNullable<FormTest['kind']>;
  readonly ok: boolean;
  readonly failures: readonly FormTestFailure[];
  /** A step that could not be done at all. */
  readonly error?: string;
}

export interface FormTestReport {
  readonly form: string;
  readonly ok: boolean;
  readonly results: readonly FormTestResult[];
  /** Over all tests: which conditions were seen both ways, which rules held and failed, which branches were taken. */
  readonly coverage: Coverage;
}

/**
 * Runs a suite. Tests are independent; each opens the form anew. Nothing is thrown for a test that fails.
 *
 * @throws {RangeError} when the suite is for another form.
 */
export async function runFormTests(
  form: CompiledForm,
  suite: FormTestSuite,
  options: FormTestOptions = {},
): Promise<FormTestReport> {
  if (suite.form !== form.id && suite.form !== form.id.split('/').at(-1)) {
    throw new RangeError(`The tests are for the form "${suite.form}"; this one is "${form.id}".`);
  }
  const coverage = new UnitCoverage(form);
  const results: FormTestResult[] = [];
  for (const test of suite.tests) results.push(await runTest(form, test, options, coverage));
  return { form: form.id, ok: results.every(result => result.ok), results, coverage: coverage.report() };
}

async function runTest(
  form: CompiledForm,
  test: FormTest,
  options: FormTestOptions,
  coverage: UnitCoverage,
): Promise<FormTestResult> {
  const { prefill, ...open } = options;
  const failures: FormTestFailure[] = [];
  const end = (error?: unknown): FormTestResult => ({
    name: test.name,
    kind: test.kind ?? 'ordinary',
    ok: failures.length === 0 && error === undefined,
    failures,
    ...(error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) }),
  });
  try {
    const today = test.today ?? '2026-01-01';
    const session = openForm(form, {
      ...open,
      clock: () => new Date(`${today}T00:00:00Z`),
      context: { today, ...test.context },
      ...(test.locale === undefined ? {} : { locale: test.locale }),
      ...(test.data === undefined ? {} : { data: test.data }),
    });
    coverage.see(session.state);
    for (const [i, step] of (test.steps ?? []).entries()) {
      if ('expect' in step) judge(session, step.expect, `step ${i + 1}`, failures);
      else if ('prefill' in step) {
        if (prefill === undefined) throw new TypeError('This test asks sources, and the runner was given none.');
        await prefill(session, test);
      } else perform(session, step);
      coverage.see(session.state);
    }
    judge(session, test.expect ?? {}, 'end', failures);
    return end();
  } catch (error) {
    return end(error);
  }
}

type ActiveStep = Exclude<FormTestStep, { readonly expect: FormTestExpectation } | { readonly prefill: true }>;

function perform(session: FormSession, step: ActiveStep): void {
  if ('undo' in step) session.undo();
  else if ('redo' in step) session.redo();
  else session.dispatch(specOf(session, step));
}

function specOf(session: FormSession, step: ActiveStep): TransactionSpec {
  if ('answer' in step) return { changes: leavesOf(session, step.answer), userEvent: 'test' };
  if ('offers' in step) return receiveOffers(step.offers);
  if ('use' in step) {
    const offer = offersAt(session.state, step.use)[step.nth ?? 0];
    if (offer === undefined) throw new RangeError(`There is no offer ${step.nth ?? 0} for ${step.use}.`);
    return useOffer(offer.id);
  }
  if ('keep' in step) return keepMine(step.keep);
  if ('decline' in step) return declineOffers(step.decline);
  if ('context' in step) return setContext(step.context);
  if ('page' in step) return goToPage(step.page);
  if ('submit' in step) return attemptSubmit();
  if ('undo' in step || 'redo' in step) return {};
  return { changes: step, userEvent: 'test' };
}

/** Arrays and empty containers are set as they are; so are values of fields that are objects themselves. */
function leavesOf(session: FormSession, answer: JsonObject): ChangeSpec[] {
  const leaves: ChangeSpec[] = [];
  const visit = (pointer: Pointer, value: Json): void => {
    if (isJsonObject(value) && Object.keys(value).length > 0)
      for (const [key, item] of Object.entries(value)) visit(joinPointer(pointer, key), item);
    else leaves.push({ set: pointer, value });
  };
  for (const { pointer, value } of branchMarks({ form: session.form }, session.form.outline.root, answer)) {
    if (branchAt(session.state, pointer) !== value) leaves.push({ choose: pointer, branch: value });
  }
  for (const [key, value] of Object.entries(answer)) visit(joinPointer('', key), value);
  return leaves;
}

function judge(session: FormSession, expected: FormTestExpectation, at: string, failures: FormTestFailure[]): void {
  const { state } = session;
  const check = (what: string, want: Json | undefined, got: Json | undefined): void => {
    if (!jsonEqual(want, got)) failures.push({ at, what, expected: want, actual: got });
  };
  const each = <T extends Json>(
    name: string,
    wanted: { readonly [key: string]: T } | undefined,
    read: (key: string) => Json | undefined,
  ): void => {
    for (const [key, want] of Object.entries(wanted ?? {})) check(`${name} ${key}`, want, read(key) ?? null);
  };
  const issues = (severity: IssueSeverity): Json =>
    [
      ...new Set(
        findings(state)
          .filter(issue => issue.severity === severity)
          .map(issue => `${issue.pointer || '/'} ${issue.rule ?? issue.keyword}`),
      ),
    ].sort();
  if (expected.errors !== undefined) check('errors', [...expected.errors].sort(), issues('error'));
  if (expected.warnings !== undefined) check('warnings', [...expected.warnings].sort(), issues('warn'));
  each('values', expected.values, pointer => valueAt(state.data, pointer));
  each('texts', expected.texts, pointer => rawTextAt(state, pointer));
  each('relevant', expected.relevant, pointer => isRelevant(state, pointer));
  each('required', expected.required, pointer => isRequired(state, pointer));
  each('origins', expected.origins, pointer => originAt(state, pointer)?.origin);
  each('offers', expected.offers, item => offersAt(state, item).length);
  each('pages', expected.pages, id => progress(state).pages.find(page => page.id === id)?.status);
  if (expected.components !== undefined) {
    check(
      'components',
      [...expected.components].sort(),
      componentStates(state)
        .filter(one => one.needed && !one.replacedByData)
        .map(one => one.spec.id)
        .sort(),
    );
  }
  if (expected.complete !== undefined)
    check('complete', expected.complete, (issues('error') as readonly Json[]).length === 0);
}
