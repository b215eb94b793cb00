// What a verification has found so far, and the one way to stop it.

import type { Finding } from '@onceform/core';
import { finding, type FindingCode } from './finding.ts';

export type FindingParams = Readonly<Record<string, string | number>>;

/** Collects findings in the order of the checks. */
export class Report {
  readonly findings: Finding[] = [];

  ok(code: FindingCode, params?: FindingParams): void {
    this.findings.push(finding(code, 'ok', params));
  }
  note(code: FindingCode, params?: FindingParams): void {
    this.findings.push(finding(code, 'note', params));
  }
  unchecked(code: FindingCode, params?: FindingParams): void {
    this.findings.push(finding(code, 'not-checked', params));
  }
  fail(code: FindingCode, params?: FindingParams): void {
    this.findings.push(finding(code, 'failed', params));
  }

  /** Records a failure behind which nothing can be said. */
  stop(code: FindingCode, params?: FindingParams): never {
    this.fail(code, params);
    throw new VerificationStop();
  }

  /** How many checks failed so far. */
  get failures(): number {
    return this.findings.filter(({ status }) => status === 'failed').length;
  }

  /** Runs checks that the following ones rest on: stops behind them when one failed. */
  async gate<T>(checks: () => T | Promise<T>): Promise<T> {
    const before = this.failures;
    const result = await checks();
    if (this.failures > before) throw new VerificationStop();
    return result;
  }
}

export class VerificationStop extends Error {}
