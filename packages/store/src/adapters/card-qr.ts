// The text that an identity card shows as a QR code. It is scanned by the citizen and signed by nobody: whatever is
// filled from here counts as typed. The layout belongs to a country and is passed in.

import type { ConceptId, Json, LocalizedText, Statement } from '@onceform/core';
import type { CitizenDataSource, ItemResult, SourceDescription } from '../source.ts';
import type { Normalizer } from './register-mapping.ts';

/** Plain JSON: what stands where in the text. */
export interface CardLayout {
  readonly separator: string;
  /** In order; `null` is skipped. Further parts of newer cards are ignored. */
  readonly parts: readonly (CardPart | null)[];
  /** How many parts a text must have at least. */
  readonly atLeast: number;
  /** The concept that says whose card it is. */
  readonly subject: ConceptId;
}

export interface CardPart {
  readonly concept: ConceptId;
  /** The name of a normaliser that was passed in. */
  readonly normalize?: string;
  /** Cards may leave it empty. */
  readonly optional?: boolean;
}

/** Reads a card's text; null when it is not the text of such a card. */
export function readCard(
  text: string,
  layout: CardLayout,
  normalizers: { readonly [name: string]: Normalizer } = {},
): { readonly [concept: ConceptId]: Json } | null {
  const found = text
    .normalize('NFC')
    .trim()
    .split(layout.separator)
    .map(part => part.trim());
  if (found.length < layout.atLeast) return null;
  const values: Record<ConceptId, Json> = {};
  for (const [i, part] of layout.parts.entries()) {
    const raw = found[i];
    if (part === null || raw === undefined || raw === '') {
      if (part !== null && !part.optional && i < layout.atLeast) return null;
      continue;
    }
    const value = part.normalize === undefined ? raw : normalizers[part.normalize]?.(raw);
    if (value === undefined) return null;
    values[part.concept] = value;
  }
  return values[layout.subject] === undefined ? null : values;
}

export interface CardQrOptions {
  readonly id?: string;
  readonly name: LocalizedText;
  readonly layout: CardLayout;
  readonly normalizers?: { readonly [name: string]: Normalizer };
  /** The text that was scanned. */
  readonly text: string;
  readonly clock?: () => Date;
}

/** A source of the one card that was scanned. It knows nobody but its holder. */
export function createCardQrSource({
  id = 'card-qr',
  name,
  layout,
  normalizers = {},
  text,
  clock = () => new Date(),
}: CardQrOptions): CitizenDataSource {
  const values = readCard(text, layout, normalizers);
  const concepts = layout.parts.flatMap(part => (part === null ? [] : [part.concept]));
  const description: SourceDescription = { id, name, kind: 'citizen-wallet', concepts, assuranceLevel: 'low' };
  return {
    describe: () => description,
    async *query({ person, about, items }, signal): AsyncGenerator<ItemResult, void, undefined> {
      for (const { id: item, members } of items) {
        signal.throwIfAborted();
        if (values === null) {
          yield { item, statements: [], absent: 'schema-mismatch' };
          continue;
        }
        if (about !== 'self' || values[layout.subject] !== person.key) {
          yield { item, statements: [], absent: 'not-found' };
          continue;
        }
        const statements = [...new Set(members)].flatMap((concept): Statement[] =>
          values[concept] === undefined
            ? []
            : [
                {
                  id: `${id}:${concept}`,
                  concept,
                  value: values[concept],
                  subject: { id: person.key, role: 'self' },
                  source: { id, name, kind: 'citizen-wallet', recordRef: 'card' },
                  verification: { status: 'unverified', assuranceLevel: 'low' },
                  lastUpdated: null,
                  retrievedAt: clock().toISOString(),
                },
              ],
        );
        yield statements.length > 0 ? { item, statements } : { item, statements, absent: 'not-found' };
      }
    },
    health: async () => ({ healthy: values !== null }),
  };
}
