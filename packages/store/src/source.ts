// The port to everything that knows something about a citizen. Policy lives in the gateway; a source only answers.

import type {
  AbsentReason,
  AssuranceLevel,
  ConceptId,
  Json,
  JsonObject,
  LocalizedText,
  Purpose,
  SourceRef,
  Statement,
} from '@onceform/core';

/** A person as sources know them. Never leaves the gateway: forms, seals and logs hold a pairwise id instead. */
export interface Person {
  /** What registers find the person by, such as the personal identification number. */
  readonly key: string;
  /** What the identity provider said at sign-in; only for the person who signed in. */
  readonly claims?: JsonObject;
  /** Of their sign-in; only the identity provider's own source sends it anywhere. */
  readonly accessToken?: string;
}

/**
 * Whose data a query is about, seen from the person it names: `self`, or someone who has no key of their own yet,
 * as the newborn `child` in the birth notice that a hospital filed under the mother's key.
 */
export type About = string;

/**
 * A source of facts about people: a register, a document store, the claims of a sign-in, earlier answers.
 *
 * `describe` costs nothing and gives the same object until something in it changes, which only its concepts may.
 * Everything else may fail; the gateway keeps one source's failure away from the others.
 */
export interface CitizenDataSource {
  describe(): SourceDescription;
  /**
   * Answers each item of the query once, in any order, as soon as it is known. An item that is never answered counts
   * as `unavailable`; a thrown error as `unavailable` for all items not answered yet.
   */
  query(query: SourceQuery, signal: AbortSignal): AsyncIterable<ItemResult>;
  health(): Promise<SourceHealth>;
  /** Relations this source confirms for a person; only sources whose description names `relations` have it. */
  relations?(person: Person, signal: AbortSignal): Promise<readonly ConfirmedRelation[]>;
  /**
   * Keeps new statements about a person; what it holds already is never changed, only followed by a revision.
   *
   * @throws {OnceFormError} ERR_CONFLICT when `expected` is not the person's present revision.
   */
  put?(person: Person, statements: readonly Statement[], expected?: number): Promise<{ readonly revision: number }>;
  /** Opens a ticket where the official value is kept. */
  report?(discrepancy: Discrepancy, signal?: AbortSignal): Promise<Ticket>;
  /** Who used the person's data at this source, newest first, in the shape of X-tee's `findUsage`. */
  usage?(person: Person, signal?: AbortSignal): AsyncIterable<UsageRow>;
}

export interface SourceDescription extends SourceRef {
  /** What it can give. */
  readonly concepts: readonly ConceptId[];
  /** What its verified values are worth. */
  readonly assuranceLevel: AssuranceLevel;
  /** Absent: `self` only. */
  readonly about?: readonly About[];
  /** Relations it can confirm: `spouse`, `child`, … */
  readonly relations?: readonly string[];
  /** Milliseconds the gateway waits for it; absent: the gateway's default. */
  readonly deadline?: number;
}

export interface SourceQuery {
  /** Of this request; the source may log it. */
  readonly id: string;
  readonly person: Person;
  readonly about: About;
  readonly items: readonly SourceQueryItem[];
  readonly purpose: Purpose;
  /** Who asks, for the source's own log: the portal. */
  readonly requester: string;
  /** The case that caused it: the draft. */
  readonly issue: string;
  /** Nothing remembered will do: the policy asks for the present state. */
  readonly fresh?: boolean;
}

export interface SourceQueryItem {
  readonly id: string;
  /** The concept of the record, or of the single value. */
  readonly concept: ConceptId;
  /** The values wanted, all of them concepts the source described. */
  readonly members: readonly ConceptId[];
}

/**
 * What a source says to one item. Statements of one `recordRef` are one record; several records are several choices.
 * Each statement repeats the asked person's key as `subject.id` and `about` as `subject.role`: an answer about
 * anyone else is thrown away.
 */
export interface ItemResult {
  readonly item: string;
  readonly statements: readonly Statement[];
  /** Why there are none. */
  readonly absent?: AbsentReason;
  /** Seconds. */
  readonly retryAfter?: number;
}

export interface SourceHealth {
  readonly healthy: boolean;
  /** A word for the operator; never anything about a person. */
  readonly note?: string;
}

/** A relation that a register vouches for. `self` says that it knows the person, and as what. */
export interface ConfirmedRelation {
  readonly relation: string;
  readonly person: Person;
  readonly sex?: 'female' | 'male';
  /** A mandate that ends; a date, good to the end of that day. */
  readonly validUntil?: string;
}

/** A citizen says that an official value is wrong. */
export interface Discrepancy {
  /** The same for the same report, however often it is sent. */
  readonly id: string;
  /** Who says so. Whose record it is, `recordRef` tells the register. */
  readonly person: Person;
  readonly concept: ConceptId;
  readonly recordRef: string;
  readonly reason: string;
  /** What it should be, where the citizen says so. */
  readonly value?: Json;
  readonly evidence?: readonly { readonly name: string; readonly sha256: string }[];
}

export interface Ticket {
  readonly ticket: string;
  readonly status: 'open' | 'corrected' | 'refused';
}

/** One row of `findUsage` (Estonian Data Tracker): no values, only who, when and why. */
export interface UsageRow {
  readonly logtime: string;
  readonly action: LocalizedText;
  readonly receiverCode: string;
  readonly receiverName?: LocalizedText;
  readonly receiverSystem?: string;
}
