// Contract 3: the manifest of a dossier package (`dossier.json`). Every other list in the package is a
// byte-exact function of it. Building and checking live in @onceform/dossier.

import type { Sha256 } from './canonical.ts';
import type { LocalizedText } from './issue.ts';
import type { Pointer } from './pointer.ts';
import type { FormContext } from './seal.ts';
import type { ComponentAnswer } from './submission.ts';

export interface DossierManifest {
  readonly format: 'https://onceform.dev/dossier/1';
  /** `urn:uuid:` + UUID, made in the browser before the first send: it is also the idempotency key. */
  readonly id: string;
  /** RFC 3339 with offset; when the builder ran. Intake bounds it by the time of receipt. */
  readonly created: string;
  readonly procedure: { readonly code: string | null; readonly name: LocalizedText } | null;
  readonly form: { readonly id: string; readonly version: string; readonly digest: Sha256 };
  readonly recipient: {
    readonly audience: string;
    /** The competent agency: the one that is to decide; null where none was chosen. */
    readonly agency: string | null;
    /** Whose desk took it in, as the seal says. Absent: no desk, the competent agency receives it itself. */
    readonly receivingAgency?: string;
    readonly nonce: string | null;
  };
  /** The pairwise id and how surely it was known; null where nobody signed in. */
  readonly submitter: { readonly id: string; readonly identityLevel: number } | null;
  readonly language: string;
  readonly reviewDigest: Sha256;
  /** A supplement or a result names the package it follows, by the digest of its whole bytes. */
  readonly previous?: { readonly id: string; readonly sha256: Sha256 };
  /** One session, several packages: taken in together or not at all. */
  readonly bundle?: { readonly id: string; readonly no: number; readonly of: number };
  /** Every file but `mimetype` and the derived lists, sorted by path. */
  readonly files: readonly DossierFile[];
  readonly components: readonly DossierComponent[];
  readonly generator: { readonly name: string; readonly version: string };
  /** Only in a redacted copy: the package it was made from, and the answers it withholds, sorted. */
  readonly redacted?: { readonly sha256: Sha256; readonly withheld: readonly Pointer[] };
}

export interface DossierFile {
  /** Lower-case ASCII: `data/form.json`. */
  readonly path: string;
  readonly role:
    | 'data'
    | 'schema'
    | 'rules'
    | 'definition'
    | 'provenance'
    | 'seal'
    | 'consents'
    | 'decisions'
    | 'texts'
    | 'component'
    | 'answer-file'
    | 'human-copy'
    | 'evidence'
    /** Salts of the value digests in `provenance`: a redacted copy keeps those of what it shows. */
    | 'salts'
    /** What a redacted copy keeps of the package it was made from, and the answers it shows. */
    | 'original'
    | 'shown';
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Sha256;
  /** The name people know, NFC; for components and answer files. */
  readonly name?: string;
}

export interface DossierComponent extends Omit<ComponentAnswer, 'files'> {
  readonly title: LocalizedText;
  /** Paths of its files. */
  readonly files: readonly string[];
}

/** What a portal hands back. A document of its own; the package is never rewritten. */
export interface Receipt {
  readonly format: 'https://onceform.dev/receipt/1';
  /** Given by the agency that took it in: `H29.01-261122-0001`. */
  readonly code: string;
  readonly dossier: { readonly id: string; readonly sha256: Sha256; readonly size: number };
  /** RFC 3339 with offset. */
  readonly receivedAt: string;
  /** The competent agency: it decides, reads the package, and is who the fee is for. */
  readonly agency: string | null;
  /** Who took it in and passed it on, where that is another agency. */
  readonly receivingAgency?: string;
  /** What these agencies are called, by code; those that the tables of the day know. */
  readonly agencyNames?: { readonly [code: string]: LocalizedText };
  readonly procedure: string | null;
  /** What was filed, in words: the procedure, or the part of a linked one. */
  readonly title?: LocalizedText;
  /** One of several dossiers that were taken in together. */
  readonly bundle?: { readonly id: string; readonly no: number; readonly of: number };
  /** Latest time by which the agency says whether it accepts, RFC 3339; null where no calendar was given. */
  readonly noticeBy: string | null;
  /** When the result is due; absent where no rule says so. */
  readonly due?: ReceiptDue;
  /** What it costs; absent where no rule says so. */
  readonly fee?: ReceiptFee;
  /** A JWS over the fields above by the portal. */
  readonly signature: string;
}

/** The time of the result depends on how a dossier came in. */
export interface ReceiptDue {
  readonly channel: FormContext['channel'];
  /** Latest time, RFC 3339. */
  readonly by: string;
  /** Working days of this channel, halves included; 0: the same day. */
  readonly workingDays: number;
  /** Working days of the same dossier handed in at the counter. */
  readonly counterWorkingDays: number;
}

export interface ReceiptFee {
  /** ISO 4217; amounts are in its smallest unit in use. */
  readonly currency: string;
  /** Null while one line is not known. */
  readonly total: number | null;
  /** How much less than at the counter and without exemptions; null while that is not known. */
  readonly saved: number | null;
  /**
   * What `saved` is made of: what an exemption spares at the counter, too, and what filing online spares beside it. Absent
   * where it is not known, and in receipts of before.
   */
  readonly savedBy?: { readonly exemption: number; readonly online: number };
  readonly lines: readonly FeeLine[];
  /** By which the citizen pays; absent where there is nothing to pay yet. */
  readonly payment?: PaymentReference;
}

export interface FeeLine {
  /** Stable: `base`, `late`, `copy`, … */
  readonly charge: string;
  readonly label: LocalizedText;
  /** Of one; null where nobody told the portal. */
  readonly amount: number | null;
  readonly quantity: number;
  /** The rule that sets it. */
  readonly basis: string;
  /** What made it less or nothing, and the rule that says so. */
  readonly exemption?: { readonly code: string; readonly label: LocalizedText; readonly basis?: string };
  /** How much less than at the counter and without exemption, all of the quantity; absent where that is not known. */
  readonly saved?: number;
}

export interface PaymentReference {
  /** What the payment names, so that it is found again: unique at the portal. */
  readonly reference: string;
  /** Who takes the money. */
  readonly provider: { readonly id: string; readonly name: LocalizedText };
}

/** One thing the verifier found. `ok` is never said of what was not looked at. */
export interface Finding {
  /** Stable: `FILE_DIGEST_MISMATCH`, `SEAL_VALID`, `NOT_CHECKED_SIGNATURE`, … */
  readonly code: string;
  readonly status: 'ok' | 'failed' | 'not-checked' | 'note';
  /** A path in the package or a pointer into its data. */
  readonly at?: string;
  readonly message: { readonly vi: string; readonly en: string };
}
