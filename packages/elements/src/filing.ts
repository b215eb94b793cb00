// From answers to an acknowledged dossier: substitute, build in the browser, keep the package until it is acknowledged,
// send. The dossier code is loaded when it is needed.

import {
  contextSlot,
  isOnceFormError,
  submissionOf,
  type DossierManifest,
  type DraftOpened,
  type FormSession,
  type Receipt,
  type SessionInfo,
  type Sha256,
  type VerifiedSubmission,
} from '@onceform/core';
import { restOf } from './filing-ahead.ts';
import { fileBundle, isBundle, packBundle } from './filing-bundle.ts';
import { dossierTexts, type Speaker } from './dossier-texts.ts';
import { evidenceOf } from './evidence.ts';
import type { WaitingDossier } from './draft-store.ts';
import type { FileShelf } from './file-shelf.ts';
import { loadPiece } from './late.ts';
import { outOfReach } from './out-of-reach.ts';
import type { Portal } from './portal.ts';

export { writeBackPointers } from '@onceform/core';

export interface FilingInput {
  readonly session: FormSession;
  readonly files: FileShelf;
  /** Absent: the package is built and handed to the host. */
  readonly portal: Portal | undefined;
  readonly draft: DraftOpened | undefined;
  readonly person: SessionInfo['person'];
  /** `urn:uuid:…`, the same for every try. */
  readonly id: string;
  readonly created: Date;
  readonly locale: string;
  readonly speaker: Speaker;
  /** Where the package waits until it is acknowledged. */
  readonly outbox?: Outbox | undefined;
  /** Has the gateway seal what was decided, before the package is built. */
  readonly seal?: (() => Promise<void>) | undefined;
}

export interface PackedDossier {
  readonly id: string;
  readonly blob: Blob;
  readonly sha256: Sha256;
}

/** The package of one draft on its way: see `DraftStore.outbox`. */
export interface Outbox {
  put(waiting: WaitingDossier): Promise<void>;
  get(): Promise<WaitingDossier | undefined>;
  remove(): Promise<void>;
}

/** Something filed, or built for a host that files it. */
export interface FiledDossier {
  readonly receipt: Receipt | null;
  readonly dossier: PackedDossier;
}

export interface Filed extends FiledDossier {
  /** Of a declaration that starts several procedures: all of its dossiers, the first one included. */
  readonly parts?: readonly FiledDossier[];
  readonly earlier?: boolean;
}

/** Packages of earlier tries: a repeated filing sends the very same bytes. */
const packed = new WeakMap<FormSession, { readonly key: string; readonly dossier: PackedDossier }>();

/** @throws {OnceFormError} ERR_DOSSIER_INVALID when a file is gone; what the portal answered; ERR_NETWORK. */
export async function fileDossier(input: FilingInput): Promise<Filed> {
  const { portal, outbox, files } = input;
  let dossier = await waitingOf(input);
  if (dossier === undefined) {
    await input.seal?.();
    dossier = await pack(input);
  }
  if (isBundle(dossier)) return fileBundle(portal, dossier, outbox, files);
  if (portal === undefined) return { receipt: null, dossier };
  // Before the first byte leaves: should the answer get lost, the very same bytes are sent again, by whichever page.
  await outbox?.put({ id: dossier.id, dossier: dossier.blob }).catch(() => undefined);
  try {
    const receipt = await send(portal, dossier, files);
    await outbox?.remove().catch(() => undefined);
    return { receipt, dossier };
  } catch (error) {
    if (!isOnceFormError(error, 'ERR_CONFLICT') || portal.filedDossier === undefined) throw error;
    // Another try arrived after all, with what the dossier said then: that one stands.
    const filed = await portal.filedDossier(dossier.id);
    await outbox?.remove().catch(() => undefined);
    const { sha256 } = filed.receipt.dossier;
    return { receipt: filed.receipt, dossier: { id: dossier.id, blob: filed.dossier, sha256 }, earlier: true };
  }
}

/** The package of an earlier try, by whichever page. */
async function waitingOf({ session, outbox, id }: FilingInput): Promise<PackedDossier | undefined> {
  if (packed.has(session)) return undefined;
  const waiting = await outbox?.get().catch(() => undefined);
  if (waiting === undefined || waiting.id !== id) return undefined;
  const { digestBlob } = await import('@onceform/dossier').catch(outOfReach);
  return { id, blob: waiting.dossier, sha256: (await digestBlob(waiting.dossier)).sha256 };
}

/** Sends the whole package, or only what the portal does not have yet. */
async function send(portal: Portal, dossier: PackedDossier, files: FileShelf): Promise<Receipt> {
  const { id, blob } = dossier;
  const rest = portal.composeDossier === undefined ? null : await restOf([dossier], files);
  if (rest !== null) {
    try {
      return await portal.composeDossier!(id, rest[0]!.manifest, rest[0]!.contents);
    } catch (error) {
      // The portal does not have one of them any more.
      if (!isOnceFormError(error, 'ERR_DOSSIER_INVALID')) throw error;
    }
  }
  return portal.fileDossier(id, blob);
}

async function pack(input: FilingInput): Promise<PackedDossier> {
  const { session, id } = input;
  const submission = submissionOf(session.state);
  const key = JSON.stringify([submission.data, submission.components, submission.decisions, submission.seal?.jws, id]);
  const held = packed.get(session);
  if (held?.key === key) return held.dossier;
  const { parts } = session.form.procedure ?? {};
  const dossier =
    parts === undefined
      ? await build(input, submission, id)
      : await packBundle(id, submission, parts, (part, partId, bundle) => build(input, part, partId, bundle));
  packed.set(session, { key, dossier });
  return dossier;
}

async function build(
  { session, files, draft, person, created, locale, speaker }: FilingInput,
  submission: VerifiedSubmission,
  id: string,
  bundle?: DossierManifest['bundle'],
): Promise<PackedDossier> {
  const { form, state } = session;
  const [{ buildDossier, namedFiles, textsOf, spokenTexts }, { htmlCopy }, documents] = await Promise.all([
    import('@onceform/dossier'),
    import('@onceform/dossier/html'),
    form.documents(),
    // Answers are said in words by it: see `Speaker`.
    loadPiece('records'),
  ]).catch(outOfReach);
  const bytes = new Map<Sha256, Blob>();
  for (const { file } of namedFiles(submission.components, submission.data)) {
    const blob = await files.get(file.sha256);
    if (blob !== undefined) bytes.set(file.sha256, blob);
  }
  const built = await buildDossier({
    submission,
    form,
    documents,
    files: bytes,
    id,
    created: withOffset(created),
    recipient: {
      audience: draft?.audience ?? '',
      // The citizen may have chosen another one since the draft was opened.
      agency: state.read(contextSlot).agency ?? null,
      nonce: draft?.nonce ?? null,
    },
    submitter: person === null ? null : { id: person.id, identityLevel: person.identityLevel },
    language: locale,
    texts: await dossierTexts(state, locale, speaker, { textsOf, spokenTexts }),
    humanCopy: htmlCopy,
    extra: await evidenceOf(submission.decisions, files),
    ...(bundle === undefined ? {} : { bundle }),
  });
  return { id, blob: built.blob, sha256: await built.sha256() };
}

/** RFC 3339 with the device's offset: `2026-11-22T07:00:00+07:00`. */
function withOffset(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
