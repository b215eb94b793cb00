// What a prefill leaves behind: that sources are about to be asked, the consent this rests on, what they offered, and who
// asked whom for what. A port of its own, so that a database can write all of it with one statement.

import type { PrefillResult } from '@onceform/core';
import type { ConsentRecord } from './consent.ts';
import type { OfferStore } from './offer-store.ts';
import type { UsageEntry, UsageEvent, UsageLog } from './usage-log.ts';

/** What is written together: all of it, or nothing. */
export interface JournalPage {
  /** The consent that the page rests on. */
  readonly consent?: {
    readonly record: ConsentRecord;
    /** The mark of the record it takes the place of; absent: whichever stands there. */
    readonly mark?: string | null;
  };
  readonly offered?: { readonly draft: string; readonly subject: string; readonly results: readonly PrefillResult[] };
  /** For the usage log, in this order. */
  readonly entries?: readonly UsageEvent[];
  /** What `begin` gave: how that ended is written now. */
  readonly over?: string;
}

/**
 * Three promises, whatever fails between: no source is asked before it is written that it will be; nothing is shown before
 * it is written that it was offered, and on which consent; and whatever began is in the usage log in the end.
 */
export interface PrefillJournal {
  /**
   * Writes that sources are about to be asked, as the entry would read if nothing more were heard of it. When it resolves,
   * the death of this process does not take it back.
   *
   * @returns the name under which `write` ends it.
   */
  begin(about: UsageEvent): Promise<string>;
  /**
   * @returns the entries of the page. They are on the disk when it resolves, with everything written before.
   * @throws {OnceFormError} ERR_CONFLICT when the consent changed since its mark was read; nothing is written then.
   */
  write(page: JournalPage): Promise<readonly UsageEntry[]>;
  /** Enters what began before a moment and was never ended; returns how many there were. */
  recover(before: Date): Promise<number>;
}

/** A journal out of parts that know nothing of each other: what was begun is remembered in memory. */
export function createPrefillJournal({
  enter,
  offerStore,
  log,
  random = () => crypto.randomUUID(),
}: {
  /** Writes a consent; absent: none are kept. */
  readonly enter?: ((record: ConsentRecord) => Promise<void>) | undefined;
  readonly offerStore: Pick<OfferStore, 'save'>;
  readonly log: Pick<UsageLog, 'append'>;
  readonly random?: () => string;
}): PrefillJournal {
  const begun = new Map<string, UsageEvent>();
  const append = async (events: readonly UsageEvent[]): Promise<readonly UsageEntry[]> => {
    const entries: UsageEntry[] = [];
    for (const event of events) entries.push(await log.append(event));
    return entries;
  };
  return {
    async begin(about) {
      const name = random();
      begun.set(name, about);
      return name;
    },
    async write({ consent, offered, entries = [], over }) {
      if (consent !== undefined) await enter?.(consent.record);
      if (offered !== undefined) await offerStore.save(offered.draft, offered.subject, offered.results);
      const written = await append(entries);
      if (over !== undefined) begun.delete(over);
      return written;
    },
    async recover(before) {
      const left = [...begun].filter(([, { time }]) => Date.parse(time) < before.getTime());
      for (const [name] of left) begun.delete(name);
      return (await append(left.map(([, event]) => event))).length;
    },
  };
}
