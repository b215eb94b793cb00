// From what was typed to what is stored, by the field's schema, its format and the locale; format-value.ts is the way
// back. The view never decides what a text means. What cannot be understood is not guessed at: it stays text, with a problem.

import type { FieldNode } from './compiled.ts';
import { dateOrder, PARTIAL_DATE, type ValueContext } from './format-value.ts';
import type { Json } from './json.ts';

/** Why a text is no value: `number`, `integer`, `too-large`, `date`, `date-incomplete`, `time`, `option`, `boolean`, `null`, `characters`. */
export type ParseProblem =
  | 'number'
  | 'integer'
  | 'too-large'
  | 'date'
  | 'date-incomplete'
  | 'time'
  | 'option'
  | 'boolean'
  | 'null'
  | 'characters';

/** Either a value (`undefined`: nothing was typed) or a problem. */
export type Parsed =
  | { readonly value: Json | undefined; readonly problem?: never }
  | { readonly problem: ParseProblem; readonly value?: never };

/** Turns typed text into the value of a field. */
export function parseText(text: string, field: FieldNode, context: ValueContext): Parsed {
  if (!text.isWellFormed()) return { problem: 'characters' };
  const typed = text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/\u00a0/gu, ' ');
  const plain = typed.trim();
  if (plain === '') return { value: undefined };
  if (field.options !== undefined && field.type !== 'string') {
    const option = field.options.find(({ value }) => String(value) === plain);
    if (option !== undefined) return { value: option.value };
  }
  switch (field.type) {
    case 'integer':
    case 'number':
      return parseNumber(plain, field.type === 'integer', context.locale);
    case 'boolean':
      return plain === 'true' ? { value: true } : plain === 'false' ? { value: false } : { problem: 'boolean' };
    case 'null':
      return plain === 'null' ? { value: null } : { problem: 'null' };
    case 'file':
      return { problem: 'option' };
    default:
      return parseString(typed, plain, field, context);
  }
}

// ---- strings and dates -----------------------------------------------------------------------------

const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/gu;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/u;

function parseString(typed: string, plain: string, field: FieldNode, context: ValueContext): Parsed {
  const format = field.format;
  if (CONTROL.test(typed)) return { problem: 'characters' };
  if (format !== undefined && Object.hasOwn(context.formats, format)) {
    const value = context.formats[format]!.normalize?.(plain) ?? plain;
    return { value: value === '' ? undefined : value };
  }
  switch (format) {
    case 'date':
      return parseDate(plain, context.locale, false);
    case PARTIAL_DATE:
      return parseDate(plain, context.locale, true);
    case 'time':
      return parseTime(plain, context.offset ?? 'Z');
    case 'date-time':
      return parseDateTime(plain, context);
    default:
      return { value: field.widget === 'textarea' ? typed : plain };
  }
}

const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/u;

/** Reads ISO dates, dates with any of `/ - . space` between the parts, and eight digits in a row. */
function parseDate(plain: string, locale: string, partial: boolean): Parsed {
  const text = plain.normalize('NFKC');
  if (DATE.test(text)) return isDate(text) ? { value: text } : { problem: 'date' };
  if (partial && /^[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?$/u.test(text)) return { value: text };
  const order = dateOrder(locale);
  let pieces = text.split(/\s*[/\-.]\s*|\s+/u);
  if (pieces.length === 1 && /^[0-9]{8}$/u.test(text)) {
    pieces =
      order[0] === 'year'
        ? [text.slice(0, 4), text.slice(4, 6), text.slice(6)]
        : [text.slice(0, 2), text.slice(2, 4), text.slice(4)];
  }
  if (pieces.length > 3 || pieces.some(piece => !/^[0-9]{0,4}$/u.test(piece))) return { problem: 'date' };
  while (pieces.length < 3) pieces.unshift('');
  const part = { day: '', month: '', year: '' };
  const places = pieces[0]!.length === 4 ? (['year', 'month', 'day'] as const) : order;
  places.forEach((name, i) => {
    part[name] = pieces[i]!;
  });
  if (part.year.length !== 4) return { problem: 'date-incomplete' };
  const day = unknownPart(part.day) ? '' : part.day.padStart(2, '0');
  const month = unknownPart(part.month) ? '' : part.month.padStart(2, '0');
  if (day !== '' && month !== '') {
    const iso = `${part.year}-${month}-${day}`;
    return isDate(iso) ? { value: iso } : { problem: 'date' };
  }
  if (!partial || day !== '') return { problem: 'date-incomplete' };
  if (month === '') return { value: part.year };
  return /^(?:0[1-9]|1[0-2])$/u.test(month) ? { value: `${part.year}-${month}` } : { problem: 'date' };
}

/** Some registers write 00 for a part nobody knows. */
function unknownPart(part: string): boolean {
  return /^0*$/u.test(part);
}

function isDate(iso: string): boolean {
  const [, year, month, day] = DATE.exec(iso) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return (
    date.getUTCFullYear() === Number(year)
    && date.getUTCMonth() === Number(month) - 1
    && date.getUTCDate() === Number(day)
  );
}

const TIME = /^([01]?[0-9]|2[0-3])[:hg.]([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?(z|[+-][0-9]{2}:[0-9]{2})?$/u;

function parseTime(plain: string, offset: string): Parsed {
  const [, hour, minute, second, zone] = TIME.exec(plain.normalize('NFKC').toLowerCase()) ?? [];
  if (hour === undefined) return { problem: 'time' };
  return { value: `${hour.padStart(2, '0')}:${minute}:${second ?? '00'}${zone?.toUpperCase() ?? offset}` };
}

function parseDateTime(plain: string, context: ValueContext): Parsed {
  const [, day, time] = /^(.+?)(?:\s*[Tt]\s*|[\s,]+)([0-9]{1,2}[:hg.].*)$/u.exec(plain) ?? [];
  if (day === undefined || time === undefined) return { problem: 'date-incomplete' };
  const date = parseDate(day, context.locale, false),
    hours = parseTime(time, context.offset ?? 'Z');
  return date.problem !== undefined
    ? date
    : hours.problem !== undefined
      ? hours
      : { value: `${String(date.value)}T${String(hours.value)}` };
}

// ---- numbers -----------------------------------------------------------------------------------------

/**
 * Reads a number as people of a locale write it, and as others paste it: groups of three with dots, commas, spaces
 * or apostrophes; one decimal sign. `1.250` in a locale of decimal commas is 1250, `75.5` there is 75.5. What could
 * mean two things in an integer field (`1.5`) is refused, and so is an integer that a JSON number cannot hold exactly.
 */
function parseNumber(plain: string, integer: boolean, locale: string): Parsed {
  const text = plain.normalize('NFKC').replace(/\u2212/gu, '-');
  const [, sign, body] = /^([+-]?)\s*([0-9.,'’\s]+)$/u.exec(text) ?? [];
  if (body === undefined || !/[0-9]/u.test(body)) return { problem: 'number' };
  const digits = toPlainDigits(body, decimalIn(locale));
  if (digits === null) return { problem: 'number' };
  if (integer && digits.includes('.') && !/\.0*$/u.test(digits)) return { problem: 'integer' };
  const value = Number((sign === '-' ? '-' : '') + digits);
  if (!Number.isFinite(value)) return { problem: 'too-large' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return { problem: 'too-large' };
  if (digits.replace(/^0+|\./gu, '').replace(/0+$/u, '').length > 17) return { problem: 'too-large' };
  return { value: Object.is(value, -0) ? 0 : value };
}

const decimals = new Map<string, string>();

function decimalIn(locale: string): string {
  let decimal = decimals.get(locale);
  if (decimal === undefined) {
    decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find(part => part.type === 'decimal')?.value ?? '.';
    decimals.set(locale, decimal);
  }
  return decimal;
}

function toPlainDigits(body: string, decimal: string): string | null {
  const compact = body.replace(/(?<=[0-9])[\s'’](?=[0-9]{3}(?![0-9]))/gu, '');
  if (!/^[0-9]*(?:[.,][0-9]*)*$/u.test(compact)) return null;
  const signs = compact.match(/[.,]/gu) ?? [];
  if (signs.length === 0) return compact;
  const last = signs.at(-1)!,
    other = last === '.' ? ',' : '.';
  const [head, tail] = [compact.slice(0, compact.lastIndexOf(last)), compact.slice(compact.lastIndexOf(last) + 1)];
  const grouped = (text: string, sign: string): boolean =>
    new RegExp(`^[0-9]{1,3}(?:[${sign}][0-9]{3})*$`, 'u').test(text);
  if (new Set(signs).size === 2)
    return grouped(head, other) ? `${head.replaceAll(other, '') || '0'}.${tail || '0'}` : null;
  if (signs.length > 1) return grouped(compact, last) ? compact.replaceAll(last, '') : null;
  if (last !== decimal && tail.length === 3 && /^[1-9][0-9]{0,2}$/u.test(head)) return head + tail;
  return `${head || '0'}.${tail || '0'}`;
}
