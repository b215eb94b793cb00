// Conflicts (C) and age (S): nothing is thrown away, and a declared policy names the winner.

import { describe, expect, it } from 'vitest';
import { localize, type ReusePolicy } from '@onceform/core';
import { createMemorySource, type MemoryRecord } from './adapters/memory.ts';
import { lyingSource } from './testing/index.ts';
import {
  BINDING,
  birthCase,
  citizen,
  FATHER,
  MOTHER,
  NOW,
  population,
  requestFor,
  reuseItem,
  settle,
} from './testing/birth-case.ts';
import type { GatewayForm, GatewayOptions } from './gateway.ts';
import { createRelations } from './relations.ts';
import { openSeal } from './seal.ts';
import { readSeal } from './seal-payload.ts';
import type { CitizenDataSource } from './source.ts';

const CONCEPTS = ['person.fullName', 'person.residence'];
const form = (policy: Partial<ReusePolicy> = {}, concepts = CONCEPTS): GatewayForm => ({
  id: 'https://forms.example/x',
  version: '1',
  digest: 'c'.repeat(64),
  procedure: null,
  reuse: [
    reuseItem('/who', 'applicant', concepts, policy),
    reuseItem('/rows/[]', 'applicant', ['licence.number', 'licence.date'], { mode: 'choose', ...policy }),
  ],
});
const register = (id: string, values: MemoryRecord['values'], change: Partial<MemoryRecord> = {}): CitizenDataSource =>
  createMemorySource({
    id,
    name: id,
    clock: () => NOW,
    records: [{ person: MOTHER, recordRef: `${id}-1`, values, lastUpdated: '2026-01-01', ...change }],
  });
async function prefill(
  sources: readonly CitizenDataSource[],
  policy: Partial<ReusePolicy> = {},
  options: Partial<GatewayOptions> = {},
  item = '/who',
) {
  const made = await birthCase(sources, options),
    target = form(policy);
  const results = await settle(made.gateway.prefill(requestFor([item], target), citizen(MOTHER), target));
  return {
    ...made,
    ...results,
    form: target,
    of: (id: string) => results.offers.find(({ source }) => source.id === id)!,
  };
}
const A = { 'person.fullName': 'Mai Anh', 'person.residence': '12 Long Street' };

describe('two sources differ', () => {
  it('C1: both are offered and marked, the declared order names the winner, and the seal names the rule', async () => {
    const {
      offers,
      of,
      gateway,
      form: target,
    } = await prefill(
      [register('later', { ...A, 'person.residence': '7 Short Lane' }), register('first', A)],
      {},
      { priority: { person: ['first', 'later'] } },
    );
    expect(offers.map(({ flags }) => flags)).toEqual([['conflict'], ['conflict']]);
    expect([of('first').preferred, of('later').preferred]).toEqual([true, false]);
    expect(of('first').rule).toBe('source-priority');
    const { seal, keys } = await gateway.seal(
      { draft: 'draft-1', decisions: [{ item: '/who', action: 'use', offer: of('later').id }] },
      citizen(MOTHER),
      target,
      BINDING,
    );
    const { payload } = await openSeal(seal, {
      keys,
      audience: null,
      subject: null,
      draft: null,
      form: null,
      now: NOW,
    });
    expect(payload.items[0]!.chosen).toEqual({ rule: 'source-priority', of: 2 });
    expect(payload.items[0]!.source.id).toBe('later');
  });

  it('C10: a seal of before explains itself by its own rule, whatever the order is today', async () => {
    const sources = () => [register('one', A), register('two', { ...A, 'person.residence': '7 Short Lane' })];
    const taken = async (priority: readonly string[]) => {
      const { of, gateway, form: target } = await prefill(sources(), {}, { priority: { person: priority } });
      const winner = ['one', 'two'].find(id => of(id).preferred)!;
      const { seal, keys } = await gateway.seal(
        { draft: 'draft-1', decisions: [{ item: '/who', action: 'use', offer: of(winner).id }] },
        citizen(MOTHER),
        target,
        BINDING,
      );
      return async () =>
        (await openSeal(seal, { keys, audience: null, subject: null, draft: null, form: null, now: NOW })).payload
          .items[0]!;
    };
    const before = await taken(['one', 'two']);
    const after = await taken(['two', 'one']);
    expect((await before()).source.id).toBe('one');
    expect((await after()).source.id).toBe('two');
    expect((await before()).chosen).toEqual({ rule: 'source-priority', of: 2 });
  });

  it('C1: the same whatever the order of arrival', async () => {
    const slow = (source: CitizenDataSource) => lyingSource(source, 'slow', { delay: 20 });
    const one = register('one', A),
      two = register('two', { ...A, 'person.residence': '7 Short Lane' });
    for (const sources of [
      [slow(one), two],
      [one, slow(two)],
    ]) {
      const { of } = await prefill(sources, {}, { priority: { '*': ['one', 'two'] } });
      expect([of('one').preferred, of('two').preferred]).toEqual([true, false]);
    }
  });

  it('names no winner while a more trusted source may still answer', async () => {
    const { gateway, form: target } = await prefill(
      [
        lyingSource(register('one', A), 'slow', { delay: 20 }),
        register('two', { ...A, 'person.residence': 'Elsewhere' }),
      ],
      {},
      { priority: { '*': ['one', 'two'] } },
    );
    const preferred: (string | undefined)[] = [];
    for await (const { offers } of await gateway.prefill(
      requestFor(['/who'], target, 'draft-9'),
      citizen(MOTHER),
      target,
    ))
      preferred.push(offers.find(offer => offer.preferred)?.source.id);
    expect(preferred).toEqual([undefined, 'one']);
  });

  it('C2: a tie is for the citizen to choose, unless the policy says otherwise', async () => {
    const sources = [register('one', A), register('two', { ...A, 'person.residence': '7 Short Lane' })];
    const tie = await prefill(sources, { conflict: { strategy: ['recency'], onTie: 'choose' } });
    expect(tie.offers.map(({ preferred, rule }) => [preferred, rule])).toEqual([
      [false, 'tie'],
      [false, 'tie'],
    ]);
    const first = await prefill(sources, { conflict: { strategy: ['recency'], onTie: 'first' } });
    expect(first.offers.filter(({ preferred }) => preferred)).toHaveLength(1);
  });

  it('recency, when it is declared, beats the order of sources; a source without a date never wins by it', async () => {
    const sources = [
      register('old', A),
      register('new', { ...A, 'person.residence': '7 Short Lane' }, { lastUpdated: '2026-10-01' }),
      createMemorySource({
        id: 'undated',
        name: 'u',
        records: [{ person: MOTHER, recordRef: 'u', values: { ...A, 'person.residence': 'Nowhere' } }],
      }),
    ];
    const { of } = await prefill(sources, { conflict: { strategy: ['recency'], onTie: 'choose' } });
    expect([of('new').preferred, of('new').rule, of('undated').lastUpdated]).toEqual([true, 'recency', null]);
  });
});

describe('sources agree', () => {
  it('C3, C9: spelling is no conflict: one offer, two sources', async () => {
    const { offers } = await prefill([
      register('one', { ...A, 'person.fullName': 'MAI  ANH ' }),
      register('two', { ...A, 'person.fullName': 'Mai\u00a0Anh' }),
    ]);
    expect(offers).toHaveLength(1);
    expect(offers[0]).toMatchObject({ flags: [], preferred: true, alsoFrom: [{ id: 'two' }] });
  });

  it('C3: a country\u2019s own variants count as the same, by its pack', async () => {
    const comparable = (_concept: string, value: unknown) => String(value).replace('old ward', 'new ward');
    const sources = [
      register('one', { ...A, 'person.residence': 'old ward' }),
      register('two', { ...A, 'person.residence': 'new ward' }),
    ];
    expect(
      (await prefill(sources, {}, { pack: { concepts: {}, comparable: comparable as never } })).offers,
    ).toHaveLength(1);
    expect((await prefill(sources)).offers).toHaveLength(2);
  });

  it('a source that says less of the same stands beside the one that says all', async () => {
    const { offers } = await prefill([register('all', A), register('some', { 'person.fullName': 'Mai Anh' })]);
    expect(offers.map(({ source, alsoFrom }) => [source.id, alsoFrom?.map(({ id }) => id)])).toEqual([
      ['all', ['some']],
    ]);
  });
});

describe('what says less', () => {
  const claims = register('sign-in', { 'person.fullName': 'Mai Anh' });
  it('joins what says more, even when it is more trusted or came first', async () => {
    for (const slow of [0, 20]) {
      const all = lyingSource(register('all', A), 'slow', { delay: slow });
      const { offers } = await prefill([claims, all], {}, { priority: { '*': ['sign-in', 'all'] } });
      expect(
        offers.map(({ source, alsoFrom, preferred }) => [source.id, alsoFrom?.map(({ id }) => id), preferred]),
      ).toEqual([['all', ['sign-in'], true]]);
      expect(offers[0]!.values).toHaveLength(2);
    }
  });
  it('keeps the id that was already offered when a fuller record joins it, and no winner is named before', async () => {
    const target = form();
    const made = await birthCase([claims, lyingSource(register('all', A), 'slow', { delay: 20 })], {
      priority: { '*': ['sign-in', 'all'] },
    });
    const said: [string, number, boolean][] = [];
    for await (const { offers } of await made.gateway.prefill(requestFor(['/who'], target), citizen(MOTHER), target))
      said.push(
        ...offers.map(({ id, values, preferred }) => [id, values.length, preferred] as [string, number, boolean]),
      );
    expect(said.map(([, values, preferred]) => [values, preferred])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(new Set(said.map(([id]) => id)).size).toBe(1);
  });
});

describe('several people', () => {
  const parents = (shared: boolean) =>
    createMemorySource({
      id: 'p',
      name: 'P',
      records: [MOTHER, FATHER].map(person => ({
        person,
        recordRef: person,
        values: { 'person.homeTown': shared ? 'Hill' : `Town of ${person === MOTHER ? 'M' : 'F'}` },
      })),
      relations: [{ person: MOTHER, relation: 'spouse', other: FATHER }],
    });
  const target: GatewayForm = { ...form(), reuse: [reuseItem('/from', 'parent', ['person.homeTown'])] };
  const ask = async (shared: boolean) => {
    const sources = [parents(shared)];
    const made = await birthCase(sources, {
      relations: createRelations(sources, { parent: [{ relation: 'self' }, { relation: 'spouse' }] }),
    });
    return (await settle(made.gateway.prefill(requestFor(['/from'], target), citizen(MOTHER), target))).offers;
  };
  it('are offered each under what the citizen calls them, and nobody is preferred', async () => {
    expect((await ask(false)).map(({ about, preferred, rule }) => [localize(about, 'en'), preferred, rule])).toEqual([
      ['yourself', false, 'several-people'],
      ['your spouse', false, 'several-people'],
    ]);
  });
  it('who say wholly the same are one offer', async () => {
    expect((await ask(true)).map(({ values, alsoFrom, preferred }) => [values[0]!.value, alsoFrom, preferred])).toEqual(
      [['Hill', undefined, true]],
    );
  });
  it('a mandate that is over gives nobody', async () => {
    const organisation = (validUntil: string): CitizenDataSource => ({
      ...createMemorySource({
        id: 'b',
        name: 'B',
        records: [{ person: 'org-1', recordRef: 'o', values: { 'org.name': 'An Binh' } }],
      }),
      describe: () => ({
        id: 'b',
        name: 'B',
        kind: 'authoritative',
        assuranceLevel: 'high',
        concepts: ['org.name'],
        relations: ['represents'],
      }),
      relations: async () => [{ relation: 'represents', person: { key: 'org-1' }, validUntil }],
    });
    const org: GatewayForm = { ...form(), reuse: [reuseItem('/org', 'organisation', ['org.name'])] };
    const offers = async (validUntil: string) => {
      const made = await birthCase([organisation(validUntil)]);
      return (await settle(made.gateway.prefill(requestFor(['/org'], org), citizen(MOTHER), org))).offers.map(
        ({ values }) => values[0]!.value,
      );
    };
    expect(await offers('2026-11-22')).toEqual(['An Binh']);
    expect(await offers('2026-11-21')).toEqual([]);
  });
});

describe('several records', () => {
  const licences = createMemorySource({
    id: 'licences',
    name: 'L',
    records: [
      ['L-1', 'A1', '2010-01-01'],
      ['L-2', 'B2', '2020-02-02'],
      ['L-3', 'C', '2021-03-03'],
    ].map(([recordRef, number, date]) => ({
      person: MOTHER,
      recordRef: recordRef!,
      values: { 'licence.number': number!, 'licence.date': date! },
    })),
  });
  it('are rows: one record each, and licence A\u2019s number never meets licence B\u2019s date', async () => {
    const { offers } = await prefill([licences], {}, {}, '/rows/[]');
    expect(offers.map(({ item, values }) => [item, ...values.map(({ pointer, value }) => [pointer, value])])).toEqual([
      ['/rows/0', ['/rows/0/number', 'A1'], ['/rows/0/date', '2010-01-01']],
      ['/rows/1', ['/rows/1/number', 'B2'], ['/rows/1/date', '2020-02-02']],
      ['/rows/2', ['/rows/2/number', 'C'], ['/rows/2/date', '2021-03-03']],
    ]);
    expect(offers.every(({ flags }) => flags.length === 0)).toBe(true);
    expect(offers.map(({ preferred, rule }) => [preferred, rule])).toEqual(Array(3).fill([true, 'only']));
  });
  it('of two sources that list things differently one list is preferred, so that nothing stands there twice', async () => {
    const other = createMemorySource({
      id: 'other',
      name: 'O',
      records: [{ person: MOTHER, recordRef: 'x', values: { 'licence.number': 'A-1', 'licence.date': '2010-01-01' } }],
    });
    const { offers } = await prefill([licences, other], {}, { priority: { '*': ['licences', 'other'] } }, '/rows/[]');
    expect(offers.map(({ source, preferred, rule }) => [source.id, preferred, rule])).toEqual([
      ...Array(3).fill(['licences', true, 'source-priority']),
      ['other', false, 'source-priority'],
    ]);
  });
  it('C6: more than one for one place are all offered, and none is taken without asking', async () => {
    const made = await birthCase([licences]),
      target = form();
    const [item] = requestFor(['/rows/[]'], target).items;
    const request = {
      ...requestFor(['/rows/[]'], target),
      items: [
        {
          ...item!,
          item: '/rows/0',
          members: item!.members.map(member => ({ ...member, pointer: member.pointer.replace('[]', '0') })),
        },
      ],
    };
    const { offers } = await settle(made.gateway.prefill(request, citizen(MOTHER), target));
    expect(offers.map(({ item: at, preferred }) => [at, preferred])).toEqual(Array(3).fill(['/rows/0', false]));
  });
  it('T10: keep their rows when they are asked for again in another order', async () => {
    let order = 1;
    const shuffled: CitizenDataSource = {
      ...licences,
      async *query(query, signal) {
        for await (const result of licences.query(query, signal))
          yield { ...result, statements: order > 0 ? result.statements : result.statements.toReversed() };
      },
    };
    const made = await birthCase([shuffled]),
      target = form();
    const once = async () =>
      Object.fromEntries(
        (await settle(made.gateway.prefill(requestFor(['/rows/[]'], target), citizen(MOTHER), target))).offers.map(
          ({ recordRef, item }) => [recordRef, item],
        ),
      );
    const first = await once();
    order = -1;
    expect(await once()).toEqual(first);
  });
});

describe('what a value is worth', () => {
  it('C4: a newer self-declared value does not win over a verified one, and is never locked', async () => {
    const told = createMemorySource({
      id: 'told',
      name: 'told',
      kind: 'prior-submission',
      records: [
        {
          person: MOTHER,
          recordRef: 't',
          values: { ...A, 'person.residence': '7 Short Lane' },
          lastUpdated: '2026-11-20',
        },
      ],
    });
    const { of } = await prefill([register('register', A), told], {}, { priority: { '*': ['register', 'told'] } });
    expect(of('register').values.map(({ edit }) => edit)).toEqual(['locked', 'locked']);
    expect(of('told').values.map(({ edit }) => edit)).toEqual(['free', 'free']);
    expect([of('register').preferred, of('told').verification]).toEqual([
      true,
      { status: 'unverified', assuranceLevel: 'low' },
    ]);
  });

  it('a boast does not help: the gateway judges by the kind of source', async () => {
    const { offers } = await prefill([lyingSource(register('boaster', A), 'boastful')]);
    expect(offers[0]!.verification).toEqual({ status: 'unverified', assuranceLevel: 'low' });
    expect(offers[0]!.values.every(({ edit }) => edit === 'free')).toBe(true);
  });

  it('no value is worth more than its source', async () => {
    const weak = createMemorySource({
      id: 'weak',
      name: 'w',
      assuranceLevel: 'low',
      records: [
        { person: MOTHER, recordRef: 'w', values: A, verification: { status: 'verified', assuranceLevel: 'high' } },
      ],
    });
    expect((await prefill([weak])).offers[0]!.verification.assuranceLevel).toBe('low');
  });

  it('below the form\u2019s least assurance it is offered, not locked, and not taken by itself', async () => {
    const weak = createMemorySource({
      id: 'weak',
      name: 'w',
      assuranceLevel: 'low',
      records: [{ person: MOTHER, recordRef: 'w', values: A }],
    });
    const { offers } = await prefill([weak], { minAssurance: 'substantial' });
    expect([offers[0]!.preferred, offers[0]!.values[0]!.edit]).toEqual([false, 'free']);
  });

  it.each(['disputed', 'under-investigation'] as const)(
    'C7: what the register itself calls %s is shown, never locked, never taken by itself',
    async status => {
      const { offers } = await prefill([register('r', A, { verification: { status, assuranceLevel: 'high' } })]);
      expect(offers[0]).toMatchObject({ flags: ['disputed'], preferred: false });
      expect(offers[0]!.values.map(({ edit }) => edit)).toEqual(['correctable', 'correctable']);
    },
  );

  it('C8: what is about somebody else never fills anything', async () => {
    expect((await prefill([lyingSource(population(), 'wrong-subject')])).offers).toEqual([]);
  });
});

describe('age', () => {
  it.each([
    ['warn', true],
    ['confirm', false],
  ] as const)('S1: older than the policy allows: %s', async (onStale, preferred) => {
    const { offers } = await prefill([register('r', A)], { maxAge: 'P90D', onStale });
    expect(offers[0]).toMatchObject({ flags: ['stale'], preferred });
  });
  it('S1: reject: not offered at all', async () => {
    expect((await prefill([register('r', A)], { maxAge: 'P90D', onStale: 'reject' })).offers).toEqual([]);
    expect((await prefill([register('r', A)], { maxAge: 'P2Y', onStale: 'reject' })).offers).toHaveLength(1);
  });
  it('S1: refetch: asks for the present state, not for what is remembered', async () => {
    const seen: (boolean | undefined)[] = [];
    const watched: CitizenDataSource = {
      ...register('r', A),
      query(query, signal) {
        seen.push(query.fresh);
        return register('r', A).query(query, signal);
      },
    };
    await prefill([watched], { maxAge: 'P90D', onStale: 'refetch' });
    await prefill([watched], { maxAge: 'P90D', onStale: 'warn' });
    expect(seen).toEqual([true, undefined]);
  });
  it('S2: no longer valid is said, and not taken by itself; valid until today still holds', async () => {
    expect((await prefill([register('r', A, { validUntil: '2026-11-21' })])).offers[0]).toMatchObject({
      flags: ['expired'],
      preferred: false,
      validUntil: '2026-11-21',
    });
    expect((await prefill([register('r', A, { validUntil: '2026-11-22' })])).offers[0]).toMatchObject({
      flags: [],
      preferred: true,
    });
  });
  it('S7: a source that does not say when it changed is "unknown", never today', async () => {
    const undated = createMemorySource({
      id: 'u',
      name: 'u',
      records: [{ person: MOTHER, recordRef: 'u', values: A }],
    });
    expect((await prefill([undated])).offers[0]!.lastUpdated).toBeNull();
  });
  it('S1: a source that has not changed for thirty years is stale only where the policy has a limit', async () => {
    expect((await prefill([lyingSource(register('r', A), 'stale')])).offers[0]!.flags).toEqual([]);
  });
});

describe('a re-check before filing', () => {
  async function sealed(source: CitizenDataSource, policy: Partial<ReusePolicy>) {
    const made = await prefill([source], policy);
    const { seal, keys } = await made.gateway.seal(
      { draft: 'draft-1', decisions: [{ item: '/who', action: 'use', offer: made.offers[0]!.id }] },
      citizen(MOTHER),
      made.form,
      BINDING,
    );
    const { payload } = await openSeal(seal, {
      keys,
      audience: null,
      subject: null,
      draft: null,
      form: null,
      now: NOW,
    });
    return () => made.gateway.recheck(payload, citizen(MOTHER), made.form);
  }
  const moody = () => {
    const state = { now: register('r', A) as CitizenDataSource };
    return {
      state,
      source: { ...register('r', A), query: (query, signal) => state.now.query(query, signal) } as CitizenDataSource,
    };
  };

  it('S3: shows what changed since', async () => {
    const { state, source } = moody();
    const again = await sealed(source, { recheck: 'always' });
    expect(await again()).toEqual([{ record: '/who', state: 'same', offers: [] }]);
    state.now = register('r', { ...A, 'person.residence': '7 Short Lane' });
    const [changed] = await again();
    expect(changed).toMatchObject({ record: '/who', state: 'changed' });
    expect(changed!.offers[0]!.values.map(({ value }) => value)).toEqual(['Mai Anh', '7 Short Lane']);
  });
  it('S4: a source that is down is not agreement', async () => {
    const { state, source } = moody();
    const again = await sealed(source, { recheck: 'always' });
    state.now = lyingSource(register('r', A), 'down');
    expect((await again())[0]!.state).toBe('unavailable');
  });
  it('S3: a record that is gone is gone', async () => {
    const { state, source } = moody();
    const again = await sealed(source, { recheck: 'always' });
    state.now = createMemorySource({ id: 'r', name: 'r', records: [], concepts: CONCEPTS });
    expect((await again())[0]!.state).toBe('gone');
  });
  it('S8: a record whose credential was revoked meanwhile is gone, not merely unavailable', async () => {
    const { state, source } = moody();
    const again = await sealed(source, { recheck: 'always' });
    state.now = {
      ...register('r', A),
      async *query({ items }) {
        for (const { id: item } of items) yield { item, statements: [], absent: 'revoked' };
      },
    };
    expect((await again())[0]!.state).toBe('gone');
  });
  it('S3: asks about what a co-declarant took over as that person, and says whose it is', async () => {
    const { state, source } = moody();
    const asked: { person: string; about: string }[] = [];
    const watched: CitizenDataSource = {
      ...source,
      query(query, signal) {
        asked.push({ person: query.person.key, about: query.about });
        return source.query(query, signal);
      },
    };
    let knows = async (subject: string) => (subject === 'co' ? { key: MOTHER } : null);
    const made = await prefill([watched], { recheck: 'always' }, { personOf: subject => knows(subject) });
    const { seal } = await made.gateway.seal(
      { draft: 'draft-1', decisions: [{ item: '/who', action: 'use', offer: made.offers[0]!.id }] },
      citizen(MOTHER),
      made.form,
      BINDING,
    );
    const { payload } = readSeal(seal);
    // The same record, in the seal of somebody else who invited her.
    const parts = [{ role: 'applicant', sub: 'co', pointers: ['/who'], digest: '0'.repeat(64), confirmed: '' }];
    const theirs = {
      ...payload,
      sub: 'inviter',
      parts,
      items: payload.items.map(item => ({ ...item, by: 'applicant' })),
    };
    const again = () => made.gateway.recheck(theirs, citizen(FATHER), made.form);
    asked.splice(0);
    expect(await again()).toEqual([{ record: '/who', by: 'applicant', state: 'same', offers: [] }]);
    expect(asked).toEqual([{ person: MOTHER, about: 'self' }]);
    state.now = register('r', { ...A, 'person.residence': '7 Short Lane' });
    expect(await again()).toMatchObject([{ record: '/who', by: 'applicant', state: 'changed' }]);
    knows = async () => null;
    expect(await again()).toEqual([{ record: '/who', by: 'applicant', state: 'unavailable', offers: [] }]);
    expect(asked).toHaveLength(2);
  });
  it('is left out where the policy does not want it, or only when stale and it is not', async () => {
    const { source } = moody();
    expect(await (await sealed(source, {}))()).toEqual([]);
    expect(await (await sealed(source, { recheck: 'if-stale', maxAge: 'P2Y' }))()).toEqual([]);
    expect(await (await sealed(source, { recheck: 'if-stale', maxAge: 'P30D' }))()).toHaveLength(1);
  });
});
