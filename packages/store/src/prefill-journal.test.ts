import { describe, expect, it } from 'vitest';
import { OnceFormError } from '@onceform/core';
import { createConsentLedger, createMemoryConsents } from './consent.ts';
import { createMemoryOfferStore } from './offer-store.ts';
import { createPrefillJournal } from './prefill-journal.ts';
import {
  BIRTH_FORM,
  birthCase,
  citizen,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  settle,
} from './testing/birth-case.ts';
import { journalConformance } from './testing/journal-conformance.ts';
import { createMemoryUsageLog } from './usage-log.ts';

describe('the journal out of parts', () => {
  const fixture = () => {
    const consents = createMemoryConsents();
    const offers = createMemoryOfferStore();
    const log = createMemoryUsageLog();
    const { enter } = createConsentLedger(consents);
    return {
      journal: createPrefillJournal({ enter, offerStore: offers, log }),
      consents,
      offers,
      log,
      draft: 'd',
      subject: 's',
    };
  };
  for (const { name, run } of journalConformance(fixture)) it(name, run);
});

describe('a prefill', () => {
  it('asks no source before the journal knows, and shows nothing before it is written', async () => {
    const said: string[] = [];
    const parts = createPrefillJournal({ offerStore: createMemoryOfferStore(), log: createMemoryUsageLog() });
    const register = population();
    const { gateway } = await birthCase(
      [{ ...register, query: (query, signal) => (said.push('asked'), register.query(query, signal)) }],
      {
        journal: {
          ...parts,
          begin: async about => (said.push(`begun ${about.outcome}`), parts.begin(about)),
          write: async page => {
            said.push(`written ${page.entries?.map(({ outcome }) => outcome).join() ?? ''}`);
            return parts.write(page);
          },
        },
      },
    );
    for await (const { offers } of await gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM))
      said.push(`shown ${offers.length}`);
    expect(said).toEqual(['begun interrupted', 'asked', 'written answered', 'shown 1']);
    expect(await parts.recover(new Date(NOW.getTime() + 1))).toBe(0);
  });

  it('is judged anew where its consent changed while the sources were asked, and shows nothing then', async () => {
    let now = NOW.getTime();
    const clock = () => new Date(now);
    const log = createMemoryUsageLog();
    const consents = createConsentLedger(createMemoryConsents(), { clock });
    const offerStore = createMemoryOfferStore({ clock });
    const parts = createPrefillJournal({ enter: consents.enter, offerStore, log });
    let once = true;
    const { gateway } = await birthCase([population(), health()], {
      clock,
      log,
      consents,
      journal: {
        ...parts,
        // As a database does that compares the mark: another tab gave the consent, and took it back.
        async write(page) {
          if (page.consent !== undefined && once) {
            once = false;
            await consents.enter(page.consent.record);
            now += 1000;
            await consents.withdraw('pairwise-1', 'draft-1');
            throw new OnceFormError('ERR_CONFLICT', 'changed');
          }
          return parts.write(page);
        },
      },
    });
    await expect(settle(gateway.prefill(requestFor(['/child']), citizen(MOTHER), BIRTH_FORM))).rejects.toMatchObject({
      code: 'ERR_CONSENT_REQUIRED',
    });
    expect(await offerStore.load('draft-1', 'pairwise-1')).toEqual({ offers: [], misses: [] });
    expect((await log.of('pairwise-1')).map(({ event }) => [event.outcome, event.used])).toEqual([['failed', []]]);
  });
});
