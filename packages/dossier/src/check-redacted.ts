// A redacted copy: what it shows has to be what the original manifest vouches for, and the rest is withheld.

import { CONTEXT_POINTER, jsonEqual, type DossierManifest, type Json } from '@onceform/core';
import { checkOriginalSignatures, type SignatureOptions } from './check-signatures.ts';
import { openManifest } from './check-integrity.ts';
import { saltedDigest } from './provenance.ts';
import type { DossierContent } from './read-content.ts';
import type { PackageReader } from './read-package.ts';
import type { Report } from './report.ts';

/** The roles a redacted copy may bring of its own; every other file is one of the original. */
const OWN_ROLES: ReadonlySet<string> = new Set(['salts', 'shown', 'original']);

export const ORIGINAL_MANIFEST = 'original/dossier.json';

export async function checkRedacted(
  report: Report,
  reader: PackageReader,
  manifest: DossierManifest,
  content: DossierContent,
  options: SignatureOptions,
): Promise<void> {
  const original = await openManifest(report, reader, ORIGINAL_MANIFEST);
  const before = report.failures;
  for (const key of KEPT) {
    if (!jsonEqual(manifest[key] as unknown as Json, original[key] as unknown as Json))
      report.fail('REDACTED_MISMATCH', { at: `dossier.json#/${key}` });
  }
  const originals = new Map(original.files.map(file => [file.path, file]));
  for (const file of manifest.files) {
    if (OWN_ROLES.has(file.role)) continue;
    if (!jsonEqual(file as unknown as Json, (originals.get(file.path) ?? null) as unknown as Json))
      report.fail('REDACTED_MISMATCH', { at: file.path });
  }
  const componentsOf = ({ components }: DossierManifest): Json =>
    components.map(({ files: _, ...component }) => component) as unknown as Json;
  const kept = manifest.components.every(({ files }, i) =>
    files.every(path => original.components[i]?.files.includes(path)),
  );
  if (!kept || !jsonEqual(componentsOf(manifest), componentsOf(original)))
    report.fail('REDACTED_MISMATCH', { at: 'dossier.json#/components' });
  const { answers, context } = content.provenance;
  const digests = new Map([
    ...Object.entries(answers).map(([at, { digest }]): [string, string] => [at, digest]),
    ...(context === undefined ? [] : [[CONTEXT_POINTER, context.digest] as const]),
  ]);
  const shown = content.shown ?? {};
  for (const [at, value] of Object.entries(shown)) {
    const salt = content.salts[at];
    if (salt === undefined || saltedDigest(salt, value) !== digests.get(at)) report.fail('REDACTED_MISMATCH', { at });
  }
  for (const at of Object.keys(content.salts)) if (!Object.hasOwn(shown, at)) report.fail('REDACTED_MISMATCH', { at });
  const withheld = [...digests.keys()].filter(at => !Object.hasOwn(shown, at)).sort();
  if (!jsonEqual(withheld, manifest.redacted!.withheld))
    report.fail('REDACTED_MISMATCH', { at: 'dossier.json#/redacted/withheld' });
  if (report.failures > before) return;
  await checkOriginalSignatures(report, reader, original, options);
  report.note('REDACTED', { count: withheld.length });
  for (const at of withheld) report.note('WITHHELD', { at });
  report.unchecked('NOT_CHECKED_WITHHELD');
  report.unchecked('NOT_CHECKED_ORIGINAL', { sha256: manifest.redacted!.sha256 });
}

/** What a redacted copy says exactly as the original did. */
const KEPT = [
  'id',
  'created',
  'procedure',
  'form',
  'recipient',
  'submitter',
  'language',
  'reviewDigest',
  'previous',
  'bundle',
] as const satisfies readonly (keyof DossierManifest)[];
