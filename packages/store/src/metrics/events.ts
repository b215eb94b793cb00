// What is counted, and nothing else: events without values, names or ids of people.

import {
  valueAt,
  type AbsentReason,
  type CompiledForm,
  type ConceptId,
  type Offer,
  type Origin,
  type Pointer,
  type VerifiedSubmission,
} from '@onceform/core';
import { matches } from '../plan.ts';

export type ReuseEvent =
  | FormFiled
  | AnswersKept
  | SourceCall
  | DisputeEvent
  | ConsentEvent
  | LogView
  | TamperEvent
  | DossierReturned
  | OfficerDecision;

interface Dated {
  /** RFC 3339. */
  readonly time: string;
}

/** A form was filed. */
export interface FormFiled extends Dated {
  readonly kind: 'form-filed';
  /** `id@version`. */
  readonly form: string;
  readonly agency: string | null;
  /** Which form of this person it is, from 1; null where nobody signed in. */
  readonly nth: number | null;
  /** Seconds from opening to filing. */
  readonly duration: number;
  readonly fields: readonly FieldFact[];
  readonly components: readonly ComponentFact[];
  /** Fields the citizen let be kept for later, where that was said with the filing. */
  readonly optedIn: number;
}

/** One answer that was asked, seen and filed. */
export interface FieldFact {
  readonly concept: ConceptId | null;
  readonly origin: Origin;
  readonly source: string | null;
  readonly verified: boolean;
  /** Typed although some source had the concept. */
  readonly reusable: boolean;
  /** Letters the citizen did not type. */
  readonly characters: number;
  /** Days between the source's last change and the retrieval; null where the source does not say. */
  readonly age: number | null;
  readonly stale: boolean;
  readonly conflict: boolean;
  /** Filled from an earlier submission of the same person. */
  readonly fromEarlier: boolean;
}

export interface ComponentFact {
  readonly id: string;
  readonly fulfilledBy: 'data' | 'file' | 'issued-document' | 'both' | 'waived';
  /** Data could stand for it according to the form. */
  readonly replaceable: boolean;
  readonly fallback: string | null;
}

/** After filing the citizen let answers be kept for the next form. */
export interface AnswersKept extends Dated {
  readonly kind: 'kept';
  readonly fields: number;
}

export interface SourceCall extends Dated {
  readonly kind: 'source-call';
  readonly source: string;
  readonly outcome: 'answered' | AbsentReason;
  readonly milliseconds: number;
}
export interface DisputeEvent extends Dated {
  readonly kind: 'dispute';
  readonly source: string;
  readonly concept: ConceptId;
  readonly state: 'opened' | 'corrected' | 'refused';
  /** Since it was opened. */ readonly days: number | null;
}
export interface ConsentEvent extends Dated {
  readonly kind: 'consent';
  readonly action: 'requested' | 'declined' | 'withdrawn' | 'over-ask';
}
export interface LogView extends Dated {
  readonly kind: 'log-view';
  readonly complaint: boolean;
}
export interface TamperEvent extends Dated {
  readonly kind: 'tamper';
  readonly form: string;
  readonly outcome: 'ignored' | 'rejected';
}
export interface DossierReturned extends Dated {
  readonly kind: 'returned';
  readonly form: string;
  /** What was missing was in a source. */ readonly dataExisted: boolean;
}
export interface OfficerDecision extends Dated {
  readonly kind: 'officer';
  readonly component: string;
  /** Data accepted without asking for the paper. */ readonly accepted: boolean;
}

export interface FiledForm {
  readonly form: Pick<CompiledForm, 'id' | 'version' | 'reuse' | 'components'>;
  readonly submission: Pick<VerifiedSubmission, 'data' | 'origins' | 'components' | 'ignored'>;
  /** What the gateway had offered for the draft. */
  readonly offers: readonly Offer[];
  readonly agency: string | null;
  readonly nth: number | null;
  readonly opened: Date;
  readonly filed: Date;
  readonly optedIn: number;
}

/** Reduces a filed form to what may be counted. No value survives: only its length, where it saved typing. */
export function measureFiling({
  form,
  submission,
  offers,
  agency,
  nth,
  opened,
  filed,
  optedIn,
}: FiledForm): (FormFiled | TamperEvent)[] {
  const time = filed.toISOString(),
    name = `${form.id}@${form.version}`;
  const offered = new Set(offers.flatMap(({ values }) => values.map(({ pointer }) => pointer)));
  const fields = Object.entries(submission.origins).map(([pointer, entry]): FieldFact => {
    const member = form.reuse.flatMap(({ members }) => members).find(one => matches(one.pointer, pointer));
    const offer =
      entry.recordRef === undefined
        ? undefined
        : offers.find(({ recordRef, source }) => recordRef === entry.recordRef && source.id === entry.source?.id);
    const age =
      typeof entry.lastUpdated !== 'string' || entry.retrievedAt === undefined
        ? null
        : Math.floor((Date.parse(entry.retrievedAt) - Date.parse(entry.lastUpdated)) / 86_400_000);
    return {
      concept: entry.concept ?? member?.concept ?? null,
      origin: entry.origin,
      source: entry.source?.id ?? null,
      verified: entry.origin === 'auto' && entry.verification?.status === 'verified',
      reusable: entry.origin === 'manual' && offered.has(pointer),
      characters: entry.origin === 'auto' ? lengthAt(submission.data, pointer) : 0,
      age,
      stale: offer?.flags.includes('stale') ?? false,
      conflict: offer?.flags.includes('conflict') ?? false,
      fromEarlier: entry.source?.kind === 'prior-submission',
    };
  });
  const components = submission.components.map(({ id, fulfilledBy, reason }): ComponentFact => ({
    id,
    fulfilledBy,
    replaceable: form.components.find(spec => spec.id === id)?.replacedBy !== undefined,
    fallback: fulfilledBy === 'file' || fulfilledBy === 'both' ? codeOf(reason) : null,
  }));
  return [
    {
      kind: 'form-filed',
      time,
      form: name,
      agency,
      nth,
      duration: Math.round((filed.getTime() - opened.getTime()) / 1000),
      fields,
      components,
      optedIn,
    },
    ...submission.ignored.map((): TamperEvent => ({ kind: 'tamper', time, form: name, outcome: 'ignored' })),
  ];
}

/** A reason that is a code is counted; one that somebody worded is not repeated. */
function codeOf(reason: string | undefined): string | null {
  return reason === undefined ? null : /^[a-z]+(?:-[a-z]+)*$/.test(reason) ? reason : 'other';
}

function lengthAt(data: VerifiedSubmission['data'], pointer: Pointer): number {
  const value = valueAt(data, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value).length : value === undefined ? 0 : 1;
}
