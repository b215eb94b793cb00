import { expect, it } from 'vitest';
import { functions, monthAfter, monthOfAge } from './functions.ts';

it('the month after December is January of the next year; what is no month has none after it', () => {
  expect(monthAfter('2014-12')).toBe('2015-01');
  expect(monthAfter('2014-09')).toBe('2014-10');
  for (const none of ['', '2014', '2014-13', '2014-00', '2014-09-01']) expect(monthAfter(none)).toBe('');
});

it('one comes of age in the month of birth; of a year alone the last month counts', () => {
  expect(monthOfAge('1996-04-05', 14)).toBe('2010-04');
  expect(monthOfAge('1996-02-29', 14)).toBe('2010-02');
  expect(monthOfAge('1958-06', 14)).toBe('1972-06');
  expect(monthOfAge('1958', 14)).toBe('1972-12');
  expect(monthOfAge('31/02/1958', 14)).toBe('');
});

it('a date in figures has the parts that are known', () => {
  const short = (date: string): unknown => functions['shortDate']!.call(date);
  expect([short('2010-09-05'), short('2010-09'), short('1958'), short('')]).toEqual([
    '05/09/2010',
    '09/2010',
    '1958',
    '',
  ]);
});
