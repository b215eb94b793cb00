// Working days and working hours. Holidays are a dated list, because the Government sets them every year.

import type { Calendar } from '@onceform/core';

export interface Holiday {
  readonly date: string;
  readonly name: string;
  /** `check`: not announced yet, or seen in one place only. It is counted only where `applied` says so. */
  readonly confidence: 'certain' | 'likely' | 'check';
  readonly applied: boolean;
}

const day = (date: string, name: string, confidence: Holiday['confidence'] = 'certain', applied = true): Holiday => ({
  date,
  name,
  confidence,
  applied,
});

/** Days off on what would be working days (Bộ luật Lao động 2019 art. 112, and the yearly announcements). */
export const HOLIDAYS: readonly Holiday[] = [
  day('2025-01-01', 'Tết Dương lịch'),
  ...['2025-01-27', '2025-01-28', '2025-01-29', '2025-01-30', '2025-01-31'].map(date => day(date, 'Tết Nguyên đán')),
  day('2025-04-07', 'Giỗ Tổ Hùng Vương'),
  day('2025-04-30', 'Ngày Chiến thắng'),
  day('2025-05-01', 'Quốc tế Lao động'),
  day('2025-05-02', 'Nghỉ hoán đổi', 'likely'),
  day('2025-09-01', 'Quốc khánh', 'likely'),
  day('2025-09-02', 'Quốc khánh'),
  day('2026-01-01', 'Tết Dương lịch'),
  day('2026-01-02', 'Nghỉ hoán đổi', 'likely'),
  ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'].map(date =>
    day(date, 'Tết Nguyên đán', 'likely'),
  ),
  day('2026-04-27', 'Nghỉ bù Giỗ Tổ Hùng Vương', 'likely'),
  day('2026-04-30', 'Ngày Chiến thắng'),
  day('2026-05-01', 'Quốc tế Lao động'),
  day('2026-08-31', 'Nghỉ hoán đổi', 'check', false),
  day('2026-09-01', 'Quốc khánh', 'likely'),
  day('2026-09-02', 'Quốc khánh'),
  day('2026-11-24', 'Ngày Văn hóa Việt Nam', 'check', false),
  day('2027-01-01', 'Tết Dương lịch'),
  ...['2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'].map(date =>
    day(date, 'Tết Nguyên đán', 'check'),
  ),
  day('2027-04-16', 'Giỗ Tổ Hùng Vương', 'likely'),
  day('2027-04-30', 'Ngày Chiến thắng'),
  day('2027-05-03', 'Nghỉ bù Quốc tế Lao động', 'likely'),
  day('2027-09-02', 'Quốc khánh'),
  day('2027-09-03', 'Quốc khánh', 'check'),
];

/** The years the list covers; outside of them only weekends are known. */
export const HOLIDAY_YEARS = { from: 2025, to: 2027 } as const;

export const SERVICE_HOURS: readonly (readonly [string, string])[] = [
  ['07:30', '11:30'],
  ['13:30', '17:00'],
];

const OFF: ReadonlySet<string> = new Set(HOLIDAYS.filter(holiday => holiday.applied).map(holiday => holiday.date));

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

export function isWorkingDay(date: string, off: ReadonlySet<string> = OFF): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !off.has(date);
}

export function addWorkingDays(date: string, days: number): string {
  let result = date;
  for (let left = days; left > 0;) {
    result = addDays(result, 1);
    if (isWorkingDay(result)) left--;
  }
  return result;
}

/**
 * The local time by which the agency says whether it accepts: eight working hours after receipt.
 *
 * @param received local date and time, `2026-11-20T16:00`
 * @param hours working hours to count, decimals allowed
 * @param holidays days off to use in place of the list above
 */
export function addWorkingHours(received: string, hours: number, holidays?: readonly string[]): string {
  const off = holidays === undefined ? OFF : new Set(holidays);
  let date = received.slice(0, 10);
  let now = minutes(received.slice(11, 16));
  let left = Math.round(hours * 60);
  for (;;) {
    if (isWorkingDay(date, off)) {
      for (const [from, to] of SERVICE_HOURS) {
        const start = Math.max(now, minutes(from));
        const free = minutes(to) - start;
        if (free <= 0) continue;
        if (left <= free) return `${date}T${clock(start + left)}`;
        left -= free;
      }
    }
    date = addDays(date, 1);
    now = 0;
  }
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function clock(total: number): string {
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

export const calendar: Calendar = { isWorkingDay: date => isWorkingDay(date), addWorkingDays };
