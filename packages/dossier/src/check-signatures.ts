// Sixth part: who signed. Without a signature the package says so; a signature nobody checks is said to be unchecked.
// What signatures cover follows from the manifest; how one is judged comes in as a port (@onceform/dossier/signatures).

import type { DossierManifest } from '@onceform/core';
import { asicManifest, asicManifestPath, signaturePath } from './asic-manifest.ts';
import { isSignaturePath } from './package-path.ts';
import { sameBytes, SIGNED_TYPE, type PackageReader } from './read-package.ts';
import type { Report } from './report.ts';

export interface SignatureJudgement {
  /** `untrusted`: it holds, but its signer does not count here. */
  readonly status: 'valid' | 'untrusted' | 'invalid';
  readonly signer: string;
  /** Why not; empty for `valid`. */
  readonly detail: string;
  /** When it was made: by the time stamp, else as the signer says. */
  readonly time?: Date;
  readonly timestamp?: { readonly ok: true; readonly time: Date } | { readonly ok: false; readonly detail: string };
  readonly revocationChecked?: boolean;
}

/** Judges a detached signature over content. */
export type SignatureChecker = (
  signature: Uint8Array<ArrayBuffer>,
  content: Uint8Array<ArrayBuffer>,
  now: Date | undefined,
) => SignatureJudgement | Promise<SignatureJudgement>;

export interface SignatureOptions {
  /** Without it signatures are not checked. */
  readonly checkSignature?: SignatureChecker;
  /** Trusted signatures there have to be; 0 when left out. */
  readonly minSignatures?: number;
  readonly now?: Date;
}

/** Bytes of one signature. */
const MAX_SIGNATURE = 256 * 1024;

export async function checkSignatures(
  report: Report,
  reader: PackageReader,
  manifest: DossierManifest,
  options: SignatureOptions,
): Promise<void> {
  const paths = [...reader.entries.keys()].filter(isSignaturePath);
  if (reader.type !== SIGNED_TYPE) {
    if (paths.length > 0) report.fail('SIGNATURE_UNEXPECTED');
    report.note('UNSIGNED');
    if ((options.minSignatures ?? 0) > 0) report.fail('SIGNATURES_TOO_FEW');
    return;
  }
  // As many lists as signatures, numbered from 1 without a gap.
  const count = Math.ceil(paths.length / 2);
  const expected = Array.from({ length: count }, (_, i) => [asicManifestPath(i + 1), signaturePath(i + 1)]).flat();
  if (count === 0 || !expected.every(path => reader.entries.has(path))) return report.fail('SIGNATURE_MISSING');
  await checkEach(report, reader, manifest, count, options, path => path);
}

/** A redacted copy keeps the signatures of its original under `original/`; what they cover is the original manifest. */
export async function checkOriginalSignatures(
  report: Report,
  reader: PackageReader,
  original: DossierManifest,
  options: SignatureOptions,
): Promise<void> {
  const renamed = (path: string): string => path.replace('META-INF/', 'original/').toLowerCase();
  let count = 0;
  while (reader.entries.has(renamed(signaturePath(count + 1)))) count++;
  await checkEach(report, reader, original, count, options, renamed);
}

async function checkEach(
  report: Report,
  reader: PackageReader,
  manifest: DossierManifest,
  count: number,
  options: SignatureOptions,
  pathOf: (path: string) => string,
): Promise<void> {
  const { checkSignature, minSignatures = 0, now } = options;
  let trusted = 0;
  for (let number = 1; number <= count; number++) {
    const at = pathOf(signaturePath(number));
    const list = pathOf(asicManifestPath(number));
    const content = asicManifest(manifest, number);
    if (!reader.entries.has(list) || !sameBytes(content, await reader.bytes(list)))
      report.fail('LIST_MISMATCH', { at: list });
    else if (reader.entries.get(at)!.size > MAX_SIGNATURE)
      report.fail('SIGNATURE_INVALID', { at, detail: 'too large' });
    else if (checkSignature !== undefined) {
      const judgement = await checkSignature(await reader.bytes(at), content, now);
      sayJudgement(report, at, judgement);
      if (judgement.status === 'valid') trusted++;
    }
  }
  if (checkSignature === undefined && count > 0) report.unchecked('NOT_CHECKED_SIGNATURES', { count });
  if (trusted < minSignatures) report.fail('SIGNATURES_TOO_FEW');
}

function sayJudgement(
  report: Report,
  at: string,
  { status, signer, detail, timestamp, revocationChecked }: SignatureJudgement,
): void {
  if (status === 'invalid') return report.fail('SIGNATURE_INVALID', { at, detail });
  if (status === 'untrusted') report.note('SIGNATURE_UNTRUSTED', { at, signer, detail });
  else report.ok('SIGNATURE_VALID', { at, signer });
  if (timestamp?.ok === true) report.ok('TIMESTAMP_VALID', { at, time: timestamp.time.toISOString() });
  if (timestamp?.ok === false) report.fail('TIMESTAMP_INVALID', { at, detail: timestamp.detail });
  if (revocationChecked !== true) report.unchecked('NOT_CHECKED_REVOCATION', { at });
}
