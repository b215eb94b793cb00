// Several packages of one session: taken in together or not at all.

import type { ComponentAnswer, DossierManifest, Finding } from '@onceform/core';
import { finding } from './finding.ts';

/** Why a paper that the declaration needs is not in this package. */
export const IN_OTHER_PART = 'in-other-part';

/** The components as one package of a bundle has them: its own papers, and that the others are elsewhere. */
export function componentsOfPart(
  components: readonly ComponentAnswer[],
  own: readonly string[],
): readonly ComponentAnswer[] {
  return components.map(component =>
    own.includes(component.id)
      ? component
      : { id: component.id, fulfilledBy: 'waived', files: [], reason: IN_OTHER_PART },
  );
}

/** Tells whether manifests, each verified before, are one whole bundle by one submitter. */
export function checkBundle(manifests: readonly DossierManifest[]): Finding {
  const detail = broken(manifests);
  return detail === null
    ? finding('BUNDLE_COMPLETE', 'ok', { count: manifests.length })
    : finding('BUNDLE_INCOMPLETE', 'failed', { detail });
}

function broken(manifests: readonly DossierManifest[]): string | null {
  const [first] = manifests;
  if (first === undefined) return 'there is none';
  const same = <T>(of: (manifest: DossierManifest) => T): boolean =>
    manifests.every(manifest => of(manifest) === of(first));
  if (manifests.some(({ bundle }) => bundle === undefined)) return 'a package is of no bundle';
  if (!same(({ bundle }) => bundle!.id) || !same(({ bundle }) => bundle!.of)) return 'they are of different bundles';
  if (!same(({ submitter }) => submitter?.id)) return 'they are by different people';
  if (new Set(manifests.map(({ id }) => id)).size !== manifests.length) return 'a package is there twice';
  const papers = manifests.flatMap(({ components }) => components);
  const lost = papers.find(({ id }) => papers.every(one => one.id !== id || one.reason === IN_OTHER_PART));
  if (lost !== undefined) return `the paper ${lost.id} is in none of them`;
  const numbers = manifests.map(({ bundle }) => bundle!.no).sort((a, b) => a - b);
  return numbers.length === first.bundle!.of && numbers.every((number, i) => number === i + 1)
    ? null
    : 'a package is missing or there twice';
}
