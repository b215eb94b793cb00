// A citizen objects to a use of their data: which entry of their usage log, in their words, and what was answered.

import { canonicalJson, OnceFormError, sha256 } from '@onceform/core';
import type { LogView } from './metrics/events.ts';
import type { UsageEvent, UsageLog } from './usage-log.ts';

export interface Complaint {
  /** A digest of who says what about which entry: sending it twice makes one. */
  readonly id: string;
  /** Pairwise id. */
  readonly subject: string;
  /** The entry of the usage log, and what it says: the log may be long when somebody reads this. */
  readonly entry: number;
  readonly event: UsageEvent;
  /** The citizen's words. */
  readonly text: string;
  readonly status: 'open' | 'answered';
  /** RFC 3339. */
  readonly opened: string;
  readonly answer?: string;
  readonly answered?: string;
}

/** Where complaints are kept. Not a log: they hold what people write. */
export interface ComplaintStore {
  get(id: string): Promise<Complaint | undefined>;
  set(complaint: Complaint): Promise<void>;
  /** A person's, newest first. */
  of(subject: string): Promise<readonly Complaint[]>;
  byStatus(status: Complaint['status']): Promise<readonly Complaint[]>;
}

export interface ComplaintDesk {
  /**
   * Takes a complaint about an entry of the person's own log. The same again is the same complaint.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when the entry is none of theirs.
   */
  open(given: Pick<Complaint, 'subject' | 'entry' | 'text'>): Promise<Complaint>;
  /**
   * Answers an open one.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when there is none; ERR_CONFLICT when it was answered before.
   */
  answer(id: string, text: string): Promise<Complaint>;
  of(subject: string): Promise<readonly Complaint[]>;
  /** Those that nobody answered, newest first. */
  waiting(): Promise<readonly Complaint[]>;
}

export function createComplaintDesk({
  store,
  log,
  clock = () => new Date(),
  measure,
}: {
  readonly store: ComplaintStore;
  readonly log: Pick<UsageLog, 'of'>;
  readonly clock?: () => Date;
  /** Told of each complaint, without words or names. */
  readonly measure?: (event: LogView) => void;
}): ComplaintDesk {
  return {
    async open({ subject, entry, text }) {
      const found = (await log.of(subject)).find(({ no }) => no === entry);
      if (found === undefined) throw new OnceFormError('ERR_NOT_FOUND', 'There is no such entry in your log.');
      const id = await sha256(canonicalJson([subject, entry, text]));
      const before = await store.get(id);
      if (before !== undefined) return before;
      const opened = clock().toISOString();
      const complaint: Complaint = { id, subject, entry, event: found.event, text, status: 'open', opened };
      await store.set(complaint);
      measure?.({ kind: 'log-view', time: opened, complaint: true });
      return complaint;
    },
    async answer(id, text) {
      const complaint = await store.get(id);
      if (complaint === undefined) throw new OnceFormError('ERR_NOT_FOUND', 'There is no such complaint.');
      if (complaint.status === 'answered') throw new OnceFormError('ERR_CONFLICT', 'It was answered before.');
      const answered: Complaint = { ...complaint, status: 'answered', answer: text, answered: clock().toISOString() };
      await store.set(answered);
      return answered;
    },
    of: subject => store.of(subject),
    waiting: () => store.byStatus('open'),
  };
}

export function createMemoryComplaints(): ComplaintStore {
  const complaints = new Map<string, Complaint>();
  const newest = (wanted: (one: Complaint) => boolean): Complaint[] =>
    [...complaints.values()].filter(wanted).sort((a, b) => b.opened.localeCompare(a.opened));
  return {
    get: async id => complaints.get(id),
    set: async complaint => {
      complaints.set(complaint.id, complaint);
    },
    of: async subject => newest(one => one.subject === subject),
    byStatus: async status => newest(one => one.status === status),
  };
}
