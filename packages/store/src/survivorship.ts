// From what sources said to what the citizen is offered: nothing is thrown away, and a declared policy names a winner.
// Pure: the same records under the same policy rank the same, whatever the order of arrival.

import type {
  AssuranceLevel,
  EditPolicy,
  LocalizedText,
  Offer,
  OfferValue,
  Pointer,
  ReusePolicy,
  SourceKind,
  SourceRef,
  Verification,
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
  /** What the citizen calls that person, where the role may be one of several. */
  readonly about?: LocalizedText;
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
export function editFor(
  policy: EditPolicy,
  verification: Verification,
  minimum: AssuranceLevel | undefined,
): EditPolicy {
  if (verification.status === 'unverified' || !meetsAssurance(verification.assuranceLevel, minimum)) return 'free';
  return verification.status !== 'verified' && policy === 'locked' ? 'correctable' : policy;
}

/**
 * Makes the offers for one item of `places` values. Records of different sources that agree about a person become one
 * offer with two sources, the one that says most in front; records that differ are all kept and marked. A winner is
 * named only when no pending answer can outrank it or add to it, and never between different people. Where every record
 * is a row of its own (`rows`), all of the most trusted source win.
 */
export function rankOffers(
  candidates: readonly Candidate[],
  { places, rows }: { readonly places: number; readonly rows: boolean },
  policy: ReusePolicy,
  pending: readonly Pending[],
  now: Date,
): Offer[] {
  const groups = mergeAgreeing(candidates);
  const offers = groups.map(group => offerOf(group, groups, policy, now));
  const eligible = groups.filter((_, i) => isEligible(offers[i]!, policy));
  const { winners, rule } = rows
    ? chooseRows(eligible, groups, pending)
    : choose(eligible, groups, places, policy, pending);
  return offers
    .map((offer, i) => ({ ...offer, preferred: winners.includes(groups[i]!), rule }))
    .filter(offer => !(policy.onStale === 'reject' && offer.flags.includes('stale')));
}

interface Group {
  /** That of its first record: an offer keeps its id when a fuller record joins it. */
  readonly id: string;
  readonly lead: Candidate;
  readonly also: readonly Candidate[];
  /** That of its most trusted record. */
  readonly trust: number;
}

function mergeAgreeing(candidates: readonly Candidate[]): Group[] {
  const groups: { id: string; lead: Candidate; also: Candidate[]; trust: number; first: number }[] = [];
  const arrival = new Map(candidates.map((one, i) => [one, i]));
  for (const one of candidates.toSorted((a, b) => b.values.length - a.values.length || a.trust - b.trust)) {
    const at = arrival.get(one)!;
    const home = groups.find(({ lead, also }) => joins(one, lead, also));
    if (home === undefined) {
      groups.push({ id: one.id, lead: one, also: [], trust: one.trust, first: at });
      continue;
    }
    home.also.push(one);
    home.trust = Math.min(home.trust, one.trust);
    if (at < home.first) {
      home.first = at;
      home.id = one.id;
    }
  }
  return groups;
}

/** About one person: another source that says the same or part of it. About two: only what is wholly the same. */
function joins(one: Candidate, lead: Candidate, also: readonly Candidate[]): boolean {
  if (compareRecords(lead.fingerprint, one.fingerprint) !== 'covers') return false;
  if (lead.who !== one.who) return lead.values.length === one.values.length;
  return (
    lead.source.id !== one.source.id && also.every(({ who, source }) => who !== one.who || source.id !== one.source.id)
  );
}

function offerOf({ id, lead, also }: Group, groups: readonly Group[], policy: ReusePolicy, now: Date): Offer {
  const flags: Offer['flags'][number][] = [];
  if (groups.some(({ lead: other }) => contradicts(lead, other, groups))) flags.push('conflict');
  if (policy.maxAge !== undefined && isOlder(lead.lastUpdated ?? lead.retrievedAt, policy.maxAge, now))
    flags.push('stale');
  if (lead.validUntil !== undefined && endOf(lead.validUntil) < now.getTime()) flags.push('expired');
  if (lead.values.some(value => isDisputed(value.verification ?? lead.verification))) flags.push('disputed');
  const { item, about, source, recordRef, lastUpdated, retrievedAt, validUntil, verification, values } = lead;
  const others = [...new Map(also.map(one => [one.source.id, one.source])).values()].filter(
    one => one.id !== source.id,
  );
  return {
    id,
    item,
    ...(about === undefined ? {} : { about }),
    source,
    ...(others.length > 0 ? { alsoFrom: others } : {}),
    recordRef,
    lastUpdated,
    retrievedAt,
    ...(validUntil === undefined ? {} : { validUntil }),
    verification,
    values,
    flags,
    preferred: false,
    rule: '',
  };
}

/** Two sources that each know one record of a person, and those differ. Two licences of one person do not. */
function contradicts(a: Candidate, b: Candidate, groups: readonly Group[]): boolean {
  const records = (one: Candidate): number =>
    groups.filter(({ lead }) => lead.who === one.who && lead.source.id === one.source.id).length;
  return (
    a !== b
    && a.who === b.who
    && a.source.id !== b.source.id
    && records(a) === 1
    && records(b) === 1
    && compareRecords(a.fingerprint, b.fingerprint) === 'differs'
  );
}

function isDisputed({ status }: Verification): boolean {
  return status === 'disputed' || status === 'under-investigation';
}

function isEligible(offer: Offer, policy: ReusePolicy): boolean {
  const stale = offer.flags.includes('stale') && (policy.onStale === 'confirm' || policy.onStale === 'reject');
  return (
    !stale
    && !offer.flags.includes('expired')
    && !offer.flags.includes('disputed')
    && meetsAssurance(offer.verification.assuranceLevel, policy.minAssurance)
  );
}

interface Choice {
  readonly winners: readonly Group[];
  readonly rule: string;
}

type Criterion = (group: Group) => number;

const CRITERIA: { readonly [name: string]: Criterion } = {
  'source-priority': ({ trust }) => -trust,
  recency: ({ lead }) => (lead.lastUpdated === null ? -Infinity : new Date(lead.lastUpdated).getTime()),
  frequency: ({ also }) => also.length,
  completeness: ({ lead }) => lead.values.length,
};

function choose(
  eligible: readonly Group[],
  all: readonly Group[],
  places: number,
  policy: ReusePolicy,
  pending: readonly Pending[],
): Choice {
  const { strategy, onTie } = policy.conflict ?? { strategy: ['source-priority', 'recency'], onTie: 'choose' };
  const people = new Set([...all.map(({ lead }) => lead.who), ...pending.map(({ who }) => who)]);
  if (people.size > 1) return { winners: [], rule: 'several-people' };
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
  if (winner === undefined) return { winners: [], rule: left.length > 1 ? 'tie' : 'none' };
  const settled =
    pending.length === 0
    || (strategy[0] === 'source-priority'
      && winner.lead.values.length === places
      && pending.every(({ trust }) => trust > winner.trust));
  return settled ? { winners: [winner], rule: left.length > 1 ? 'first' : rule } : { winners: [], rule: 'pending' };
}

/** Two sources that list the same things differently must not double the rows: one source's rows are taken whole. */
function chooseRows(eligible: readonly Group[], all: readonly Group[], pending: readonly Pending[]): Choice {
  const best = Math.min(...eligible.map(({ trust }) => trust));
  if (pending.some(({ trust }) => trust < best)) return { winners: [], rule: 'pending' };
  const winners = eligible.filter(({ trust }) => trust === best);
  return { winners, rule: winners.length === all.length ? 'only' : 'source-priority' };
}

/** A date holds to the end of its day, wherever on earth; a time to the moment. */
function endOf(time: string): number {
  return new Date(time).getTime() + (time.length <= 10 ? 86_400_000 : 0);
}
