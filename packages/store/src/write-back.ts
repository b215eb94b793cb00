// After filing: what the citizen wants the next form to know, and what an officer decided. Nothing upgrades itself: an
// answer stays the citizen's own word, however often it was filed.

import {
  isKeepable,
  parsePattern,
  toNfc,
  type ConceptId,
  type Json,
  type Pointer,
  type Purpose,
  type SourceRef,
  type Statement,
  type VerifiedSubmission,
  valueAt,
} from '@onceform/core';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { GatewayForm } from './gateway.ts';
import { matches } from './plan.ts';
import type { CitizenDataSource, Person } from './source.ts';
import type { UsageLog } from './usage-log.ts';

export interface WriteBackInput {
  readonly submission: Pick<VerifiedSubmission, 'data' | 'origins'>;
  readonly form: GatewayForm;
  /** The pointers the citizen ticked. Nothing else is kept, whatever the form's default says. */
  readonly optedIn: readonly Pointer[];
  /** The dossier, or another reference by which it can be withdrawn as a whole. */
  readonly recordRef: string;
  readonly now: Date;
}

/**
 * The statements to keep: answers the citizen typed or corrected, where the form's policy allows it, they ticked it,
 * and the datum is the applicant's own. What came from a register is not kept a second time.
 */
export function statementsToKeep(
  { submission, form, optedIn, recordRef, now }: WriteBackInput,
  person: Person,
  target: SourceRef,
): Statement[] {
  const time = now.toISOString();
  return form.reuse.flatMap(({ pointer, subject, policy, members }) =>
    !isKeepable({ policy, subject })
      ? []
      : members.flatMap(member =>
          optedIn
            .filter(opted => matches(member.pointer, opted) && isIn(pointer, member.pointer))
            .flatMap((opted): Statement[] => {
              const value = valueAt(submission.data, opted);
              if (value === undefined || value === null || value === '' || !isOwnWord(submission, opted)) return [];
              return [
                {
                  id: `${recordRef}#${opted}`,
                  concept: member.concept,
                  value: toNfc(value),
                  subject: { id: person.key, role: 'self' },
                  source: { ...target, kind: 'prior-submission', recordRef },
                  verification: { status: 'unverified', assuranceLevel: 'low' },
                  lastUpdated: time,
                  retrievedAt: time,
                },
              ];
            }),
        ),
  );
}

/** Every answer at or below the pointer is the citizen's own. */
function isOwnWord({ origins }: WriteBackInput['submission'], pointer: Pointer): boolean {
  const below = Object.entries(origins).filter(([at]) => at === pointer || at.startsWith(`${pointer}/`));
  return (
    below.length > 0
    && below.every(([, { origin, by }]) => by === undefined && (origin === 'manual' || origin === 'override'))
  );
}

function isIn(item: string, member: string): boolean {
  return parsePattern(item).every((segment, i) => segment === parsePattern(member)[i]);
}

/** A fact that an officer decided on: the one way in which something filed becomes verified. */
export interface OfficialFact {
  readonly concept: ConceptId;
  readonly value: Json;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export function statementsFromDecision(
  decision: { readonly reference: string; readonly time: string; readonly facts: readonly OfficialFact[] },
  person: Person,
  target: SourceRef,
): Statement[] {
  const { reference, time, facts } = decision;
  return facts.map(({ concept, value, validFrom, validUntil }) => ({
    id: `${reference}#${concept}`,
    concept,
    value: toNfc(value),
    subject: { id: person.key, role: 'self' },
    source: { ...target, kind: 'officer-entered', recordRef: reference },
    verification: { status: 'verified', assuranceLevel: 'substantial', time },
    lastUpdated: time,
    retrievedAt: time,
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }));
}

export interface WriteBackOptions {
  /** The citizen data store; it must have `put`. */
  readonly store: CitizenDataSource;
  readonly log: UsageLog;
  readonly requester: string;
}

/**
 * Keeps statements in the citizen's store and enters that in the usage log. A statement about a concept that the
 * person has an earlier own answer to becomes its revision, so that there is one present answer and all earlier ones;
 * what the form did not show is not touched.
 *
 * @throws {OnceFormError} ERR_CONFLICT when `expected` is given and the store has moved on.
 * @throws {TypeError} when the store cannot be written to.
 */
export async function writeBack(
  statements: readonly Statement[],
  person: Person,
  given: { readonly subject: string; readonly issue: string; readonly form: string; readonly expected?: number },
  { store, log, requester }: WriteBackOptions,
): Promise<{ readonly revision: number } | null> {
  if (store.put === undefined) throw new TypeError('The store takes no statements: pass one that has put().');
  if (statements.length === 0) return null;
  const concepts = [...new Set(statements.map(({ concept }) => concept))];
  const purpose: Purpose = {
    code: 'write-back',
    text: { en: en.nextForms, vi: vi.nextForms },
    legalBasis: 'consent',
  };
  const earlier: Statement[] = [];
  for await (const result of store.query(
    {
      id: given.issue,
      person,
      about: 'self',
      items: [{ id: '', concept: 'record', members: concepts }],
      purpose,
      requester,
      issue: given.issue,
      fresh: true,
    },
    AbortSignal.timeout(10_000),
  ))
    earlier.push(...result.statements);

  const revised = statements
    .filter(({ id }) => !earlier.some(one => one.id === id))
    .map((statement): Statement => {
      const before = earlier.find(
        ({ concept, source }) => concept === statement.concept && source.kind === statement.source.kind,
      );
      return before === undefined ? statement : { ...statement, wasRevisionOf: before.id };
    });
  if (revised.length === 0) return null;
  const done = await store.put(person, revised, given.expected);
  await log.append({
    time: revised[0]!.retrievedAt,
    subject: given.subject,
    requester,
    action: 'write-back',
    purpose,
    issue: given.issue,
    form: given.form,
    asked: concepts,
    used: concepts,
    declined: [],
    sources: [store.describe().id],
    outcome: 'kept',
  });
  return done;
}
