import { describe, expect, it } from 'vitest';
import { expiryRound, type ExpiryNotice } from './expiry.ts';

const notice = (validUntil: string, recordRef = validUntil): ExpiryNotice => ({
  person: 'p',
  concept: 'licence.date',
  recordRef,
  validUntil,
});
const facts = (...all: ExpiryNotice[]) => ({
  expiring: async (from: string, until: string) =>
    all.filter(({ validUntil }) => validUntil >= from && validUntil < until),
});

describe('facts that end', () => {
  it('are told once each, none is skipped between rounds, and what has ended already is not news', async () => {
    const store = facts(notice('2026-11-01'), notice('2026-12-01'), notice('2026-12-22'), notice('2026-12-23'));
    const told: string[] = [];
    let cursor: string | null = null;
    for (const day of ['2026-11-22', '2026-11-22', '2026-11-23', '2026-11-24']) {
      const round = await expiryRound(store, { ahead: 'P30D', cursor, now: new Date(`${day}T08:00:00Z`) });
      told.push(...round.notices.map(({ validUntil }) => validUntil));
      cursor = round.cursor;
    }
    expect(told).toEqual(['2026-12-01', '2026-12-22', '2026-12-23']);
  });

  it('of one record are one notice', async () => {
    const store = facts(notice('2026-12-01', 'licence-7'), notice('2026-12-02', 'licence-7'));
    const round = await expiryRound(store, { ahead: 'P30D', cursor: null, now: new Date('2026-11-22T08:00:00Z') });
    expect(round.notices).toHaveLength(1);
  });
});
