// Partial outage (O) and lying sources: one source's failure is its own.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemorySource } from './adapters/memory.ts';
import { lyingSource, type Lie } from './testing/index.ts';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  reuseItem,
  settle,
} from './testing/birth-case.ts';
import { readSeal } from './seal-payload.ts';
import type { CitizenDataSource } from './source.ts';

const phone = () =>
  createMemorySource({
    id: 'phones',
    name: 'Phones',
    records: [{ person: MOTHER, recordRef: 'T1', values: { 'person.phone': '0901' } }],
  });
const FORM = {
  ...BIRTH_FORM,
  reuse: [...BIRTH_FORM.reuse, reuseItem('/again', 'applicant', ['person.fullName', 'person.personalId'])],
};
const ask = async (sources: CitizenDataSource[], items = ['/requester', '/child'], options = {}) => {
  const { gateway } = await birthCase(sources, { deadline: 60, ...options });
  return settle(gateway.prefill(requestFor(items, FORM), citizen(MOTHER), FORM));
};
const valuesOf = ({ offers }: Awaited<ReturnType<typeof ask>>, item: string) =>
  offers.filter(offer => offer.item === item).flatMap(({ values }) => values.map(({ value }) => value));

afterEach(() => {
  vi.useRealTimers();
});

describe('one source fails', () => {
  it.each<[Lie, string]>([
    ['down', 'unavailable'],
    ['silent', 'timeout'],
    ['wrong-subject', 'ambiguous-subject'],
    ['wrong-source', 'ambiguous-subject'],
    ['empty', 'schema-mismatch'],
    ['garbage', 'schema-mismatch'],
    ['not-unicode', 'schema-mismatch'],
    ['empty-text', 'schema-mismatch'],
    ['pending', 'pending'],
  ])('O1: %s: the others fill their fields, and each field of its own says %s', async (lie, reason) => {
    const result = await ask([lyingSource(population(), lie), health(), phone()]);
    expect(valuesOf(result, '/child')).toEqual(['2026-11-09', 'female', 'City Hospital']);
    expect(valuesOf(result, '/requester')).toEqual(['0901']);
    const own = result.misses.filter(({ source }) => source?.id === 'population');
    expect(own.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/requester/fullName', '/requester/residence']),
    );
    expect(new Set(own.filter(({ pointer }) => pointer.startsWith('/requester')).map(miss => miss.reason))).toEqual(
      new Set([reason]),
    );
  });

  it('O3: an exception in the middle of one source takes no other\u2019s values, nor those it gave before', async () => {
    const result = await ask(
      [lyingSource(population(), 'half-then-down'), health()],
      ['/requester', '/again', '/child'],
    );
    expect(valuesOf(result, '/requester')).toContain('Mai Anh');
    expect(valuesOf(result, '/child')).toHaveLength(3);
    expect(result.misses.filter(({ pointer }) => pointer.startsWith('/again')).map(({ reason }) => reason)).toEqual([
      'unavailable',
      'unavailable',
    ]);
  });

  it('O3: what a source leaves out is unavailable, not empty', async () => {
    const result = await ask([lyingSource(population(), 'half')], ['/requester', '/again']);
    expect(result.misses.map(({ pointer, reason }) => [pointer, reason])).toEqual([
      ['/again/fullName', 'unavailable'],
      ['/again/personalId', 'unavailable'],
    ]);
  });

  it('O6: a value of the wrong type is a schema mismatch, never text', async () => {
    const result = await ask([lyingSource(population(), 'wrong-type')], ['/requester'], {
      accepts: (_concept: string, value: unknown) => typeof value === 'string',
    });
    expect(result.offers).toEqual([]);
    expect(new Set(result.misses.map(({ reason }) => reason))).toEqual(new Set(['schema-mismatch']));
  });

  it('O7: "no record" and "source down" are told apart', async () => {
    const nobody = { person: { key: 'unknown' }, subject: 'pairwise-x', identityLevel: 2 } as const;
    const { gateway } = await birthCase([population(), lyingSource(phone(), 'down')]);
    const { misses } = await settle(gateway.prefill(requestFor(['/requester']), nobody, BIRTH_FORM));
    const reason = (concept: string) => misses.find(miss => miss.concept === concept)?.reason;
    expect([reason('person.fullName'), reason('person.phone')]).toEqual(['not-found', 'unavailable']);
  });

  it('O8: an answer that is still being prepared says when to come back', async () => {
    const { misses } = await ask([lyingSource(population(), 'pending')], ['/requester']);
    expect(misses[0]).toMatchObject({ reason: 'pending', retryAfter: 60 });
  });

  it('O11: a historical code is not a value of the list: flagged, and in no message', async () => {
    const accepts = (concept: string, value: unknown) => concept !== 'person.residence' || value === '12 Long Street';
    const { gateway, log } = await birthCase(
      [lyingSource(population(), 'historical-codes', { codes: { 'person.residence': 'OLD-SECRET' } })],
      { accepts },
    );
    const result = await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    expect(result.misses.filter(({ concept }) => concept === 'person.residence').map(({ reason }) => reason)).toEqual([
      'schema-mismatch',
    ]);
    expect(valuesOf(result, '/requester')).toContain('Mai Anh');
    expect(JSON.stringify([result.misses, await log.of('pairwise-1')])).not.toContain('OLD-SECRET');
  });

  it('a source that talks about what nobody asked, and twice, is heard once', async () => {
    const result = await ask([lyingSource(population(), 'talkative')], ['/requester']);
    expect(result.offers).toHaveLength(1);
    expect(valuesOf(result, '/requester')).toContain('Mai Anh');
  });
});

describe('O4: all sources are down', () => {
  it('ends in time, says why for every field, and seals an empty hand as unavailable', async () => {
    const { gateway } = await birthCase([lyingSource(population(), 'down'), lyingSource(health(), 'silent')], {
      deadline: 40,
    });
    const started = Date.now();
    const { offers, misses } = await settle(
      gateway.prefill(requestFor(['/requester', '/child']), citizen(MOTHER), BIRTH_FORM),
    );
    expect(Date.now() - started).toBeLessThan(1000);
    expect(offers).toEqual([]);
    expect(new Set(misses.map(({ pointer }) => pointer))).toEqual(
      new Set([
        ...['fullName', 'personalId', 'birthDate', 'residence'].map(name => `/requester/${name}`),
        ...['birthDate', 'gender', 'placeOfBirth'].map(name => `/child/${name}`),
      ]),
    );
    const { seal } = await gateway.seal({ draft: 'draft-1', decisions: [] }, citizen(MOTHER), BIRTH_FORM, BINDING);
    const { items, context } = readSeal(seal).payload;
    expect(items).toEqual([]);
    expect(new Set(Object.values(context.retrieved))).toEqual(new Set(['unavailable']));
  });
});

describe('a slow source', () => {
  it('O10: does not hold up what others know', async () => {
    const { gateway } = await birthCase([lyingSource(population(), 'slow', { delay: 50 }), health()], {
      deadline: 500,
    });
    const order: string[] = [];
    for await (const { item, offers } of await gateway.prefill(
      requestFor(['/requester', '/child']),
      citizen(MOTHER),
      BIRTH_FORM,
    ))
      if (offers.length > 0) order.push(item);
    expect(order[0]).toBe('/child');
    expect(order).toContain('/requester');
  });

  it('O2: that was too late offers on a later ask, under ids that were not there before', async () => {
    let delay = 120;
    const moody: CitizenDataSource = {
      ...population(),
      query: (query, signal) => lyingSource(population(), 'slow', { delay }).query(query, signal),
    };
    const { gateway } = await birthCase([moody], { deadline: 60 });
    const first = await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    expect(first.offers).toEqual([]);
    expect(first.misses[0]!.reason).toBe('timeout');
    delay = 0;
    const second = await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    expect(second.offers).toHaveLength(1);
  });

  it('asking again keeps the id of an offer that is still the same', async () => {
    const { gateway } = await birthCase([population()]);
    const once = async () =>
      (await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM))).offers.map(
        ({ id }) => id,
      );
    expect(await once()).toEqual(await once());
  });
});

describe('O5: a source that keeps failing', () => {
  it('is left in peace, tried once after a rest, and used again when it answers', async () => {
    let now = NOW.getTime(),
      calls = 0,
      down = true;
    const flaky: CitizenDataSource = {
      ...population(),
      query(query, signal) {
        calls++;
        return (down ? lyingSource(population(), 'down') : population()).query(query, signal);
      },
    };
    const { gateway } = await birthCase([flaky], { clock: () => new Date(now) });
    const once = () => settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    for (let i = 0; i < 5; i++) await once();
    expect(calls).toBe(5);
    expect((await once()).misses[0]).toMatchObject({ reason: 'unavailable', retryAfter: 30 });
    expect(calls).toBe(5);
    expect((await gateway.discover())[0]!.healthy).toBe(false);
    now += 30_000;
    await once();
    expect(calls).toBe(6);
    await once();
    expect(calls).toBe(6);
    now += 30_000;
    down = false;
    expect((await once()).offers).toHaveLength(1);
    expect((await once()).offers).toHaveLength(1);
    expect(calls).toBe(8);
  });
});

describe('leaving', () => {
  it('stops the sources when nobody listens any more', async () => {
    let stopped = false;
    const watched: CitizenDataSource = {
      ...population(),
      async *query(_query, signal) {
        await new Promise(resolve =>
          signal.addEventListener('abort', () => {
            stopped = true;
            resolve(undefined);
          }),
        );
        yield* [];
      },
    };
    const { gateway } = await birthCase([watched, health()], { deadline: 5000 });
    for await (const result of await gateway.prefill(requestFor(['/requester', '/child']), citizen(MOTHER), BIRTH_FORM))
      if (result.offers.length > 0) break;
    expect(stopped).toBe(true);
  });

  it('is an error when it is by abort, and logged as failed', async () => {
    const controller = new AbortController();
    const { gateway, log } = await birthCase([lyingSource(population(), 'silent')], { deadline: 5000 });
    const results = settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM, controller.signal));
    setTimeout(() => controller.abort(new Error('gone')), 10);
    await expect(results).rejects.toThrow('gone');
    expect((await log.of('pairwise-1'))[0]!.event.outcome).toBe('failed');
  });
});
