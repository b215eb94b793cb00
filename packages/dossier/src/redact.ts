// A redacted copy: a new bag that shows some answers and files of a dossier and stands for the rest by salted digests.

import {
  canonicalBytes,
  CONTEXT_POINTER,
  OnceFormError,
  pointerContains,
  valueAt,
  type DossierFile,
  type Json,
  type Pointer,
  type Sha256,
} from '@onceform/core';
import { composeDossier, digestOnce, GENERATOR, type BuiltDossier } from './build-dossier.ts';
import { ORIGINAL_MANIFEST } from './check-redacted.ts';
import { CONTENT_FILES, JSON_TYPE } from './content-files.ts';
import { isSignaturePath } from './package-path.ts';
import { verifyDossier, type DossierVerdict } from './verify-dossier.ts';
import type { Salts } from './provenance.ts';

export interface RedactionKeep {
  /** Answers to show: a pointer keeps everything under it. `/$context` keeps the facts of the session. */
  readonly pointers: readonly Pointer[];
  /** Ids of components whose files stay. */
  readonly components?: readonly string[];
}

/** What stays whatever is kept: the form, so that the answers can be read, and the digests that stand for the rest. */
const STAYS: ReadonlySet<DossierFile['role']> = new Set(['schema', 'rules', 'definition', 'provenance']);

/**
 * Makes a redacted copy. The seal, consents, decisions, texts and human copy are left out, since they repeat answers;
 * the original manifest stands under `original/`, with the signatures.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when the package does not verify, or is a redacted copy itself;
 *   ERR_POINTER_UNKNOWN when nothing was filed at a pointer.
 */
export async function redact(source: Blob | Uint8Array<ArrayBuffer>, keep: RedactionKeep): Promise<BuiltDossier> {
  const { reader, manifest, salts, pointers, data } = await opened(source);
  for (const pointer of keep.pointers) {
    if (!pointers.some(at => pointerContains(pointer, at)))
      throw new OnceFormError('ERR_POINTER_UNKNOWN', `Nothing was filed at ${pointer}.`, { pointer });
  }
  const kept = pointers.filter(at =>
    keep.pointers.some(
      pointer => pointerContains(pointer, at) && (at !== CONTEXT_POINTER || pointer === CONTEXT_POINTER),
    ),
  );
  const keptFiles = new Set(
    manifest.components.filter(({ id }) => keep.components?.includes(id)).flatMap(({ files }) => files),
  );

  const contents = new Map<string, Blob>();
  const files: DossierFile[] = [];
  for (const file of manifest.files) {
    if (!STAYS.has(file.role) && !keptFiles.has(file.path)) continue;
    contents.set(file.path, reader.content(file.path));
    files.push(file);
  }
  const add = async (path: string, role: DossierFile['role'], type: string, content: Blob): Promise<void> => {
    const { size, sha256 } = await digestOnce(content);
    contents.set(path, content);
    files.push({ path, role, type, size, sha256 });
  };
  const json = (value: Json): Blob => new Blob([canonicalBytes(value)]);
  await add(
    CONTENT_FILES.shown,
    'shown',
    JSON_TYPE,
    json(Object.fromEntries(kept.map(at => [at, valueAt(data, at)!]))),
  );
  await add(CONTENT_FILES.salts, 'salts', JSON_TYPE, json(Object.fromEntries(kept.map(at => [at, salts[at]!]))));
  await add(ORIGINAL_MANIFEST, 'original', JSON_TYPE, reader.content('dossier.json'));
  for (const path of reader.entries.keys()) {
    if (isSignaturePath(path))
      await add(
        path.replace('META-INF/', 'original/').toLowerCase(),
        'original',
        'application/octet-stream',
        reader.content(path),
      );
  }
  return composeDossier(
    {
      ...manifest,
      files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      components: manifest.components.map(component => ({
        ...component,
        files: component.files.filter(path => keptFiles.has(path)),
      })),
      generator: GENERATOR,
      redacted: { sha256: await digestOf(reader.blob), withheld: pointers.filter(at => !kept.includes(at)) },
    },
    contents,
  );
}

async function opened(source: Blob | Uint8Array<ArrayBuffer>) {
  const verdict: DossierVerdict = await verifyDossier(source);
  const { ok, manifest, data, package: reader, shown } = verdict;
  if (!ok || manifest === null || data === null || reader === null || shown !== null) {
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'Only a whole dossier that verifies can be redacted.', {
      data: { findings: verdict.findings.filter(({ status }) => status === 'failed').map(({ code }) => code) },
    });
  }
  const salts = JSON.parse(await reader.content(CONTENT_FILES.salts).text()) as Salts;
  return { reader, manifest, data, salts, pointers: Object.keys(salts).sort() };
}

async function digestOf(blob: Blob): Promise<Sha256> {
  return (await digestOnce(blob)).sha256;
}
