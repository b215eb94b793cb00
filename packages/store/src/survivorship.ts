// From what sources said to what the citizen is offered: nothing is thrown away, and a declared policy names a winner.
// Pure: the same records under the same policy rank the same, whatever the order of arrival.

import type {
  AssuranceLevel, EditPolicy, Offer, OfferValue, Pointer, ReusePolicy, SourceKind, SourceRef, Verification,
} from '@onceform/core';
import { compareRecords, type Fingerprint } from './agreement.ts';
import { isOlder } from './duration.ts';

/** One record as one source gave it about one person. */
export interface Candidate {
  /** Given once, random; the offer keeps it. */
  readonly id: string;
  readonly item: Pointer;
  /** The person and aspect it is about, inside the gateway only. */
  readonly who: string;
  readonly source: SourceRef;
  /** Place of the source in the order of trust: 0 is the most trusted. */
  readonly trust: number;
  readonly recordRef: string;
  readonly lastUpdated: string | null;
  readonly retrievedAt: string;
  readonly validUntil?: string;
  readonly verification: Verification;
  readonly values: readonly OfferValue[];
  readonly fingerprint: Fingerprint;
}

/** A source call that may still bring records for the item. */
export interface Pending {
  readonly who: string;
  readonly trust: number;
}

const LEVELS: readonly AssuranceLevel[] = ['low', 'substantial', 'high'];
const TOLD_BY_CITIZEN: ReadonlySet<SourceKind> = new Set(['self-declared', 'prior-submission', 'legacy'] as const);

export function meetsAssurance(level: AssuranceLevel, minimum: AssuranceLevel | undefined): boolean {
  return minimum === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(minimum);
}

/**
 * What a statement's verification is worth: never more than its source is worth, and nothing where the citizen is the
 * only witness. Nothing upgrades itself by having been filed once.
 */
export function worthOf(said: Verification, kind: SourceKind, ceiling: AssuranceLevel, proven: boolean): Verification {
  if (TOLD_BY_CITIZEN.has(kind) || (kind === 'citizen-wallet' && !proven)) {
    return { ...said, status: said.status === 'verified' ? 'unverified' : said.status, assuranceLevel: 'low' };
  }
  return meetsAssurance(ceiling, said.assuranceLevel) ? said : { ...said, assuranceLevel: ceiling };
}

/** The edit policy that a value of this worth may have: only what is verified and sure enough is ever locked. */
export function editFor(policy: EditPolicy, verification: Verification, minimum: AssuranceLevel | undefined): EditPolicy {
  if (verification.status === 'unverified' || !meetsAssurance(verification.assuranceLevel, minimum)) return 'free';
  return verification.status !== 'verified' && policy === 'locked' ? 'correctable' : policy;
}

/**
 * Makes the offers for one item. Records of different sources that agree about a person become one offer with two
 * sources; records that differ are all kept and marked. A winner is named only when no pending answer can outrank it,
 * and never between different people.
 */
export function rankOffers(candidates: readonly Candidate[], policy: ReusePolicy, pending: readonly Pending[], now: Date): Offer[] {
  const groups = mergeAgreeing(candidates);
  const offers = groups.map(group => offerOf(group, groups, policy, now));
  const eligible = groups.filter((_, i) => isEligible(offers[i]!, policy));
  const { winner, rule } = choose(eligible, groups, policy, pending);
  return offers.map((offer, i) => ({ ...offer, preferred: groups[i] === winner, rule })).filter(offer =>
    !(policy.onStale === 'reject' && offer.flags.includes('stale')));
}

interface Group { readonly lead: Candidate; readonly also: readonly Candidate[] }

function mergeAgreeing(candidates: readonly Candidate[]): Group[] {
  const groups: { lead: Candidate; also: Candidate[] }[] = [];
  for (const one of candidates.toSorted((a, b) => a.trust - b.trust)) {
    const home = groups.find(({ lead, also }) => lead.who === one.who && lead.source.id !== one.source.id
      && also.every(({ source }) => source.id !== one.source.id) && compareRecords(lead.fingerprint, one.fingerprint) === 'covers');
    if (home) home.also.push(one); else groups.push({ lead: one, also: [] });
  }
  return groups;
}

function offerOf({ lead, also }: Group, groups: readonly Group[], policy: ReusePolicy, now: Date): Offer {
  const flags: Offer['flags'][number][] = [];
  if (groups.some(({ lead: other }) => contradicts(lead, other, groups))) flags.push('conflict');
  if (policy.maxAge !== undefined && isOlder(lead.lastUpdated ?? lead.retrievedAt, policy.maxAge, now)) flags.push('stale');
  if (lead.validUntil !== undefined && endOf(lead.validUntil) < now.getTime()) flags.push('expired');
  if (lead.values.some(value => isDisputed(value.verification ?? lead.verification))) flags.push('disputed');
  const { id, item, source, recordRef, lastUpdated, retrievedAt, validUntil, verification, values } = lead;
  return {
    id, item, source, ...(also.length > 0 ? { alsoFrom: also.map(other => other.source) } : {}), recordRef, lastUpdated,
    retrievedAt, ...(validUntil === undefined ? {} : { validUntil }), verification, values, flags, preferred: false, rule: '',
  };
}

/** Two sources that each know one record of a person, and those differ. Two licences of one person do not. */
function contradicts(a: Candidate, b: Candidate, groups: readonly Group[]): boolean {
  const records = (one: Candidate): number => groups.filter(({ lead }) => lead.who === one.who && lead.source.id === one.source.id).length;
  return a !== b && a.who === b.who && a.source.id !== b.source.id && records(a) === 1 && records(b) === 1
    && compareRecords(a.fingerprint, b.fingerprint) === 'differs';
}

function isDisputed({ status }: Verification): boolean {
  return status === 'disputed' || status === 'under-investigation';
}

function isEligible(offer: Offer, policy: ReusePolicy): boolean {
  const stale = offer.flags.includes('stale') && (policy.onStale === 'confirm' || policy.onStale === 'reject');
  return !stale && !offer.flags.includes('expired') && !offer.flags.includes('disputed')
    && meetsAssurance(offer.verification.assuranceLevel, policy.minAssurance);
}

type Criterion = (group: Group) => number;

const CRITERIA: { readonly [name: string]: Criterion } = {
  'source-priority': ({ lead }) => -lead.trust,
  recency: ({ lead }) => lead.lastUpdated === null ? -Infinity : new Date(lead.lastUpdated).getTime(),
  frequency: ({ also }) => also.length,
  completeness: ({ lead }) => lead.values.length,
};

function choose(eligible: readonly Group[], all: readonly Group[], policy: ReusePolicy, pending: readonly Pending[]): { winner?: Group; rule: string } {
  const { strategy, onTie } = policy.conflict ?? { strategy: ['source-priority', 'recency'], onTie: 'choose' };
  const people = new Set([...all.map(({ lead }) => lead.who), ...pending.map(({ who }) => who)]);
  if (people.size > 1) return { rule: 'several-people' };
  let left = eligible;
  let rule = 'only';
  for (const name of strategy) {
    if (left.length <= 1) break;
    const criterion = CRITERIA[name];
    if (criterion === undefined) continue;
    const best = Math.max(...left.map(criterion));
    const winners = left.filter(group => criterion(group) === best);
    if (winners.length < left.length) rule = name;
    left = winners;
  }
  const winner = left.length === 1 || onTie === 'first' ? left[0] : undefined;
  if (winner === undefined) return { rule: left.length > 1 ? 'tie' : 'none' };
  const settled = pending.length === 0 || (strategy[0] === 'source-priority' && pending.every(({ trust }) => trust > winner.lead.trust));
  return settled ? { winner, rule: left.length > 1 ? 'first' : rule } : { rule: 'pending' };
}

/** A date holds to the end of its day, wherever on earth; a time to the moment. */
function endOf(time: string): number {
  return new Date(time).getTime() + (time.length <= 10 ? 86_400_000 : 0);
}

