// Purpose, legal basis and consent as something a machine enforces: who may fetch what for which case, how often, and
// how long it may be kept. Fields from ReBIT's consent artefact (DEPA) and ISO/IEC TS 27560; states count, not ticks.

import { OnceFormError, type ConceptId, type Purpose, type SealPayload } from '@onceform/core';
import { shift } from './duration.ts';

export interface ConsentTerms {
  /** How often data may be fetched for one case. */
  readonly frequency: { readonly count: number; /** ISO 8601. */ readonly per: string };
  /** How long an unfinished case may keep what was fetched, ISO 8601. */
  readonly dataLife: string;
}

/** One act of the citizen for one case. `state` is what counts: only `given` justifies a fetch. */
export interface ConsentRecord {
  /** Pairwise id. */
  readonly subject: string;
  readonly draft: string;
  readonly purpose: Purpose;
  readonly form: string;
  readonly concepts: readonly ConceptId[];
  readonly state: 'given' | 'withdrawn' | 'expired';
  /** RFC 3339. */
  readonly given: string;
  readonly ended?: string;
  /** When what was fetched must be gone unless it was filed. */
  readonly keepUntil: string;
  /** Times of the fetches that still count for the frequency. */
  readonly fetches: readonly string[];
}

/** Where consent records are kept; one per draft. */
export interface ConsentStore {
  get(draft: string): Promise<ConsentRecord | undefined>;
  set(record: ConsentRecord): Promise<void>;
  /** All of a person, newest first. */
  of(subject: string): Promise<readonly ConsentRecord[]>;
  /** Drafts whose data must be gone at a moment. */
  overdue(now: string): Promise<readonly ConsentRecord[]>;
}

/** What was read of a case's consent; undefined: there is none. */
export interface KnownConsent {
  readonly record: ConsentRecord | undefined;
  /** Tells this record from every later one of the case; null where there was none. */
  readonly mark?: string | null;
}

export interface ConsentLedger {
  /**
   * Judges whether data may be fetched now, and says what has to be entered before any are handed out.
   *
   * @throws {OnceFormError} ERR_CONSENT_REQUIRED when consent was withdrawn after the citizen asked; ERR_RATE_LIMITED
   *   with `data.retryAfter` in seconds when data were fetched for the case as often as may be; ERR_SUBJECT_DENIED
   *   when the case is another person's.
   * @param known the record of the case, where it has just been read; absent: it is read.
   */
  admit(
    asked: Pick<ConsentRecord, 'subject' | 'draft' | 'purpose' | 'form' | 'concepts'> & { readonly time: string },
    known?: KnownConsent,
  ): Promise<ConsentRecord>;
  /** Enters what `admit` gave. */
  enter(record: ConsentRecord): Promise<void>;
  /** Ends it: nothing is fetched any more, and seals of the draft are void. */
  withdraw(subject: string, draft: string): Promise<ConsentRecord | undefined>;
  /** Ends those whose data life is over; returns them, so that their data are purged. */
  expire(): Promise<readonly ConsentRecord[]>;
  /**
   * Refuses a seal whose consent ended after it was made.
   *
   * @param known as for `admit`.
   * @throws {OnceFormError} ERR_SEAL_VOID
   */
  assertStanding(payload: Pick<SealPayload, 'draft' | 'sub' | 'iat'>, known?: KnownConsent): Promise<void>;
  of(subject: string): Promise<readonly ConsentRecord[]>;
}

export const DEFAULT_TERMS: ConsentTerms = { frequency: { count: 20, per: 'PT1H' }, dataLife: 'P30D' };

export function createConsentLedger(
  store: ConsentStore,
  { terms = DEFAULT_TERMS, clock = () => new Date() }: { terms?: ConsentTerms; clock?: () => Date } = {},
): ConsentLedger {
  const end = async (record: ConsentRecord, state: 'withdrawn' | 'expired'): Promise<ConsentRecord> => {
    const ended: ConsentRecord = { ...record, state, ended: clock().toISOString(), fetches: [] };
    await store.set(ended);
    return ended;
  };
  return {
    enter: record => store.set(record),
    async admit({ time, ...asked }, known) {
      const now = clock(),
        before = known === undefined ? await store.get(asked.draft) : known.record;
      if (before !== undefined && before.subject !== asked.subject)
        throw new OnceFormError('ERR_SUBJECT_DENIED', 'This case is another person\u2019s.');
      if (before?.ended !== undefined && Date.parse(time) <= Date.parse(before.ended)) {
        throw new OnceFormError('ERR_CONSENT_REQUIRED', 'The citizen took the consent back.', {
          data: { state: before.state },
        });
      }
      const window = shift(now, terms.frequency.per, -1).getTime();
      const fetches = (before?.fetches ?? []).filter(one => Date.parse(one) > window);
      if (fetches.length >= terms.frequency.count) {
        const retryAfter = Math.max(1, Math.ceil((Date.parse(fetches[0]!) - window) / 1000));
        throw new OnceFormError('ERR_RATE_LIMITED', 'Data were fetched for this case as often as may be.', {
          data: { retryAfter },
        });
      }
      const goesOn = before?.state === 'given';
      return {
        ...asked,
        concepts: [...new Set([...(goesOn ? before.concepts : []), ...asked.concepts])].sort(),
        state: 'given',
        given: goesOn ? before.given : now.toISOString(),
        keepUntil: shift(now, terms.dataLife, 1).toISOString(),
        fetches: [...fetches, now.toISOString()],
      };
    },
    async withdraw(subject, draft) {
      const record = await store.get(draft);
      return record?.subject === subject && record.state === 'given' ? end(record, 'withdrawn') : undefined;
    },
    async expire() {
      return Promise.all((await store.overdue(clock().toISOString())).map(record => end(record, 'expired')));
    },
    async assertStanding({ draft, sub, iat }, known) {
      const record = known === undefined ? await store.get(draft) : known.record;
      if (record?.subject !== sub) return;
      const stands = record.state === 'given' ? Date.parse(record.given) <= iat * 1000 + 999 : false;
      if (!stands)
        throw new OnceFormError('ERR_SEAL_VOID', 'The citizen took the consent back after the data were sealed.', {
          data: { state: record.state },
        });
    },
    of: subject => store.of(subject),
  };
}

export function createMemoryConsents(): ConsentStore {
  const records = new Map<string, ConsentRecord>();
  return {
    get: async draft => records.get(draft),
    set: async record => {
      records.set(record.draft, record);
    },
    of: async subject =>
      [...records.values()].filter(record => record.subject === subject).sort((a, b) => b.given.localeCompare(a.given)),
    overdue: async now => [...records.values()].filter(({ state, keepUntil }) => state === 'given' && keepUntil <= now),
  };
}
