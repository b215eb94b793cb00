// What of finished packages still has to be sent: their files may have gone ahead, while the citizen was still answering.

import type { ComposedDossier } from '@onceform/store/client';
import type { FileShelf } from './file-shelf.ts';
import type { PackedDossier } from './filing.ts';

/** Milliseconds that filing waits for files on their way; what has not arrived by then goes with the package. */
const PATIENCE = 20_000;
/** Bytes that a portal takes beside files that were sent ahead. */
const COMPOSED = 7_000_000;

/** Manifest and contents of each that are not at the portal yet; null where the packages had better go whole. */
export async function restOf(
  dossiers: readonly PackedDossier[],
  files: FileShelf,
): Promise<readonly ComposedDossier[] | null> {
  const { readManifest, readPackage } = await import('@onceform/dossier');
  const read = await Promise.all(
    dossiers.map(async ({ id, blob }) => {
      const reader = await readPackage(blob);
      return { id, reader, manifest: readManifest(await reader.bytes('dossier.json')) };
    }),
  );
  const large = read.flatMap(({ manifest }) =>
    manifest.files.filter(({ role }) => ['component', 'answer-file', 'evidence'].includes(role)),
  );
  const there = await files.arrived([...new Set(large.map(({ sha256 }) => sha256))], PATIENCE);
  const rest = read.map(({ id, reader, manifest }) => {
    const missing = manifest.files.filter(({ sha256 }) => !there.has(sha256));
    return {
      id,
      manifest,
      bytes: missing.reduce((sum, { size }) => sum + size, 0),
      contents: new Map(missing.map(({ path }) => [path, reader.content(path)])),
    };
  });
  const bytes = rest.reduce((sum, one) => sum + one.bytes, 0);
  return there.size === 0 || bytes >= COMPOSED ? null : rest;
}
