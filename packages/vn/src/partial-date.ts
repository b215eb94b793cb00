// Dates of birth may be a year, or a month and a year. Never padded with 01/01.

import { cleanText } from './text-hygiene.ts';

const LEAP = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';

/** `1950`, `1950-06`, `1950-06-15`: every match is in the calendar. */
export const PARTIAL_DATE_PATTERN =
  '^(?!0000)(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?'
  + '|[0-9]{4}-(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])'
  + '|[0-9]{4}-(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)'
  + '|[0-9]{4}-02-(?:0[1-9]|1[0-9]|2[0-8])'
  + `|${LEAP}-02-29)$`;

const SHAPE = new RegExp(PARTIAL_DATE_PATTERN, 'u');

export function isPartialDate(text: string): boolean {
  return SHAPE.test(text);
}

/**
 * Reads a date as people and registers write it: `1/1/1950`, `2-9-1945`, `06/1950`, `00/06/1950`, `//1950`,
 * `01091950`. What cannot be a date comes back cleaned, for the pattern to refuse.
 */
export function normalizePartialDate(text: string): string {
  const clean = cleanText(text.normalize('NFKC'));
  if (isPartialDate(clean)) return clean;
  const compact = /^([0-9]{2})([0-9]{2})([0-9]{4})$/.exec(clean);
  const parts = compact ? compact.slice(1) : clean.split(/\s*[/.\-]\s*/);
  if (parts.length > 3 || !parts.every(part => /^[0-9]{0,4}$/.test(part))) return clean;
  const [year, month, day] = parts.toReversed().map(part => (/^0*$/.test(part) ? '' : part));
  if (year === undefined || year.length !== 4 || (!month && day)) return clean;
  const iso = [year, ...(month ? [month.padStart(2, '0')] : []), ...(day ? [day.padStart(2, '0')] : [])].join('-');
  return isPartialDate(iso) ? iso : clean;
}

/** `1950-06-15` → `15/06/1950`, `1950-06` → `06/1950`. */
export function displayPartialDate(iso: string): string {
  return isPartialDate(iso) ? iso.split('-').toReversed().join('/') : iso;
}

/** The last day a partial date can mean: the careful reading for "at least N years old". */
export function lastPossibleDay(iso: string): string {
  const [year, month, day] = iso.split('-');
  if (day !== undefined) return iso;
  if (month === undefined) return `${year}-12-31`;
  return `${year}-${month}-${new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()}`;
}
