// Is what was sealed still so? Asked before filing, where the form's policy wants it.

import {
  jsonEqual,
  toNfc,
  type Offer,
  type Pointer,
  type PrefillResult,
  type SealItem,
  type SealPayload,
  type SubjectRole,
} from '@onceform/core';
import { isOlder } from './duration.ts';
import type { GatewayForm } from './gateway.ts';
import { matches, type AskedItem } from './plan.ts';

/** What became of one sealed record. `offers` hold its present state where it changed. */
export interface Recheck {
  readonly record: Pointer;
  /** The co-declarant whose record it is; absent: the applicant's. */
  readonly by?: SubjectRole;
  readonly state: 'same' | 'changed' | 'gone' | 'unavailable';
  readonly offers: readonly Offer[];
}

/**
 * The sealed records whose policy says `recheck: always`, or `if-stale` and they are: the applicant's, or those of the
 * co-declarant in a role. What somebody typed is in no register.
 */
export function recheckPlan(
  { items: all }: SealPayload,
  form: GatewayForm,
  now: Date,
  role?: SubjectRole,
): AskedItem[] {
  const items = all.filter(item => item.by === role && isRetrieved(item));
  return [...new Set(items.map(({ record }) => record))].flatMap((record): AskedItem[] => {
    const sealed = items.filter(item => item.record === record && item.value !== undefined);
    const registered = form.reuse.find(
      one =>
        matches(one.pointer, record)
        && sealed.every(({ concept }) => one.members.some(member => member.concept === concept)),
    );
    if (registered === undefined || sealed.length === 0) return [];
    const { policy, concept, subject } = registered;
    const stale =
      policy.maxAge !== undefined
      && sealed.some(({ lastUpdated, retrievedAt }) => isOlder(lastUpdated ?? retrievedAt, policy.maxAge!, now));
    if (policy.recheck !== 'always' && !(policy.recheck === 'if-stale' && stale)) return [];
    // Staleness is what is asked about here; it must not hide the answer.
    const { maxAge: _maxAge, ...lenient } = policy;
    return [
      {
        item: record,
        rows: false,
        concept,
        subject,
        policy: lenient,
        members: sealed.map(({ pointer, concept: of, edit }) => ({ pointer, concept: of, edit })),
      },
    ];
  });
}

function isRetrieved({ source }: SealItem): boolean {
  return source.kind !== 'self-declared';
}

export function judgeRecord(record: Pointer, { items }: SealPayload, results: readonly PrefillResult[]): Recheck {
  const sealed = items.filter(item => item.record === record && item.value !== undefined && isRetrieved(item));
  const { recordRef, source } = sealed[0]!;
  const offers = new Map(
    results
      .filter(({ item }) => item === record)
      .flatMap(result => result.offers)
      .map(offer => [offer.id, offer]),
  );
  const present = [...offers.values()].filter(offer => offer.recordRef === recordRef && offer.source.id === source.id);
  const misses = results
    .filter(({ item }) => item === record)
    .flatMap(result => result.misses)
    .filter(miss => miss.source === null || miss.source.id === source.id);
  if (present.length === 0) {
    // A credential that was revoked meanwhile is as gone as a record that is not there: its register did answer.
    const gone = misses.length > 0 && misses.every(({ reason }) => reason === 'not-found' || reason === 'revoked');
    return {
      record,
      state: gone ? 'gone' : offers.size > 0 && misses.length === 0 ? 'changed' : 'unavailable',
      offers: [...offers.values()],
    };
  }
  const same = present.some(offer =>
    sealed.every(({ pointer, value }) =>
      jsonEqual(toNfc(offer.values.find(one => one.pointer === pointer)?.value ?? null), value ?? null),
    ),
  );
  return { record, state: same ? 'same' : 'changed', offers: same ? [] : present };
}
