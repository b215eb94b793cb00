import { describe, expect, it } from 'vitest';
import type { Calendar } from '@onceform/core';
import { addWorkingHours, dateIn, zonedTime } from './working-time.ts';

/** Monday to Friday, and 2026-11-24 is a holiday. */
const calendar: Calendar = {
  isWorkingDay(date) {
    const day = new Date(`${date}T12:00:00Z`).getUTCDay();
    return day !== 0 && day !== 6 && date !== '2026-11-24';
  },
  addWorkingDays(date, days) {
    let at = date;
    for (let left = days; left > 0;) {
      at = new Date(Date.parse(`${at}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
      if (this.isWorkingDay(at)) left--;
    }
    return at;
  },
};
const zone = 'Asia/Ho_Chi_Minh';
const after = (start: string, hours: number) =>
  zonedTime(zone, addWorkingHours(new Date(start), hours, calendar, zone));

describe('time where the agency is', () => {
  it('names the date and the offset of the zone, not of the machine', () => {
    const late = new Date('2026-11-22T17:30:05Z');
    expect(dateIn(zone, late)).toBe('2026-11-23');
    expect(zonedTime(zone, late)).toBe('2026-11-23T00:30:05+07:00');
    expect(zonedTime('UTC', late)).toBe('2026-11-22T17:30:05Z');
  });

  it('counts eight hours over lunch and night', () => {
    expect(after('2026-11-26T09:00:00+07:00', 8)).toBe('2026-11-27T09:00:00+07:00');
    expect(after('2026-11-26T13:00:00+07:00', 2)).toBe('2026-11-26T15:30:00+07:00');
  });

  it('starts at the next opening for what arrives in the evening, at the weekend or on a holiday', () => {
    expect(after('2026-11-22T20:00:00+07:00', 8)).toBe('2026-11-23T17:30:00+07:00');
    expect(after('2026-11-23T18:00:00+07:00', 1)).toBe('2026-11-25T08:30:00+07:00');
    expect(after('2026-11-24T09:00:00+07:00', 1)).toBe('2026-11-25T08:30:00+07:00');
  });

  it('ends exactly at closing time when the hours just fit', () => {
    expect(after('2026-11-26T07:30:00+07:00', 4)).toBe('2026-11-26T11:30:00+07:00');
  });
});
