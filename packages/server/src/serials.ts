// Numbers of dossiers: each agency counts from 1 every day. Codes may have gaps.

import type { Queryable } from './database.ts';
import { gather } from './gather.ts';

/** The next number of an agency's day. */
export type Serials = (agency: string, day: string) => Promise<number>;

/**
 * Takes numbers from the database; those that are wanted at once are taken together, because all of them change one row.
 *
 * Taking does not wait for the disk: a number counts when the index row that carries it is committed, and that commit
 * makes everything durable that came before it.
 */
export function createSerials(db: Queryable): Serials {
  const counters = new Map<string, () => Promise<number>>();
  const counterOf = (agency: string, day: string): (() => Promise<number>) => {
    const take = gather<null, number>(async wanted => {
      const [row] = await db.query<{ last: number }>(
        `INSERT INTO serial (agency, day, last)
         SELECT $1, $2::date, $3::int FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
         ON CONFLICT (agency, day) DO UPDATE SET last = serial.last + excluded.last RETURNING last`,
        [agency, day, wanted.length],
      );
      return wanted.map((_, i) => row!.last - wanted.length + 1 + i);
    });
    return () => take(null);
  };
  return (agency, day) => {
    const key = `${day} ${agency}`;
    let counter = counters.get(key);
    if (counter === undefined) {
      for (const old of counters.keys()) if (!old.startsWith(day)) counters.delete(old);
      counters.set(key, (counter = counterOf(agency, day)));
    }
    return counter();
  };
}
