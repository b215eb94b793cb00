// Taking over an older store: what it holds is kept with a mark that nobody can vouch for it any more.

import { toNfc, type ConceptId, type Json, type SourceRef, type Statement } from '@onceform/core';

/** One row of an older store, brought into concepts by the importer's own mapping. */
export interface LegacyRow {
  /** Unique in the old store. */
  readonly reference: string;
  readonly person: string;
  readonly values: { readonly [concept: ConceptId]: Json };
  /** When the old store last changed it; null where it did not keep that. */
  readonly lastUpdated: string | null;
}

export interface LegacyImport {
  readonly statements: readonly Statement[];
  /** Rows or values left behind, and why; references only. */
  readonly skipped: readonly {
    readonly reference: string;
    readonly concept?: ConceptId;
    readonly reason: 'empty' | 'not-accepted' | 'bad-date' | 'duplicate';
  }[];
}

/**
 * Turns rows into statements of kind `legacy`, unverified. Importing the same rows again gives the same ids, so a store
 * that refuses known ids takes nothing twice.
 */
export function importLegacy(
  rows: Iterable<LegacyRow>,
  target: SourceRef,
  {
    now,
    accepts = () => true,
  }: { readonly now: Date; readonly accepts?: (concept: ConceptId, value: Json) => boolean },
): LegacyImport {
  const statements: Statement[] = [],
    skipped: LegacyImport['skipped'][number][] = [],
    seen = new Set<string>();
  for (const { reference, person, values, lastUpdated } of rows) {
    if (seen.has(reference)) {
      skipped.push({ reference, reason: 'duplicate' });
      continue;
    }
    seen.add(reference);
    if (lastUpdated !== null && Number.isNaN(Date.parse(lastUpdated))) {
      skipped.push({ reference, reason: 'bad-date' });
      continue;
    }
    for (const [concept, value] of Object.entries(values)) {
      const empty = value === null || (typeof value === 'string' && value.trim() === '');
      if (empty || !accepts(concept, value)) {
        skipped.push({ reference, concept, reason: empty ? 'empty' : 'not-accepted' });
        continue;
      }
      statements.push({
        id: `legacy:${reference}#${concept}`,
        concept,
        value: toNfc(value),
        subject: { id: person, role: 'self' },
        source: { ...target, kind: 'legacy', recordRef: `legacy:${reference}` },
        verification: { status: 'unverified', assuranceLevel: 'low' },
        lastUpdated,
        retrievedAt: now.toISOString(),
      });
    }
  }
  return { statements, skipped };
}
