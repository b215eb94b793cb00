// Numbers, sums of money and dates in Vietnamese words, as forms ask ("ghi bằng chữ").

import { isPartialDate } from './partial-date.ts';

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'];

/** Regional variants, both right: `linh` or `lẻ`, `nghìn` or `ngàn`. */
export interface WordOptions {
  readonly zeroTens?: 'linh' | 'lẻ';
  readonly thousand?: 'nghìn' | 'ngàn';
}

/**
 * Writes a whole number in words.
 *
 * @throws {RangeError} when it is negative, has a fraction or is above 2^53 − 1.
 */
export function numberInWords(number: number, options: WordOptions = {}): string {
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`Only whole numbers from 0 have words here: ${number}`);
  if (number === 0) return DIGITS[0]!;
  const units = ['', options.thousand ?? 'nghìn', 'triệu'];
  const words: string[] = [];
  const billions = Math.floor(number / 1e9);
  if (billions > 0) words.push(numberInWords(billions, options), 'tỷ');
  let started = billions > 0;
  for (let group = 2; group >= 0; group--) {
    const value = Math.floor((number % 1e9) / 1000 ** group) % 1000;
    if (value === 0) continue;
    words.push(hundredsInWords(value, started, options.zeroTens ?? 'linh'));
    if (units[group]) words.push(units[group]!);
    started = true;
  }
  return words.join(' ');
}

function hundredsInWords(value: number, inside: boolean, zeroTens: string): string {
  const hundreds = Math.floor(value / 100),
    tens = Math.floor(value / 10) % 10,
    ones = value % 10;
  const words: string[] = [];
  if (hundreds > 0 || inside) words.push(DIGITS[hundreds]!, 'trăm');
  if (tens === 0 && ones > 0 && words.length > 0) words.push(zeroTens);
  if (tens === 1) words.push('mười');
  if (tens > 1) words.push(DIGITS[tens]!, 'mươi');
  if (ones > 0) words.push(ones === 1 && tens > 1 ? 'mốt' : ones === 5 && tens > 0 ? 'lăm' : DIGITS[ones]!);
  return words.join(' ');
}

/** `50000000` → `Năm mươi triệu đồng`. */
export function moneyInWords(amount: number): string {
  return capitalize(`${numberInWords(amount)} đồng`);
}

/** `2021-02-18` → `Ngày mười tám tháng hai năm hai nghìn không trăm hai mươi mốt`; parts that are unknown stay out. */
export function dateInWords(iso: string): string {
  if (!isPartialDate(iso)) return '';
  const [year, month, day] = iso.split('-').map(Number);
  const words: string[] = [];
  if (day !== undefined) words.push('ngày', numberInWords(day));
  if (month !== undefined) words.push('tháng', month === 4 ? 'tư' : numberInWords(month));
  words.push('năm', numberInWords(year!));
  return capitalize(words.join(' '));
}

/** `2026-04-05` → `ngày 05 tháng 4 năm 2026` (NĐ 30/2020/NĐ-CP, phụ lục I). */
export function longDate(iso: string): string {
  const [year, month, day] = iso.split('-');
  return `ngày ${day} tháng ${Number(month) < 3 ? month : Number(month)} năm ${year}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
}
