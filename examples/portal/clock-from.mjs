// Another day than today, as `--date` names it: what ends and what changes can be seen before it does.

/**
 * A clock that goes on from there. A day, `2027-03-01`, keeps the time of day; a moment, `2027-03-01T09:00:00+07:00`, is
 * what the clock begins with. Absent: the real time.
 *
 * @param {string} [date]
 * @returns {() => Date}
 * @throws {RangeError} when it is neither.
 */
export function clockFrom(date) {
  if (date === undefined) return () => new Date();
  const start = Date.parse(date);
  if (Number.isNaN(start))
    throw new RangeError(`--date takes a day, 2027-03-01, or a moment, 2027-03-01T09:00:00+07:00, not "${date}".`);
  const now = date.includes('T') ? Date.now() : Date.parse(new Date().toISOString().slice(0, 10));
  return () => new Date(Date.now() + start - now);
}
