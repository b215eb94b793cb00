// The bookkeeping of one prefill: which source is asked what about whom, what came, what is still out. One record's
// way from statements to an offer goes through here.

import { jsonEqual } from '@onceform/core';
import type {
  AbsentReason,
  ConceptId,
  Json,
  LocalizedText,
  Miss,
  Offer,
  OfferValue,
  Pointer,
  PrefillResult,
  SourceRef,
  Statement,
} from '@onceform/core';
import type { Comparable } from './agreement.ts';
import { byRecord, candidateOf, isAbout, isStatement, valuesOf } from './candidate.ts';
import { absentReason, type Answer } from './collect.ts';
import { matches, type AskedItem, type AskedMember } from './plan.ts';
import type { RelatedPerson } from './relations.ts';
import type { About, CitizenDataSource, Person, SourceDescription, SourceQueryItem } from './source.ts';
import { rankOffers, type Candidate } from './survivorship.ts';
import type { TrustOrder } from './trust.ts';

export interface PlannedInquiry {
  /** Some policy among its items does without what is remembered. */
  readonly fresh: boolean;
  readonly source: CitizenDataSource;
  readonly person: Person;
  readonly about: About;
  readonly items: readonly SourceQueryItem[];
}

export interface ItemBook {
  /** Enters who is meant by the roles; returns what to ask whom. */
  plan(people: readonly RelatedPerson[]): PlannedInquiry[];
  /** Misses of items whose role nobody was planned for; `down` names a source whose fault that may be. */
  unresolved(down: SourceRef | null, reason: AbsentReason): PrefillResult[];
  /** Enters answers that came at once; returns what is new to the citizen. */
  take(answers: readonly Answer[]): PrefillResult[];
  /** Concepts that were given so far, by the key of the person they are about. */
  readonly given: ReadonlyMap<string, ReadonlySet<ConceptId>>;
}

export interface ItemBookOptions {
  readonly asked: readonly AskedItem[];
  readonly sources: readonly CitizenDataSource[];
  readonly trustOf: TrustOrder;
  readonly accepts: (concept: ConceptId, value: Json) => boolean;
  readonly comparable: Comparable;
  /** What was offered for the draft before: the same record with the same values keeps its offer's id and row. */
  readonly known: readonly Offer[];
  readonly clock: () => Date;
  readonly random: () => string;
}

interface ItemState {
  readonly asked: AskedItem;
  readonly trustOf: (source: string) => number;
  readonly candidates: Candidate[];
  /** Calls still out, by `who` and source. */
  readonly pending: Map<string, { who: string; trust: number }>;
  /** The last thing said about each offer. */
  readonly said: Map<string, string>;
  /** What the people it may be about are called, by `who`. */
  readonly labels: Map<string, LocalizedText>;
  /** Rows given to records, by offer. */
  readonly rows: Map<string, number>;
}

export function createItemBook({
  asked,
  sources,
  trustOf,
  accepts,
  comparable,
  known,
  clock,
  random,
}: ItemBookOptions): ItemBook {
  const states = new Map<Pointer, ItemState>(
    asked.map(item => [
      item.item,
      {
        asked: item,
        trustOf: trustOf(item.concept, item.members[0]?.concept ?? item.concept),
        candidates: [],
        pending: new Map(),
        said: new Map(),
        labels: new Map(),
        rows: new Map(
          item.rows
            ? known
                .filter(offer => matches(item.item, offer.item))
                .map(offer => [offer.id, Number(offer.item.slice(item.item.length - 2))])
            : [],
        ),
      },
    ]),
  );
  const planned = new Set<ItemState>();
  const given = new Map<string, Set<ConceptId>>();

  /** Who is asked about an item is settled in one call: an item whose role is in `people` counts as planned. */
  const plan = (people: readonly RelatedPerson[]): PlannedInquiry[] => {
    const inquiries: (Omit<PlannedInquiry, 'items' | 'fresh'> & {
      fresh: boolean;
      readonly items: SourceQueryItem[];
    })[] = [];
    for (const state of states.values()) {
      const { asked: item, pending } = state;
      for (const { person, about, role, label } of people) {
        if (role !== item.subject) continue;
        planned.add(state);
        if (label !== undefined) state.labels.set(whoOf(person, about), label);
        for (const source of sources) {
          const { id, concepts, about: answers = ['self'] } = described(source);
          const members = item.members.map(({ concept }) => concept).filter(concept => concepts.has(concept));
          if (members.length === 0 || !answers.includes(about)) continue;
          let inquiry = inquiries.find(
            one => one.source === source && one.about === about && one.person.key === person.key,
          );
          if (inquiry === undefined) inquiries.push((inquiry = { source, person, about, fresh: false, items: [] }));
          inquiry.fresh ||= item.policy.onStale === 'refetch' && item.policy.maxAge !== undefined;
          inquiry.items.push({ id: item.item, concept: item.concept, members: [...new Set(members)] });
          pending.set(callOf(person, about, id), { who: whoOf(person, about), trust: state.trustOf(id) });
        }
      }
    }
    return inquiries;
  };

  const offeredBefore = (
    { id, recordRef }: Statement['source'],
    values: readonly OfferValue[],
    item: AskedItem,
  ): string | undefined =>
    known.find(
      offer =>
        offer.source.id === id
        && offer.recordRef === recordRef
        && matches(item.item, offer.item)
        && offer.values.length === values.length
        && offer.values.every(
          (value, i) => value.concept === values[i]!.concept && jsonEqual(value.value, values[i]!.value),
        ),
    )?.id;

  /** Ranks anew and tells what changed. */
  const news = (state: ItemState, misses: readonly Miss[]): PrefillResult[] => {
    const offers = rankOffers(
      state.candidates,
      { places: state.asked.members.length, rows: state.asked.rows },
      state.asked.policy,
      [...state.pending.values()],
      clock(),
    )
      .map(offer => (state.asked.rows ? inRow(offer, state) : offer))
      .filter(offer => {
        // Everything else about an offer stays as it was when its record came.
        const marks = [
          offer.source.id,
          offer.recordRef,
          offer.preferred,
          offer.rule,
          ...offer.flags,
          ...(offer.alsoFrom ?? []).map(({ id }) => id),
        ].join('\n');
        const fresh = state.said.get(offer.id) !== marks;
        state.said.set(offer.id, marks);
        return fresh;
      });
    if (offers.length === 0) return misses.length > 0 ? [{ item: state.asked.item, offers, misses }] : [];
    const items = [...new Set(offers.map(({ item }) => item))];
    return items.map((item, i) => ({
      item,
      offers: offers.filter(offer => offer.item === item),
      misses: i === 0 ? misses : [],
    }));
  };

  /** Enters one answer; tells which items it is about, and what of each is missing by it. */
  const enter = (answer: Answer): readonly (readonly [ItemState, readonly Miss[]])[] => {
    const { source, query } = answer.inquiry;
    const description = described(source);
    const ref = refOf(description);
    const settle = (item: string): ItemState | undefined => {
      const state = states.get(item);
      state?.pending.delete(callOf(query.person, query.about, description.id));
      return state;
    };
    if ('over' in answer) {
      return answer.unanswered.map(item => {
        const state = settle(item)!;
        return [state, missesOf(covered(state.asked.members, description), ref, answer.reason, answer.retryAfter)];
      });
    }
    const { result } = answer;
    const state = settle(result.item)!;
    const members = covered(state.asked.members, description);
    if (result.absent !== undefined)
      return [[state, missesOf(members, ref, absentReason(result.absent), result.retryAfter)]];
    if (!Array.isArray(result.statements) || !result.statements.every(isStatement))
      return [[state, missesOf(members, ref, 'schema-mismatch')]];
    const mine = result.statements.filter(statement => isAbout(statement, query.person, query.about, description.id));
    if (mine.length < result.statements.length) {
      // Who answers about someone else once is not believed for this item at all.
      return [[state, missesOf(members, ref, 'ambiguous-subject')]];
    }
    // Nothing, and no reason for it: the source is broken, which is something else than "not found".
    const misses: Miss[] = mine.length === 0 ? missesOf(members, ref, 'schema-mismatch') : [];
    for (const record of byRecord(mine)) {
      const { values, absent } = valuesOf(record, members, state.asked, description, accepts);
      misses.push(
        ...absent.map(({ member, reason }): Miss => ({
          pointer: member.pointer,
          concept: member.concept,
          source: ref,
          reason,
          ...(reason === 'revoked' ? { record: record[0]!.recordName ?? record[0]!.source.recordRef } : {}),
        })),
      );
      if (values.length > 0) {
        const concepts = given.get(query.person.key) ?? new Set();
        given.set(query.person.key, concepts);
        for (const { concept } of values) concepts.add(concept);
        const who = whoOf(query.person, query.about),
          about = state.labels.get(who);
        state.candidates.push(
          candidateOf(record, values, {
            id: offeredBefore(record[0]!.source, values, state.asked) ?? random(),
            item: state.asked.item,
            who,
            ...(about === undefined ? {} : { about }),
            source: ref,
            comparable,
            trust: state.trustOf(description.id),
            retrievedAt: clock().toISOString(),
          }),
        );
      }
    }
    return [[state, misses]];
  };

  return {
    plan,
    given,

    unresolved(down, reason) {
      return [...states.values()].flatMap((state): PrefillResult[] => {
        const known = sources.some(source =>
          state.asked.members.some(({ concept }) => described(source).concepts.has(concept)),
        );
        return planned.has(state) || !known
          ? []
          : [{ item: state.asked.item, offers: [], misses: missesOf(state.asked.members, down, reason) }];
      });
    },

    take(answers) {
      const heard = new Map<ItemState, Miss[]>();
      for (const [state, misses] of answers.flatMap(enter)) heard.set(state, [...(heard.get(state) ?? []), ...misses]);
      return [...heard].flatMap(([state, misses]) => news(state, misses));
    },
  };
}

function whoOf(person: Person, about: About): string {
  return `${about}\n${person.key}`;
}

function callOf(person: Person, about: About, source: string): string {
  return `${source}\n${whoOf(person, about)}`;
}

function refOf({ id, name, kind }: Pick<SourceDescription, 'id' | 'name' | 'kind'>): SourceRef {
  return { id, name, kind };
}

/** A description stays the same object until it changes, so it is read once; concepts are looked up by the thousand. */
type Described = Omit<SourceDescription, 'concepts'> & { readonly concepts: ReadonlySet<ConceptId> };
const descriptions = new WeakMap<SourceDescription, Described>();

function described(source: CitizenDataSource): Described {
  const said = source.describe();
  let description = descriptions.get(said);
  if (description === undefined) descriptions.set(said, (description = { ...said, concepts: new Set(said.concepts) }));
  return description;
}

function covered(members: readonly AskedMember[], { concepts }: Described): AskedMember[] {
  return members.filter(({ concept }) => concepts.has(concept));
}

function missesOf(
  members: readonly AskedMember[],
  source: SourceRef | null,
  reason: AbsentReason,
  retryAfter?: number,
): Miss[] {
  return members.map(({ pointer, concept }) => ({
    pointer,
    concept,
    source,
    reason,
    ...(retryAfter ? { retryAfter } : {}),
  }));
}

/** Gives an offer for a pattern of rows a row of its own, in the order in which records came. */
function inRow(offer: Offer, { asked, rows }: ItemState): Offer {
  const row = rows.get(offer.id) ?? Math.max(-1, ...rows.values()) + 1;
  rows.set(offer.id, row);
  const item = asked.item.slice(0, -'[]'.length) + row;
  const move = (pointer: Pointer): Pointer => item + pointer.slice(asked.item.length);
  return { ...offer, item, values: offer.values.map(value => ({ ...value, pointer: move(value.pointer) })) };
}
