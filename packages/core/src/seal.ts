// Contract 2b: the seal. A JWS (EdDSA, compact, `typ: onceform-seal+jwt`) whose payload is the canonical
// JSON of a SealPayload. The gateway writes it; every builder and verifier reads it. This file has the
// shapes only: signing and checking live in @onceform/store.

import type { Sha256 } from './canonical.ts';
import type { EditPolicy } from './compiled.ts';
import type { Json } from './json.ts';
import type { Pointer } from './pointer.ts';
import type { ConceptId, SourceRef, SubjectRole, Verification } from './statement.ts';

export const CONTEXT_POINTER: Pointer = '/$context';

/** The reserved root property `$context`: facts of the session, set by the portal, sealed, read-only. */
export interface FormContext {
  /** The date of the session where the agency is, `2026-11-22`. Intake judges with the date of receipt. */
  readonly today: string;
  /** 0 nobody signed in, 1 declared, 2 verified by an identity provider, 3 in person. */
  readonly identityLevel: 0 | 1 | 2 | 3;
  readonly channel: 'online' | 'in-person' | 'remote' | 'post';
  /** The competent agency: the one that decides, as far as it is known. */
  readonly agency?: string;
  /** The receiving agency: whose desk takes the dossier in, to decide or to pass it on. Absent: no desk does. */
  readonly receivingAgency?: string;
  readonly assistedBy?: string;
  /** The organisation that the person acts for, under a mandate that the portal checked. */
  readonly onBehalfOf?: { readonly id: string; readonly name: string };
  /**
   * Per reuse member: did a source answer for this person? `not-provided` covers declined and not found. Of rows, where
   * each is in the answers; what came for no row stands under the pattern, `/vehicles/[]/plate`.
   */
  readonly retrieved: { readonly [pointer: Pointer]: 'provided' | 'not-provided' | 'unavailable' };
}

export interface SealPayload {
  readonly format: 'https://onceform.dev/seal/1';
  /** The gateway. */
  readonly iss: string;
  /** The receiving portal. */
  readonly aud: string;
  /** Pairwise id of the signed-in person; the same on another device. */
  readonly sub: string;
  readonly draft: string;
  readonly nonce: string;
  /** Seconds since 1970. Validity is judged at the time of receipt. */
  readonly iat: number;
  readonly exp: number;
  readonly form: { readonly id: string; readonly version: string; readonly digest: Sha256 };
  readonly purpose: string;
  readonly context: FormContext;
  /** Sorted by pointer. */
  readonly items: readonly SealItem[];
  /** Parts that other people declared and confirmed; absent: there are none. Their answers are among the items. */
  readonly parts?: readonly SealedPart[];
}

/** What a co-declarant confirmed. They signed in themselves; the gateway vouches for that and for the digest. */
export interface SealedPart {
  readonly role: SubjectRole;
  /** Pairwise id of who confirmed it; never the `sub` of the seal. */
  readonly sub: string;
  /** Whole members, in no other part. */
  readonly pointers: readonly Pointer[];
  /** SHA-256 of the canonical JSON of the part as it was confirmed: `partOf(data, pointers)`. */
  readonly digest: Sha256;
  /** RFC 3339. */
  readonly confirmed: string;
}

/** One sealed answer. Either `value`, or, for `reference`, `salt` and `digest` = SHA-256(salt + canonical JSON). */
export interface SealItem {
  readonly pointer: Pointer;
  readonly concept: ConceptId;
  /** The reuse item it came with: items of one record change together. */
  readonly record: Pointer;
  readonly recordRef: string;
  readonly source: SourceRef;
  readonly verification: Verification;
  readonly lastUpdated: string | null;
  readonly retrievedAt: string;
  readonly validUntil?: string;
  readonly edit: EditPolicy;
  /** Declared by the co-declarant of this role: locked for everybody else. What they typed is `self-declared`. */
  readonly by?: SubjectRole;
  /** The rule that ranked the offers, and how many there were. */
  readonly chosen: { readonly rule: string; readonly of: number };
  readonly value?: Json;
  readonly salt?: string;
  readonly digest?: Sha256;
}

/** A seal whose payload has been read. `verified` is true only after the signature and every binding held. */
export interface OpenedSeal {
  readonly jws: string;
  readonly payload: SealPayload;
  readonly verified: boolean;
}
