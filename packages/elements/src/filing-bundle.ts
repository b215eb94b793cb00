// A declaration that starts several procedures: a dossier for each, sent in one body and taken in all or none. The body is
// what waits in the outbox, so that a repeated filing sends the very same bytes.

import {
  isOnceFormError,
  OnceFormError,
  type BundleReceipts,
  type DossierManifest,
  type ProcedurePart,
  type Receipt,
  type VerifiedSubmission,
} from '@onceform/core';
import type { FileShelf } from './file-shelf.ts';
import { restOf } from './filing-ahead.ts';
import type { Filed, FiledDossier, Outbox, PackedDossier } from './filing.ts';
import { outOfReach } from './out-of-reach.ts';
import type { Portal } from './portal.ts';

type Build = (
  submission: VerifiedSubmission,
  id: string,
  bundle: NonNullable<DossierManifest['bundle']>,
) => Promise<PackedDossier>;

/** Builds every dossier and puts them into one `multipart/form-data` body, each under its id. `id` is the bundle's. */
export async function packBundle(
  id: string,
  submission: VerifiedSubmission,
  parts: readonly ProcedurePart[],
  build: Build,
): Promise<PackedDossier> {
  const { componentsOfPart, digestBlob } = await import('@onceform/dossier').catch(outOfReach);
  const dossiers: PackedDossier[] = [];
  for (const [i, { components }] of parts.entries()) {
    const part = { ...submission, components: componentsOfPart(submission.components, components) };
    dossiers.push(await build(part, `urn:uuid:${crypto.randomUUID()}`, { id, no: i + 1, of: parts.length }));
  }
  const blob = bodyOf(dossiers);
  return { id, blob, sha256: (await digestBlob(blob)).sha256 };
}

/** The boundary of a browser's own FormData has capitals, which the type of a Blob does not keep. */
function bodyOf(dossiers: readonly PackedDossier[]): Blob {
  const boundary = `once-${crypto.randomUUID()}`;
  const parts = dossiers.flatMap(({ id, blob }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${id}"; filename="dossier"\r\nContent-Type: ${blob.type}\r\n\r\n`,
    blob,
    '\r\n',
  ]);
  return new Blob([...parts, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}

export function isBundle({ blob }: PackedDossier): boolean {
  return blob.type.startsWith('multipart/form-data');
}

/** Files all dossiers of the body, or none. Without a portal they are handed to the host. */
export async function fileBundle(
  portal: Portal | undefined,
  { id, blob }: PackedDossier,
  outbox: Outbox | undefined,
  files: FileShelf,
): Promise<Filed> {
  const dossiers = await dossiersIn(blob);
  if (portal === undefined) return filed(dossiers.map(dossier => ({ receipt: null, dossier })));
  if (portal.fileBundle === undefined)
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'This portal takes no bundles of dossiers.');
  await outbox?.put({ id, dossier: blob }).catch(() => undefined);
  try {
    const { receipts } = await send(portal, id, blob, dossiers, files);
    await outbox?.remove().catch(() => undefined);
    return filed(
      dossiers.map(dossier => ({ receipt: receipts.find(one => one.dossier.id === dossier.id) ?? null, dossier })),
    );
  } catch (error) {
    if (!isOnceFormError(error, 'ERR_CONFLICT') || portal.filedBundle === undefined) throw error;
    // Another try arrived after all, with what the dossiers said then: those stand.
    const { receipts } = await portal.filedBundle(id);
    const standing = await Promise.all(receipts.map(receipt => fetched(portal, receipt)));
    await outbox?.remove().catch(() => undefined);
    return { ...filed(standing), earlier: true };
  }
}

/** Sends all packages, or only what the portal does not have of them yet. */
async function send(
  portal: Portal,
  id: string,
  blob: Blob,
  dossiers: readonly PackedDossier[],
  files: FileShelf,
): Promise<BundleReceipts> {
  const rest = portal.composeBundle === undefined ? null : await restOf(dossiers, files);
  if (rest !== null) {
    try {
      return await portal.composeBundle!(id, rest);
    } catch (error) {
      // The portal does not have one of them any more.
      if (!isOnceFormError(error, 'ERR_DOSSIER_INVALID')) throw error;
    }
  }
  return portal.fileBundle!(id, blob);
}

function filed(parts: readonly FiledDossier[]): Filed {
  return { ...parts[0]!, parts };
}

async function fetched(portal: Portal, receipt: Receipt): Promise<FiledDossier> {
  const { id, sha256 } = receipt.dossier;
  const { dossier } = await portal.filedDossier!(id);
  return { receipt, dossier: { id, blob: dossier, sha256 } };
}

async function dossiersIn(body: Blob): Promise<readonly PackedDossier[]> {
  const { digestBlob } = await import('@onceform/dossier');
  const form = await new Response(body).formData();
  return Promise.all(
    [...form].map(async ([id, value]) => {
      const blob = value as File;
      return { id, blob, sha256: (await digestBlob(blob)).sha256 };
    }),
  );
}
