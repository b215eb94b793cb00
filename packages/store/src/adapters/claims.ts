// What the identity provider said at sign-in, as a source: the claims of OpenID userinfo, for the person who signed in.

import {
  valueAt,
  type AssuranceLevel,
  type ConceptId,
  type Json,
  type LocalizedText,
  type Pointer,
  type Statement,
} from '@onceform/core';
import type { CitizenDataSource, ItemResult, SourceDescription } from '../source.ts';

export interface ClaimsSourceOptions {
  readonly id: string;
  readonly name: LocalizedText;
  /** What a claim of this provider is worth. Default `substantial`. */
  readonly assuranceLevel?: AssuranceLevel;
  /** Concept → where in the claims, as a JSON Pointer, and how it is brought into the concept's form. */
  readonly claims: { readonly [concept: ConceptId]: ClaimMapping };
  readonly clock?: () => Date;
}

export interface ClaimMapping {
  readonly at: Pointer;
  /** Turns the raw claim into the concept's value; `undefined` says that it is not one. */
  readonly normalize?: (raw: Json) => Json | undefined;
  /** Given by the person, not checked by the provider: an e-mail address without `email_verified`. */
  readonly unverified?: boolean;
}

/**
 * Reads `person.claims`. It answers for the person who signed in and for nobody else, and `lastUpdated` is the
 * standard claim `updated_at` where there is one.
 */
export function createClaimsSource({
  id,
  name,
  assuranceLevel = 'substantial',
  claims,
  clock = () => new Date(),
}: ClaimsSourceOptions): CitizenDataSource {
  const concepts = Object.keys(claims);
  const description: SourceDescription = { id, name, kind: 'authoritative', assuranceLevel, concepts };
  return {
    describe: () => description,
    async *query({ person, about, items }, signal): AsyncGenerator<ItemResult, void, undefined> {
      const updated = person.claims?.updated_at;
      for (const { id: item, members } of items) {
        signal.throwIfAborted();
        const statements = members.flatMap((concept): Statement[] => {
          const mapping = about === 'self' ? claims[concept] : undefined;
          const raw = mapping && valueAt(person.claims, mapping.at);
          if (mapping === undefined || raw === undefined || raw === null || raw === '') return [];
          const value = mapping.normalize ? mapping.normalize(raw) : raw;
          return [
            {
              id: `${id}:${concept}`,
              concept,
              ...(value === undefined ? { absentReason: 'schema-mismatch' as const } : { value }),
              subject: { id: person.key, role: 'self' },
              source: { id, name, kind: 'authoritative', recordRef: 'sign-in' },
              verification: {
                status: mapping.unverified ? 'unverified' : 'verified',
                assuranceLevel: mapping.unverified ? 'low' : assuranceLevel,
              },
              lastUpdated: typeof updated === 'number' ? new Date(updated * 1000).toISOString() : null,
              retrievedAt: clock().toISOString(),
            },
          ];
        });
        yield statements.length > 0 ? { item, statements } : { item, statements, absent: 'not-found' };
      }
    },
    health: async () => ({ healthy: true }),
  };
}
