// Who used which data about a person, when and why. Holds no values, so it can be shown, kept and exported.
// Entries form a hash chain: taking one out or changing it breaks every later one.

import { canonicalJson, sha256, type ConceptId, type Json, type Purpose, type Sha256 } from '@onceform/core';

/** `interrupted`: sources were about to be asked, and nobody knows what came of it. */
export type UsageOutcome =
  'answered' | 'partial' | 'failed' | 'interrupted' | 'refused' | 'sealed' | 'disputed' | 'kept' | 'withdrawn';

export interface UsageEvent {
  /** RFC 3339. */
  readonly time: string;
  /** Pairwise id of the person whose data it is. */
  readonly subject: string;
  /** Who asked: the portal. */
  readonly requester: string;
  /** `prefill`, `seal`, `dispute`, `write-back`, `withdraw`. */
  readonly action: string;
  readonly purpose: Purpose;
  /** The case: draft or dossier id. */
  readonly issue: string;
  readonly form: string;
  readonly asked: readonly ConceptId[];
  /** Concepts that were answered (`prefill`) or taken (`seal`). */
  readonly used: readonly ConceptId[];
  readonly declined: readonly ConceptId[];
  /** Ids of the sources that were asked. */
  readonly sources: readonly string[];
  readonly outcome: UsageOutcome;
  /** An error code or absent reason; never a value. */
  readonly reason?: string;
}

export interface UsageEntry {
  /** From 1. */
  readonly no: number;
  readonly event: UsageEvent;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: Sha256;
  /** SHA-256 of the canonical JSON of `{ no, event, previous }`. */
  readonly hash: Sha256;
}

export interface UsageLog {
  append(event: UsageEvent): Promise<UsageEntry>;
  /** A person's own entries, newest first. */
  of(subject: string): Promise<readonly UsageEntry[]>;
  /** All entries in order, for export and audit. */
  entries(): AsyncIterable<UsageEntry>;
}

const GENESIS: Sha256 = '0'.repeat(64);

/** Makes the next link of a chain. */
export async function chainUsage(event: UsageEvent, last: UsageEntry | undefined): Promise<UsageEntry> {
  const body = { no: (last?.no ?? 0) + 1, event, previous: last?.hash ?? GENESIS };
  return { ...body, hash: await sha256(canonicalJson(body as unknown as Json)) };
}

/** Finds the first entry that does not follow from the one before it; null when the chain holds. */
export async function brokenLink(entries: Iterable<UsageEntry> | AsyncIterable<UsageEntry>): Promise<number | null> {
  let last: UsageEntry | undefined;
  for await (const entry of entries) {
    const expected = await chainUsage(entry.event, last);
    if (entry.no !== expected.no || entry.previous !== expected.previous || entry.hash !== expected.hash)
      return expected.no;
    last = entry;
  }
  return null;
}

/** A usage log in memory, for tests and for portals that keep none. */
export function createMemoryUsageLog(): UsageLog {
  const all: UsageEntry[] = [];
  let tail: Promise<unknown> = Promise.resolve();
  return {
    append(event) {
      const next = tail.then(async () => {
        const entry = await chainUsage(event, all.at(-1));
        all.push(entry);
        return entry;
      });
      tail = next.catch(() => undefined);
      return next;
    },
    of: async subject => all.filter(({ event }) => event.subject === subject).reverse(),
    async *entries() {
      yield* all;
    },
  };
}
