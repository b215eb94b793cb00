// What every application of the server has around its routes: headers, log, refusals in one form, health and readiness.

import { Hono } from 'hono';
import type { Database } from './database.ts';
import { problemOf, problemResponse, refuse } from './problem.ts';
import { refusalEvent, securityEvent, type SecurityLog } from './security-log.ts';
import { requestLog, type RequestLine } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import type { PortalEnv } from './session.ts';
import { telemetry } from './telemetry.ts';

export interface FrameOptions {
  readonly db: Database;
  readonly secure: boolean;
  readonly clock: () => Date;
  readonly trustedTypes?: readonly string[];
  /** Told of every request, without anything personal. */
  readonly onRequest?: (line: RequestLine) => void;
  /** Told of what was refused and who tried, and of who signed in and out. */
  readonly onSecurity?: SecurityLog;
  /** Tells OpenTelemetry of every request; its SDK has to be set up by whoever starts the process. */
  readonly telemetry?: boolean;
  /** Told of every fault of ours; never of a citizen's value. */
  readonly onError?: (error: unknown, request: { readonly method: string; readonly path: string }) => void;
}

export interface Frame {
  readonly app: Hono<PortalEnv>;
  /** From now on `/ready` says no. */
  stop(): void;
}

export function createFrame(options: FrameOptions): Frame {
  const { db, secure, clock, trustedTypes, onRequest, onSecurity, onError } = options;
  let open = true;
  const app = new Hono<PortalEnv>();
  app.use(securityHeaders({ secure, ...(trustedTypes === undefined ? {} : { trustedTypes }) }));
  if (onRequest !== undefined) app.use(requestLog(onRequest, clock));
  if (options.telemetry === true) app.use(telemetry());
  app.onError((error, c) => {
    const { status, code } = problemOf(error);
    if (status === 500) onError?.(error, { method: c.req.method, path: c.req.path });
    const event =
      c.req.path === '/auth/callback' ? securityEvent(c, clock, 'sign-in-failed', code) : refusalEvent(c, clock, code);
    if (event !== null) onSecurity?.(event);
    const response = problemResponse(error);
    for (const name of ['retry-after', 'www-authenticate']) {
      const value = c.res.headers.get(name);
      if (value !== null) response.headers.set(name, value);
    }
    return response;
  });
  app.notFound(() => problemResponse(refuse('ERR_NOT_FOUND', 'There is nothing at this address.')));
  app.get('/health', c => c.json({ status: 'alive' }));
  app.get('/ready', async c => {
    const ready =
      open
      && (await db.query('SELECT 1').then(
        () => true,
        () => false,
      ));
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  return { app, stop: () => (open = false) };
}
