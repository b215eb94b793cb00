// What is counted of reuse: events without values, names or ids of people, kept by month, and the indices R1–R21 made from
// them. Small events wait for a second and are written together: a crash may lose a count, never anything else.

import { reuseMetrics, type CostModel, type ReuseEvent, type ReuseMetrics } from '@onceform/store/metrics';
import type { Database, Queryable } from './database.ts';

export interface ReuseMeasurement {
  /** Takes an event in; it is written soon. Never fails. */
  note(event: ReuseEvent): void;
  /** Writes events now, with whatever else `db` is writing. */
  write(events: readonly ReuseEvent[], db?: Queryable): Promise<void>;
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
