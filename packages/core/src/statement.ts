// Contract 2a: what a source says. Names from CCCEV, Core Person, OpenID Identity Assurance and W3C VC
// (decision 003); shapes are ours.

import type { AssuranceLevel, EditPolicy } from './compiled.ts';
import type { LocalizedText } from './issue.ts';
import type { Json } from './json.ts';
import type { Pointer } from './pointer.ts';

/** `person.fullName`: an id of the country pack's dictionary. Once published it never changes its meaning. */
export type ConceptId = string;

/** Whose datum it is, as a role in this form: `applicant`, `mother`, `child`, … The gateway resolves it to a person. */
export type SubjectRole = string;

export type SourceKind =
  | 'authoritative'
  | 'issued-document'
  | 'citizen-wallet'
  | 'prior-submission'
  | 'self-declared'
  | 'derived'
  | 'officer-entered'
  | 'legacy';

export interface SourceRef {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: SourceKind;
}

/** Why there is no value. Shown to the citizen in plain words; never an empty string in its place. */
export type AbsentReason =
  | 'not-found'
  | 'unavailable'
  | 'timeout'
  | 'denied'
  | 'masked'
  | 'pending'
  | 'ambiguous-subject'
  | 'schema-mismatch'
  | 'not-applicable'
  | 'revoked'
  | 'not-consented';

export interface Verification {
  readonly status: 'verified' | 'unverified' | 'disputed' | 'under-investigation';
  readonly assuranceLevel: AssuranceLevel;
  /** RFC 3339; when the source verified it. */
  readonly time?: string;
}

/** One value about one subject from one source. Immutable: a correction is a new statement. */
export interface Statement {
  readonly id: string;
  readonly concept: ConceptId;
  /** Absent exactly when `absentReason` is present. */
  readonly value?: Json;
  readonly subject: { readonly id: string; readonly role: SubjectRole };
  /** `recordRef`: statements with the same one were read from the same record and are offered together. */
  readonly source: SourceRef & { readonly recordRef: string };
  readonly verification: Verification;
  /** When the source last changed it, RFC 3339 date or time; null where it does not say: never "today". */
  readonly lastUpdated: string | null;
  /** When we read it, RFC 3339. */
  readonly retrievedAt: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly absentReason?: AbsentReason;
  readonly wasRevisionOf?: string;
  /** What its person knows the record as, such as the class and number of a licence: said where no value of it is shown. */
  readonly recordName?: string;
  /** Where its issuer says whether it still stands: a place in a Token Status List. */
  readonly credentialStatus?: { readonly uri: string; readonly idx: number };
  /** The source's own signature, passed through. */
  readonly proof?: { readonly type: string; readonly value: string };
}

/** A whole record as the citizen is offered it: taken or left as one. Pointers are those of the form. */
export interface Offer {
  readonly id: string;
  /** The reuse item it is for: `/mother`. */
  readonly item: Pointer;
  /** Whose record it is, where the role may be one of several persons: "yourself", "your spouse". */
  readonly about?: LocalizedText;
  readonly source: SourceRef;
  /** Other sources that say the same, or part of it. */
  readonly alsoFrom?: readonly SourceRef[];
  readonly recordRef: string;
  readonly lastUpdated: string | null;
  readonly retrievedAt: string;
  readonly validUntil?: string;
  readonly verification: Verification;
  /** In document order. */
  readonly values: readonly OfferValue[];
  /** `conflict`: another offer for the item differs after normalisation. `stale`: older than the policy's maxAge. */
  readonly flags: readonly ('conflict' | 'stale' | 'expired' | 'disputed')[];
  /** The policy's winner; `fill` takes it without asking. At most one per item. */
  readonly preferred: boolean;
  /** The survivorship rule that ranked it: `only`, `source-priority`, `recency`, … */
  readonly rule: string;
}

export interface OfferValue {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly edit: EditPolicy;
  readonly value: Json;
  /** Where they differ from the record's. */
  readonly verification?: Verification;
  readonly lastUpdated?: string | null;
}

/** Why a field that a source could have filled is empty. */
export interface Miss {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  readonly source: SourceRef | null;
  readonly reason: AbsentReason;
  /** `revoked`: which of the person's records it is, as they know it. Another one may be offered. */
  readonly record?: string;
  /** Seconds; absent: retrying now makes sense. */
  readonly retryAfter?: number;
}

/** What the gateway streams back, one per reuse item and source answer; later ones only add. */
export interface PrefillResult {
  readonly item: Pointer;
  readonly offers: readonly Offer[];
  readonly misses: readonly Miss[];
}

export interface Purpose {
  readonly code: string;
  readonly text: LocalizedText;
  readonly legalBasis: 'explicit-request' | 'consent' | 'legal-obligation' | 'public-task';
}

/** What the citizen said to an item's offers. Declined and not found look the same to the receiver. */
export type Decision =
  /** `at`: where the row is now, when the citizen's rows are not where the offer was made for. */
  | { readonly item: Pointer; readonly action: 'use'; readonly offer: string; readonly at?: Pointer }
  | { readonly item: Pointer; readonly action: 'keep-mine' | 'decline' }
  | {
      readonly item: Pointer;
      readonly action: 'dispute';
      readonly offer: string;
      readonly at?: Pointer;
      readonly pointer: Pointer;
      readonly reason: string;
      readonly value?: Json;
      /** Papers that show it, by name and digest; the bytes travel as files of the dossier. */
      readonly evidence?: readonly { readonly name: string; readonly sha256: string }[];
    };
