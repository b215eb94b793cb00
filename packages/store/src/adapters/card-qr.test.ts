import { describe, expect, it } from 'vitest';
import { sourceConformance } from '../testing/index.ts';
import { createCardQrSource, readCard, type CardLayout } from './card-qr.ts';
import type { Normalizer } from './http.ts';

const LAYOUT: CardLayout = {
  separator: '|',
  atLeast: 3,
  subject: 'person.personalId',
  parts: [
    { concept: 'person.personalId' },
    { concept: 'person.oldIdNumber', optional: true },
    { concept: 'person.fullName' },
    null,
    { concept: 'person.birthDate', normalize: 'date', optional: true },
  ],
};
const normalizers: { [name: string]: Normalizer } = {
  date: raw =>
    /^\d{8}$/.test(String(raw))
      ? `${String(raw).slice(4)}-${String(raw).slice(2, 4)}-${String(raw).slice(0, 2)}`
      : undefined,
};
const TEXT = '012345678901||Mai Anh|ignored|04051990|newer part';

describe('the card source conforms', () => {
  for (const { name, run } of sourceConformance({
    create: () => createCardQrSource({ name: 'Card', layout: LAYOUT, normalizers, text: TEXT }),
    unknown: { key: '999999999999' },
    known: {
      person: { key: '012345678901' },
      values: { 'person.personalId': '012345678901', 'person.fullName': 'Mai Anh', 'person.birthDate': '1990-05-04' },
    },
  }))
    it(name, run);
});

describe('a card\u2019s text', () => {
  it('may leave out what is optional', () => {
    expect(readCard('012345678901||Mai Anh', LAYOUT, normalizers)).toEqual({
      'person.personalId': '012345678901',
      'person.fullName': 'Mai Anh',
    });
  });
  it.each(['', 'https://example.org', '012345678901|x', '|a|b', '012345678901||Mai Anh||not a date'])(
    '%j is not a card',
    text => {
      expect(readCard(text, LAYOUT, normalizers)).toBeNull();
    },
  );
});
