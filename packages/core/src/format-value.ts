// From what is stored to what an input shows: by the field's schema, its format and the locale. parse.ts is the way back.

import type { FieldNode } from './compiled.ts';
import type { Json } from './json.ts';
import type { FormatSpec } from './pack.ts';

export interface ValueContext {
  /** BCP 47. */
  readonly locale: string;
  readonly formats: { readonly [name: string]: FormatSpec };
  /** The offset of local time, `+07:00`: JSON Schema's `time` and `date-time` have one. `Z` unless said. */
  readonly offset?: string;
}

/** A partial date, `1950`, `1950-06` or `1950-06-15`; a country's own format for it goes through the pack. */
export const PARTIAL_DATE = 'partial-date';

/** Turns a stored value into the text an input shows. Values that are not of the field's type are shown as JSON. */
export function formatValue(value: Json | undefined, field: FieldNode | undefined, context: ValueContext): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') {
    const format = field?.format;
    if (format === undefined) return value;
    if (Object.hasOwn(context.formats, format)) return context.formats[format]!.display?.(value) ?? value;
    if (format === 'time') return formatTime(value);
    if (format === 'date-time' && value[10]?.toUpperCase() === 'T')
      return `${formatDate(value.slice(0, 10), context.locale)} ${formatTime(value.slice(11))}`;
    return format === 'date' || format === PARTIAL_DATE ? formatDate(value, context.locale) : value;
  }
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && field?.unit === undefined) return String(value);
    return numberFormat(context.locale, field?.unit !== undefined).format(value);
  }
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** Writes an ISO date, whole or partial, in the order of a locale with leading zeros; other text unchanged. */
export function formatDate(iso: string, locale: string): string {
  const [, year, month, day] = /^([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?$/u.exec(iso) ?? [];
  if (year === undefined) return iso;
  const order = dateOrder(locale);
  const part = { day, month, year };
  return order
    .map(name => part[name])
    .filter(Boolean)
    .join(order[0] === 'year' ? '-' : '/');
}

type DatePart = 'day' | 'month' | 'year';

/** The order in which people of a locale write a date; plain English as the British do, day first. */
export function dateOrder(locale: string): readonly DatePart[] {
  let order = orders.get(locale);
  if (order === undefined) orders.set(locale, (order = orderIn(locale)));
  return order;
}

const orders = new Map<string, readonly DatePart[]>();

function orderIn(locale: string): DatePart[] {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    calendar: 'gregory',
  })
    .formatToParts(0)
    .map(part => part.type)
    .filter((type): type is DatePart => type === 'day' || type === 'month' || type === 'year');
}

function formatTime(value: string): string {
  const [, minutes, seconds] = /^([0-9]{2}:[0-9]{2})(:[0-9.]+)?/u.exec(value) ?? [];
  return minutes === undefined ? value : minutes + (seconds === undefined || seconds === ':00' ? '' : seconds);
}

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, useGrouping: boolean): Intl.NumberFormat {
  const key = `${locale} ${useGrouping}`;
  let format = numberFormats.get(key);
  if (format === undefined)
    numberFormats.set(key, (format = new Intl.NumberFormat(locale, { maximumFractionDigits: 20, useGrouping })));
  return format;
}
