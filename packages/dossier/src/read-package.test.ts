// The strict reader, and the threats it meets: T11 to T14.

import { describe, expect, test } from 'vitest';
import { isPackagePath } from './package-path.ts';
import { readPackage, UNSIGNED_TYPE } from './read-package.ts';
import { exampleDossier } from './testing/notice.ts';
import { rawZip } from './testing/raw-zip.ts';
import { verifyDossier } from './verify-dossier.ts';

const bytes = await (await exampleDossier()).bytes();
const mimetype = { path: 'mimetype', content: UNSIGNED_TYPE };

function edited(change: (copy: Uint8Array<ArrayBuffer>) => void): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

describe('the strict reader', () => {
  test('accepts a zip written by hand to its rules, so that each refusal below has its own cause', async () => {
    expect([
      ...(await readPackage(await rawZip([mimetype, { path: 'data/a.txt', content: 'a' }]))).entries.keys(),
    ]).toEqual(['mimetype', 'data/a.txt']);
  });

  test.each([
    ['a duplicate name', [mimetype, { path: 'data/a' }, { path: 'data/a' }]],
    ['another name in the local header', [mimetype, { path: 'data/a', local: 'data/b' }]],
    ['an entry that the directory does not list', [mimetype, { path: 'data/a', hidden: true }, { path: 'data/b' }]],
    ['files out of order', [mimetype, { path: 'data/b' }, { path: 'data/a' }]],
    ['compression', [mimetype, { path: 'data/a', method: 8 }]],
    ['encryption', [mimetype, { path: 'data/a', flags: 1 }]],
    ['a data descriptor', [mimetype, { path: 'data/a', flags: 8 }]],
    ['UTF-8 names', [mimetype, { path: 'data/a', flags: 0x800 }]],
    ['a symbolic link', [mimetype, { path: 'data/a', attributes: 0xa1ed0000 }]],
    ['an extra field', [mimetype, { path: 'data/a', extra: 'xxxx' }]],
    ['no mimetype', [{ path: 'data/a' }]],
    ['another mimetype', [{ path: 'mimetype', content: 'application/zip' }]],
    ['a folder entry', [mimetype, { path: 'data/' }]],
  ])('refuses %s (T11, T12)', async (_, entries) => {
    await expect(readPackage(await rawZip(entries))).rejects.toMatchObject({ code: 'ERR_PACKAGE_INVALID' });
  });

  test.each([
    ['bytes before', () => new Blob(['x', bytes])],
    ['bytes behind', () => new Blob([bytes, 'x'])],
    ['a cut end', () => new Blob([bytes.slice(0, -1)])],
    ['half of it', () => new Blob([bytes.slice(0, bytes.length / 2)])],
    ['nothing', () => new Blob([])],
    ['two packages in one', () => new Blob([bytes, bytes])],
    [
      'an end record in a comment',
      () =>
        new Blob([
          edited(copy => {
            copy[copy.length - 2] = 22;
          }),
          bytes.slice(-22),
        ]),
    ],
    [
      'another number of entries',
      () =>
        new Blob([
          edited(copy => {
            copy[copy.length - 12]! ^= 1;
          }),
        ]),
    ],
    [
      'a length that lies',
      () =>
        new Blob([
          edited(copy => {
            copy[20] = 0xff;
          }),
        ]),
    ],
    [
      'overlapping entries',
      () =>
        new Blob([
          edited(copy => {
            copy.set(copy.slice(-22 - 46 - 60), copy.length - 22 - 46 - 60);
            copy[copy.length - 6]! ^= 7;
          }),
        ]),
    ],
  ])('refuses %s (T11, T12)', async (_, make) => {
    const { findings } = await verifyDossier(make());
    expect(findings.at(-1)).toMatchObject({ code: 'PACKAGE_INVALID', status: 'failed' });
  });

  test('refuses too many entries and too large a package before reading them (T11)', async () => {
    await expect(readPackage(bytes, { maxEntries: 3 })).rejects.toMatchObject({ code: 'ERR_PACKAGE_LIMIT' });
    await expect(readPackage(bytes, { maxSize: 100 })).rejects.toMatchObject({ code: 'ERR_PACKAGE_LIMIT' });
  });

  test.each([
    '../etc/passwd',
    '/etc/passwd',
    'data/../x',
    'data/..',
    'data\\x',
    'c:/x',
    'C:x',
    'data//x',
    './x',
    'data/.x',
    'data/x.',
    'data/x ',
    ' data/x',
    'data/x\0',
    'data/con',
    'data/nul.txt',
    'aux',
    'com1.pdf',
    'lpt9',
    'Data/x',
    'data/\u00e9',
    'data/e\u0301',
    'data/\u0131',
    'data/\u202ex',
    'data/a..b',
    'META-INF/x',
    'meta-inf/',
    'META-INF/signature1.p7s',
    'META-INF/../x',
    'data/a%2fb',
    'data/a:b',
    'data/a*b',
    'data/a?b',
    '~/x',
    '-x',
    'a/b/c/d/e',
    '',
    'data/',
    `data/${'a'.repeat(65)}`,
    'x\ny',
  ])('refuses the name %j (T13, T14)', async path => {
    expect(isPackagePath(path)).toBe(false);
    await expect(readPackage(await rawZip([mimetype, { path }]))).rejects.toMatchObject({
      code: 'ERR_PACKAGE_INVALID',
    });
  });
});
