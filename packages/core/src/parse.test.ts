// Vectors are those of domain/data/test-vectors.json, as far as they are about values and not about one country.

import { describe, expect, test } from 'vitest';
import type { FieldNode } from './compiled.ts';
import { formatValue } from './format-value.ts';
import { parseText } from './parse.ts';

const field = (more: Partial<FieldNode>): FieldNode => ({
  kind: 'field',
  type: 'string',
  key: 'x',
  required: false,
  nullable: false,
  readOnly: false,
  computed: false,
  constraints: {},
  ...more,
});
const vi = { locale: 'vi', formats: {}, offset: '+07:00' },
  en = { locale: 'en', formats: {} };
const integer = field({ type: 'integer' }),
  number = field({ type: 'number' }),
  date = field({ format: 'date' }),
  partial = field({ format: 'partial-date' });

describe('numbers', () => {
  test.each([
    ['50.000.000', 50000000],
    ['50000000', 50000000],
    ['50,000,000', 50000000],
    ['50 000 000', 50000000],
    ['1.250', 1250],
    ['-1', -1],
    ['０４２', 42],
    ['1,000', 1],
    ['7.0', 7],
    ["1'000'000", 1000000],
  ])('the integer %s is %d', (text, value) => expect(parseText(text, integer, vi)).toEqual({ value }));

  test.each([
    ['75,5', 75.5],
    ['75.5', 75.5],
    ['1.250', 1250],
    ['1.250,75', 1250.75],
    ['1,250.75', 1250.75],
    ['0.125', 0.125],
    ['-0', 0],
    [',5', 0.5],
  ])('the number %s is %d', (text, value) => expect(parseText(text, number, vi)).toEqual({ value }));

  test.each([
    ['1.5', 'integer'],
    ['abc', 'number'],
    ['1e5', 'number'],
    ['1.2.3', 'number'],
    ['.', 'number'],
    ['--1', 'number'],
    ['9007199254740993', 'too-large'],
    ['9'.repeat(400), 'too-large'],
  ])('the integer %s is asked again: %s', (text, problem) => expect(parseText(text, integer, vi)).toEqual({ problem }));

  test('the same text means what the locale means by it', () => {
    expect(parseText('1,250', number, en)).toEqual({ value: 1250 });
    expect(parseText('1,250', number, vi)).toEqual({ value: 1.25 });
    expect(parseText('1.25', number, en)).toEqual({ value: 1.25 });
  });

  test('a number that JSON cannot hold exactly is refused, not rounded', () => {
    expect(parseText('9007199254740991', integer, vi)).toEqual({ value: 9007199254740991 });
    expect(parseText('0,1234567890123456789', number, vi)).toEqual({ problem: 'too-large' });
  });

  test('are shown with groups where they have a unit, plain otherwise', () => {
    expect(formatValue(50000000, field({ type: 'integer', unit: 'VND' }), vi)).toBe('50.000.000');
    expect(formatValue(2026, integer, vi)).toBe('2026');
    expect(formatValue(75.5, number, vi)).toBe('75,5');
  });
});

describe('dates', () => {
  test.each([
    ['18/2/2021', '2021-02-18'],
    ['2-9-1945', '1945-09-02'],
    ['01091950', '1950-09-01'],
    ['1/1/1950', '1950-01-01'],
    ['29/02/2000', '2000-02-29'],
    ['2021-02-18', '2021-02-18'],
    ['18 . 2 . 2021', '2021-02-18'],
    ['1950/6/5', '1950-06-05'],
  ])('%s is %s', (text, value) => expect(parseText(text, date, vi)).toEqual({ value }));

  test.each([
    ['31/02/2000', 'date'],
    ['29/02/1900', 'date'],
    ['2021-02-30', 'date'],
    ['hôm nay', 'date'],
    ['1/13/2000', 'date'],
    ['18//', 'date-incomplete'],
    ['//1950', 'date-incomplete'],
    ['06/1950', 'date-incomplete'],
    ['1/1/50', 'date-incomplete'],
  ])('%s is asked again: %s', (text, problem) => expect(parseText(text, date, vi)).toEqual({ problem }));

  test.each([
    ['1950', '1950'],
    ['06/1950', '1950-06'],
    ['15/06/1950', '1950-06-15'],
    ['00/06/1950', '1950-06'],
    ['//1950', '1950'],
    ['/6/1950', '1950-06'],
    ['1950-06', '1950-06'],
  ])('the partial date %s is %s', (text, value) => expect(parseText(text, partial, vi)).toEqual({ value }));

  test.each([
    ['15//1950', 'date-incomplete'],
    ['13/1950', 'date'],
    ['1950-13', 'date-incomplete'],
  ])('the partial date %s is asked again', (text, problem) =>
    expect(parseText(text, partial, vi)).toEqual({ problem }),
  );

  test('are shown in the order of the locale', () => {
    expect(formatValue('2021-02-18', date, vi)).toBe('18/02/2021');
    expect(formatValue('2021-02-18', date, en)).toBe('18/02/2021');
    expect(formatValue('2021-02-18', date, { ...en, locale: 'en-US' })).toBe('02/18/2021');
    expect(formatValue('1950-06', partial, vi)).toBe('06/1950');
    expect(formatValue('1950', partial, vi)).toBe('1950');
  });

  test('times carry the offset of the place', () => {
    expect(parseText('7:30', field({ format: 'time' }), vi)).toEqual({ value: '07:30:00+07:00' });
    expect(parseText('7h30', field({ format: 'time' }), vi)).toEqual({ value: '07:30:00+07:00' });
    expect(parseText('25:00', field({ format: 'time' }), vi)).toEqual({ problem: 'time' });
    expect(parseText('18/2/2021 7:30', field({ format: 'date-time' }), vi)).toEqual({
      value: '2021-02-18T07:30:00+07:00',
    });
    expect(formatValue('07:30:00+07:00', field({ format: 'time' }), vi)).toBe('07:30');
    expect(formatValue('2021-02-18T07:30:00+07:00', field({ format: 'date-time' }), vi)).toBe('18/02/2021 07:30');
  });
});

describe('text', () => {
  test('is put into NFC, trimmed, and freed of what nobody sees', () => {
    expect(parseText('  Nguye\u0302\u0303n\u00a0Va\u0306n \u200bA ', field({}), vi)).toEqual({
      value: 'Nguyễn Văn A'.normalize('NFC'),
    });
    expect(parseText(' \u200b ', field({}), vi)).toEqual({ value: undefined });
  });

  test('with half a character or a control character is asked again', () => {
    expect(parseText('a\ud800', field({}), vi)).toEqual({ problem: 'characters' });
    expect(parseText('a\u0000b', field({}), vi)).toEqual({ problem: 'characters' });
  });

  test('keeps its line breaks where there are lines', () => {
    expect(parseText('one\n two ', field({ widget: 'textarea' }), vi)).toEqual({ value: 'one\n two ' });
  });

  test("goes through the country's format both ways", () => {
    const formats = {
      plate: {
        name: 'plate',
        label: 'Plate',
        pattern: '^[A-Z0-9]+$',
        message: 'No.',
        example: 'A1',
        normalize: (text: string) => text.toUpperCase().replaceAll(' ', ''),
        display: (value: string) => value.split('').join(' '),
      },
    };
    expect(parseText('a 1', field({ format: 'plate' }), { ...vi, formats })).toEqual({ value: 'A1' });
    expect(formatValue('A1', field({ format: 'plate' }), { ...vi, formats })).toBe('A 1');
  });
});
