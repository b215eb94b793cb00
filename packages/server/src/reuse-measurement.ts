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

export interface ReuseMeasurement {
  /** Takes an event in; it is written soon. Never fails. */
  note(event: ReuseEvent): void;
  /** Writes events now, with whatever else `db` is writing. */
  write(events: readonly ReuseEvent[], db?: Queryable): Promise<void>;
  /** A case is over: soon its events are written and what was offered for its draft is forgotten, with those of others. */
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
  let forgotten: string[] = [];
  /** The next writing; null while nothing waits for it. */
  let next: { readonly done: Promise<void>; begin(): void } | null = null;

  async function write(events: readonly ReuseEvent[], to: Queryable = db): Promise<void> {
    if (events.length === 0) return;
    await to.query(
      `INSERT INTO reuse_event (month, event) SELECT left(event->>'time', 7), event FROM jsonb_array_elements($1::jsonb) AS event`,
      [JSON.stringify(events)],
    );
  }

  /** Resolves when what waits now is written. */
  function soon(): Promise<void> {
    if (next === null) {
      let begin = (): void => undefined;
      const begun = new Promise<void>(resolve => (begin = resolve));
      const timer = setTimeout(begin, delay);
      timer.unref?.();
      begun.finally(() => clearTimeout(timer));
      next = { done: begun.then(writeWaiting), begin };
    }
    return next.done;
  }

  function flush(): Promise<void> {
    next?.begin();
    return next?.done ?? Promise.resolve();
  }

  async function writeWaiting(): Promise<void> {
    next = null;
    const events = waiting;
    const drafts = forgotten;
    waiting = [];
    forgotten = [];
    if (drafts.length === 0) return write(events);
    await db.query(
      `WITH forgotten AS (DELETE FROM offer WHERE draft IN (SELECT jsonb_array_elements_text($2::jsonb)))
       INSERT INTO reuse_event (month, event) SELECT left(event->>'time', 7), event
       FROM jsonb_array_elements($1::jsonb) AS event, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`,
      [JSON.stringify(events), JSON.stringify(drafts)],
    );
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
      if (next === null) soon().catch(onError);
    },
    write,
    close(events, draft) {
      waiting.push(...events);
      if (draft !== null) forgotten.push(draft);
      return soon();
    },
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
