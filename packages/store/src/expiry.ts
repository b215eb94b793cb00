// Facts that end, such as a driving licence, told before they do: the portal reminds, nobody has to ask.

import type { ConceptId } from '@onceform/core';
import { shift } from './duration.ts';

/** What ends when, about whom (the store's pseudonym). No value: the portal looks it up when the person signs in. */
export interface ExpiryNotice {
  readonly person: string;
  readonly concept: ConceptId;
  readonly recordRef: string;
  readonly validUntil: string;
}

/** Anything that can list what ends from a date (inclusive) until another (exclusive); the SQL source and holdings can. */
export interface ExpiringFacts {
  expiring(from: string, until: string): Promise<readonly ExpiryNotice[]>;
}

export interface ExpiryRound {
  /** Each record once, the earliest first. */
  readonly notices: readonly ExpiryNotice[];
  /** To be kept and passed to the next round, so that nobody is told twice and nothing is skipped. */
  readonly cursor: string;
}

/**
 * Lists what ends in the next `ahead` (ISO 8601, `P30D`) and was not told before. Without a cursor it starts with what
 * ends from today. A cursor is for facts that are known long before they end; who may learn of one late asks without
 * it, and remembers what was told.
 */
export async function expiryRound(
  facts: ExpiringFacts,
  { ahead, cursor, now }: { readonly ahead: string; readonly cursor: string | null; readonly now: Date },
): Promise<ExpiryRound> {
  const until = shift(now, ahead, 1).toISOString().slice(0, 10);
  const from = cursor ?? now.toISOString().slice(0, 10);
  if (from >= until) return { notices: [], cursor: from };
  const records = new Map<string, ExpiryNotice>();
  for (const notice of await facts.expiring(from, until)) {
    const key = `${notice.person}\n${notice.recordRef}`;
    if (!records.has(key)) records.set(key, notice);
  }
  return { notices: [...records.values()], cursor: until };
}
