// Asks many sources at once and hands their answers on as they come. One source's failure touches no other's answers.

import { isOnceFormError, OnceFormError, type AbsentReason } from '@onceform/core';
import { timeout } from './deadline.ts';
import type { Breaker } from './breaker.ts';
import type { CitizenDataSource, ItemResult, SourceQuery } from './source.ts';

/** One call of one source. */
export interface Inquiry {
  readonly source: CitizenDataSource;
  readonly query: SourceQuery;
  readonly breaker: Breaker;
  /** Milliseconds. */
  readonly deadline: number;
}

export type Answer = { readonly inquiry: Inquiry } & (
  | { readonly result: ItemResult }
  /** The call is over; `unanswered` items got this reason. */
  | {
      readonly over: true;
      readonly unanswered: readonly string[];
      readonly reason: AbsentReason;
      readonly retryAfter?: number;
      readonly milliseconds: number;
      /** Every item got its answer. */ readonly complete: boolean;
    }
);

/** What came at once. `last`: nobody is asked any more. */
export interface Arrived {
  readonly answers: readonly Answer[];
  readonly last: boolean;
}

/**
 * Yields what the sources say in the order of arrival, what came at once together; each inquiry ends with one `over`. A
 * batch that is a promise is asked as soon as it is known; it must not reject. Never throws but on abort.
 */
export async function* collect(
  batches: readonly (readonly Inquiry[] | Promise<readonly Inquiry[]>)[],
  signal: AbortSignal,
): AsyncGenerator<Arrived, void, undefined> {
  const arrived: Answer[] = [];
  let wake = (): void => undefined;
  let open = 0,
    unknown = 0;
  const push = (answer: Answer): void => {
    arrived.push(answer);
    if ('over' in answer) open--;
    wake();
  };
  /** Ends the calls that are still under way. */
  const running = new Set<() => void>();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const abandon of running) abandon();
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const start = (inquiries: readonly Inquiry[]): void => {
      open += inquiries.length;
      if (!stopped) for (const inquiry of inquiries) void ask(inquiry, running, push);
    };
    for (const batch of batches) {
      if (!(batch instanceof Promise)) {
        start(batch);
        continue;
      }
      unknown++;
      void batch.then(inquiries => {
        unknown--;
        start(inquiries);
        wake();
      });
    }
    while (open > 0 || unknown > 0 || arrived.length > 0) {
      if (arrived.length === 0)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      signal.throwIfAborted();
      yield { answers: arrived.splice(0), last: open === 0 && unknown === 0 };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function ask(inquiry: Inquiry, running: Set<() => void>, push: (answer: Answer) => void): Promise<void> {
  const { source, query, breaker, deadline } = inquiry;
  const waiting = new Set(query.items.map(({ id }) => id));
  let over = false;
  const started = performance.now();
  const finish = (reason: AbsentReason, retryAfter?: number): void => {
    if (over) return;
    over = true;
    running.delete(abandon);
    push({
      inquiry,
      over: true,
      unanswered: [...waiting],
      reason,
      ...(retryAfter ? { retryAfter } : {}),
      milliseconds: Math.round(performance.now() - started),
      complete: waiting.size === 0,
    });
  };
  const done = (): void => {
    if (!over) breaker.success();
    finish('unavailable');
  };
  const controller = new AbortController();
  const abandon = (): void => {
    finish('unavailable');
    controller.abort('nobody listens any more');
  };
  const rest = breaker.wait();
  if (rest > 0) return finish('unavailable', rest);

  running.add(abandon);
  const late = setTimeout(() => {
    breaker.failure();
    finish('timeout');
    controller.abort(timeout());
  }, deadline);
  try {
    for await (const result of source.query(query, controller.signal)) {
      if (over) return;
      if (typeof result !== 'object' || result === null)
        throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The source gave no result.', {
          data: { reason: 'schema-mismatch' },
        });
      // An item nobody asked for, or answered twice, is not an answer.
      if (waiting.delete(result.item)) push({ inquiry, result });
      if (waiting.size > 0) continue;
      done(); // at once: then nobody waits for a source that said everything
      break;
    }
    done();
  } catch (error) {
    if (!over) breaker.failure();
    finish(reasonOf(error));
  } finally {
    clearTimeout(late);
  }
}

/** The reason an adapter gave by its error, or `unavailable`. The message is never looked at: it may hold values. */
export function reasonOf(error: unknown): AbsentReason {
  return absentReason(isOnceFormError(error) ? error.data.reason : undefined);
}

/** A reason of the closed list; `unavailable` for anything else. */
export function absentReason(reason: unknown): AbsentReason {
  return typeof reason === 'string' && REASONS.has(reason) ? (reason as AbsentReason) : 'unavailable';
}

const REASONS = new Set<string>([
  'not-found',
  'unavailable',
  'timeout',
  'denied',
  'masked',
  'pending',
  'ambiguous-subject',
  'schema-mismatch',
  'not-applicable',
  'revoked',
  'not-consented',
] satisfies AbsentReason[]);
