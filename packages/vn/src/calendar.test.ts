import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  HOLIDAYS,
  HOLIDAY_YEARS,
  SERVICE_HOURS,
  addWorkingDays,
  addWorkingHours,
  calendar,
  isWorkingDay,
} from './calendar.ts';
import { dossierCode } from './dossier-code.ts';

const vectors = JSON.parse(readFileSync(new URL('../test-vectors.json', import.meta.url), 'utf8'));

describe('working days and hours', () => {
  for (const row of vectors.acknowledgementDeadline.cases) {
    it(`received ${row.received}: eight working hours end ${row.deadline}`, () => {
      expect(addWorkingHours(row.received, 8, row.holidays)).toBe(row.deadline);
    });
  }
  it('the service hours are those the vectors were made with', () => {
    expect(SERVICE_HOURS.map(hours => hours.join('-'))).toEqual(vectors.acknowledgementDeadline.calendar.hours);
  });
  it('no holiday of the list falls on a weekend, and every one is inside the years the list covers', () => {
    for (const { date } of HOLIDAYS) {
      expect([0, 6], date).not.toContain(new Date(`${date}T00:00:00Z`).getUTCDay());
      expect(Number(date.slice(0, 4))).toBeGreaterThanOrEqual(HOLIDAY_YEARS.from);
      expect(Number(date.slice(0, 4))).toBeLessThanOrEqual(HOLIDAY_YEARS.to);
    }
  });
  it('lunar holidays stand on their lunar day', () => {
    const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'UTC' });
    for (const { date, name } of HOLIDAYS) {
      if (name === 'Giỗ Tổ Hùng Vương') expect(lunar.format(new Date(`${date}T00:00:00Z`)), date).toBe('3/10');
    }
    const newYears = HOLIDAYS.filter(({ name }) => name === 'Tết Nguyên đán').map(({ date }) =>
      lunar.format(new Date(`${date}T00:00:00Z`)),
    );
    expect(newYears.filter(monthDay => /^(12\/(29|30)|1\/[1-7]|12\/28)$/.test(monthDay))).toHaveLength(newYears.length);
  });
  it('what is not announced for certain is told apart, and an unconfirmed day off is not counted', () => {
    expect(HOLIDAYS.find(({ date }) => date === '2026-11-24')).toMatchObject({ confidence: 'check', applied: false });
    expect(isWorkingDay('2026-11-24')).toBe(true);
  });
  it('Tết 2026 is jumped over', () => {
    expect(addWorkingDays('2026-02-13', 1)).toBe('2026-02-23');
    expect(calendar.addWorkingDays('2026-11-20', 3)).toBe('2026-11-25');
    expect(calendar.addWorkingDays('2026-11-20', 0)).toBe('2026-11-20');
  });
});

describe('dossier codes', () => {
  for (const row of vectors.dossierCode) {
    it(`${row.input} is ${row.valid ? 'one' : 'none'}`, () => {
      expect(new RegExp(dossierCode.pattern, 'u').test(row.input)).toBe(row.valid);
    });
  }
  it('are made of agency, day and number', () => {
    expect(dossierCode.format('H27.25', '2026-11-22', 1)).toBe('H27.25-261122-0001');
  });
});
