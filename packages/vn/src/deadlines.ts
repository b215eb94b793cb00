// When a result is due: by procedure and channel, in working days of the agency's calendar.

import { addWorkingDays, addWorkingHours, isWorkingDay } from './calendar.ts';

export interface Duration {
  /** Working days in person; 0 is "the same day, after 15:00 the next working day". */
  readonly workingDays: number;
  /** At most so many more when something has to be verified. */
  readonly withVerification?: number;
  readonly confidence: 'certain' | 'likely';
}

/**
 * By procedure code, as published in 2025. The criminal record certificate (2.000488) is not here: its 10 or 15 days are
 * those of the law of 2009, and what Luật 107/2025/QH15 made of them could not be read. No day is promised then.
 */
export const DURATIONS: { readonly [procedure: string]: Duration } = {
  '1.001193': { workingDays: 0, confidence: 'certain' },
  '1.000894': { workingDays: 0, withVerification: 5, confidence: 'certain' },
  '1.004873': { workingDays: 3, withVerification: 23, confidence: 'certain' },
  '1.000656': { workingDays: 0, confidence: 'certain' },
  '2.000635': { workingDays: 0, confidence: 'certain' },
  '1.004222': { workingDays: 7, confidence: 'likely' },
  '1.004194': { workingDays: 3, confidence: 'likely' },
  '1.001612': { workingDays: 3, confidence: 'certain' },
  '3.000347': { workingDays: 5, confidence: 'likely' },
  '2.000986': { workingDays: 4, confidence: 'likely' },
};

/** Cuts of the time for online filing that a province has decided, by province and year of receipt. */
const ONLINE_CUTS: { readonly [province: string]: { readonly [year: string]: number } } = {
  '42': { '2025': 0.2, '2026': 0.3 },
};

const SAME_DAY_UNTIL = '15:00';
const CLOSING = '17:00';
const NOON = '11:30';
const ACKNOWLEDGE_HOURS = 8;

/** The cut time in whole and half days, never rounded in the agency's favour and never to nothing. */
export function reducedWorkingDays(workingDays: number, cut: number): number {
  return workingDays === 0 ? 0 : Math.max(0.5, Math.floor(Number((workingDays * (1 - cut)).toFixed(6)) * 2) / 2);
}

export interface DueQuestion {
  readonly procedure: string;
  /** Local date and time of receipt, `2026-11-20T16:00`. */
  readonly received: string;
  readonly channel: 'online' | 'in-person' | 'remote' | 'post';
  readonly provinceCode?: string;
  readonly verification?: boolean;
}

export interface Due {
  /** Local date and time by which the agency says whether it accepts. */
  readonly noticeBy: string;
  /** Local date and time of the result; `null` for a procedure whose time is not known here. */
  readonly resultBy: string | null;
  /** Working days that were counted, with any cut. */
  readonly workingDays: number | null;
}

/** Works out both times by the calendar of this pack; days not announced yet are counted as working days. */
export function dueFor({ procedure, received, channel, provinceCode = '', verification = false }: DueQuestion): Due {
  const noticeBy = addWorkingHours(received, ACKNOWLEDGE_HOURS);
  const duration = DURATIONS[procedure];
  if (duration === undefined) return { noticeBy, resultBy: null, workingDays: null };
  const online = channel === 'online' || channel === 'remote';
  const cut = online ? (ONLINE_CUTS[provinceCode]?.[received.slice(0, 4)] ?? 0) : 0;
  const days =
    verification && duration.withVerification !== undefined
      ? duration.withVerification
      : reducedWorkingDays(duration.workingDays, cut);
  return { noticeBy, resultBy: resultBy(received, days), workingDays: days };
}

function resultBy(received: string, days: number): string {
  const date = received.slice(0, 10);
  if (days === 0) {
    const today = isWorkingDay(date) && received.slice(11, 16) <= SAME_DAY_UNTIL;
    return `${today ? date : addWorkingDays(date, 1)}T${CLOSING}`;
  }
  const whole = addWorkingDays(date, Math.ceil(days));
  return `${whole}T${Number.isInteger(days) ? CLOSING : NOON}`;
}
