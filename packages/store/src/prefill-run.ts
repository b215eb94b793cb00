// One prefill from the first question to the last answer: who is asked about what, handed on as it comes, accounted for
// before anybody is asked and at the end, whichever way it ends.

import { isOnceFormError, type ConceptId, type Json, type PrefillRequest, type PrefillResult } from '@onceform/core';
import { conceptsOf, purposeOf } from './admission.ts';
import type { Comparable } from './agreement.ts';
import type { Breaker } from './breaker.ts';
import { collect, type Answer, type Inquiry } from './collect.ts';
import type { CitizenSession, GatewayForm } from './gateway.ts';
import { createItemBook } from './item-book.ts';
import type { SourceCall } from './metrics/events.ts';
import type { OfferBook, OfferStore } from './offer-store.ts';
import type { AskedItem } from './plan.ts';
import type { JournalPage, PrefillJournal } from './prefill-journal.ts';
import type { RelatedPerson, RelationsPort } from './relations.ts';
import type { CitizenDataSource, Person } from './source.ts';
import type { TrustOrder } from './trust.ts';
import type { UsageEvent } from './usage-log.ts';

/** An entry of the usage log; what is left out is empty. */
export type UsageNote = (
  subject: string,
  form: GatewayForm,
  issue: string,
  said: Pick<UsageEvent, 'action' | 'asked' | 'outcome'>
    & Partial<Pick<UsageEvent, 'used' | 'declined' | 'sources' | 'reason'>>,
) => UsageEvent;

export interface PrefillRunParts {
  readonly sources: readonly CitizenDataSource[];
  readonly relations: RelationsPort;
  readonly offerStore: Pick<OfferStore, 'load'>;
  readonly journal: PrefillJournal;
  readonly trustOf: TrustOrder;
  readonly breakerOf: (source: CitizenDataSource) => Breaker;
  readonly accepts: (concept: ConceptId, value: Json) => boolean;
  readonly comparable: Comparable;
  readonly clock: () => Date;
  readonly random: () => string;
  /** Milliseconds, for sources that name none. */
  readonly deadline: number;
  readonly issuer: string;
  readonly note: UsageNote;
  readonly measure: (event: SourceCall) => void;
  readonly subjectOf: (person: Person) => Promise<string | null>;
}

/** Asks for what was admitted. With `fresh`, no source may answer from memory. */
export type PrefillRun = (
  request: Pick<PrefillRequest, 'draft' | 'items'>,
  session: CitizenSession,
  form: GatewayForm,
  asked: readonly AskedItem[],
  signal: AbortSignal,
  how?: {
    readonly fresh?: boolean;
    /** What was offered before, where it has just been read. */
    readonly offered?: OfferBook | undefined;
    /** What it rests on, written with the first answers. `admitAgain` judges anew when it changed meanwhile. */
    readonly consent?: JournalPage['consent'];
    readonly admitAgain?: () => Promise<JournalPage['consent']>;
    /** The name under which the journal knows already that sources are about to be asked. */
    readonly begun?: string | undefined;
  },
) => AsyncGenerator<PrefillResult, void, undefined>;

/** Somebody else who was asked about, for their own log. */
interface Other {
  readonly person: Person;
  readonly asked: Set<ConceptId>;
  readonly sources: Set<string>;
}

export function createPrefillRun(parts: PrefillRunParts): PrefillRun {
  const { relations, offerStore, journal, clock, random, deadline, issuer, note, measure, subjectOf, breakerOf } =
    parts;

  return async function* run(request, session, form, asked, signal, how = {}) {
    const { fresh = false, offered, admitAgain } = how;
    const about = { action: 'prefill', asked: conceptsOf(request) } as const;
    const over =
      how.begun
      ?? (await journal.begin(note(session.subject, form, request.draft, { ...about, outcome: 'interrupted' })));
    const { offers: known } = offered ?? (await offerStore.load(request.draft, session.subject));
    const book = createItemBook({ ...parts, asked, known });
    const asking = new Set<string>();
    const others = new Map<string, Other>();

    const inquiriesFor = (people: readonly RelatedPerson[]): Inquiry[] =>
      book.plan(people).map(({ source, person, about, items, fresh: wanted }) => {
        const { id, deadline: own } = source.describe();
        asking.add(id);
        if (person.key !== session.person.key) {
          const other = others.get(person.key) ?? { person, asked: new Set(), sources: new Set() };
          others.set(person.key, other);
          other.sources.add(id);
          for (const concept of items.flatMap(({ members }) => members)) other.asked.add(concept);
        }
        const query = {
          id: random(),
          person,
          about,
          items,
          purpose: purposeOf(form),
          requester: issuer,
          issue: request.draft,
        };
        return {
          source,
          breaker: breakerOf(source),
          deadline: own ?? deadline,
          query: fresh || wanted ? { ...query, fresh: true } : query,
        };
      });

    // The applicant needs no relation: what is about them is asked at once, while registers confirm who the others are.
    const own: RelatedPerson = {
      role: session.role ?? 'applicant',
      person: session.person,
      about: 'self',
      confirmedBy: null,
    };
    let unresolved: PrefillResult[] = [];
    const related = async (): Promise<Inquiry[]> => {
      try {
        const { people, incomplete } = await relations(session.person, signal);
        const inquiries = inquiriesFor(people.filter(({ role }) => role !== own.role));
        unresolved = book.unresolved(incomplete[0] ?? null, incomplete.length > 0 ? 'unavailable' : 'not-found');
        return inquiries;
      } catch {
        unresolved = book.unresolved(null, 'unavailable');
        return [];
      }
    };
    const needsOthers = asked.some(({ subject }) => subject !== own.role);
    const batches = [inquiriesFor([own]), ...(needsOthers ? [related()] : [])];

    let shown: readonly PrefillResult[] = [];
    let consent = how.consent;
    let ended = false;
    /** How it ended for everybody who was asked about, when these results were shown. */
    const entries = async (results: readonly PrefillResult[]): Promise<readonly UsageEvent[]> => {
      const used = new Set(results.flatMap(({ offers }) => offers).flatMap(({ values }) => values.map(conceptOf)));
      const missed = results.some(({ misses }) => misses.length > 0);
      const own = note(session.subject, form, request.draft, {
        ...about,
        used: [...used].sort(),
        sources: [...asking],
        outcome: used.size === 0 ? 'failed' : missed ? 'partial' : 'answered',
      });
      const theirs = [...others.values()].map(async other => {
        const subject = await subjectOf(other.person);
        if (subject === null) return [];
        const given = [...(book.given.get(other.person.key) ?? [])].sort();
        const outcome = given.length === 0 ? 'failed' : 'answered';
        const { action } = about;
        const said = {
          action,
          asked: [...other.asked].sort(),
          used: given,
          sources: [...other.sources],
          outcome,
        } as const;
        return [note(subject, form, request.draft, said)];
      });
      return [own, ...(await Promise.all(theirs)).flat()];
    };
    // What a citizen sees is kept before they see it, and so is their consent: nothing else can be sealed. What comes last
    // is written together with how it all ended.
    const hand = async (results: readonly PrefillResult[], last: boolean): Promise<readonly PrefillResult[]> => {
      if (results.length === 0 && !last) return results;
      const page: JournalPage = {
        ...(results.length === 0 ? {} : { offered: { draft: request.draft, subject: session.subject, results } }),
        ...(last ? { over, entries: await entries([...shown, ...results]) } : {}),
      };
      const write = (): Promise<unknown> => journal.write(consent === undefined ? page : { ...page, consent });
      await write().catch(async (error: unknown) => {
        if (admitAgain === undefined || !isOnceFormError(error) || error.code !== 'ERR_CONFLICT') throw error;
        consent = await admitAgain();
        await write();
      });
      consent = undefined;
      shown = [...shown, ...results];
      ended = last;
      return results;
    };
    try {
      for await (const { answers, last } of collect(batches, signal)) {
        for (const answer of answers) if ('over' in answer) measure(callOf(answer, clock()));
        yield* await hand([...unresolved.splice(0), ...book.take(answers)], last);
      }
      if (!ended) yield* await hand(unresolved.splice(0), true);
    } finally {
      if (!ended) await journal.write({ over, entries: await entries(shown) });
    }
  };
}

function conceptOf({ concept }: { readonly concept: ConceptId }): ConceptId {
  return concept;
}

function callOf(
  { inquiry, complete, reason, milliseconds }: Extract<Answer, { readonly over: true }>,
  now: Date,
): SourceCall {
  return {
    kind: 'source-call',
    time: now.toISOString(),
    source: inquiry.source.describe().id,
    outcome: complete ? 'answered' : reason,
    milliseconds,
  };
}
