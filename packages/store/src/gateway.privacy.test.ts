// Consent and privacy (P), foreign objects (T15), hostile input (T17–T19), disputes (C5).

import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256, substitute, valueAt, type Decision, type Json } from '@onceform/core';
import { createMemorySource } from './adapters/memory.ts';
import { createCachedSource } from './adapters/cache.ts';
import { createConsentLedger, createMemoryConsents } from './consent.ts';
import { createDisputeDesk, createMemoryDisputes } from './disputes.ts';
import { lyingSource } from './testing/index.ts';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  FATHER,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  reuseItem,
  settle,
  STRANGER,
} from './testing/birth-case.ts';
import type { GatewayForm } from './gateway.ts';
import { openSeal } from './seal.ts';
import type { CitizenDataSource, SourceQuery } from './source.ts';

const OPEN = { audience: null, subject: null, draft: null, form: null, now: NOW } as const;
const use = (offers: readonly { readonly id: string; readonly item: string }[]): Decision[] =>
  offers.map(({ id, item }) => ({ item, action: 'use', offer: id }));

/** Remembers every query that reaches a source. */
function watched(source: CitizenDataSource): CitizenDataSource & { readonly queries: SourceQuery[] } {
  const queries: SourceQuery[] = [];
  return {
    ...source,
    queries,
    query(query, signal) {
      queries.push(query);
      return source.query(query, signal);
    },
  };
}

async function withConsents(terms?: Parameters<typeof createConsentLedger>[1]) {
  let now = NOW.getTime();
  const clock = () => new Date(now);
  const register = watched(population()),
    purged: string[] = [];
  const consents = createConsentLedger(createMemoryConsents(), { clock, ...terms });
  const made = await birthCase([register], {
    consents,
    clock,
    onPurge: async draft => {
      purged.push(draft);
    },
  });
  const session = citizen(MOTHER);
  const request = () => ({
    ...requestFor(['/requester']),
    consent: { purpose: 'birth-registration', given: true, time: clock().toISOString() } as const,
  });
  return {
    ...made,
    consents,
    register,
    purged,
    session,
    request,
    pass: (ms: number) => {
      now += ms;
    },
    ask: () => settle(made.gateway.prefill(request(), session, BIRTH_FORM)),
  };
}

describe('consent', () => {
  it('P12, P1: nothing is sent before the citizen asks for it, for this purpose', async () => {
    const { gateway, register, session, request } = await withConsents();
    const refused = { code: 'ERR_CONSENT_REQUIRED' };
    await expect(
      gateway.prefill(
        { ...request(), consent: { purpose: 'advertising', given: true, time: '2026-11-22T08:00:00Z' } },
        session,
        BIRTH_FORM,
      ),
    ).rejects.toMatchObject(refused);
    await expect(
      gateway.prefill({ ...request(), consent: undefined as never }, session, BIRTH_FORM),
    ).rejects.toMatchObject(refused);
    await expect(
      gateway.prefill({ ...request(), consent: { ...request().consent, given: false as never } }, session, BIRTH_FORM),
    ).rejects.toMatchObject(refused);
    expect(register.queries).toEqual([]);
  });

  it('P1: after it was taken back the same request fetches nothing; a new act of the citizen does', async () => {
    const { gateway, register, session, request, pass } = await withConsents();
    const asked = request();
    await settle(gateway.prefill(asked, session, BIRTH_FORM));
    pass(1000);
    expect(await gateway.withdraw('draft-1', session)).toBe(true);
    await expect(gateway.prefill(asked, session, BIRTH_FORM)).rejects.toMatchObject({
      code: 'ERR_CONSENT_REQUIRED',
      data: { state: 'withdrawn' },
    });
    expect(register.queries).toHaveLength(1);
    pass(1000);
    expect((await settle(gateway.prefill(request(), session, BIRTH_FORM))).offers).toHaveLength(1);
  });

  it('P2: taken back before filing: the offers are purged, the portal is told, the seal is void', async () => {
    const { gateway, offerStore, consents, session, purged, pass, ask, log } = await withConsents();
    const { offers } = await ask();
    const { seal, keys } = await gateway.seal(
      { draft: 'draft-1', decisions: use(offers) },
      session,
      BIRTH_FORM,
      BINDING,
    );
    const { payload } = await openSeal(seal, { ...OPEN, keys });
    await consents.assertStanding(payload);
    pass(5000);
    await gateway.withdraw('draft-1', session);
    expect(await offerStore.load('draft-1', session.subject)).toEqual({ offers: [], misses: [] });
    expect(purged).toEqual(['draft-1']);
    await expect(consents.assertStanding(payload)).rejects.toMatchObject({ code: 'ERR_SEAL_VOID' });
    await expect(
      gateway.seal({ draft: 'draft-1', decisions: use(offers) }, session, BIRTH_FORM, BINDING),
    ).rejects.toMatchObject({ code: 'ERR_SEAL_INVALID' });
    pass(5000);
    await ask();
    await expect(consents.assertStanding(payload)).rejects.toMatchObject({ code: 'ERR_SEAL_VOID' });
    expect((await log.of(session.subject)).map(({ event }) => event.outcome)).toContain('withdrawn');
  });

  it('P3: of a case that nobody consented to here, or another person\u2019s, nothing is taken back', async () => {
    const { gateway, ask } = await withConsents();
    await ask();
    expect(await gateway.withdraw('draft-1', citizen(FATHER))).toBe(false);
    expect(await gateway.withdraw('draft-x', citizen(MOTHER))).toBe(false);
  });

  it('P6: data are not fetched more often than the terms say, and the citizen learns when again', async () => {
    const { gateway, session, request, pass, ask, log } = await withConsents({
      terms: { frequency: { count: 2, per: 'PT1H' }, dataLife: 'P30D' },
    });
    await ask();
    pass(60_000);
    await ask();
    await expect(gateway.prefill(request(), session, BIRTH_FORM)).rejects.toMatchObject({
      code: 'ERR_RATE_LIMITED',
      data: { retryAfter: 3540 },
    });
    expect((await log.of(session.subject))[0]!.event).toMatchObject({ outcome: 'refused', reason: 'ERR_RATE_LIMITED' });
    pass(3_541_000);
    expect((await ask()).offers).toHaveLength(1);
  });

  it('P7, P10: when its data life is over an unfinished case is purged, and that is proven', async () => {
    const { gateway, offerStore, session, purged, pass, ask } = await withConsents({
      terms: { frequency: { count: 9, per: 'PT1H' }, dataLife: 'P1D' },
    });
    await ask();
    expect(await gateway.expire()).toEqual([]);
    pass(86_400_000);
    expect(await gateway.expire()).toEqual(['draft-1']);
    expect(await offerStore.load('draft-1', session.subject)).toEqual({ offers: [], misses: [] });
    expect(purged).toEqual(['draft-1']);
    expect(await gateway.expire()).toEqual([]);
  });

  it('another person\u2019s case stays theirs', async () => {
    const { gateway, request, ask } = await withConsents();
    await ask();
    await expect(gateway.prefill(request(), citizen(FATHER), BIRTH_FORM)).rejects.toMatchObject({
      code: 'ERR_SUBJECT_DENIED',
    });
  });

  it('P5: what the form did not register is refused, and the citizen can read that', async () => {
    const { gateway, session, request, register, log } = await withConsents();
    const [item] = request().items;
    await expect(
      gateway.prefill(
        {
          ...request(),
          items: [{ ...item!, members: [{ pointer: '/requester/religion', concept: 'person.religion' }] }],
        },
        session,
        BIRTH_FORM,
      ),
    ).rejects.toMatchObject({ code: 'ERR_OVER_ASK', pointer: '/requester/religion' });
    expect(register.queries).toEqual([]);
    expect((await log.of(session.subject))[0]!.event).toMatchObject({ outcome: 'refused', asked: ['person.religion'] });
  });
});

describe('minimisation', () => {
  it('a source is asked for the members that were requested, and for no other', async () => {
    const register = watched(population());
    const { gateway } = await birthCase([register]);
    const request = requestFor(['/requester']);
    await settle(
      gateway.prefill(
        {
          ...request,
          items: [{ ...request.items[0]!, members: [{ pointer: '/requester/fullName', concept: 'person.fullName' }] }],
        },
        citizen(MOTHER),
        BIRTH_FORM,
      ),
    );
    expect(register.queries.map(({ items }) => items.map(({ members }) => members))).toEqual([[['person.fullName']]]);
  });

  it('nobody who is not surely known is asked about', async () => {
    const register = watched(population());
    const { gateway } = await birthCase([register]);
    for (const identityLevel of [0, 1] as const) {
      await expect(
        gateway.prefill(requestFor(['/requester']), { ...citizen(MOTHER), identityLevel }, BIRTH_FORM),
      ).rejects.toMatchObject({ code: 'ERR_UNAUTHENTICATED' });
    }
    expect(register.queries).toEqual([]);
  });

  it('P4: the receiver cannot tell what was declined from what was not found; what was down it can', async () => {
    const phones = createMemorySource({ id: 'phones', name: 'P', records: [], concepts: ['person.phone'] });
    const { gateway } = await birthCase([population(), phones, lyingSource(health(), 'down')]);
    const { offers } = await settle(
      gateway.prefill(requestFor(['/requester', '/mother', '/child']), citizen(MOTHER), BIRTH_FORM),
    );
    const mine = offers.find(({ item }) => item === '/mother')!;
    const { seal, keys } = await gateway.seal(
      {
        draft: 'draft-1',
        decisions: [
          { item: '/requester', action: 'decline' },
          { item: '/mother', action: 'use', offer: mine.id },
        ],
      },
      citizen(MOTHER),
      BIRTH_FORM,
      BINDING,
    );
    const {
      payload: {
        context: { retrieved },
      },
    } = await openSeal(seal, { ...OPEN, keys });
    expect([
      retrieved['/requester/fullName'],
      retrieved['/requester/phone'],
      retrieved['/mother/fullName'],
      retrieved['/child/gender'],
    ]).toEqual(['not-provided', 'not-provided', 'provided', 'unavailable']);
  });

  it('P8: no value, no key and no name is in the usage log or in an error', async () => {
    const { gateway, log } = await birthCase([
      population(),
      health(),
      lyingSource(
        createMemorySource({
          id: 'x',
          name: 'x',
          records: [{ person: MOTHER, recordRef: 'x', values: { 'person.phone': '0901' } }],
        }),
        'down',
      ),
    ]);
    const session = citizen(MOTHER);
    const { offers } = await settle(
      gateway.prefill(requestFor(['/requester', '/mother', '/father', '/child']), session, BIRTH_FORM),
    );
    await gateway.seal({ draft: 'draft-1', decisions: use(offers) }, session, BIRTH_FORM, BINDING);
    const errors = await Promise.all(
      [
        gateway.prefill(
          {
            ...requestFor(['/requester']),
            items: [{ item: '/x', concept: 'person', subject: 'applicant', members: [] }],
          },
          session,
          BIRTH_FORM,
        ),
        gateway.seal(
          { draft: 'draft-1', decisions: [{ item: '/requester', action: 'use', offer: MOTHER }] },
          session,
          BIRTH_FORM,
          BINDING,
        ),
      ].map(done =>
        done.then(
          () => null,
          (error: Error & { data?: unknown }) => [error.message, error.data, error.stack],
        ),
      ),
    );
    const written = [];
    for await (const entry of log.entries()) written.push(entry);
    const text = JSON.stringify([written, errors]);
    const secrets = [MOTHER, FATHER, ...offers.flatMap(({ values }) => values.map(({ value }) => String(value)))];
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('P9: refused and failed requests are in the person\u2019s own log', async () => {
    const { gateway, log } = await birthCase([lyingSource(population(), 'down')]);
    await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    await gateway
      .prefill({ ...requestFor(['/requester']), form: { id: 'x', digest: 'y' } }, citizen(MOTHER), BIRTH_FORM)
      .catch(() => undefined);
    expect((await log.of('pairwise-1')).map(({ event }) => event.outcome)).toEqual(['refused', 'failed']);
    expect(await log.of('pairwise-2')).toEqual([]);
  });

  it('P11: with a cache in between, one person\u2019s values never reach another', async () => {
    const { gateway } = await birthCase([createCachedSource(population(), { maxAge: 60_000 })]);
    const nameOf = async (key: string) =>
      (await settle(gateway.prefill(requestFor(['/requester'], BIRTH_FORM, `draft-${key}`), citizen(key), BIRTH_FORM)))
        .offers[0]!.values[0]!.value;
    expect([await nameOf(MOTHER), await nameOf(FATHER), await nameOf(MOTHER)]).toEqual([
      'Mai Anh',
      'Nam Binh',
      'Mai Anh',
    ]);
  });
});

describe('other people', () => {
  it('a stranger is nobody\u2019s father: without a confirmed relation nobody else is asked about', async () => {
    const register = watched(population());
    const { gateway } = await birthCase([register]);
    const { offers, misses } = await settle(
      gateway.prefill(requestFor(['/father', '/mother']), citizen(STRANGER), BIRTH_FORM),
    );
    expect(offers.map(({ item }) => item)).toEqual(['/father']);
    expect(new Set(misses.filter(({ pointer }) => pointer.startsWith('/mother')).map(({ reason }) => reason))).toEqual(
      new Set(['not-found']),
    );
    expect(register.queries.map(({ person }) => person.key)).toEqual([STRANGER]);
  });

  it('somebody else whose data are used can read that in their own log, without values', async () => {
    const subjectOf = async ({ key }: { readonly key: string }) => (key === FATHER ? 'pairwise-father' : null);
    const { gateway, log } = await birthCase([population(), health()], { subjectOf });
    await settle(gateway.prefill(requestFor(['/requester', '/father', '/child']), citizen(MOTHER), BIRTH_FORM));
    const own = (await log.of('pairwise-father')).map(({ event }) => event);
    expect(own.map(({ action, outcome, sources }) => [action, outcome, sources])).toEqual([
      ['prefill', 'answered', ['population', 'health']],
    ]);
    expect(own[0]!.used).toEqual(['person.birthDate', 'person.fullName', 'person.personalId', 'person.residence']);
    expect(JSON.stringify(own)).not.toMatch(/Nam Binh|Long Street|pairwise-1/);
    expect(await log.of('pairwise-1')).toHaveLength(1);
  });

  it('when the register of relations is down, that is the reason', async () => {
    const register = {
      ...population(),
      relations: async () => {
        throw new Error('down');
      },
    };
    const { gateway } = await birthCase([register]);
    const form: GatewayForm = { ...BIRTH_FORM, reuse: [reuseItem('/father', 'spouse', ['person.fullName'])] };
    const { misses } = await settle(gateway.prefill(requestFor(['/father'], form), citizen(MOTHER), form));
    expect(misses.map(({ reason }) => reason)).toEqual(['unavailable']);
  });

  it('a register cannot widen itself: relations it did not describe are not believed', async () => {
    const register: CitizenDataSource = {
      ...population(),
      relations: async () => [
        { relation: 'boss', person: { key: STRANGER } },
        { relation: 'self', person: { key: STRANGER } },
      ],
    };
    const { gateway } = await birthCase([register]);
    const { offers } = await settle(
      gateway.prefill(requestFor(['/requester', '/father']), citizen(MOTHER), BIRTH_FORM),
    );
    expect(JSON.stringify(offers)).not.toContain('Somebody Else');
  });

  it('who was invited for a role is prefilled in it, about themselves, and about nobody else', async () => {
    const { gateway } = await birthCase([population()]);
    const invited = { ...citizen(FATHER), role: 'father' };
    const { offers } = await settle(gateway.prefill(requestFor(['/father']), invited, BIRTH_FORM));
    expect(offers.map(({ values }) => values[0]!.value)).toEqual(['Nam Binh']);
    await expect(gateway.prefill(requestFor(['/father', '/mother']), invited, BIRTH_FORM)).rejects.toMatchObject({
      code: 'ERR_SUBJECT_DENIED',
      pointer: '/mother',
    });
  });

  it('T15: an offer made for another person cannot be sealed, not even with its id and draft', async () => {
    const { gateway } = await birthCase([population()]);
    const { offers } = await settle(gateway.prefill(requestFor(['/requester']), citizen(FATHER), BIRTH_FORM));
    await expect(
      gateway.seal({ draft: 'draft-1', decisions: use(offers) }, citizen(MOTHER), BIRTH_FORM, BINDING),
    ).rejects.toMatchObject({ code: 'ERR_SEAL_INVALID' });
  });
});

describe('hostile input', () => {
  it('T18: pointers that leave the form are over-asked, whatever the register says', async () => {
    const { gateway } = await birthCase();
    const [item] = requestFor(['/requester']).items;
    for (const pointer of [
      '/__proto__/x',
      '/requester/__proto__',
      '/requester/constructor/name',
      '/$context/today',
      '',
      '/requester/fullName/0',
    ]) {
      const items = [{ ...item!, members: [{ pointer, concept: 'person.fullName' }] }];
      await expect(
        gateway.prefill({ ...requestFor(['/requester']), items }, citizen(MOTHER), BIRTH_FORM),
      ).rejects.toMatchObject({ code: 'ERR_OVER_ASK' });
      await expect(
        gateway.prefill(
          { ...requestFor(['/requester']), items: [{ ...item!, item: pointer }] },
          citizen(MOTHER),
          BIRTH_FORM,
        ),
      ).rejects.toMatchObject({ code: 'ERR_OVER_ASK' });
    }
  });

  it('T19: markup in a value stays text from source to dossier', async () => {
    const script = '<img src=x onerror=alert(1)>';
    const { gateway } = await birthCase([
      createMemorySource({
        id: 's',
        name: 's',
        records: [{ person: MOTHER, recordRef: 'r', values: { 'person.fullName': script } }],
      }),
    ]);
    const { offers } = await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    const { seal, keys } = await gateway.seal(
      { draft: 'draft-1', decisions: use(offers) },
      citizen(MOTHER),
      BIRTH_FORM,
      BINDING,
    );
    const opened = await openSeal(seal, { ...OPEN, keys });
    expect(
      substitute({
        form: { ...BIRTH_FORM, computed: [] },
        answers: { requester: {} },
        seal: opened,
        components: [],
        decisions: [],
      }).data,
    ).toMatchObject({ requester: { fullName: script } });
  });

  it('T17: what is sent by reference cannot be guessed from the seal, and can be checked with its salt', async () => {
    const form: GatewayForm = {
      ...BIRTH_FORM,
      reuse: [reuseItem('/requester', 'applicant', ['person.birthDate'], { mode: 'reference' })],
    };
    const { gateway } = await birthCase([population()]);
    const seals = [];
    for (const draft of ['d1', 'd2']) {
      const { offers } = await settle(gateway.prefill(requestFor(['/requester'], form, draft), citizen(MOTHER), form));
      const { seal, keys } = await gateway.seal({ draft, decisions: use(offers) }, citizen(MOTHER), form, BINDING);
      seals.push((await openSeal(seal, { ...OPEN, keys })).payload.items[0]!);
    }
    expect(seals.every(item => item.value === undefined && item.digest?.length === 64)).toBe(true);
    expect(seals[0]!.digest).not.toBe(seals[1]!.digest);
    expect(await sha256(seals[0]!.salt + canonicalJson('1990-05-04'))).toBe(seals[0]!.digest);
    expect(JSON.stringify(seals)).not.toContain('1990');
  });
});

describe('C5: a citizen disputes an official value', () => {
  const form: GatewayForm = {
    ...BIRTH_FORM,
    reuse: [reuseItem('/child', 'child', ['person.birthDate', 'person.gender'], { edit: 'correctable' })],
  };
  const dispute = (offer: { readonly id: string }, value: Json = 'male'): Decision => ({
    item: '/child',
    action: 'dispute',
    offer: offer.id,
    pointer: '/child/gender',
    reason: 'The notice is wrong.',
    value,
    evidence: [{ name: 'scan.pdf', sha256: 'e'.repeat(64) }],
  });

  it('the official value stays beside the citizen\u2019s, and the register gets one ticket, however often it is sealed', async () => {
    const register = health();
    const { gateway, log } = await birthCase([population(), register]);
    const { offers } = await settle(gateway.prefill(requestFor(['/child'], form), citizen(MOTHER), form));
    const request = { draft: 'draft-1', decisions: [...use(offers), dispute(offers[0]!)] };
    const first = await gateway.seal(request, citizen(MOTHER), form, BINDING);
    expect((await gateway.seal(request, citizen(MOTHER), form, BINDING)).tickets).toEqual(first.tickets);
    expect(first.tickets).toEqual([{ pointer: '/child/gender', ticket: 'health-1' }]);
    expect(register.discrepancies).toMatchObject([
      {
        concept: 'person.gender',
        recordRef: 'BN-77',
        reason: 'The notice is wrong.',
        value: 'male',
        evidence: [{ name: 'scan.pdf' }],
      },
    ]);
    const opened = await openSeal(first.seal, { ...OPEN, keys: first.keys });
    const filed = substitute({
      form: { ...form, computed: [] },
      answers: { child: { gender: 'male', birthDate: '2026-11-09' } },
      seal: opened,
      components: [],
      decisions: request.decisions,
    });
    expect(valueAt(filed.data, '/child/gender')).toBe('male');
    expect(filed.origins['/child/gender']).toMatchObject({ origin: 'override', official: 'female' });
    expect((await log.of('pairwise-1'))[0]!.event.outcome).toBe('disputed');
  });

  it('a register that is down does not keep anybody from filing: the report is queued, sent later, and followed', async () => {
    let down = true;
    const register = health();
    const moody: CitizenDataSource = {
      ...register,
      report: async discrepancy => {
        if (down) throw new Error('down');
        return register.report(discrepancy);
      },
    };
    const desk = createDisputeDesk({ store: createMemoryDisputes(), sources: [moody], clock: () => NOW });
    const { gateway } = await birthCase([population(), moody], { disputes: desk });
    const { offers } = await settle(gateway.prefill(requestFor(['/child'], form), citizen(MOTHER), form));
    const { tickets } = await gateway.seal(
      { draft: 'draft-1', decisions: [dispute(offers[0]!)] },
      citizen(MOTHER),
      form,
      BINDING,
    );
    expect(tickets[0]!.ticket).toMatch(/^Q-/);
    expect(await desk.forward()).toBe(0);
    down = false;
    expect(await desk.forward()).toBe(1);
    expect((await desk.of('pairwise-1')).map(({ status, ticket }) => [status, ticket])).toEqual([['open', 'health-1']]);
    expect(await desk.settle('health-1', 'corrected')).toBe(true);
    expect((await desk.of('pairwise-1'))[0]).toMatchObject({ status: 'corrected', closed: NOW.toISOString() });
    expect(await desk.settle('health-1', 'refused')).toBe(false);
  });

  it('a value that was never offered cannot be disputed', async () => {
    const { gateway } = await birthCase();
    const { offers } = await settle(gateway.prefill(requestFor(['/child'], form), citizen(MOTHER), form));
    await expect(
      gateway.seal(
        { draft: 'draft-1', decisions: [{ ...dispute(offers[0]!), pointer: '/child/fullName' } as Decision] },
        citizen(MOTHER),
        form,
        BINDING,
      ),
    ).rejects.toMatchObject({ code: 'ERR_SEAL_INVALID' });
  });
});
