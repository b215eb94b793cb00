// The prefill gateway: discover, request, collect, offer, seal. The one place where policy about citizen data lives.

import {
  isOnceFormError,
  OnceFormError,
  pointerContains,
  refuseOutside,
  type CompiledForm,
  type ConceptId,
  type CountryPack,
  type FormContext,
  type Json,
  type JsonObject,
  type Pointer,
  type PrefillRequest,
  type PrefillResult,
  type SealItem,
  type SealPayload,
  type SealRequest,
  type SealResponse,
  type SourceInfo,
  type SubjectRole,
} from '@onceform/core';
import type { ConfirmedPart } from './co-declaration.ts';
import { conceptsOf, purposeOf, refusalOf } from './admission.ts';
import { plainComparable } from './agreement.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import type { ConsentLedger, ConsentRecord, KnownConsent } from './consent.ts';
import { withDeadline } from './deadline.ts';
import { declinedConcepts, latestDecisions, takenOffers } from './decisions.ts';
import type { ConsentEvent, SourceCall } from './metrics/events.ts';
import type { OfferBook, OfferStore } from './offer-store.ts';
import { planPrefill, type AskedItem } from './plan.ts';
import { createPrefillJournal, type JournalPage, type PrefillJournal } from './prefill-journal.ts';
import { createPrefillRun, type UsageNote } from './prefill-run.ts';
import { createDisputeDesk, createMemoryDisputes, type DisputeDesk } from './disputes.ts';
import { judgeRecord, recheckPlan, type Recheck } from './recheck.ts';
import { createRelations, type RelationsPort } from './relations.ts';
import { declaredItems, sealItems, sorted, retrievedOf } from './seal-items.ts';
import { signSeal, type SealSigner } from './seal.ts';
import type { CitizenDataSource, Person } from './source.ts';
import { trustOrder, type Priority } from './trust.ts';
import type { UsageEvent, UsageLog } from './usage-log.ts';

/** Who is signed in. `subject` is the pairwise id that seals and logs hold; `person` never leaves the gateway. */
export interface CitizenSession {
  readonly subject: string;
  readonly person: Person;
  readonly identityLevel: FormContext['identityLevel'];
  /** The role they take part in; absent: the applicant. Whoever was invited for another role is asked about alone. */
  readonly role?: SubjectRole;
}

/** What the gateway needs to know of a form: its identity, its purpose, and what it registered. */
export type GatewayForm = Pick<CompiledForm, 'id' | 'version' | 'digest' | 'reuse' | 'procedure'>;

export interface GatewayOptions {
  /** `iss` of its seals, and the requester that sources and logs see. */
  readonly issuer: string;
  readonly sources: readonly CitizenDataSource[];
  readonly pack: Pick<CountryPack, 'concepts' | 'comparable'>;
  readonly signer: SealSigner;
  readonly log: UsageLog;
  readonly offerStore: OfferStore;
  /** Writes what a prefill leaves behind; by default consents, offers and entries one after the other. */
  readonly journal?: PrefillJournal;
  readonly clock?: () => Date;
  /** Fresh unguessable ids. */
  readonly random?: () => string;
  /** Who is meant by a role; by default what the sources confirm, for the usual civil roles. */
  readonly relations?: RelationsPort;
  /**
   * Ids of sources in order of trust, by concept, dotted prefix of concepts, or `*`. By default the order of the
   * dictionary, then that of `sources`.
   */
  readonly priority?: Priority;
  /** Tells whether a value is one of the concept's: a validator for the dictionary's schemas. By default any JSON but empty text. */
  readonly accepts?: (concept: ConceptId, value: Json) => boolean;
  /** Milliseconds a source may take that names no deadline of its own. Default 3,000. */
  readonly deadline?: number;
  /** Seconds a seal is good for. Default 30 days. */
  readonly lifetime?: number;
  /** Enforces how often data are fetched, and what a withdrawal means. Without it only the request's own consent counts. */
  readonly consents?: ConsentLedger;
  /** Takes the citizens' disputes; by default a desk that keeps them in memory. */
  readonly disputes?: DisputeDesk;
  /** Told what is counted: calls of sources and acts of consent, without values. */
  readonly measure?: (event: SourceCall | ConsentEvent) => void;
  /**
   * The pairwise id of a person whom a register named, so that somebody else whose data are used can read that in their
   * own log. Null: the portal does not know them.
   */
  readonly subjectOf?: (person: Person) => Promise<string | null>;
  /** Who is behind a pairwise id, to ask again about what a co-declarant took over. Null: the portal does not know. */
  readonly personOf?: (subject: string) => Promise<Person | null>;
  /** Called when a draft's data must be gone: the portal's drafts, caches and previews. */
  readonly onPurge?: (draft: string, session: Pick<CitizenSession, 'subject'>) => Promise<void>;
  /** The parts of a draft that co-declarants confirmed: they go into every seal of the draft. */
  readonly parts?: (draft: string) => Promise<readonly ConfirmedPart[]>;
  /** Below this nobody is asked about anybody. Default 2: verified by an identity provider. */
  readonly minIdentityLevel?: FormContext['identityLevel'];
}

/** What a portal read of a case before it asks the gateway about it. */
export interface KnownCase {
  readonly consent?: KnownConsent;
  readonly offered?: OfferBook;
  /** What the journal's `begin` gave, where the case was read and the beginning written at once. */
  readonly begun?: string;
}

/** What a seal is bound to beside person, draft and form. */
export interface SealBinding {
  readonly audience: string;
  readonly nonce: string;
  readonly context: Omit<FormContext, 'retrieved'>;
}

export interface Gateway {
  /** Lists the sources with their health. */
  discover(): Promise<readonly SourceInfo[]>;
  /**
   * Asks the sources for what the form registered, and streams offers and misses as they arrive. An offer comes again,
   * under the same id, when another source's answer changed its marks.
   *
   * @throws {OnceFormError} ERR_UNAUTHENTICATED when the person is not known surely enough; ERR_CONSENT_REQUIRED when
   *   the citizen did not ask for it for this purpose; ERR_OVER_ASK when an item is not one the form registered;
   *   ERR_SEAL_FORM when the request is for another form. Refusals are logged.
   * @param known what was read of the case together with its draft; absent: it is read.
   */
  prefill(
    request: PrefillRequest,
    session: CitizenSession,
    form: GatewayForm,
    signal?: AbortSignal,
    known?: KnownCase,
  ): Promise<AsyncIterable<PrefillResult>>;
  /** The entry that `known.begun` stands for: what the log says if nothing more is heard of the request. */
  beginning(request: PrefillRequest, form: GatewayForm): Omit<UsageEvent, 'subject'>;
  /**
   * Seals what the citizen decided to use, out of the offers this gateway made for the draft, and opens a ticket for
   * each dispute.
   *
   * @throws {OnceFormError} ERR_SEAL_INVALID when a decision names an offer that was never made for this draft and
   *   person, or a dispute a value that was not in it.
   */
  seal(request: SealRequest, session: CitizenSession, form: GatewayForm, binding: SealBinding): Promise<SealResponse>;
  /**
   * What a co-declarant's part is sealed as: the offers they took, and what they typed, all of it locked and theirs.
   *
   * @throws {OnceFormError} as `seal`; ERR_FORBIDDEN when `data` holds anything outside of the part.
   */
  sealPart(
    request: SealRequest,
    session: CitizenSession & { readonly role: SubjectRole },
    form: GatewayForm,
    part: { readonly pointers: readonly Pointer[]; readonly data: JsonObject },
  ): Promise<readonly SealItem[]>;
  /**
   * Asks the sources again about what was sealed, where the policy wants it before filing, and says per record whether
   * it is still so. A source that is down is reported as such, never as agreement.
   */
  recheck(
    payload: SealPayload,
    session: CitizenSession,
    form: GatewayForm,
    signal?: AbortSignal,
  ): Promise<readonly Recheck[]>;
  /** The citizen takes the consent back: offers are purged, seals of the draft are void. Tells whether there was one. */
  withdraw(draft: string, session: Pick<CitizenSession, 'subject'>): Promise<boolean>;
  /** Ends what was kept too long; returns the drafts whose data are gone. To be called now and then. */
  expire(): Promise<readonly string[]>;
  /** Forgets what was offered for a draft: it was filed or thrown away. */
  purge(draft: string): Promise<void>;
  /** The public keys of its seals. */
  keys(): SealResponse['keys'];
}

export function createGateway(options: GatewayOptions): Gateway {
  const {
    issuer,
    sources,
    pack,
    signer,
    log,
    offerStore,
    clock = () => new Date(),
    random = () => crypto.randomUUID(),
    deadline = 3000,
    lifetime = 30 * 86_400,
    minIdentityLevel = 2,
    accepts = acceptAnything,
  } = options;
  const relations = options.relations ?? createRelations(sources, undefined, { deadline, clock });
  const comparable = pack.comparable?.bind(pack) ?? plainComparable;
  const breakers = new Map<CitizenDataSource, Breaker>(sources.map(source => [source, createBreaker({ clock })]));
  const desk = options.disputes ?? createDisputeDesk({ store: createMemoryDisputes(), sources, clock, deadline });

  const journal = options.journal ?? createPrefillJournal({ enter: options.consents?.enter, offerStore, log, random });

  const note: UsageNote = (subject, form, issue, said) => ({
    time: clock().toISOString(),
    requester: issuer,
    subject,
    purpose: purposeOf(form),
    issue,
    form: form.id,
    used: [],
    declined: [],
    sources: [],
    ...said,
  });

  const run = createPrefillRun({
    sources,
    relations,
    offerStore,
    journal,
    accepts,
    comparable,
    clock,
    random,
    deadline,
    issuer,
    note,
    trustOf: trustOrder(sources, pack, options.priority),
    breakerOf: source => breakers.get(source)!,
    measure: options.measure ?? (() => undefined),
    subjectOf: options.subjectOf ?? (async () => null),
  });

  const count = (action: ConsentEvent['action']): void =>
    options.measure?.({ kind: 'consent', time: clock().toISOString(), action });

  async function refused(
    error: OnceFormError,
    request: PrefillRequest,
    session: CitizenSession,
    form: GatewayForm,
    { begun }: KnownCase,
  ): Promise<never> {
    if (error.code === 'ERR_OVER_ASK') count('over-ask');
    const entry = note(session.subject, form, request.draft, {
      action: 'prefill',
      asked: conceptsOf(request),
      outcome: 'refused',
      reason: error.code,
    });
    await journal.write({ entries: [entry], ...(begun === undefined ? {} : { over: begun }) });
    throw error;
  }

  return {
    async discover() {
      return Promise.all(
        sources.map(async (source): Promise<SourceInfo> => {
          const { id, name, kind, concepts, assuranceLevel } = source.describe();
          const healthy =
            breakers.get(source)!.wait() === 0
            && (await withDeadline(() => source.health(), deadline).then(
              state => state.healthy,
              () => false,
            ));
          return { id, name, kind, concepts, assuranceLevel, healthy };
        }),
      );
    },

    async prefill(request, session, form, signal = NEVER, known = {}) {
      const refusal = refusalOf(request, session, form, minIdentityLevel);
      if (refusal !== null) return refused(refusal, request, session, form, known);
      let asked: readonly AskedItem[];
      try {
        asked = planPrefill(request, form);
      } catch (error) {
        return refused(error as OnceFormError, request, session, form, known);
      }
      const foreign = session.role === undefined ? undefined : asked.find(({ subject }) => subject !== session.role);
      if (foreign !== undefined) {
        return refused(
          new OnceFormError('ERR_SUBJECT_DENIED', 'Who was invited gets their own part only.', {
            pointer: foreign.item,
          }),
          request,
          session,
          form,
          known,
        );
      }
      const admit = async (read?: KnownConsent): Promise<JournalPage['consent']> => {
        const record = await options.consents?.admit(
          {
            subject: session.subject,
            draft: request.draft,
            purpose: purposeOf(form),
            form: form.id,
            concepts: conceptsOf(request),
            time: request.consent.time,
          },
          read,
        );
        return record === undefined ? undefined : { record, ...(read?.mark === undefined ? {} : { mark: read.mark }) };
      };
      let consent: JournalPage['consent'];
      try {
        consent = await admit(known.consent);
      } catch (error) {
        if (isOnceFormError(error)) return refused(error, request, session, form, known);
        throw error;
      }
      count('requested');
      const { offered, begun } = known;
      return run(request, session, form, asked, signal, { offered, consent, admitAgain: () => admit(), begun });
    },

    beginning(request, form) {
      const { subject: _nobody, ...event } = note('', form, request.draft, {
        action: 'prefill',
        asked: conceptsOf(request),
        outcome: 'interrupted',
      });
      return event;
    },

    async seal(request, session, form, binding) {
      const { offers, misses } = await offerStore.load(request.draft, session.subject);
      const decided = latestDecisions(request.decisions);
      const taken = takenOffers(decided, offers);
      const parts = (await options.parts?.(request.draft)) ?? [];
      const own = (await sealItems(taken, offers, form, random)).filter(
        ({ pointer }) => !parts.some(({ pointers }) => pointers.some(part => pointerContains(part, pointer))),
      );
      const items = sorted([...own, ...parts.flatMap(part => part.items)]);
      const now = clock();
      const tickets = await desk.open({
        draft: request.draft,
        subject: session.subject,
        person: session.person,
        decisions: decided,
        offers,
      });
      const payload: SealPayload = {
        format: 'https://onceform.dev/seal/1',
        iss: issuer,
        aud: binding.audience,
        sub: session.subject,
        draft: request.draft,
        nonce: binding.nonce,
        iat: Math.floor(now.getTime() / 1000),
        exp: Math.floor(now.getTime() / 1000) + lifetime,
        form: { id: form.id, version: form.version, digest: form.digest },
        purpose: purposeOf(form).code,
        context: { ...binding.context, retrieved: retrievedOf(own, taken, offers, misses, form) },
        items,
        ...(parts.length === 0 ? {} : { parts: parts.map(({ items: _items, ...part }) => part) }),
      };
      const seal = await signSeal(payload, signer);
      await log.append(
        note(session.subject, form, request.draft, {
          action: 'seal',
          asked: unique(offers.flatMap(offer => offer.values.map(({ concept }) => concept))),
          used: unique(own.map(({ concept }) => concept)),
          declined: declinedConcepts(decided, offers),
          sources: unique(own.map(({ source }) => source.id)),
          outcome: tickets.length > 0 ? 'disputed' : 'sealed',
        }),
      );
      return { seal, keys: this.keys(), tickets };
    },

    async sealPart(request, session, form, { pointers, data }) {
      refuseOutside(data, pointers);
      const { offers } = await offerStore.load(request.draft, session.subject);
      const taken = takenOffers(latestDecisions(request.decisions), offers);
      const retrieved = await sealItems(taken, offers, form, random);
      const items = declaredItems(
        retrieved.filter(({ pointer }) => pointers.some(part => pointerContains(part, pointer))),
        { role: session.role, pointers, data, form, time: clock().toISOString() },
      );
      await log.append(
        note(session.subject, form, request.draft, {
          action: 'seal',
          asked: unique(offers.flatMap(offer => offer.values.map(({ concept }) => concept))),
          used: unique(items.filter(({ source }) => source.kind !== 'self-declared').map(({ concept }) => concept)),
          sources: unique(retrieved.map(({ source }) => source.id)),
          outcome: 'sealed',
        }),
      );
      return items;
    },

    async recheck(payload, session, form, signal = NEVER) {
      const own = again(payload, session, form, signal);
      // Each co-declarant is asked about as themselves: no relation has to let the applicant do it.
      const others = (payload.parts ?? []).map(async ({ role, sub }): Promise<readonly Recheck[]> => {
        const asked = recheckPlan(payload, form, clock(), role);
        const person = asked.length === 0 ? null : ((await options.personOf?.(sub)) ?? null);
        const found =
          person === null
            ? asked.map(({ item }): Recheck => ({ record: item, state: 'unavailable', offers: [] }))
            : await again(payload, { subject: sub, person, identityLevel: 2, role }, form, signal);
        return found.map(one => ({ ...one, by: role }));
      });
      return (await Promise.all([own, ...others])).flat();
    },

    async withdraw(draft, { subject }) {
      const record = await options.consents?.withdraw(subject, draft);
      if (record === undefined) return false;
      await forget(record, 'withdrawn');
      return true;
    },

    async expire() {
      const records = (await options.consents?.expire()) ?? [];
      for (const record of records) await forget(record, 'expired');
      return records.map(({ draft }) => draft);
    },

    async purge(draft) {
      await offerStore.purge(draft);
    },

    keys() {
      return { keys: signer.publicKeys as readonly Readonly<Record<string, unknown>>[] };
    },
  };

  /** Asks anew for what was sealed of one person, and compares. */
  async function again(
    payload: SealPayload,
    session: CitizenSession,
    form: GatewayForm,
    signal: AbortSignal,
  ): Promise<readonly Recheck[]> {
    const asked = recheckPlan(payload, form, clock(), session.role);
    if (asked.length === 0) return [];
    const request = {
      draft: payload.draft,
      items: asked.map(({ item, concept, subject, members }) => ({ item, concept, subject, members })),
    };
    const results: PrefillResult[] = [];
    for await (const result of run(request, session, form, asked, signal, { fresh: true })) results.push(result);
    return asked.map(({ item }) => judgeRecord(item, payload, results));
  }

  async function forget({ draft, subject, purpose, form, concepts }: ConsentRecord, reason: string): Promise<void> {
    if (reason === 'withdrawn') count('withdrawn');
    await offerStore.purge(draft);
    await options.onPurge?.(draft, { subject });
    await log.append({
      time: clock().toISOString(),
      requester: issuer,
      subject,
      purpose,
      issue: draft,
      form,
      asked: concepts,
      action: 'withdraw',
      used: [],
      declined: [],
      sources: [],
      outcome: 'withdrawn',
      reason,
    });
  }
}

const NEVER = new AbortController().signal;

function acceptAnything(_concept: ConceptId, value: Json): boolean {
  return value !== null && !(typeof value === 'string' && value.trim() === '');
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
