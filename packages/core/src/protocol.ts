// The HTTP protocol between a form in a page and a portal: paths and bodies. JSON unless said otherwise.
// Errors are RFC 9457 problems (`application/problem+json`) whose `code` is an OnceFormErrorCode.

import type { Sha256 } from './canonical.ts';
import type { AssuranceLevel } from './compiled.ts';
import type { Receipt } from './dossier.ts';
import type { Issue, LocalizedText } from './issue.ts';
import type { Pointer } from './pointer.ts';
import type { FormContext } from './seal.ts';
import type { CodeEntry } from './pack.ts';
import type { ConceptId, Decision, SourceRef, SubjectRole } from './statement.ts';

/**
 * `GET /api/session`. Every unsafe request repeats `csrf` in the header `X-OnceForm-CSRF`. `POST /api/session` moves
 * the end of the sign-in further away, and gives the same.
 */
export interface SessionInfo {
  readonly csrf: string;
  /** Null where nobody is signed in; sign-in starts with a link to `signInPath?return=…&ui_locales=vi`. */
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly identityLevel: FormContext['identityLevel'];
    /** For whom the person may act, as the identity provider says; chosen by `PUT /api/session/acting-for`. */
    readonly mandates?: readonly Mandate[];
    /** For whom the person acts now; absent: for themselves. */
    readonly actingFor?: Mandate;
  } | null;
  /** RFC 3339; when the sign-in ends unless it is renewed. Absent where nobody is signed in. */
  readonly expires?: string;
  readonly signInPath: string;
  readonly signOutPath: string;
}

/** The right to act for an organisation. */
export interface Mandate {
  readonly organisation: { readonly id: string; readonly name: string };
  /** What the person is there, in words. */
  readonly role?: string;
  /** Last day, `2026-12-31`; absent: without end. */
  readonly until?: string;
}

/** `POST /auth/sign-out`, with `?drafts=delete` for also deleting what the portal keeps of unfinished forms. */
export interface SignedOut {
  /** Where the browser goes on: the identity provider's sign-out, or the first page. */
  readonly goTo: string;
}

/** `GET /api/forms` lists these; `GET /api/forms/{slug}` gives one. `slug` is the last segment of the form's `$id`. */
export interface FormInfo {
  readonly slug: string;
  readonly id: string;
  readonly version: string;
  readonly digest: Sha256;
  readonly title: LocalizedText;
  readonly procedureCode: string | null;
  /** The compiled ES module, addressed by the digest of its bytes and cached for ever: `/forms/<address>/form.js`. */
  readonly module: string;
  /** SRI of that module. */
  readonly integrity: string;
  /** Of a form in several languages, the module that brings the form in one of them: `{ vi: '/forms/<address>/form.vi.js' }`. */
  readonly languages?: { readonly [locale: string]: string };
  /** What these modules import, for whoever wants to fetch both at once. */
  readonly code?: string;
}

/** `GET /api/code-lists/{id}?within=…`; `ETag` is the list's digest. */
export interface CodeListPart {
  readonly id: string;
  readonly digest: Sha256;
  readonly entries: readonly CodeEntry[];
}

/** `GET /api/sources`: discover. */
export interface SourceInfo extends SourceRef {
  readonly concepts: readonly ConceptId[];
  readonly assuranceLevel: AssuranceLevel;
  readonly healthy: boolean;
}

/** `POST /api/drafts` → `{ draft, nonce, context }`: opens a session of one form. */
export interface DraftOpened {
  readonly draft: string;
  readonly nonce: string;
  readonly audience: string;
  readonly context: FormContext;
}

/** The form of a draft as `GET /api/drafts` tells it. */
export interface DraftForm {
  readonly id: string;
  readonly version: string;
  readonly digest: Sha256;
  /** `superseded`: a newer version takes the answers over; `repealed`: nothing can be filed any more, and why. */
  readonly state: 'current' | 'superseded' | 'not-valid' | 'repealed';
  readonly message?: LocalizedText;
  /** The slug of the form to use instead. */
  readonly replacedBy?: string | null;
}

/**
 * `POST /api/prefill`: the response streams `PrefillResult` objects as `application/x-ndjson`, one per line.
 * Only pointers that the form registered may be asked (ERR_OVER_ASK otherwise).
 */
export interface PrefillRequest {
  readonly draft: string;
  readonly form: { readonly id: string; readonly digest: Sha256 };
  readonly items: readonly PrefillRequestItem[];
  /** The citizen pressed the button: nothing is fetched on opening a page. */
  readonly consent: { readonly purpose: string; readonly given: true; readonly time: string };
}

export interface PrefillRequestItem {
  /** The reuse item. */
  readonly item: Pointer;
  readonly concept: ConceptId;
  readonly subject: SubjectRole;
  /** Those of its members that are relevant now. */
  readonly members: readonly { readonly pointer: Pointer; readonly concept: ConceptId }[];
}

/** `POST /api/seals` → `{ seal }`. All decisions of the draft so far; the newest seal replaces earlier ones. */
export interface SealRequest {
  readonly draft: string;
  readonly decisions: readonly Decision[];
}

export interface SealResponse {
  /** Compact JWS. */
  readonly seal: string;
  readonly keys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Tickets opened for disputes. */
  readonly tickets: readonly { readonly pointer: Pointer; readonly ticket: string }[];
}

/**
 * `PUT /api/dossiers/{id}` with the package's bytes, `Content-Type` its media type. 201 the first time, 200 with the
 * same receipt for the same bytes, 422 for other bytes under the same id.
 */
export type FilingResponse = Receipt;

/**
 * `PUT /api/bundles/{id}` with `multipart/form-data`: each part is a package, named by its dossier id, its type the
 * package's. All are taken in or none; statuses as above. Receipts stand in the order of the bundle.
 */
export interface BundleReceipts {
  readonly bundle: string;
  readonly receipts: readonly Receipt[];
}

/** `GET /api/dossiers/{id}/payment`; `POST` to the same begins it: `{ returnTo } → { url }`. */
export interface PaymentState {
  readonly reference: string;
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly status: 'due' | 'begun' | 'paid';
}

/** `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  /** The sentence for the citizen. */
  readonly message: LocalizedText;
  readonly issues?: readonly Issue[];
}
