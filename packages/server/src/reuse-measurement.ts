// What is counted of reuse: events without values, names or ids of people, kept by month, and the indices R1–R21 made from
// them. Small events wait for a second and are written together: a crash may lose a count, never anything else.

import { reuseMetrics, type CostModel, type ReuseEvent, type ReuseMetrics } from '@onceform/store/metrics';
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
}

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
      const rows = await db.query<{ event: ReuseEvent }>('SELECT event FROM reuse_event WHERE month = $1 ORDER BY no', [
        month,
      ]);
      return reuseMetrics(
        rows.map(row => row.event),
        month,
        { k, costs },
      );
    },
    flush,
  };
}
