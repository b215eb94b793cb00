// Time where the agency is: dates, RFC 3339 with offset, and deadlines counted in working hours.

import type { Calendar } from '@onceform/core';

/** Opening hours of a working day, in order, `HH:MM`, of the pack's time zone. */
export type WorkingHours = readonly (readonly [from: string, to: string])[];

/** Eight hours, as offices usually keep them; a portal passes its own. */
export const OFFICE_HOURS: WorkingHours = [
  ['07:30', '11:30'],
  ['13:30', '17:30'],
];

/** The date `YYYY-MM-DD` at an instant in a time zone. */
export function dateIn(timeZone: string, instant: Date): string {
  return zonedParts(timeZone, instant).date;
}

/** RFC 3339 with the zone's offset, to the second: `2026-11-22T14:03:07+07:00`. */
export function zonedTime(timeZone: string, instant: Date): string {
  const { date, time, offset } = zonedParts(timeZone, instant);
  return `${date}T${time}${offset}`;
}

/** The same for a date and time as clocks there show it, `2026-11-27T11:30`. */
export function localTime(timeZone: string, local: string): string {
  const guess = zonedParts(timeZone, new Date(`${local}Z`)).offset;
  const { offset } = zonedParts(timeZone, new Date(`${local}${guess}`));
  return `${local}:00${offset}`;
}

/**
 * The instant by which `hours` working hours have passed since `start`. Hours run only while the office is open on a
 * working day; what arrives outside of them starts at the next opening.
 */
export function addWorkingHours(
  start: Date,
  hours: number,
  calendar: Calendar,
  timeZone: string,
  schedule: WorkingHours = OFFICE_HOURS,
): Date {
  let left = hours * 3_600_000;
  const { date, offset } = zonedParts(timeZone, start);
  let day = calendar.isWorkingDay(date) ? date : calendar.addWorkingDays(date, 1);
  for (;;) {
    for (const [from, to] of schedule) {
      const opens = Math.max(Date.parse(`${day}T${from}:00${offset}`), start.getTime());
      const closes = Date.parse(`${day}T${to}:00${offset}`);
      if (closes <= opens) continue;
      if (closes - opens >= left) return new Date(opens + left);
      left -= closes - opens;
    }
    day = calendar.addWorkingDays(day, 1);
  }
}

/** Making a formatter costs a hundred times what using one does. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

interface ZonedParts {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
}

/** Seconds asked for lately, by zone: a filing asks several times what the time is, and when it will be heard of. */
const lately = new Map<string, ZonedParts>();
const MOST = 64;

function zonedParts(timeZone: string, instant: Date): ZonedParts {
  const second = `${Math.floor(instant.getTime() / 1000)} ${timeZone}`;
  const known = lately.get(second);
  if (known !== undefined) return known;
  const words = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const parts: ZonedParts = {
    date: `${words['year']}-${words['month']}-${words['day']}`,
    time: `${words['hour']}:${words['minute']}:${words['second']}`,
    offset: words['timeZoneName']!.replace('GMT', '').replace(/^(?:\+00:00)?$/, 'Z'),
  };
  lately.set(second, parts);
  if (lately.size > MOST) lately.delete(lately.keys().next().value!);
  return parts;
}
