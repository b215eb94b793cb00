// What intake asks of others once a package is sound in itself: do the registers still say what was sealed, are the papers
// it refers to still good, has everybody who declares in it confirmed their part, does what a desk sends say so?

import { isOnceFormError, type Issue, type LocalizedText, type Pointer } from '@onceform/core';
import type { Gateway } from '@onceform/store';
import type { CoDeclarants } from './co-declarants.ts';
import type { HeldPapers } from './held-papers.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { refuse } from './problem.ts';
import { knownAs } from './session.ts';
import type { FilingVerifier, VerifiedFiling } from './verify-filing.ts';

/** A package that may be taken in, and what could not be asked again. */
export interface CheckedFiling extends VerifiedFiling {
  /** Records that the policy wanted rechecked and whose register did not answer. Never taken for agreement. */
  readonly notRechecked: readonly Pointer[];
}

export interface FilingCheckOptions {
  readonly gateway: Pick<Gateway, 'recheck'>;
  readonly papers: Pick<HeldPapers, 'check'> | null;
  readonly coDeclarants: Pick<CoDeclarants, 'assertConfirmed'> | null;
}

/**
 * @throws {OnceFormError} ERR_CONSENT_REQUIRED while a part is not confirmed; ERR_DOSSIER_INVALID with issues when a
 *   sealed record changed or is gone, a paper referred to is not good, or a desk sends what no desk sealed;
 *   ERR_SOURCE_UNAVAILABLE when a register is down whose policy (`onStale: reject`) takes nothing unchecked.
 */
export function checkedBy({ gateway, papers, coDeclarants }: FilingCheckOptions) {
  return async (filing: VerifiedFiling, now: Date): Promise<CheckedFiling> => {
    const { person } = filing.filing;
    const { submission } = filing.verdict;
    const { file } = filing.known;
    if (file !== null) await coDeclarants?.assertConfirmed(file.draft.id, filing.data, file.invitations);
    const issues: Issue[] = [];
    for (const answer of submission!.components) {
      if (answer.fulfilledBy !== 'issued-document') continue;
      const state = papers === null ? 'not-found' : await papers.check(answer, person, now);
      if (state === 'unavailable')
        throw refuse('ERR_SOURCE_UNAVAILABLE', 'The holder of a paper that the dossier refers to does not answer.');
      if (state !== 'good') issues.push(issueAt('', 'PAPER_NOT_GOOD', { component: answer.id, state }));
    }
    const seal = submission!.seal;
    // It would pass as filed from home, and as received by whoever decides.
    if (filing.filing.atDesk && seal?.payload.context.assistedBy === undefined)
      issues.push(issueAt('', 'DESK_NOT_SEALED', {}));
    const rechecks =
      seal === null
        ? []
        : await gateway.recheck(
            seal.payload,
            {
              subject: person.id,
              identityLevel: person.identityLevel,
              person: knownAs(person),
            },
            filing.form.compiled,
          );
    const notRechecked: Pointer[] = [];
    for (const { record, state, by } of rechecks) {
      if (state === 'changed' || state === 'gone')
        issues.push(
          by !== undefined
            ? issueAt(record, 'PART_RECORD_CHANGED', { role: by })
            : issueAt(record, state === 'gone' ? 'SEALED_RECORD_GONE' : 'SEALED_RECORD_CHANGED', {}),
        );
      if (state !== 'unavailable') continue;
      if (filing.form.compiled.reuse.find(({ pointer }) => pointer === record)?.policy.onStale === 'reject')
        throw refuse('ERR_SOURCE_UNAVAILABLE', 'A register that has to be asked before filing does not answer.');
      notRechecked.push(record);
    }
    if (issues.length > 0)
      throw refuse(
        'ERR_DOSSIER_INVALID',
        issues.map(({ pointer, params }) => `${String(params.code)} ${pointer}`).join(', '),
        {
          issues,
        },
      );
    return { ...filing, notRechecked };
  };
}

/**
 * A verifier that asks further, and tells of what it let through and of what somebody had changed. Of what was filed
 * before nothing is asked.
 */
export function verifyAndCheck(
  verify: FilingVerifier,
  check: ReturnType<typeof checkedBy>,
  told: { readonly passed: (filing: CheckedFiling) => void; readonly tampered: () => void },
): FilingVerifier {
  return async (incoming, now) => {
    const verified = await verify(incoming, now).catch((error: unknown) => {
      if (isTampering(error)) told.tampered();
      throw error;
    });
    if (verified.known.filed !== null) return verified;
    const checked = await check(verified, now);
    told.passed(checked);
    return checked;
  };
}

const TAMPERING: ReadonlySet<unknown> = new Set(['LOCKED_VALUE_CHANGED', 'PART_CHANGED', 'SEAL_INVALID']);

/** A seal that is not genuine, or a locked value that is not the sealed one: no mistake of a page makes these. */
function isTampering(error: unknown): boolean {
  if (!isOnceFormError(error)) return false;
  const issues = (error.data['issues'] ?? []) as readonly Issue[];
  return error.code === 'ERR_SEAL_INVALID' || issues.some(({ params }) => TAMPERING.has(params['code']));
}

type FilingWord =
  'DESK_NOT_SEALED' | 'PAPER_NOT_GOOD' | 'SEALED_RECORD_CHANGED' | 'SEALED_RECORD_GONE' | 'PART_RECORD_CHANGED';

function issueAt(pointer: Pointer, code: FilingWord, params: { readonly [name: string]: string }): Issue {
  const message: LocalizedText = { vi: vi[code], en: en[code] };
  return { pointer, keyword: 'server', severity: 'error', params: { code, ...params }, message };
}
