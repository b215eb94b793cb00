// The request log: one line of JSON for each request. Redacted by construction: routes instead of addresses, no
// query, no header, no body, no person.

import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { PortalEnv } from './session.ts';

export interface RequestLine {
  /** RFC 3339. */
  readonly time: string;
  readonly method: string;
  /** The pattern of the route, `/api/dossiers/:id`; `*` where none matched. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  /** `visitor`, or the roles of the person. */
  readonly who: string;
}

export function requestLog(write: (line: RequestLine) => void, clock: () => Date): MiddlewareHandler<PortalEnv> {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    write({
      time: clock().toISOString(),
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      duration: Math.round((performance.now() - begun) * 10) / 10,
      who: c.get('session')?.person?.roles.join(' ') ?? 'visitor',
    });
  };
}
