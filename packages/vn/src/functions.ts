// Functions that rules of Vietnamese forms may call. Pure, total over their types, with published test vectors.

import type { Json, RuleFunction } from '@onceform/core';
import { addWorkingDays, daysBetween, isWorkingDay } from './calendar.ts';
import { isCommuneOf } from './communes.ts';
import { familyNameOf, isSameName, printName } from './names.ts';
import { displayPartialDate, isPartialDate, lastPossibleDay } from './partial-date.ts';
import { readPersonalId } from './personal-id.ts';
import { isValidTaxCode } from './tax-code.ts';
import { dateInWords, longDate, moneyInWords, numberInWords } from './words.ts';

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const whole = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** Whole years completed on a day; a partial date of birth counts as late as it can mean. */
export function ageAt(birthDate: string, date: string): number {
  if (!isPartialDate(birthDate) || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date)) return -1;
  const born = lastPossibleDay(birthDate);
  const years = Number(date.slice(0, 4)) - Number(born.slice(0, 4));
  return date.slice(5) < born.slice(5) ? years - 1 : years;
}

/** The month after one, `2014-12` → `2015-01`; empty when it is none. */
export function monthAfter(month: string): string {
  if (!/^[0-9]{4}-(?:0[1-9]|1[0-2])$/.test(month)) return '';
  const [year, of] = month.split('-').map(Number) as [number, number];
  return `${String(of === 12 ? year + 1 : year).padStart(4, '0')}-${String((of % 12) + 1).padStart(2, '0')}`;
}

/** The month in which somebody came of an age, as late as a partial date of birth can mean; empty when it is no date. */
export function monthOfAge(birthDate: string, years: number): string {
  if (!isPartialDate(birthDate)) return '';
  const born = lastPossibleDay(birthDate);
  return `${String(Number(born.slice(0, 4)) + years).padStart(4, '0')}-${born.slice(5, 7)}`;
}

/**
 * Which new classes a former one may be exchanged for (Luật 36/2024/QH15 art. 89, likely). A class that is in the new
 * system already stays what it is.
 */
const LICENCE_EXCHANGE: Readonly<Record<string, readonly string[]>> = {
  A1: ['A1', 'A'],
  A2: ['A'],
  A3: ['B1'],
  B2: ['B', 'C1'],
  E: ['D'],
  FB2: ['BE'],
  FC: ['CE'],
  FD: ['D2E'],
  FE: ['DE'],
  B1: ['B1', 'B'],
  C: ['C'],
  D: ['D', 'D2'],
};

export const functions: { readonly [name: string]: RuleFunction } = {
  dateInWords: {
    parameters: ['string'],
    result: 'string',
    description: 'A full or partial ISO date in Vietnamese words; empty when it is no date.',
    call: date => dateInWords(text(date)),
  },
  longDate: {
    parameters: ['string'],
    result: 'string',
    description: 'A full ISO date as documents write it: ngày 05 tháng 4 năm 2026; empty when it is no full date.',
    call: date => (text(date).length === 10 && isPartialDate(text(date)) ? longDate(text(date)) : ''),
  },
  numberInWords: {
    parameters: ['int'],
    result: 'string',
    description: 'A whole number from 0 in Vietnamese words.',
    call: number => numberInWords(Math.max(0, whole(number))),
  },
  moneyInWords: {
    parameters: ['int'],
    result: 'string',
    description: 'A sum of dong in Vietnamese words, as forms print it.',
    call: amount => moneyInWords(Math.max(0, whole(amount))),
  },
  ageAt: {
    parameters: ['string', 'string'],
    result: 'int',
    description: 'Whole years from a (partial) date of birth to a date; the last possible day counts. -1 when unknown.',
    call: (birthDate, date) => ageAt(text(birthDate), text(date)),
  },
  monthOfAge: {
    parameters: ['string', 'int'],
    result: 'string',
    description: 'The month, 2012-04, in which one came of an age; the last possible one counts. Empty when unknown.',
    call: (birthDate, years) => monthOfAge(text(birthDate), whole(years)),
  },
  monthAfter: {
    parameters: ['string'],
    result: 'string',
    description: 'The month after one: 2015-01 for 2014-12; empty when it is no month.',
    call: month => monthAfter(text(month)),
  },
  shortDate: {
    parameters: ['string'],
    result: 'string',
    description: 'A full or partial ISO date as forms write it in figures: 09/2010; other text unchanged.',
    call: date => displayPartialDate(text(date)),
  },
  daysBetween: {
    parameters: ['string', 'string'],
    result: 'int',
    description:
      'Whole days from the first ISO date to the second; a partial first date counts as late as it can mean. 0 when the first is no date or the second no full one.',
    call: (from, to) => (isPartialDate(text(from)) ? daysBetween(lastPossibleDay(text(from)), text(to)) || 0 : 0),
  },
  addWorkingDays: {
    parameters: ['string', 'int'],
    result: 'string',
    description: 'The date so many working days later, by the calendar of Viet Nam.',
    call: (date, days) => addWorkingDays(text(date), whole(days)),
  },
  isWorkingDay: {
    parameters: ['string'],
    result: 'bool',
    description: 'Tells whether offices are open on a date.',
    call: date => isWorkingDay(text(date)),
  },
  yearOf: {
    parameters: ['string'],
    result: 'int',
    description: 'The year of a full or partial ISO date; 0 when it is none.',
    call: date => (isPartialDate(text(date)) ? Number(text(date).slice(0, 4)) : 0),
  },
  personalIdGender: {
    parameters: ['string'],
    result: 'string',
    description: 'The sex that a personal id says: male, female, or empty when it is no personal id.',
    call: id => readPersonalId(text(id))?.gender ?? '',
  },
  personalIdYear: {
    parameters: ['string'],
    result: 'int',
    description: 'The year of birth that a personal id says; 0 when it is no personal id.',
    call: id => readPersonalId(text(id))?.year ?? 0,
  },
  isValidTaxCode: {
    parameters: ['string'],
    result: 'bool',
    description: 'Tells whether the check digit of a tax code is right.',
    call: code => isValidTaxCode(text(code)),
  },
  isSameName: {
    parameters: ['string', 'string'],
    result: 'bool',
    description: 'Tells whether two spellings are one name: case and place of the tone mark do not count.',
    call: (a, b) => isSameName(text(a), text(b)),
  },
  familyNameOf: {
    parameters: ['string'],
    result: 'string',
    description: 'The first word of a name. For hints only: double family names exist.',
    call: name => familyNameOf(text(name)),
  },
  isCommuneOf: {
    parameters: ['string', 'string'],
    result: 'bool',
    description: 'Tells whether a commune code of the two-tier scheme lies in a province.',
    call: (commune, province) => isCommuneOf(text(commune), text(province)),
  },
  isLicenceExchange: {
    parameters: ['string', 'string'],
    result: 'bool',
    description: 'Tells whether a driving-licence class may be exchanged for another.',
    call: (from, to) => (LICENCE_EXCHANGE[text(from)] ?? [text(from)]).includes(text(to)),
  },
  printName: {
    parameters: ['string'],
    result: 'string',
    description: 'A name in capitals, as legal forms print it.',
    call: name => printName(text(name)),
  },
};
