// Fifth part: it is addressed to who received it, it is fresh, it names who files, and its times are possible.

import type { DossierManifest, Sha256 } from '@onceform/core';
import { CLOCK_SKEW } from './check-origins.ts';
import type { Report } from './report.ts';

export interface AddressOptions {
  /** Who receives: the package and the seal have to be addressed to it. */
  readonly audience?: string;
  /** The pairwise id of who files; null for nobody signed in. */
  readonly submitter?: string | null;
  /** Tells whether a nonce is one this receiver gave out and has not seen again. */
  readonly nonce?: (nonce: string | null, manifest: DossierManifest) => boolean | Promise<boolean>;
  /** The time of receipt. */
  readonly now?: Date;
  /** The package this one has to follow. */
  readonly previous?: { readonly id: string; readonly sha256: Sha256 };
}

export async function checkAddress(report: Report, manifest: DossierManifest, options: AddressOptions): Promise<void> {
  const { audience, nonce, now, previous, submitter } = options;
  const { recipient, created, bundle } = manifest;
  if (audience === undefined) report.unchecked('NOT_CHECKED_RECIPIENT', { audience: recipient.audience });
  else if (audience === recipient.audience) report.ok('RECIPIENT_MATCH');
  else report.fail('RECIPIENT_MISMATCH', { audience: recipient.audience });

  if (submitter === undefined) report.unchecked('NOT_CHECKED_SUBMITTER');
  else if (submitter === (manifest.submitter?.id ?? null)) report.ok('SUBMITTER_MATCH');
  else report.fail('SUBMITTER_MISMATCH');

  if (nonce === undefined) report.unchecked('NOT_CHECKED_NONCE');
  else if (await nonce(recipient.nonce, manifest)) report.ok('NONCE_VALID');
  else report.fail('NONCE_INVALID');

  if (now === undefined) report.unchecked('NOT_CHECKED_TIME', { created });
  else if (Date.parse(created) <= now.getTime() + CLOCK_SKEW) report.ok('CREATED_PLAUSIBLE', { created });
  else report.fail('CREATED_IN_FUTURE', { created });

  if (previous !== undefined) {
    if (manifest.previous?.id === previous.id && manifest.previous.sha256 === previous.sha256)
      report.ok('PREVIOUS_MATCH');
    else report.fail('PREVIOUS_MISMATCH');
  } else if (manifest.previous !== undefined) {
    report.unchecked('NOT_CHECKED_PREVIOUS');
  }
  if (bundle !== undefined) {
    const { no, of } = bundle;
    if (no < 1 || no > of) report.fail('BUNDLE_INVALID', { no, of });
    else if (of > 1) report.unchecked('NOT_CHECKED_BUNDLE', { no, of });
  }
}
