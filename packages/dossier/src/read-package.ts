// The strict reader. It never searches, repairs or inflates: it reads the central directory from the exact end,
// works out what our writer would have written for those entries, and refuses anything that differs by a byte.

import { OnceFormError } from '@onceform/core';
import { byteSource, type ByteSource } from './byte-source.ts';
import { comparePaths, isPackagePath } from './package-path.ts';
import { CENTRAL_HEADER, END_RECORD, localHeader, zipIndex, type PlacedEntry, type ZipEntry } from './zip-layout.ts';

export const UNSIGNED_TYPE = 'application/vnd.onceform.dossier+zip';
export const SIGNED_TYPE = 'application/vnd.etsi.asic-e+zip';
export type PackageType = typeof UNSIGNED_TYPE | typeof SIGNED_TYPE;

export interface ReadLimits {
  /** Bytes of the whole package; 4 GiB is the most the format has. */
  readonly maxSize: number;
  readonly maxEntries: number;
}

export const DEFAULT_LIMITS: ReadLimits = { maxSize: 0xffff_fffe, maxEntries: 2000 };

/** An opened package. Contents are read when asked for, and their digests are not yet checked. */
export interface PackageReader {
  readonly type: PackageType;
  /** Bytes of the whole. */
  readonly size: number;
  readonly blob: Blob;
  /** In the order of the package. */
  readonly entries: ReadonlyMap<string, PlacedEntry>;
  /** The content of an entry, where it lies. @throws {RangeError} when there is no such entry. */
  source(path: string): ByteSource;
  /** The content of an entry, by reference. @throws {RangeError} when there is no such entry. */
  content(path: string): Blob;
  bytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a package strictly.
 *
 * @throws {OnceFormError} ERR_PACKAGE_TRUNCATED when it ends early; ERR_PACKAGE_LIMIT when it is larger than
 *   `limits`; ERR_PACKAGE_INVALID for everything else that our writer would not have written. `data.reason` is a
 *   stable word for the cause.
 */
export async function readPackage(
  source: Blob | Uint8Array<ArrayBuffer>,
  limits: Partial<ReadLimits> = {},
): Promise<PackageReader> {
  const { maxSize, maxEntries } = { ...DEFAULT_LIMITS, ...limits };
  const whole = source instanceof Uint8Array ? source.length : source.size;
  if (whole > maxSize)
    throw new OnceFormError('ERR_PACKAGE_LIMIT', `The package is larger than ${maxSize} bytes.`, {
      data: { reason: 'size' },
    });
  if (whole < END_RECORD)
    throw new OnceFormError('ERR_PACKAGE_TRUNCATED', 'This is too short to be a package.', {
      data: { reason: 'too-short' },
    });
  const all = await byteSource(source);
  if ((await view(all, 0, 4)).getUint32(0, true) !== 0x04034b50)
    throw invalid('not-a-zip', 'This is no dossier package: it does not start like a zip.');

  const end = await view(all, whole - END_RECORD, END_RECORD);
  if (end.getUint32(0, true) !== 0x06054b50) {
    throw new OnceFormError(
      'ERR_PACKAGE_TRUNCATED',
      'The package does not end where its directory ends: it was cut, or something was added.',
      { data: { reason: 'no-end' } },
    );
  }
  const count = end.getUint16(10, true);
  const centralSize = end.getUint32(12, true);
  const centralAt = end.getUint32(16, true);
  if (count > maxEntries)
    throw new OnceFormError('ERR_PACKAGE_LIMIT', `The package has more than ${maxEntries} files.`, {
      data: { reason: 'entries' },
    });
  if (centralAt + centralSize + END_RECORD !== whole)
    throw invalid('gap', 'There are bytes between the directory and the end of the package.');
  if (centralSize > count * (CENTRAL_HEADER + 260))
    throw invalid('directory', 'The directory is larger than its entries.');

  const tail = await all.bytes(centralAt);
  const entries = readCentral(tail, count);
  const { placed, tail: expected, size } = zipIndex(entries);
  if (size !== whole || !sameBytes(tail, expected)) {
    throw invalid(
      'layout',
      'The directory differs from what the entries imply: other offsets, flags, dates, compression or extra fields.',
    );
  }
  // Every local header has to be the one our writer would have written: then every reader sees the same files.
  for (const batch of chunks(placed, 64)) {
    await Promise.all(
      batch.map(async entry => {
        const header = localHeader(entry);
        const found = await all.bytes(entry.offset - header.length, entry.offset);
        if (!sameBytes(header, found))
          throw invalid('local-header', `The two headers of "${entry.path}" say different things.`, entry.path);
      }),
    );
  }

  const byPath = new Map(placed.map(entry => [entry.path, entry]));
  const content = (path: string): ByteSource => {
    const entry = byPath.get(path);
    if (entry === undefined) throw new RangeError(`The package has no "${path}".`);
    return all.slice(entry.offset, entry.offset + entry.size);
  };
  const first = placed[0];
  if (first?.path !== 'mimetype' || first.size > 64)
    throw invalid('mimetype', 'The first file of a package is "mimetype".');
  const type = new TextDecoder().decode(await content('mimetype').bytes());
  if (type !== UNSIGNED_TYPE && type !== SIGNED_TYPE) throw invalid('mimetype', 'The package is of another kind.');
  return {
    type,
    size: whole,
    entries: byPath,
    source: content,
    get blob() {
      return all.blob();
    },
    content: path => content(path).blob(),
    bytes: async path => content(path).bytes(),
  };
}

function readCentral(tail: Uint8Array, count: number): ZipEntry[] {
  const data = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_HEADER > tail.length || data.getUint32(at, true) !== 0x02014b50)
      throw invalid('directory', 'The directory is damaged.');
    const nameEnd = at + CENTRAL_HEADER + data.getUint16(at + 28, true);
    if (nameEnd > tail.length) throw invalid('directory', 'The directory is damaged.');
    let path = '';
    for (let k = at + CENTRAL_HEADER; k < nameEnd; k++) path += String.fromCharCode(tail[k]!);
    if (!isPackagePath(path)) throw invalid('path', `A file has a name that is not allowed.`);
    const before = entries.at(-1);
    if (before !== undefined && comparePaths(before.path, path) >= 0) {
      throw invalid(
        before.path === path ? 'duplicate' : 'order',
        `The files are not in order, or "${path}" is there twice.`,
        path,
      );
    }
    entries.push({ path, crc32: data.getUint32(at + 16, true), size: data.getUint32(at + 24, true) });
    at = nameEnd;
  }
  return entries;
}

async function view(source: ByteSource, at: number, length: number): Promise<DataView> {
  const bytes = await source.bytes(at, at + length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(reason: string, message: string, path?: string): OnceFormError {
  return new OnceFormError('ERR_PACKAGE_INVALID', message, {
    data: { reason, ...(path === undefined ? {} : { path }) },
  });
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
