// The one way into a dossier: a verified submission becomes a package. Files stay references until somebody reads
// the result; the same input, random source included, gives the same bytes in every browser and in Node.

import {
  canonicalBytes,
  canonicalJson,
  OnceFormError,
  reviewDigest,
  sha256,
  type CompiledForm,
  type ComponentSpec,
  type DossierComponent,
  type DossierFile,
  type DossierManifest,
  type FormDocuments,
  type Json,
  type Sha256,
  type VerifiedSubmission,
} from '@onceform/core';
import { behind } from './byte-source.ts';
import type { HumanCopySource } from './check-components.ts';
import { composeZip, type ZipContent } from './compose-zip.ts';
import { CONTENT_FILES, JSON_TYPE, SEAL_TYPE, type ContentRole } from './content-files.ts';
import { decisionsFile } from './decisions.ts';
import { derivedLists } from './derived-lists.ts';
import { digestBlob, hashNow, type BlobDigest, type DigestOptions } from './digest-blob.ts';
import { extensionOf } from './file-types.ts';
import { fileKey, namedFiles } from './file-references.ts';
import type { Hasher } from './hash-in-worker.ts';
import { slugOf } from './package-path.ts';
import { makeSalts, provenanceOf, systemRandom, type RandomSource } from './provenance.ts';
import { UNSIGNED_TYPE, type PackageType } from './read-package.ts';

export const GENERATOR = { name: '@onceform/dossier', version: '0.1.0' } as const;

export interface DossierInput {
  readonly submission: VerifiedSubmission;
  readonly form: Pick<CompiledForm, 'id' | 'version' | 'digest' | 'procedure' | 'components'>;
  readonly documents: FormDocuments;
  /** Bytes of every file that components and answers name, by digest. Others are left out. */
  readonly files: ReadonlyMap<Sha256, Blob>;
  /** `urn:uuid:` + UUID. */
  readonly id: string;
  /** RFC 3339 with offset: the time of completion, said by the builder and bounded by intake. */
  readonly created: string;
  /** Whose desk took it in is not the builder's to say: the seal does. */
  readonly recipient: Omit<DossierManifest['recipient'], 'receivingAgency'>;
  readonly submitter: DossierManifest['submitter'];
  /** BCP 47; what the citizen read. */
  readonly language: string;
  /** What the citizen agreed to, in order; an empty list when left out. */
  readonly consents?: readonly Json[];
  /** The texts and code-list entries the citizen saw: see `textsOf`. */
  readonly texts?: Json;
  /** What a person reads of the package: `htmlCopy` of `@onceform/dossier/html`. */
  readonly humanCopy?: (about: HumanCopySource) => Promise<ExtraFile>;
  /** Further files: evidence of a source. */
  readonly extra?: readonly ExtraFile[];
  readonly previous?: NonNullable<DossierManifest['previous']>;
  readonly bundle?: NonNullable<DossierManifest['bundle']>;
  /** Salts; the system's random source when left out. */
  readonly random?: RandomSource;
}

export interface ExtraFile {
  /** `data/form.pdf` */
  readonly path: string;
  readonly role: 'human-copy' | 'evidence';
  readonly type: string;
  readonly content: Blob;
  readonly name?: string;
}

export interface BuiltDossier {
  /** The package by reference; `type` is its media type. */
  readonly blob: Blob;
  readonly manifest: DossierManifest;
  /** Bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** The package piece by piece, for writing a large one. */
  chunks(): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Digest of the whole package: what a receipt repeats. Worked out once, when first asked for. */
  sha256(options?: BuildOptions): Promise<Sha256>;
}

export interface BuildOptions extends DigestOptions {
  /** Hashes files of 1 MiB and more, `hashInWorker(worker)`; in this thread when left out. */
  readonly hasher?: Hasher;
}

/**
 * Builds the package of a submission.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when a file is missing or is not the one that was named, or when the
 *   form, its documents and the submission do not belong together; ERR_PACKAGE_LIMIT at 4 GiB.
 * @throws whatever `signal` was aborted with.
 */
export async function buildDossier(input: DossierInput, options: BuildOptions = {}): Promise<BuiltDossier> {
  const { submission, form, documents } = input;
  if (submission.form.digest !== form.digest) throw broken('The submission belongs to another form.');
  const definition = {
    definition: documents.definition,
    dataSchema: documents.dataSchema,
    rules: documents.rules as unknown as Json,
  };
  if ((await sha256(canonicalJson(definition))) !== form.digest)
    throw broken('The documents are not those of this form.');

  const salts = makeSalts(submission.data, submission.origins, input.random ?? systemRandom);
  const provenance = provenanceOf(submission.data, submission.origins, salts);
  const json: Partial<Record<ContentRole, Json>> = {
    data: submission.data,
    schema: documents.dataSchema,
    rules: documents.rules as unknown as Json,
    definition: documents.definition,
    provenance: provenance as unknown as Json,
    salts,
    decisions: decisionsFile(submission.decisions, submission.seal),
    consents: input.consents ?? [],
    ...(input.texts === undefined ? {} : { texts: input.texts }),
  };
  const contents = new Map<string, Blob>();
  const files: DossierFile[] = [];
  const add = async (file: Omit<DossierFile, 'size' | 'sha256'>, content: Blob): Promise<void> => {
    contents.set(file.path, content);
    const { sha256, size } = await digestOnce(content, options);
    files.push({ ...file, size, sha256 });
  };
  for (const [role, value] of Object.entries(json) as [ContentRole, Json][]) {
    await add({ path: CONTENT_FILES[role], role, type: JSON_TYPE }, new Blob([canonicalBytes(value)]));
  }
  if (submission.seal !== null) {
    await add({ path: CONTENT_FILES.seal, role: 'seal', type: SEAL_TYPE }, new Blob([submission.seal.jws]));
  }
  const addExtra = ({ path, role, type, content, name }: ExtraFile): Promise<void> =>
    add({ path, role, type, ...(name === undefined ? {} : { name: name.normalize('NFC') }) }, content);
  for (const file of input.extra ?? []) await addExtra(file);
  const paths = new Map<string, string>();
  for (const [i, { role, file }] of namedFiles(submission.components, submission.data).entries()) {
    const content = input.files.get(file.sha256);
    if (content === undefined) throw broken(`The file "${file.name}" was named but not given.`, { file: file.sha256 });
    const digest = await digestOnce(content, options);
    if (digest.sha256 !== file.sha256 || digest.size !== file.size) {
      throw broken(`The file "${file.name}" has changed since it was chosen.`, { file: file.sha256 });
    }
    const name = file.name.normalize('NFC');
    const path = `data/${String(i + 1).padStart(3, '0')}-${slugOf(name.replace(/\.[^.]*$/, ''))}.${extensionOf(file.type, name)}`;
    paths.set(fileKey(file), path);
    await add({ path, role, type: file.type, name }, content);
  }

  const components = submission.components.map(({ files: named, ...component }): DossierComponent => ({
    ...component,
    title: titleOf(form.components, component.id),
    files: named.map(file => paths.get(fileKey(file))!),
  }));
  const { id, created, language } = input;
  const digest = await reviewDigest(submission);
  if (input.humanCopy !== undefined) {
    const about = { id, created, language, components, reviewDigest: digest };
    const { data, origins } = submission;
    await addExtra(await input.humanCopy({ manifest: about, data, origins, documents, texts: input.texts }));
  }
  const { receivingAgency } = submission.seal?.payload.context ?? {};
  const manifest: DossierManifest = {
    format: 'https://onceform.dev/dossier/1',
    id,
    created,
    procedure: form.procedure === null ? null : { code: form.procedure.code, name: form.procedure.name },
    form: { id: form.id, version: form.version, digest: form.digest },
    recipient: { ...input.recipient, ...(receivingAgency === undefined ? {} : { receivingAgency }) },
    submitter: input.submitter,
    language,
    reviewDigest: digest,
    ...(input.previous === undefined ? {} : { previous: input.previous }),
    ...(input.bundle === undefined ? {} : { bundle: input.bundle }),
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    components,
    generator: GENERATOR,
  };
  return composeDossier(manifest, contents, options);
}

/**
 * Composes the package from its manifest and the contents it lists. This is what lets a server that received the
 * blobs by content address arrive at the bytes the browser has.
 *
 * @param contents by path.
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when a content is missing or differs from the manifest.
 */
export async function composeDossier(
  manifest: DossierManifest,
  contents: ReadonlyMap<string, Blob>,
  options: BuildOptions & { readonly type?: PackageType; readonly signatures?: ReadonlyMap<string, Blob> } = {},
): Promise<BuiltDossier> {
  const type = options.type ?? UNSIGNED_TYPE;
  const manifestBytes = canonicalBytes(manifest as unknown as Json);
  const zip: ZipContent[] = [];
  const add = async (path: string, content: Blob): Promise<BlobDigest> => {
    const digest = await digestOnce(content, options);
    zip.push({ path, content, crc32: digest.crc32 });
    return digest;
  };
  for (const file of manifest.files) {
    const content = contents.get(file.path);
    if (content === undefined)
      throw broken(`The manifest lists ${file.path}, which was not given.`, { path: file.path });
    const digest = await add(file.path, content);
    if (digest.sha256 !== file.sha256 || digest.size !== file.size)
      throw broken(`${file.path} is not what the manifest lists.`, { path: file.path });
  }
  await add('mimetype', new Blob([type]));
  await add('dossier.json', new Blob([manifestBytes]));
  for (const [path, text] of derivedLists(manifest, hashNow(manifestBytes), type)) await add(path, new Blob([text]));
  for (const [path, content] of options.signatures ?? []) await add(path, content);

  const { blob, parts } = composeZip(zip, type);
  let digest: Promise<BlobDigest> | undefined;
  return {
    blob,
    manifest,
    size: blob.size,
    bytes: async () => new Uint8Array(await blob.arrayBuffer()),
    async *chunks() {
      for (const part of parts) yield* part instanceof Blob ? behind(part).chunks() : [part];
    },
    sha256: async ({ hasher = options.hasher, ...more } = {}) =>
      (
        await (digest ??= (hasher ?? digestBlob)(blob, { ...more, sha256Only: true }).catch(error => {
          digest = undefined;
          throw error;
        }))
      ).sha256,
  };
}

/**
 * Finds the contents of a manifest among blobs that came by content address, for `composeDossier`.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID naming the digests still missing.
 */
export function contentsOf(manifest: DossierManifest, blobs: ReadonlyMap<Sha256, Blob>): Map<string, Blob> {
  const missing = manifest.files.filter(({ sha256: digest }) => !blobs.has(digest)).map(({ sha256: digest }) => digest);
  if (missing.length > 0) throw broken('Some files of the package have not arrived yet.', { missing });
  return new Map(manifest.files.map(({ path, sha256: digest }) => [path, blobs.get(digest)!]));
}

/** Bytes below which asking a worker costs more than it saves. */
const WORTH_A_WORKER = 1024 * 1024;

/** A Blob never changes, so it is read once, however often it is built from. */
const digests = new WeakMap<Blob, BlobDigest>();

/** `digestBlob`, remembered for as long as the Blob lives: hashing a file when it is chosen saves it when building. */
export async function digestOnce(blob: Blob, { hasher, ...options }: BuildOptions = {}): Promise<BlobDigest> {
  const known = digests.get(blob);
  if (known !== undefined) return known;
  const digest = await (blob.size >= WORTH_A_WORKER && hasher !== undefined
    ? hasher(blob, options)
    : behind(blob).digest(options));
  digests.set(blob, digest);
  return digest;
}

function titleOf(components: readonly ComponentSpec[], id: string): ComponentSpec['title'] {
  return components.find(component => component.id === id)?.title ?? id;
}

function broken(message: string, data: Record<string, unknown> = {}): OnceFormError {
  return new OnceFormError('ERR_DOSSIER_INVALID', message, { data });
}
