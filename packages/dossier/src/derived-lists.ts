// The lists that follow from the manifest: a BagIt 1.0 bag (RFC 8493). Builder and verifier both call this, so
// a list can never say something else than the manifest.

import type { DossierManifest, Sha256 } from '@onceform/core';
import { hashNow } from './digest-blob.ts';

/** Writes bagit.txt, bag-info.txt, manifest-sha256.txt and tagmanifest-sha256.txt, as text by path. */
export function derivedLists(
  manifest: DossierManifest,
  manifestDigest: Sha256,
  mimetype: string,
): ReadonlyMap<string, string> {
  const payload = manifest.files.filter(file => file.path.startsWith('data/'));
  const bytes = payload.reduce((sum, file) => sum + file.size, 0);
  const lists = new Map([
    ['bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'],
    [
      'bag-info.txt',
      [
        `Bagging-Date: ${manifest.created.slice(0, 10)}`,
        `External-Identifier: ${manifest.id}`,
        `Payload-Oxum: ${bytes}.${payload.length}`,
        `Bag-Software-Agent: ${manifest.generator.name} ${manifest.generator.version}`,
      ].join('\n') + '\n',
    ],
    ['manifest-sha256.txt', payload.map(file => `${file.sha256}  ${file.path}\n`).join('')],
  ]);
  const tags: [string, Sha256][] = [
    ['dossier.json', manifestDigest],
    ['mimetype', hashNow(mimetype)],
    ...manifest.files
      .filter(file => !file.path.startsWith('data/'))
      .map((file): [string, Sha256] => [file.path, file.sha256]),
  ];
  for (const [path, text] of lists) tags.push([path, hashNow(text)]);
  lists.set(
    'tagmanifest-sha256.txt',
    tags
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, digest]) => `${digest}  ${path}\n`)
      .join(''),
  );
  return lists;
}
