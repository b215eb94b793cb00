// ISO 8601 durations as policies write them: `P90D`, `P2Y`, `PT10M`.

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * The moment a duration before (`sign` -1) or after (1) a moment, in the calendar of UTC.
 *
 * @throws {RangeError} when the text is no ISO 8601 duration.
 */
export function shift(moment: Date, duration: string, sign: 1 | -1): Date {
  const parts = DURATION.exec(duration);
  if (parts === null || duration === 'P' || duration.endsWith('T'))
    throw new RangeError(`"${duration}" is not an ISO 8601 duration such as P90D.`);
  const [years, months, weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map(part => sign * Number(part ?? 0)) as [number, number, number, number, number, number, number];
  const out = new Date(moment);
  out.setUTCFullYear(out.getUTCFullYear() + years, out.getUTCMonth() + months, out.getUTCDate() + weeks * 7 + days);
  return new Date(out.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
}

/** Tells whether something that happened at `time` (RFC 3339 date or time) is more than `duration` ago. */
export function isOlder(time: string, duration: string, now: Date): boolean {
  return new Date(time).getTime() < shift(now, duration, -1).getTime();
}
