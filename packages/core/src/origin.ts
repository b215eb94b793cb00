// Where a value came from, and what may happen to it. One vocabulary in state, seal, dossier and on screen.

import type { EditPolicy } from './compiled.ts';
import type { Json } from './json.ts';
import type { Pointer } from './pointer.ts';
import type { ConceptId, SourceRef, SubjectRole, Verification } from './statement.ts';

/**
 * `auto` taken from a sealed offer · `override` was auto, changed by the citizen · `manual` typed or chosen by
 * the citizen · `derived` computed · `officer-entered` typed by an officer.
 */
export type Origin = 'auto' | 'override' | 'manual' | 'derived' | 'officer-entered';

/** The origin of one answer, by pointer in `OriginMap`. */
export interface OriginEntry {
  readonly origin: Origin;
  readonly concept?: ConceptId;
  /** From here on: `auto` and `override` only, and what a co-declarant typed. */
  readonly record?: Pointer;
  readonly recordRef?: string;
  readonly source?: SourceRef;
  readonly verification?: Verification;
  readonly lastUpdated?: string | null;
  readonly retrievedAt?: string;
  readonly validUntil?: string;
  readonly edit?: EditPolicy;
  /** The role of the co-declarant whose answer it is; absent: the applicant's. */
  readonly by?: SubjectRole;
  /** The sealed value that an `override` departed from. */
  readonly official?: Json;
}

/** Keyed by the pointer of each answer: a leaf of the data, or the whole of a sealed composite value. */
export type OriginMap = { readonly [pointer: Pointer]: OriginEntry };
