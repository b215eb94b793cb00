// From statements to a candidate: what a source said is believed only as far as it is whole, about the person asked
// for, and of its concept's kind.

import {
  canonicalJson,
  isJsonObject,
  type AbsentReason,
  type ConceptId,
  type Json,
  type OfferValue,
  type Statement,
  type Verification,
} from '@onceform/core';
import { fingerprintOf, type Comparable } from './agreement.ts';
import { absentReason } from './collect.ts';
import type { AskedItem, AskedMember } from './plan.ts';
import type { About, Person, SourceDescription } from './source.ts';
import { editFor, worthOf, type Candidate } from './survivorship.ts';

/** A source may say anything; what is not a statement is not looked at further. */
export function isStatement(value: unknown): value is Statement {
  if (!isJsonObject(value)) return false;
  const { concept, subject, source, verification, lastUpdated, validUntil } = value as Record<string, Json | undefined>;
  return (
    typeof concept === 'string'
    && isJsonObject(subject)
    && isJsonObject(source)
    && typeof source.recordRef === 'string'
    && isJsonObject(verification)
    && STATUSES.has(verification.status)
    && LEVELS.has(verification.assuranceLevel)
    && (lastUpdated === null || isTime(lastUpdated))
    && (validUntil === undefined || isTime(validUntil))
  );
}

const STATUSES = new Set<unknown>([
  'verified',
  'unverified',
  'disputed',
  'under-investigation',
] satisfies Verification['status'][]);
const LEVELS = new Set<unknown>(['low', 'substantial', 'high'] satisfies Verification['assuranceLevel'][]);

function isTime(value: Json | undefined): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Text that is not Unicode and numbers that are not JSON cannot be sealed, so they are not offered. */
function isCanonical(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

export function isAbout({ subject, source }: Statement, person: Person, about: About, id: string): boolean {
  return subject?.id === person.key && subject.role === about && source?.id === id;
}

export function byRecord(statements: readonly Statement[]): Statement[][] {
  const records = new Map<string, Statement[]>();
  for (const statement of statements) {
    const record = records.get(statement.source.recordRef);
    if (record) record.push(statement);
    else records.set(statement.source.recordRef, [statement]);
  }
  return [...records.values()];
}

/** A value with what it is worth by itself. */
export interface RecordValue extends OfferValue {
  readonly verification: Verification;
  readonly lastUpdated: string | null;
}

/** The values of one record, in the order of the form; one that is not of its concept's kind is missing, not empty. */
export function valuesOf(
  record: readonly Statement[],
  members: readonly AskedMember[],
  { policy }: AskedItem,
  { assuranceLevel }: Pick<SourceDescription, 'assuranceLevel'>,
  accepts: (concept: ConceptId, value: Json) => boolean,
): {
  values: RecordValue[];
  absent: { member: AskedMember; reason: AbsentReason }[];
} {
  const values: RecordValue[] = [],
    absent = [];
  for (const member of members) {
    const statement = record.find(({ concept }) => concept === member.concept);
    if (statement === undefined) absent.push({ member, reason: 'not-found' as const });
    else if (statement.absentReason !== undefined)
      absent.push({ member, reason: absentReason(statement.absentReason) });
    else if (
      statement.value === undefined
      || !isCanonical(statement.value)
      || !accepts(member.concept, statement.value)
    )
      absent.push({ member, reason: 'schema-mismatch' as const });
    else {
      const verification = worthOf(
        statement.verification,
        statement.source.kind,
        assuranceLevel,
        statement.proof !== undefined,
      );
      const edit = editFor(member.edit, verification, policy.minAssurance);
      values.push({
        pointer: member.pointer,
        concept: member.concept,
        edit,
        value: statement.value,
        verification,
        lastUpdated: statement.lastUpdated,
      });
    }
  }
  return { values, absent };
}

/** A record is as sure as its surest value and as old as its oldest; values that differ say so themselves. */
export function candidateOf(
  record: readonly Statement[],
  values: readonly RecordValue[],
  given: Pick<Candidate, 'id' | 'item' | 'who' | 'about' | 'source' | 'trust' | 'retrievedAt'> & {
    readonly comparable: Comparable;
  },
): Candidate {
  const { comparable, ...rest } = given;
  const verification =
    values.find(value => value.verification.status === 'verified')?.verification ?? values[0]!.verification;
  const dates = values
    .map(value => value.lastUpdated)
    .filter(date => date !== null)
    .sort();
  const lastUpdated = dates[0] ?? null;
  const ends = record
    .map(({ validUntil }) => validUntil)
    .filter(end => end !== undefined)
    .sort();
  return {
    ...rest,
    recordRef: record[0]!.source.recordRef,
    lastUpdated,
    verification,
    ...(ends[0] === undefined ? {} : { validUntil: ends[0] }),
    values: values.map(({ pointer, concept, edit, value, verification: own, lastUpdated: date }): OfferValue => {
      const isAlike = own.status === verification.status && own.assuranceLevel === verification.assuranceLevel;
      if (isAlike && date === lastUpdated) return { pointer, concept, edit, value };
      return {
        pointer,
        concept,
        edit,
        value,
        ...(isAlike ? {} : { verification: own }),
        ...(date === lastUpdated ? {} : { lastUpdated: date }),
      };
    }),
    fingerprint: fingerprintOf(values, comparable),
  };
}
