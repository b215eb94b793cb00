// From answers to an acknowledged dossier: substitute, build in the browser, send. The dossier code is loaded when it
// is needed.

import {
  localize,
  reviewOf,
  submissionOf,
  type DraftOpened,
  type FormSession,
  type Json,
  type Pointer,
  type Receipt,
  type SessionInfo,
  type Sha256,
} from '@onceform/core';
import type { FileShelf } from './file-shelf.ts';
import type { Portal } from './portal.ts';

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
  /** An answer in words, where a code needs its list: what the dossier keeps for readers without our lists. */
  readonly say?: (row: { readonly pointer: Pointer; readonly value: Json | undefined }) => string | undefined;
}

export interface PackedDossier {
  readonly id: string;
  readonly blob: Blob;
  readonly sha256: Sha256;
}

/** Packages of earlier tries: a repeated filing sends the very same bytes. */
const packed = new WeakMap<FormSession, { readonly key: string; readonly dossier: PackedDossier }>();

/** @throws {OnceFormError} ERR_DOSSIER_INVALID when a file is gone; what the portal answered; ERR_NETWORK. */
export async function fileDossier(input: FilingInput): Promise<{ receipt: Receipt | null; dossier: PackedDossier }> {
  const dossier = await pack(input);
  const receipt = input.portal === undefined ? null : await input.portal.fileDossier(dossier.id, dossier.blob);
  return { receipt, dossier };
}

async function pack({ session, files, draft, person, id, created, locale, say }: FilingInput): Promise<PackedDossier> {
  const { form, state } = session;
  const submission = submissionOf(state);
  const { components } = submission;
  const key = JSON.stringify([submission.data, components, submission.decisions, submission.seal?.jws, id]);
  const held = packed.get(session);
  if (held?.key === key) return held.dossier;

  const { buildDossier, namedFiles, textsOf } = await import('@onceform/dossier');
  const bytes = new Map<Sha256, Blob>();
  for (const { file } of namedFiles(components, submission.data)) {
    const blob = await files.get(file.sha256);
    if (blob !== undefined) bytes.set(file.sha256, blob);
  }
  const built = await buildDossier({
    submission,
    form,
    documents: await form.documents(),
    files: bytes,
    id,
    created: withOffset(created),
    recipient: { audience: draft?.audience ?? '', agency: draft?.context.agency ?? null, nonce: draft?.nonce ?? null },
    submitter: person === null ? null : { id: person.id, identityLevel: person.identityLevel },
    language: locale,
    texts: textsOf(reviewOf(state), { language: locale, title: localize(form.title, locale, form.locale) }, say),
  });
  const dossier = { id, blob: built.blob, sha256: await built.sha256() };
  packed.set(session, { key, dossier });
  return dossier;
}

/** RFC 3339 with the device's offset: `2026-11-22T07:00:00+07:00`. */
function withOffset(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
