import { describe, expect, it } from 'vitest';
import { FATHER, MOTHER, population } from '../testing/birth-case.ts';
import { lyingSource, queryFor, sourceConformance } from '../testing/index.ts';
import type { CitizenDataSource, SourceQuery } from '../source.ts';
import { createCachedSource } from './cache.ts';

describe('a cached source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: () => createCachedSource(population(), { maxAge: 60_000 }),
    unknown: { key: '000' },
    has: ['relations', 'put', 'report'],
    known: { person: { key: MOTHER }, values: { 'person.fullName': 'Mai Anh', 'person.birthDate': '1990-05-04' } },
    other: { person: { key: FATHER }, values: { 'person.fullName': 'Nam Binh', 'person.birthDate': '1988-01-02' } },
  }))
    it(name, run);
});

describe('a cached source', () => {
  function counted(base: CitizenDataSource) {
    const asked: string[] = [];
    return {
      asked,
      base: {
        ...base,
        query: (query: SourceQuery, signal: AbortSignal) => {
          asked.push(query.person.key);
          return base.query(query, signal);
        },
      },
    };
  }
  const ask = async (source: CitizenDataSource, key: string, fresh = false) => {
    const results = [];
    for await (const result of source.query(
      { ...queryFor({ key }, 'self', [['person.fullName']]), fresh },
      new AbortController().signal,
    ))
      results.push(result);
    return results[0]!.statements[0]?.value;
  };

  it('asks once in its time, and again after it or when the policy wants the present state', async () => {
    let now = 0;
    const { asked, base } = counted(population());
    const source = createCachedSource(base, { maxAge: 1000, clock: () => new Date(now) });
    await ask(source, MOTHER);
    await ask(source, MOTHER);
    expect(asked).toHaveLength(1);
    await ask(source, MOTHER, true);
    expect(asked).toHaveLength(2);
    now = 2001;
    expect(await ask(source, MOTHER)).toBe('Mai Anh');
    expect(asked).toHaveLength(3);
  });

  it('P11: gives one person\u2019s values to nobody else, and forgets them on demand', async () => {
    const { asked, base } = counted(population());
    const source = createCachedSource(base, { maxAge: 1000, clock: () => new Date(0) });
    await ask(source, MOTHER);
    expect(await ask(source, FATHER)).toBe('Nam Binh');
    expect(source.purge({ key: MOTHER })).toBe(1);
    await ask(source, MOTHER);
    await ask(source, FATHER);
    expect(asked).toEqual([MOTHER, FATHER, MOTHER]);
  });

  it('does not remember that something was empty', async () => {
    const { asked, base } = counted(lyingSource(population(), 'empty'));
    const source = createCachedSource(base, { maxAge: 1000, clock: () => new Date(0) });
    await ask(source, MOTHER);
    await ask(source, MOTHER);
    expect(asked).toHaveLength(2);
  });

  it('keeps no more than it may', async () => {
    const { asked, base } = counted(population());
    const source = createCachedSource(base, { maxAge: 1000, maxEntries: 1, clock: () => new Date(0) });
    await ask(source, MOTHER);
    await ask(source, FATHER);
    await ask(source, MOTHER);
    expect(asked).toHaveLength(3);
  });
});
