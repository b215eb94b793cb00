import { describe, expect, it } from 'vitest';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { createMemorySource } from './memory.ts';
import { createPredicateSource, type Predicate } from './predicates.ts';

const isOfAge: Predicate = {
  from: ['person.birthDate'],
  test: ({ 'person.birthDate': born }, today) => {
    const limit = `${Number(today.slice(0, 4)) - 18}${today.slice(4)}`;
    return typeof born !== 'string' || (born.length < 10 && limit.startsWith(born)) ? null : born <= limit;
  },
};
const base = (birthDate: string) =>
  createMemorySource({
    id: 'population',
    name: 'P',
    records: [
      { person: 'key-a', recordRef: 'r', values: { 'person.birthDate': birthDate, 'person.fullName': 'Mai Anh' } },
    ],
  });
const source = (birthDate = '1990-05-04') =>
  createPredicateSource({
    base: base(birthDate),
    id: 'facts',
    name: 'Facts',
    predicates: { 'person.isOfAge': isOfAge },
    today: () => '2026-11-22',
  });

describe('the predicate source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: source,
    unknown: { key: 'key-z' },
    known: { person: { key: 'key-a' }, values: { 'person.isOfAge': true } },
  }))
    it(name, run);
});

describe('a predicate', () => {
  const ask = async (birthDate: string, members = ['person.isOfAge']) => {
    for await (const result of source(birthDate).query(
      queryFor({ key: 'key-a' }, 'self', [members]),
      new AbortController().signal,
    ))
      return result.statements;
    return [];
  };
  it.each([
    ['2008-11-22', true],
    ['2008-11-23', false],
    ['2008', undefined],
    ['2007', true],
  ])('of someone born %s is %s', async (born, value) => {
    const [statement] = await ask(born);
    expect(statement!.value).toBe(value);
    if (value === undefined) expect(statement!.absentReason).toBe('not-applicable');
  });
  it('gives away nothing of what it was found out from', async () => {
    expect(
      JSON.stringify(await ask('1990-05-04', ['person.isOfAge', 'person.birthDate', 'person.fullName'])),
    ).not.toMatch(/1990|Mai/);
  });
});
