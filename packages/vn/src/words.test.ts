import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateInWords, longDate, moneyInWords, numberInWords } from './words.ts';

const vectors = JSON.parse(readFileSync(new URL('../test-vectors.json', import.meta.url), 'utf8'));

describe('words for numbers and dates', () => {
  for (const row of vectors.numberWords) {
    it(`${row.n} is "${row.words}"`, () => {
      expect(numberInWords(Number(row.n))).toBe(row.words);
      if (row.money) expect(moneyInWords(Number(row.n))).toBe(row.money);
    });
  }
  for (const row of vectors.dateWords) {
    it(`${row.iso} is "${row.words}"`, () => {
      expect(dateInWords(row.iso)).toBe(row.words);
      expect(longDate(row.iso)).toBe(row.long);
    });
  }
  it('regional variants are an option', () => {
    const { linhVsLe, nghinVsNgan } = vectors.numberWordVariants;
    expect(numberInWords(Number(linhVsLe.n), { zeroTens: 'lẻ' })).toBe(linhVsLe.le);
    expect(numberInWords(Number(nghinVsNgan.n), { thousand: 'ngàn' })).toBe(nghinVsNgan.ngan);
  });
  it('a date of which only the year is known has only the year in words', () => {
    expect(dateInWords('1958')).toBe('Năm một nghìn chín trăm năm mươi tám');
    expect(dateInWords('1958-04')).toBe('Tháng tư năm một nghìn chín trăm năm mươi tám');
    expect(dateInWords('31/02/2000')).toBe('');
  });
  it('refuses what has no words', () => {
    expect(() => numberInWords(-1)).toThrow(RangeError);
    expect(() => numberInWords(1.5)).toThrow(RangeError);
  });
  it('different numbers never share their words', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 31 - 1 }), (a, b) => {
        fc.pre(a !== b);
        expect(numberInWords(a)).not.toBe(numberInWords(b));
      }),
      { numRuns: 500 },
    );
  });
});
