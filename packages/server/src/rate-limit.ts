// Rate limits: a bucket of tokens for each person, or each address where nobody is signed in. Per node, in memory.

import type { Context, MiddlewareHandler } from 'hono';
import { refuse } from './problem.ts';
import type { PortalEnv } from './session.ts';

export interface RateLimitOptions {
  /** Requests a minute; as many may come at once. */
  readonly perMinute: number;
  readonly clock: () => Date;
  /** Where the request comes from; behind a proxy, what the proxy says. By default the socket's address. */
  readonly addressOf?: (c: Context) => string;
}

/** Most buckets kept; the ones unused for longest go first. */
const MOST = 50_000;

/**
 * Takes a request out of its bucket.
 *
 * @throws {OnceFormError} ERR_RATE_LIMITED, with the header `Retry-After` on the answer.
 */
export type RateLimit = (c: Context<PortalEnv>) => void;

/** Limits every request of which it is known who asks; routes that find that out by themselves limit theirs. */
export function limited(limit: RateLimit): MiddlewareHandler<PortalEnv> {
  return async (c, next) => {
    if ((c.get('claim') ?? null) === null) limit(c);
    await next();
  };
}

export function rateLimit({ perMinute, clock, addressOf = socketAddress }: RateLimitOptions): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return c => {
    const key = c.get('session')?.person?.id ?? addressOf(c);
    const now = clock().getTime();
    const before = buckets.get(key) ?? { tokens: perMinute, at: now };
    const tokens = Math.min(perMinute, before.tokens + ((now - before.at) / 60_000) * perMinute);
    buckets.delete(key);
    buckets.set(key, { tokens: Math.max(0, tokens - 1), at: now });
    if (buckets.size > MOST) buckets.delete(buckets.keys().next().value!);
    if (tokens < 1) {
      c.header('retry-after', String(Math.ceil(((1 - tokens) / perMinute) * 60)));
      throw refuse('ERR_RATE_LIMITED', `At most ${perMinute} requests a minute.`);
    }
  };
}

function socketAddress(c: Context): string {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return networkOf(incoming?.socket?.remoteAddress ?? 'unknown');
}

/**
 * What counts as one place: an IPv4 address, or the /64 of an IPv6 one, of which a single household has all addresses.
 * An IPv4 address in IPv6 clothes is itself.
 */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::') as [string, string?];
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const end = tail === '' ? [] : tail.split(':');
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - end.length)).fill('0'), ...end);
  }
  return `${groups
    .slice(0, 4)
    .map(group => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
