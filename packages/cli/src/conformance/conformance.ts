// Runs the checks of the protocol against a back end, one after the other, each with what earlier ones found out.

import type { CompiledForm, DraftOpened, FormInfo, Json, JsonObject, PrefillResult } from '@onceform/core';
import type { ComponentAnswer, Receipt, SealResponse } from '@onceform/core';
import { Deviation, openVisitor, type Visitor } from './back-end.ts';
import { draftChecks } from './draft-checks.ts';
import { filingChecks } from './filing-checks.ts';
import { formChecks } from './form-checks.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { sessionChecks } from './session-checks.ts';

/** What is filed in the test: answers that the form accepts. */
export interface Specimen {
  /** Slug of the form. */
  readonly form: string;
  /** The reuse items to ask the gateway for, by pointer; the first of the form when absent. */
  readonly prefill?: readonly string[];
  /** All answers that are typed, computed ones included. */
  readonly answers: JsonObject;
  readonly components?: readonly ComponentAnswer[];
}

export interface ConformanceOptions {
  /** Where the back end answers, without a slash at the end. */
  readonly base: string;
  readonly fetch?: typeof globalThis.fetch;
  /** The `Cookie` header of a session of a test citizen of identity level 2; absent: only what needs no sign-in is tried. */
  readonly cookie?: string;
  /** That of another one, who must see nothing of the first. */
  readonly otherCookie?: string;
  readonly specimen?: Specimen;
  readonly clock?: () => Date;
  /** Milliseconds for one call; 15,000 when absent. */
  readonly timeout?: number;
  /** Called after each check. */
  readonly onResult?: (result: CheckResult) => void;
}

/** What the checks know so far. A member is there once the check that finds it held. */
export interface Findings {
  readonly visitor: Visitor;
  readonly citizen?: Visitor;
  readonly other?: Visitor;
  readonly specimen?: Specimen;
  readonly now: () => Date;
  /** Run at the end. */
  readonly cleanUp: (() => Promise<void>)[];
  info?: FormInfo;
  form?: CompiledForm;
  keys?: readonly Readonly<Record<string, Json>>[];
  opened?: DraftOpened;
  offered?: readonly PrefillResult[];
  seal?: SealResponse['seal'];
  filed?: {
    readonly id: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly type: string;
    readonly receipt: Receipt;
  };
}

export interface Check {
  /** Stable: `draft.stale-revision`. */
  readonly id: string;
  /** What must hold, in a sentence. */
  readonly rule: string;
  /** What it cannot do without; it is not checked while one is missing. */
  readonly needs?: readonly (keyof Findings)[];
  /** @throws {Deviation} when the rule does not hold. */
  run(found: Findings): Promise<void>;
}

export interface CheckResult {
  readonly id: string;
  readonly rule: string;
  readonly status: 'ok' | 'failed' | 'not-checked';
  /** What was wrong, or why it was not looked at. */
  readonly detail?: string;
}

export const conformanceChecks: readonly Check[] = [
  ...sessionChecks,
  ...formChecks,
  ...draftChecks,
  ...gatewayChecks,
  ...filingChecks,
];

const MISSING: Partial<Record<keyof Findings, string>> = {
  citizen: 'no session was given (--cookie)',
  other: 'no session of another citizen was given (--other-cookie)',
  specimen: 'no answers were given (--answers)',
};

/**
 * Tries every rule of the protocol. A check that fails stops only those that need what it was to find.
 *
 * @throws what `fetch` throws when the back end cannot be reached at all.
 */
export async function runConformance(options: ConformanceOptions): Promise<readonly CheckResult[]> {
  const { base, fetch = globalThis.fetch, cookie, otherCookie, specimen, timeout = 15_000 } = options;
  const open = (its: string): Promise<Visitor> => openVisitor({ base, fetch, cookie: its, timeout });
  const found: Findings = {
    visitor: await open(''),
    ...(cookie === undefined ? {} : { citizen: await open(cookie) }),
    ...(otherCookie === undefined ? {} : { other: await open(otherCookie) }),
    ...(specimen === undefined ? {} : { specimen }),
    now: options.clock ?? (() => new Date()),
    cleanUp: [],
  };
  const results: CheckResult[] = [];
  for (const { id, rule, needs = [], run } of conformanceChecks) {
    const missing = needs.find(name => found[name] === undefined);
    let result: CheckResult = { id, rule, status: 'ok' };
    if (missing !== undefined) {
      const detail = MISSING[missing] ?? `an earlier check did not find the ${missing} it needs`;
      result = { id, rule, status: 'not-checked', detail };
    } else {
      try {
        await run(found);
      } catch (error) {
        const detail = error instanceof Deviation ? error.message : `The call did not end well: ${String(error)}`;
        result = { id, rule, status: 'failed', detail };
      }
    }
    results.push(result);
    options.onResult?.(result);
  }
  for (const end of found.cleanUp) await end();
  return results;
}
