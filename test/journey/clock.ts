// The time in which the journeys take place, whatever day it is where they run: forms end, and what is filed is judged by
// its day. The portal, the pages and the tests keep this one clock; it goes on from the moment below.

/** In office hours of a working day on which every form of the catalogue is offered. */
const START = Date.parse('2026-11-18T09:00:00+07:00');

/** Milliseconds that it is ahead of the real time: the same in every process of a run. */
export const ahead = Number((process.env['ONCEFORM_AHEAD'] ??= String(START - Date.now())));

export const now = (): Date => new Date(Date.now() + ahead);

/** A day so many days from today, `2026-11-18`. */
export const dayFromNow = (days: number): string =>
  new Date(now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
