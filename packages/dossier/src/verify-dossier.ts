// The one way to accept a dossier. It recomputes everything that follows from something else, never repairs, gives
// each finding a code, and says "not checked" for what it could not look at. Validator, rules, seal and signatures
// come in as ports, so it runs the same in a browser and in Node.

import type { DossierManifest, Finding, JsonObject, OriginMap, VerifiedSubmission } from '@onceform/core';
import { checkAddress, type AddressOptions } from './check-address.ts';
import { checkComponents, checkHumanCopies, componentAnswers, type HumanCopyOptions } from './check-components.ts';
import { checkForm, checkRules, checkSchema, publishedForm, schemaJudge, type FormOptions } from './check-form.ts';
import { checkFiles, checkLists, openManifest, openStrictly, type IntegrityOptions } from './check-integrity.ts';
import { checkOrigins, checkSeal, type SealOptions } from './check-origins.ts';
import { checkRedacted } from './check-redacted.ts';
import { checkSignatures, type SignatureOptions } from './check-signatures.ts';
import { formDigest, readContent } from './read-content.ts';
import type { PackageReader } from './read-package.ts';
import { Report, VerificationStop } from './report.ts';

export interface VerifyOptions
  extends IntegrityOptions, FormOptions, SealOptions, AddressOptions, SignatureOptions, HumanCopyOptions {
  /**
   * Told what the package says of itself before anything of it has been checked, and waited for: a receiver that does not
   * know the sender, or wants nothing of this kind, throws here and is spared the rest.
   */
  readonly opened?: (manifest: DossierManifest) => void | Promise<void>;
}

export interface DossierVerdict {
  /** True when nothing failed. What was not checked is in `findings`. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly manifest: DossierManifest | null;
  readonly data: JsonObject | null;
  /** Recomputed from the seal. Official only in name while the seal is not checked. */
  readonly origins: OriginMap | null;
  /** What intake works with; null unless `ok`, and for a redacted copy. */
  readonly submission: VerifiedSubmission | null;
  /** Only for a redacted copy: the answers it shows, by pointer. */
  readonly shown: JsonObject | null;
  /** The opened package, for reading its files; null when it could not be opened. */
  readonly package: PackageReader | null;
}

type Found = {
  -readonly [K in 'manifest' | 'data' | 'origins' | 'submission' | 'shown' | 'package']: DossierVerdict[K];
};

/**
 * Verifies a package. Never throws for what is in it; `ok` is false instead.
 *
 * @throws whatever `signal` was aborted with or `opened` throws, and what a port throws that is no `OnceFormError` (a network error).
 */
export async function verifyDossier(
  source: Blob | Uint8Array<ArrayBuffer>,
  options: VerifyOptions = {},
): Promise<DossierVerdict> {
  const report = new Report();
  const found: Found = { manifest: null, data: null, origins: null, submission: null, shown: null, package: null };
  try {
    await verify(report, found, source, options);
  } catch (error) {
    if (!(error instanceof VerificationStop)) throw error;
  }
  const ok = report.failures === 0;
  return { ok, findings: report.findings, ...found, submission: ok ? found.submission : null };
}

async function verify(
  report: Report,
  found: Found,
  source: Blob | Uint8Array<ArrayBuffer>,
  options: VerifyOptions,
): Promise<void> {
  const reader = (found.package = await openStrictly(report, source, options.limits));
  const manifest = (found.manifest = await openManifest(report, reader));
  await options.opened?.(manifest);
  await checkFiles(report, reader, manifest, options);
  await checkLists(report, reader, manifest);
  const digest = await formDigest(reader);
  const published = await publishedForm(digest, options);
  const content = await readContent(report, reader, manifest, published !== undefined && published !== null);
  checkForm(report, manifest, digest, published);
  const known = published?.compiled ?? null;
  if (manifest.redacted !== undefined) {
    found.shown = content.shown;
    await checkRedacted(report, reader, manifest, content, options);
    // The signatures a receiver may demand are those of the original.
    return checkSignatures(report, reader, manifest, { ...options, minSignatures: 0 });
  }
  found.data = content.data;
  const judge = schemaJudge(known, content, options);
  await checkSchema(report, content, judge);
  await checkRules(report, content, options);
  const seal = await checkSeal(report, manifest, content, options);
  const submission = (found.submission = await checkOrigins(
    report,
    manifest,
    content,
    seal,
    componentAnswers(report, manifest),
    judge,
  ));
  found.origins = submission.origins;
  await checkComponents(report, manifest, reader, submission, known);
  await checkHumanCopies(
    report,
    reader,
    { manifest, data: content.data, origins: submission.origins, documents: content.documents, texts: content.texts },
    options,
  );
  await checkAddress(report, manifest, options);
  await checkSignatures(report, reader, manifest, options);
}
