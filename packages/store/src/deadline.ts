// Work that must answer in time, or is left alone.

import { OnceFormError } from '@onceform/core';

/**
 * Runs `work` and waits at most `milliseconds` for it, even if it ignores the signal it is given.
 *
 * @throws {OnceFormError} ERR_SOURCE_UNAVAILABLE with `data.reason` `timeout` when the time is over, or the reason of
 *   `outer` when that is aborted first.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (error: unknown): void => {
      controller.abort(error);
      reject(error);
    };
    const timer = setTimeout(() => stop(timeout()), milliseconds);
    const abandon = (): void => stop(outer!.reason);
    outer?.addEventListener('abort', abandon, { once: true });
    // A source that throws before it returns a promise is a source that failed, too.
    Promise.resolve()
      .then(() => work(controller.signal))
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        outer?.removeEventListener('abort', abandon);
      });
  });
}

export function timeout(): OnceFormError {
  return new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The source did not answer in time.', {
    data: { reason: 'timeout' },
  });
}
