import { describe, it } from 'vitest';
import { FATHER, health, MOTHER, population } from '../testing/birth-case.ts';
import { sourceConformance } from '../testing/index.ts';
import { createMemorySource } from './memory.ts';

describe('the memory source conforms', () => {
  const values = (key: string, fullName: string, birthDate: string) => ({
    'person.fullName': fullName,
    'person.personalId': key,
    'person.birthDate': birthDate,
    'person.residence': '12 Long Street',
  });
  for (const { name, run } of sourceConformance({
    create: population,
    unknown: { key: '000' },
    has: ['relations', 'put', 'report'],
    known: { person: { key: MOTHER }, values: values(MOTHER, 'Mai Anh', '1990-05-04') },
    other: { person: { key: FATHER }, values: values(FATHER, 'Nam Binh', '1988-01-02') },
  }))
    it(name, run);
});

describe('the memory source conforms as a register of birth notices', () => {
  for (const { name, run } of sourceConformance({
    create: health,
    has: ['relations', 'put', 'report'],
    unknown: { key: FATHER },
    known: {
      person: { key: MOTHER },
      about: 'child',
      values: { 'person.birthDate': '2026-11-09', 'person.gender': 'female' },
    },
  }))
    it(name, run);
});

describe('the memory source conforms with reasons instead of values', () => {
  for (const { name, run } of sourceConformance({
    create: () =>
      createMemorySource({
        id: 'm',
        name: 'M',
        records: [{ person: 'a', recordRef: 'r', values: { 'x.y': 'value' }, absent: { 'x.z': 'masked' } }],
      }),
    unknown: { key: 'b' },
    has: ['relations', 'put', 'report'],
    known: { person: { key: 'a' }, values: { 'x.y': 'value' } },
  }))
    it(name, run);
});
