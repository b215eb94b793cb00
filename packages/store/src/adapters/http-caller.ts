// Speaking HTTP to a register: listed hosts, no redirects, bounded answers, retries with jitter, errors without values.

import { OnceFormError, type AbsentReason, type Json } from '@onceform/core';

export interface CallerOptions {
  readonly baseUrl: string;
  /** Hosts (`name` or `name:port`) that may be spoken to. The base URL's must be one of them; redirects are refused. */
  readonly allowedHosts: readonly string[];
  /** The value of the `Authorization` header for each call. */
  readonly authorize?: (signal: AbortSignal) => Promise<string>;
  readonly fetch?: typeof globalThis.fetch;
  /** How often a call that broke off is tried again. Default 1. */
  readonly retries?: number;
  /** Bytes an answer may have. Default 1,000,000. */
  readonly maxBytes?: number;
  /** A number from 0 to 1, for jitter. */
  readonly random?: () => number;
}

/** What came back: JSON, or the reason why none did. */
export type Reply = { readonly body: Json } | { readonly absent: AbsentReason; readonly retryAfter?: number };

/** Speaks HTTP: listed hosts, no redirects, bounded answers, retries with jitter. Error messages hold no values. */
export function createCaller({
  baseUrl,
  allowedHosts,
  authorize,
  fetch = globalThis.fetch,
  retries = 1,
  maxBytes = 1_000_000,
  random = Math.random,
}: CallerOptions) {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : baseUrl + '/');
  if (!allowedHosts.includes(base.host))
    throw new RangeError(`The host ${base.host} is not on the list of hosts that may be spoken to.`);

  return async (method: 'GET' | 'POST', path: string, body: Json | undefined, signal: AbortSignal): Promise<Reply> => {
    const url = new URL(path.replace(/^\//, ''), base);
    if (url.origin !== base.origin) throw new RangeError('A path of a mapping stays below the base URL.');
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      try {
        const headers: Record<string, string> = { Accept: 'application/json' };
        if (body !== undefined) headers['Content-Type'] = 'application/json';
        if (authorize) headers.Authorization = await authorize(signal);
        response = await fetch(url, {
          method,
          headers,
          redirect: 'error',
          signal,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      } catch (cause) {
        if (signal.aborted || attempt >= retries)
          throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register cannot be reached.', {
            cause: nameOf(cause),
          });
        await pause(random() * 100 * 2 ** attempt, signal);
        continue;
      }
      if (response.ok && response.status !== 202) return { body: await readJson(response, maxBytes) };
      await response.body?.cancel();
      if ([502, 503, 504].includes(response.status) && attempt < retries && !response.headers.has('Retry-After')) {
        await pause(random() * 100 * 2 ** attempt, signal);
        continue;
      }
      const seconds = Number(response.headers.get('Retry-After'));
      return { absent: reasonFor(response.status), ...(seconds > 0 ? { retryAfter: Math.ceil(seconds) } : {}) };
    }
  };
}

function reasonFor(status: number): AbsentReason {
  return status === 202
    ? 'pending'
    : status === 404 || status === 410
      ? 'not-found'
      : status === 401 || status === 403
        ? 'denied'
        : 'unavailable';
}

async function readJson(response: Response, maxBytes: number): Promise<Json> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = response.body?.getReader(); reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    if ((size += value.length) > maxBytes) {
      await reader.cancel();
      throw mismatch();
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  chunks.reduce((at, chunk) => {
    bytes.set(chunk, at);
    return at + chunk.length;
  }, 0);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw mismatch();
  }
}

/** What a foreign error is called; its message may hold what was sent. */
function nameOf(error: unknown): Error {
  return new Error(error instanceof Error ? error.name : 'unknown');
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** What a register says does not fit its description. */
export function mismatch(): OnceFormError {
  return new OnceFormError(
    'ERR_SOURCE_UNAVAILABLE',
    'The register answered something else than its description says.',
    { data: { reason: 'schema-mismatch' } },
  );
}
