// What is counted of reuse: events without values, names or ids of people, which soon become counts of their month, and the
// indices R1–R21 made from those. Small events wait for a second and are written together: a crash may lose a count, never
// anything else. However many events a month has, no more than a few hundred are held at once.

import {
  reuseMetricsOf,
  tallyReuse,
  type CostModel,
  type ReuseEvent,
  type ReuseMetrics,
} from '@onceform/store/metrics';
import type { Database, Queryable } from './database.ts';
import { gather } from './gather.ts';

export interface ReuseMeasurement {
  /** Takes an event in; it is written soon. Never fails. */
  note(event: ReuseEvent): void;
  /** Writes events now, with whatever else `db` is writing. */
  write(events: readonly ReuseEvent[], db?: Queryable): Promise<void>;
  /** A case is over: writes its events and forgets what was offered for its draft. What comes at once is one statement. */
  close(events: readonly ReuseEvent[], draft: string | null): Promise<void>;
  /** The indices of a month (`2026-11`); cells with fewer than `k` cases are suppressed. */
  report(month: string): Promise<ReuseMetrics>;
  /** Writes what waits. */
  flush(): Promise<void>;
  /** Turns events into counts and forgets them; returns how many. Several nodes may do this at once. */
  fold(): Promise<number>;
}

/** Events that are held at once. */
const BATCH = 500;

export function createReuseMeasurement(
  db: Database,
  {
    costs = null,
    k = 10,
    onError = () => undefined,
    delay = 1000,
  }: {
    readonly costs?: CostModel | null;
    readonly k?: number;
    readonly onError?: (error: unknown) => void;
    /** Milliseconds that events wait for company. */
    readonly delay?: number;
  } = {},
): ReuseMeasurement {
  let waiting: ReuseEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function write(events: readonly ReuseEvent[], to: Queryable = db): Promise<void> {
    if (events.length === 0) return;
    await to.query(
      `INSERT INTO reuse_event (month, event) SELECT left(event->>'time', 7), event FROM jsonb_array_elements($1::jsonb) AS event`,
      [JSON.stringify(events)],
    );
  }
  const close = gather<{ readonly events: readonly ReuseEvent[]; readonly draft: string | null }, void>(async cases => {
    await db.query(
      `WITH forgotten AS (DELETE FROM offer WHERE draft IN (SELECT jsonb_array_elements_text($2::jsonb)))
       INSERT INTO reuse_event (month, event) SELECT left(event->>'time', 7), event
       FROM jsonb_array_elements($1::jsonb) AS event, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`,
      [
        JSON.stringify(cases.flatMap(({ events }) => events)),
        JSON.stringify(cases.flatMap(({ draft }) => draft ?? [])),
      ],
    );
    return cases.map(() => undefined);
  });

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const events = waiting;
    waiting = [];
    await write(events);
  }

  /** Events are taken away by the transaction that adds them up: none is counted twice or not at all. */
  const foldSome = (): Promise<number> =>
    db.transaction(async tx => {
      const rows = await tx.query<{ month: string; event: ReuseEvent }>(
        `DELETE FROM reuse_event WHERE no IN (SELECT no FROM reuse_event ORDER BY no LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING month, event`,
      );
      for (const month of [...new Set(rows.map(row => row.month))].sort()) {
        const tally = tallyReuse(rows.filter(row => row.month === month).map(({ event }) => event));
        await tx.query(
          `INSERT INTO reuse_count (month, name, count)
           SELECT $1, name, count::float8 FROM jsonb_each_text($2::jsonb) AS tally (name, count) ORDER BY name
           ON CONFLICT (month, name) DO UPDATE SET count = reuse_count.count + excluded.count`,
          [month, JSON.stringify(tally)],
        );
      }
      return rows.length;
    });
  async function fold(): Promise<number> {
    let folded = 0;
    for (let some; (some = await foldSome()) > 0;) folded += some;
    return folded;
  }

  return {
    note(event) {
      waiting.push(event);
      timer ??= setTimeout(() => void flush().catch(onError), delay);
      timer.unref?.();
    },
    write,
    close: (events, draft) => close({ events, draft }),
    async report(month) {
      await flush();
      await fold();
      const rows = await db.query<{ name: string; count: number }>(
        'SELECT name, count FROM reuse_count WHERE month = $1',
        [month],
      );
      return reuseMetricsOf(Object.fromEntries(rows.map(({ name, count }) => [name, count])), month, { k, costs });
    },
    flush,
    fold,
  };
}
