// The acceptance suite of the prefill journal. Framework-free, as `sourceConformance`: each case has a name and throws when
// the journal fails it.

import type { Offer } from '@onceform/core';
import type { ConsentRecord, ConsentStore } from '../consent.ts';
import type { OfferStore } from '../offer-store.ts';
import type { PrefillJournal } from '../prefill-journal.ts';
import { brokenLink, type UsageEvent, type UsageLog } from '../usage-log.ts';
import type { ConformanceCase } from './conformance.ts';

/** A journal, and where what it writes can be read again. */
export interface JournalFixture {
  readonly journal: PrefillJournal;
  readonly consents: Pick<ConsentStore, 'get'>;
  readonly offers: Pick<OfferStore, 'load'>;
  readonly log: UsageLog;
  /** A draft that there is, of this person. */
  readonly draft: string;
  readonly subject: string;
}

/** @param create a fresh fixture, or another draft on the same database. */
export function journalConformance(create: () => JournalFixture | Promise<JournalFixture>): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: (fixture: JournalFixture) => Promise<void>): void => {
    cases.push({ name, run: async () => run(await create()) });
  };

  add('writes consent, offers and entries, and what began is over', async fixture => {
    const { journal, consents, offers, log, draft, subject } = fixture;
    const over = await journal.begin(eventOf(fixture, 'interrupted'));
    const [entry] = await journal.write({
      consent: { record: consentOf(fixture) },
      offered: { draft, subject, results: [{ item: '/a', offers: [OFFER], misses: [] }] },
      entries: [eventOf(fixture, 'answered')],
      over,
    });
    check((await consents.get(draft))?.state === 'given', 'the consent stands');
    check((await offers.load(draft, subject)).offers[0]?.id === OFFER.id, 'the offer is kept');
    check((await log.of(subject))[0]?.hash === entry?.hash, 'the entry it gave is the newest of the person');
    check((await journal.recover(LATER)) === 0, 'nothing is left to recover');
    check((await brokenLink(log.entries())) === null, 'the chain holds');
  });

  add('has in the log what began and was never ended, once', async fixture => {
    const { journal, log, subject } = fixture;
    await journal.begin(eventOf(fixture, 'interrupted'));
    check((await journal.recover(new Date(Date.parse(TIME) - 1))) === 0, 'nothing is recovered that may still run');
    check((await log.of(subject)).length === 0, 'it is not in the log while it may still run');
    check((await journal.recover(LATER)) === 1 && (await journal.recover(LATER)) === 0, 'one is recovered, once');
    check((await log.of(subject))[0]?.event.outcome === 'interrupted', 'the log says that it was interrupted');
    check((await brokenLink(log.entries())) === null, 'the chain holds');
  });

  add('keeps what was begun while pages come that do not end it', async fixture => {
    const { journal, log, draft, subject } = fixture;
    const over = await journal.begin(eventOf(fixture, 'interrupted'));
    const entries = await journal.write({
      offered: { draft, subject, results: [{ item: '/a', offers: [OFFER], misses: [] }] },
    });
    check(entries.length === 0, 'a page without entries gives none');
    await journal.write({ entries: [eventOf(fixture, 'partial'), eventOf(fixture, 'answered')], over });
    check(
      (await log.of(subject)).map(({ event }) => event.outcome).join() === 'answered,partial',
      'entries stand in the order of their page',
    );
    check((await journal.recover(LATER)) === 0, 'nothing is left to recover');
  });

  add('ends without an entry what was begun and asked nobody', async fixture => {
    const { journal, log, subject } = fixture;
    await journal.write({ over: await journal.begin(eventOf(fixture, 'interrupted')) });
    check((await journal.recover(LATER)) === 0 && (await log.of(subject)).length === 0, 'nothing is in the log');
  });

  return cases;
}

const TIME = '2026-11-22T08:00:00.000Z';
const LATER = new Date(Date.parse(TIME) + 60_000);
const PURPOSE = { code: 'p', text: 'p', legalBasis: 'explicit-request' } as const;

const OFFER = {
  id: 'offer-1',
  item: '/a',
  recordRef: 'r',
  source: { id: 's', name: 'S', kind: 'authoritative' },
  verification: { status: 'verified', assuranceLevel: 'high' },
  lastUpdated: null,
  retrievedAt: TIME,
  values: [{ pointer: '/a/b', concept: 'c', edit: 'locked', value: 'v' }],
  preferred: true,
  rule: 'only',
  flags: [],
} as unknown as Offer;

function eventOf({ draft, subject }: JournalFixture, outcome: UsageEvent['outcome']): UsageEvent {
  return {
    time: TIME,
    subject,
    requester: 'portal',
    action: 'prefill',
    purpose: PURPOSE,
    issue: draft,
    form: 'f',
    asked: ['c'],
    used: [],
    declined: [],
    sources: [],
    outcome,
  };
}

function consentOf({ draft, subject }: JournalFixture): ConsentRecord {
  return {
    subject,
    draft,
    purpose: PURPOSE,
    form: 'f',
    concepts: ['c'],
    state: 'given',
    given: TIME,
    keepUntil: '2026-12-22T08:00:00.000Z',
    fetches: [TIME],
  };
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Expected: ${what}.`);
}
