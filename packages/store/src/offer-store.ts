// What the gateway offered for a draft. Only what stands here can be sealed, so a client cannot invent an offer.

import type { Miss, Offer, PrefillResult } from '@onceform/core';

/** Kept per draft and per person: the same draft id in another person's hands finds nothing. */
export interface OfferStore {
  /** Adds what came: an offer replaces the earlier one of the same id, a miss the earlier one of pointer and source. */
  save(draft: string, subject: string, results: readonly PrefillResult[]): Promise<void>;
  load(draft: string, subject: string): Promise<OfferBook>;
  /** Forgets everything about a draft: it was filed, abandoned, or consent was withdrawn. */
  purge(draft: string): Promise<void>;
}

export interface OfferBook {
  readonly offers: readonly Offer[];
  readonly misses: readonly Miss[];
}

/** An offer store in memory. Entries are forgotten `lifetime` milliseconds after they were last written. */
export function createMemoryOfferStore({
  lifetime = 86_400_000,
  clock = () => new Date(),
}: { lifetime?: number; clock?: () => Date } = {}): OfferStore {
  interface Entry {
    readonly subject: string;
    offers: Map<string, Offer>;
    misses: Map<string, Miss>;
    until: number;
  }
  const drafts = new Map<string, Entry>();
  // Written last stands last, so the first one that is in time ends the search.
  const sweep = (): void => {
    const now = clock().getTime();
    for (const [draft, { until }] of drafts)
      if (until <= now) drafts.delete(draft);
      else break;
  };
  return {
    async save(draft, subject, results) {
      sweep();
      let entry = drafts.get(draft);
      if (entry?.subject !== subject) {
        entry = { subject, offers: new Map(), misses: new Map(), until: 0 };
      }
      drafts.delete(draft);
      drafts.set(draft, entry);
      for (const { offers, misses } of results) {
        for (const offer of offers) entry.offers.set(offer.id, offer);
        for (const miss of misses) entry.misses.set(`${miss.pointer}\n${miss.source?.id ?? ''}`, miss);
      }
      entry.until = clock().getTime() + lifetime;
    },
    async load(draft, subject) {
      sweep();
      const entry = drafts.get(draft);
      if (entry?.subject !== subject) return { offers: [], misses: [] };
      return { offers: [...entry.offers.values()], misses: [...entry.misses.values()] };
    },
    async purge(draft) {
      drafts.delete(draft);
    },
  };
}
