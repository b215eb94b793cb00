// Which source is believed before which, concept by concept.

import type { ConceptId, CountryPack } from '@onceform/core';
import type { CitizenDataSource } from './source.ts';

/** The order of trust for an item: the place of a source, 0 first. */
export type TrustOrder = (item: ConceptId, member: ConceptId) => (source: string) => number;

/** Ids of sources in order of trust, by concept, dotted prefix of concepts, or `*`. */
export type Priority = { readonly [concept: ConceptId]: readonly string[] };

/** The declared order first, then the dictionary's, then that in which the sources were passed in. */
export function trustOrder(
  sources: readonly CitizenDataSource[],
  pack: Pick<CountryPack, 'concepts'>,
  priority: Priority = {},
): TrustOrder {
  const ids = sources.map(source => source.describe().id);
  return (concept, member) => {
    const order = [
      ...declared(priority, concept),
      ...((pack.concepts[concept] ?? pack.concepts[member])?.sources ?? []),
      ...ids,
    ];
    return id => order.indexOf(id);
  };
}

function declared(priority: Priority, concept: ConceptId): readonly string[] {
  for (let name = concept; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    if (Object.hasOwn(priority, name)) return priority[name]!;
  }
  return priority['*'] ?? [];
}
