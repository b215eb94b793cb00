import { describe, expect, it } from 'vitest';
import { substitute, type Json } from '@onceform/core';
import { createMemorySource } from './adapters/memory.ts';
import { importLegacy } from './legacy.ts';
import {
  BINDING,
  birthCase,
  citizen,
  MOTHER,
  NOW,
  population,
  requestFor,
  reuseItem,
  settle,
} from './testing/birth-case.ts';
import { createMemoryUsageLog } from './usage-log.ts';
import { openSeal } from './seal.ts';
import { statementsFromDecision, statementsToKeep, writeBack } from './write-back.ts';
import type { GatewayForm } from './gateway.ts';

const FORM: GatewayForm = {
  id: 'https://forms.example/w',
  version: '1',
  digest: 'd'.repeat(64),
  procedure: null,
  reuse: [
    reuseItem('/me', 'applicant', ['person.fullName', 'person.phone', 'person.email'], {
      edit: 'free',
      writeBack: { defaultOn: true },
    }),
    reuseItem('/office', 'applicant', ['org.phone'], { edit: 'free' }),
    reuseItem('/spouse', 'spouse', ['person.email'], { edit: 'free', writeBack: { defaultOn: true } }),
  ],
};
const TARGET = { id: 'store', name: 'Data store', kind: 'prior-submission' } as const;
const person = { key: MOTHER },
  ALL = ['/me/fullName', '/me/phone', '/me/email', '/office/phone', '/spouse/email', '/me/unknown'];
const store = () =>
  createMemorySource({
    ...TARGET,
    records: [],
    concepts: ['person.fullName', 'person.phone', 'person.email'],
    clock: () => NOW,
  });

async function filed(answers: Json, withSeal = true) {
  const { gateway } = await birthCase([population()]);
  const { offers } = await settle(gateway.prefill(requestFor(['/me'], FORM), citizen(MOTHER), FORM));
  const { seal, keys } = await gateway.seal(
    { draft: 'draft-1', decisions: [{ item: '/me', action: 'use', offer: offers[0]!.id }] },
    citizen(MOTHER),
    FORM,
    BINDING,
  );
  const opened = await openSeal(seal, { keys, audience: null, subject: null, draft: null, form: null, now: NOW });
  return substitute({
    form: { ...FORM, computed: [] },
    answers,
    seal: withSeal ? opened : null,
    components: [],
    decisions: [],
  });
}
const keep = async (answers: Json, optedIn: readonly string[], recordRef = 'dossier-1') =>
  statementsToKeep({ submission: await filed(answers), form: FORM, optedIn, recordRef, now: NOW }, person, TARGET);
const ANSWERS = {
  me: { fullName: 'Mai Anh', phone: '0901', email: '' },
  office: { phone: '1' },
  spouse: { email: 'nam@example.org' },
};
const given = { subject: 'pairwise-1', issue: 'dossier-1', form: FORM.id };

describe('write-back', () => {
  it('W1: keeps only what the citizen ticked, the policy allows, they typed themselves, and is about themselves', async () => {
    expect(await keep(ANSWERS, [])).toEqual([]);
    expect((await keep(ANSWERS, ALL)).map(({ concept, value }) => [concept, value])).toEqual([
      ['person.phone', '0901'],
    ]);
  });

  it('W1: the next form offers it as the citizen\u2019s own word, with its date', async () => {
    const own = store(),
      log = createMemoryUsageLog();
    await writeBack(await keep(ANSWERS, ALL), person, given, { store: own, log, requester: 'portal' });
    const { gateway } = await birthCase([population(), own]);
    const { offers } = await settle(gateway.prefill(requestFor(['/me'], FORM, 'draft-2'), citizen(MOTHER), FORM));
    const mine = offers.find(({ source }) => source.id === 'store')!;
    expect(mine).toMatchObject({
      lastUpdated: NOW.toISOString(),
      verification: { status: 'unverified', assuranceLevel: 'low' },
    });
    expect(mine.values).toMatchObject([{ concept: 'person.phone', value: '0901', edit: 'free' }]);
    expect((await log.of('pairwise-1')).map(({ event }) => [event.action, event.outcome, event.used])).toEqual([
      ['write-back', 'kept', ['person.phone']],
    ]);
    expect(JSON.stringify(await log.of('pairwise-1'))).not.toContain('0901');
  });

  it('W2: filing it again and again never makes it verified', async () => {
    const own = store(),
      options = { store: own, log: createMemoryUsageLog(), requester: 'portal' };
    for (const round of ['1', '2', '3'])
      await writeBack(await keep({ me: { phone: `090${round}` } }, ALL, `dossier-${round}`), person, given, options);
    const { gateway } = await birthCase([own]);
    const { offers } = await settle(gateway.prefill(requestFor(['/me'], FORM, 'draft-2'), citizen(MOTHER), FORM));
    expect(offers).toHaveLength(1);
    expect(offers[0]).toMatchObject({ verification: { status: 'unverified' }, values: [{ value: '0903' }] });
  });

  it('W3: an update leaves alone what the form did not show', async () => {
    const own = store(),
      options = { store: own, log: createMemoryUsageLog(), requester: 'portal' };
    await writeBack(await keep({ me: { phone: '1', email: 'mai@example.org' } }, ALL), person, given, options);
    await writeBack(await keep({ me: { phone: '2' } }, ALL, 'dossier-2'), person, given, options);
    const { gateway } = await birthCase([own]);
    const { offers } = await settle(gateway.prefill(requestFor(['/me'], FORM, 'draft-2'), citizen(MOTHER), FORM));
    expect(
      Object.fromEntries(offers.flatMap(({ values }) => values.map(({ concept, value }) => [concept, value]))),
    ).toEqual({ 'person.phone': '2', 'person.email': 'mai@example.org' });
  });

  it('W4: two at once with the same revision in hand: one is told', async () => {
    const own = store(),
      options = { store: own, log: createMemoryUsageLog(), requester: 'portal' };
    const both = await Promise.all(['a', 'b'].map(ref => keep({ me: { phone: ref } }, ALL, ref)));
    const outcomes = await Promise.allSettled(
      both.map(statements => writeBack(statements, person, { ...given, expected: 0 }, options)),
    );
    expect(
      outcomes
        .map(outcome => (outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'kept'))
        .sort(),
    ).toEqual(['ERR_CONFLICT', 'kept']);
  });

  it('sent twice it keeps once', async () => {
    const own = store(),
      options = { store: own, log: createMemoryUsageLog(), requester: 'portal' };
    const statements = await keep(ANSWERS, ALL);
    expect(await writeBack(statements, person, given, options)).toEqual({ revision: 1 });
    expect(await writeBack(statements, person, given, options)).toBeNull();
  });

  it('only an officer\u2019s decision makes a fact official', async () => {
    const [fact] = statementsFromDecision(
      {
        reference: 'decision-9',
        time: '2026-11-22T09:00:00Z',
        facts: [{ concept: 'person.phone', value: '0909', validUntil: '2031-01-01' }],
      },
      person,
      TARGET,
    );
    expect(fact).toMatchObject({
      source: { kind: 'officer-entered', recordRef: 'decision-9' },
      verification: { status: 'verified', assuranceLevel: 'substantial' },
      validUntil: '2031-01-01',
    });
    const own = store();
    await writeBack([fact!], person, given, { store: own, log: createMemoryUsageLog(), requester: 'portal' });
    const { gateway } = await birthCase([own]);
    const { offers } = await settle(
      gateway.prefill(
        requestFor(['/me'], { ...FORM, reuse: [reuseItem('/me', 'applicant', ['person.phone'])] }),
        citizen(MOTHER),
        { ...FORM, reuse: [reuseItem('/me', 'applicant', ['person.phone'])] },
      ),
    );
    expect(offers[0]).toMatchObject({
      verification: { status: 'verified' },
      values: [{ edit: 'locked', value: '0909' }],
    });
  });
});

describe('an older store', () => {
  const rows = [
    {
      reference: '1',
      person: MOTHER,
      values: { 'person.phone': '0901', 'person.email': ' ', 'person.fullName': 'x'.repeat(500) },
      lastUpdated: '2019-05-05',
    },
    { reference: '2', person: MOTHER, values: { 'person.phone': '1' }, lastUpdated: 'sometime' },
    { reference: '1', person: MOTHER, values: {}, lastUpdated: null },
  ];
  const options = { now: NOW, accepts: (_concept: string, value: Json) => String(value).length < 100 };
  it('is taken over marked as legacy, and says what it left behind', () => {
    const { statements, skipped } = importLegacy(rows, TARGET, options);
    expect(statements).toMatchObject([
      {
        concept: 'person.phone',
        lastUpdated: '2019-05-05',
        source: { kind: 'legacy' },
        verification: { status: 'unverified', assuranceLevel: 'low' },
      },
    ]);
    expect(skipped).toEqual([
      { reference: '1', concept: 'person.email', reason: 'empty' },
      { reference: '1', concept: 'person.fullName', reason: 'not-accepted' },
      { reference: '2', reason: 'bad-date' },
      { reference: '1', reason: 'duplicate' },
    ]);
  });
  it('gives the same ids every time', () => {
    const ids = () => importLegacy(rows, TARGET, options).statements.map(({ id }) => id);
    expect(ids()).toEqual(ids());
  });
});
