// Third part: the seal is opened, what it locks is put in place again, and every origin is worked out anew. What
// the package says about origins is only compared, never believed.

import {
  askedBySchema,
  canonicalJson,
  CONTEXT_POINTER,
  isOnceFormError,
  jsonEqual,
  partOf,
  reviewed,
  substitute,
  valueAt,
  type ComponentAnswer,
  type Computed,
  type DossierManifest,
  type Json,
  type JsonObject,
  type OpenedSeal,
  type SubmissionInput,
  type VerifiedSubmission,
} from '@onceform/core';
import type { SchemaJudge } from './check-form.ts';
import { CONTENT_FILES } from './content-files.ts';
import { decisionsFile, decisionsFrom } from './decisions.ts';
import { hashNow } from './digest-blob.ts';
import { provenanceOf } from './provenance.ts';
import type { DossierContent } from './read-content.ts';
import type { Report } from './report.ts';
import { unverifiedSeal } from './unverified-seal.ts';

export interface SealOptions {
  /** Opens the seal. Throws an OnceFormError when it is not genuine. Without it origins are only claimed. */
  readonly openSeal?: (jws: string, manifest: DossierManifest) => OpenedSeal | Promise<OpenedSeal>;
  /** The time of receipt; without it times are not checked. */
  readonly now?: Date;
}

/** A builder's clock may be this far ahead of the receiver's, milliseconds. */
export const CLOCK_SKEW = 5 * 60_000;

export async function checkSeal(
  report: Report,
  manifest: DossierManifest,
  { jws }: DossierContent,
  options: SealOptions,
): Promise<OpenedSeal | null> {
  const { recipient, submitter } = manifest;
  if (jws === null) {
    report.note('SEAL_NONE');
    // Only a sealed session can say at whose desk it was.
    if (recipient.receivingAgency !== undefined) report.fail('SEAL_RECIPIENT_MISMATCH');
    return null;
  }
  const seal = await openSeal(report, jws, manifest, options);
  const { aud, nonce, sub, iat, exp, form, context } = seal.payload;
  if (form.digest !== manifest.form.digest) report.stop('SEAL_FORM_MISMATCH');
  if (aud !== recipient.audience || nonce !== recipient.nonce || context.receivingAgency !== recipient.receivingAgency)
    report.fail('SEAL_RECIPIENT_MISMATCH');
  if (submitter === null || sub !== submitter.id) report.fail('SEAL_SUBMITTER_MISMATCH');
  // Without a time of receipt the package's own word is all there is, and NOT_CHECKED_TIME says so.
  const at = options.now?.getTime() ?? Date.parse(manifest.created);
  if (at + CLOCK_SKEW < iat * 1000 || at > exp * 1000) report.fail('SEAL_EXPIRED');
  return seal;
}

async function openSeal(
  report: Report,
  jws: string,
  manifest: DossierManifest,
  options: SealOptions,
): Promise<OpenedSeal> {
  if (options.openSeal === undefined) {
    const seal = unverifiedSeal(jws);
    if (seal === null) report.stop('SEAL_INVALID', { detail: 'unreadable' });
    report.unchecked('NOT_CHECKED_SEAL');
    return seal;
  }
  try {
    const seal = await options.openSeal(jws, manifest);
    if (!seal.verified) report.stop('SEAL_INVALID', { detail: 'unverified' });
    report.ok('SEAL_VALID', { issuer: seal.payload.iss });
    return seal;
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.stop('SEAL_INVALID', { detail: error.message });
  }
}

/** Substitutes again and compares; stops when the seal or the data would leave the instance. */
export async function checkOrigins(
  report: Report,
  manifest: DossierManifest,
  content: DossierContent,
  seal: OpenedSeal | null,
  components: readonly ComponentAnswer[],
  validate: SchemaJudge | undefined,
): Promise<VerifiedSubmission> {
  const claimed = content.provenance.answers;
  const officerEntered = Object.keys(claimed).filter(at => claimed[at]!.origin === 'officer-entered');
  // A locked answer may be missing only where it is not asked, which the schema knows; unchecked, nothing is claimed.
  const asked = seal === null || validate === undefined ? null : await askedBySchema(content.data, seal, validate);
  const submission = again(report, manifest, content, seal, components, officerEntered, asked ?? (() => false));

  for (const at of submission.ignored) report.fail('LOCKED_VALUE_CHANGED', { at });
  if (!jsonEqual(submission.data, content.data)) {
    if (!jsonEqual(valueAt(submission.data, CONTEXT_POINTER), valueAt(content.data, CONTEXT_POINTER)))
      report.fail('CONTEXT_CHANGED');
    else if (submission.ignored.length === 0) report.fail('LOCKED_VALUE_CHANGED', { at: '' });
  }
  // Only a sealed session can say that an officer sat there.
  for (const at of officerEntered) {
    if (seal === null) report.unchecked('NOT_CHECKED_OFFICER', { at });
    else if (typeof seal.payload.context.assistedBy !== 'string') report.fail('OFFICER_WITHOUT_ASSISTANCE', { at });
  }
  for (const { role, pointers, digest } of seal?.payload.parts ?? []) {
    if (hashNow(canonicalJson(partOf(content.data, pointers))) === digest) report.ok('PART_CONFIRMED', { role });
    else report.fail('PART_CHANGED', { role, at: pointers[0]! });
  }
  checkProvenance(report, content, submission);
  if (!jsonEqual(decisionsFile(submission.decisions, seal), content.decisions as unknown as Json))
    report.fail('DECISIONS_MISMATCH');
  if (
    hashNow(canonicalJson(reviewed({ form: submission.form, data: content.data, components })))
    === manifest.reviewDigest
  )
    report.ok('REVIEW_MATCH');
  else report.fail('REVIEW_MISMATCH');
  return submission;
}

function again(
  report: Report,
  { form }: DossierManifest,
  content: DossierContent,
  seal: OpenedSeal | null,
  components: readonly ComponentAnswer[],
  officerEntered: readonly string[],
  asked: NonNullable<SubmissionInput['asked']>,
): VerifiedSubmission {
  const computed = content.documents.rules.filter(rule => rule.kind === 'compute') as unknown as readonly Computed[];
  try {
    return substitute({
      form: { ...form, computed },
      answers: content.data,
      seal,
      components,
      decisions: decisionsFrom(content.decisions),
      officerEntered,
      asked,
    });
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.stop('SEAL_INVALID', { detail: error.message });
  }
}

function checkProvenance(
  report: Report,
  { data, salts, provenance: claimed }: DossierContent,
  { origins }: VerifiedSubmission,
): void {
  const before = report.failures;
  const expected = provenanceOf(data, origins, salts);
  const context = expected.context === undefined ? [] : [CONTEXT_POINTER];
  for (const at of new Set([
    ...Object.keys(expected.answers),
    ...context,
    ...Object.keys(salts),
    ...Object.keys(claimed.answers),
  ])) {
    const right =
      at === CONTEXT_POINTER
        ? jsonEqual(expected.context as unknown as JsonObject, claimed.context as unknown as JsonObject)
        : jsonEqual(expected.answers[at] as unknown as JsonObject, claimed.answers[at] as unknown as JsonObject);
    if (!right || !Object.hasOwn(salts, at)) report.fail('PROVENANCE_MISMATCH', { at });
  }
  if (report.failures === before && !jsonEqual(expected as unknown as JsonObject, claimed as unknown as JsonObject)) {
    report.fail('PROVENANCE_MISMATCH', { at: CONTENT_FILES.provenance });
  }
  if (report.failures > before) return;
  const entries = Object.values(origins);
  const count = (origin: string): number => entries.filter(entry => entry.origin === origin).length;
  report.ok('PROVENANCE_MATCH', {
    count: entries.length,
    auto: count('auto'),
    override: count('override'),
    manual: count('manual'),
    derived: count('derived'),
    officer: count('officer-entered'),
  });
}
