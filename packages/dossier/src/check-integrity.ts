// First part of the verification: the package is laid out strictly, and every byte is the one the manifest lists.

import { isOnceFormError, type DossierFile, type DossierManifest } from '@onceform/core';
import { derivedLists } from './derived-lists.ts';
import { hashNow } from './digest-blob.ts';
import { isSignaturePath } from './package-path.ts';
import { readManifest } from './read-manifest.ts';
import { readPackage, sameBytes, type PackageReader, type ReadLimits } from './read-package.ts';
import type { Report } from './report.ts';

/** Bytes of one JSON file. */
export const MAX_JSON = 32 * 1024 * 1024;

const FIXED = [
  'mimetype',
  'dossier.json',
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  'tagmanifest-sha256.txt',
];

export interface IntegrityOptions {
  readonly limits?: Partial<ReadLimits>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export async function openStrictly(
  report: Report,
  source: Blob | Uint8Array<ArrayBuffer>,
  limits?: Partial<ReadLimits>,
): Promise<PackageReader> {
  try {
    const reader = await readPackage(source, limits);
    report.ok('PACKAGE_READ', { count: reader.entries.size, size: reader.size });
    return reader;
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.stop('PACKAGE_INVALID', { detail: error.message });
  }
}

export async function openManifest(
  report: Report,
  reader: PackageReader,
  path = 'dossier.json',
): Promise<DossierManifest> {
  const entry = reader.entries.get(path);
  if (entry === undefined) report.stop('FILE_MISSING', { at: path });
  if (entry.size > MAX_JSON) report.stop('FILE_INVALID', { at: path, detail: 'too large' });
  try {
    return readManifest(await reader.bytes(path), path);
  } catch (error) {
    if (!isOnceFormError(error)) throw error;
    report.stop('MANIFEST_INVALID', { detail: error.message });
  }
}

/** Every file is there, is listed, and has the size, digest and check sum it should have. */
export async function checkFiles(
  report: Report,
  reader: PackageReader,
  manifest: DossierManifest,
  options: IntegrityOptions,
): Promise<void> {
  const listed: ReadonlyMap<string, DossierFile> = new Map(manifest.files.map(file => [file.path, file]));
  await report.gate(() => {
    const expected = new Set([...FIXED, ...listed.keys()]);
    for (const path of expected) if (!reader.entries.has(path)) report.fail('FILE_MISSING', { at: path });
    for (const path of reader.entries.keys()) {
      if (!expected.has(path) && !isSignaturePath(path)) report.fail('FILE_UNLISTED', { at: path });
    }
    for (const [path, { size }] of listed) {
      const entry = reader.entries.get(path);
      if (entry !== undefined && entry.size !== size) report.fail('FILE_SIZE_MISMATCH', { at: path });
    }
  });
  let done = 0;
  const onProgress = (read: number): void => options.onProgress?.((done += read), reader.size);
  await report.gate(async () => {
    for (const [path, entry] of reader.entries) {
      const digest = await reader
        .source(path)
        .digest({ onProgress, ...(options.signal === undefined ? {} : { signal: options.signal }) });
      const file = listed.get(path);
      if (digest.crc32 !== entry.crc32) report.fail('FILE_CRC_MISMATCH', { at: path });
      if (file !== undefined && digest.sha256 !== file.sha256) report.fail('FILE_DIGEST_MISMATCH', { at: path });
    }
  });
  report.ok('FILES_UNCHANGED');
}

/** Every list is byte for byte what follows from the manifest. */
export async function checkLists(report: Report, reader: PackageReader, manifest: DossierManifest): Promise<void> {
  await report.gate(async () => {
    const lists = derivedLists(manifest, hashNow(await reader.bytes('dossier.json')), reader.type);
    for (const [path, text] of lists) {
      if (!sameBytes(await reader.bytes(path), new TextEncoder().encode(text)))
        report.fail('LIST_MISMATCH', { at: path });
    }
  });
  report.ok('LISTS_MATCH');
}
