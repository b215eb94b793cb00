// Writes a package: headers of our own around contents by reference, so nothing is copied until somebody reads.

import { OnceFormError } from '@onceform/core';
import { comparePaths, isPackagePath } from './package-path.ts';
import { localHeader, MAX_ENTRIES, MAX_PACKAGE, zipIndex } from './zip-layout.ts';

export interface ZipContent {
  readonly path: string;
  readonly content: Blob;
  readonly crc32: number;
}

/**
 * Composes the package from its entries, in whatever order they are given: the same entries give the same bytes.
 *
 * @throws {OnceFormError} ERR_PACKAGE_LIMIT when it would reach 4 GiB or 65,535 entries.
 */
export function composeZip(
  contents: readonly ZipContent[],
  type: string,
): { readonly blob: Blob; readonly parts: readonly (Blob | Uint8Array<ArrayBuffer>)[] } {
  const sorted = contents
    .map(({ path, content, crc32 }) => ({ path, content, crc32, size: content.size }))
    .sort((a, b) => comparePaths(a.path, b.path));
  for (const [i, { path }] of sorted.entries()) {
    if (!isPackagePath(path)) throw new RangeError(`"${path}" is no name for a file in a package.`);
    if (sorted[i + 1]?.path === path) throw new RangeError(`A package has one file called "${path}", not two.`);
  }
  const { tail, size } = zipIndex(sorted);
  if (size > MAX_PACKAGE || sorted.length > MAX_ENTRIES) {
    throw new OnceFormError('ERR_PACKAGE_LIMIT', 'A package stays below 4 GiB.', {
      data: { size, entries: sorted.length },
    });
  }
  const parts = [...sorted.flatMap(entry => [localHeader(entry), entry.content]), tail];
  return { blob: new Blob(parts, { type }), parts };
}
