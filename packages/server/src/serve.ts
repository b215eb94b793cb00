// Listening: a Hono application on a port, and a stop that lets running requests end.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve as listen } from '@hono/node-server';
import type { Hono } from 'hono';
import type { PortalEnv } from './session.ts';

export interface Listener {
  readonly port: number;
  /** Takes no new connection, waits for running requests at most `grace` milliseconds (5 s when absent). */
  close(grace?: number): Promise<void>;
}

/**
 * Listens on a port; 0 takes any free one.
 *
 * @throws the system's error, `EADDRINUSE` when the port is taken.
 */
export function serve(
  app: Pick<Hono<PortalEnv>, 'fetch'>,
  { port, hostname }: { readonly port: number; readonly hostname?: string },
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: app.fetch, port, ...(hostname === undefined ? {} : { hostname }) }) as Server;
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: (grace = 5000) =>
          new Promise(done => {
            const late = setTimeout(() => server.closeAllConnections(), grace);
            server.close(() => {
              clearTimeout(late);
              done();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}
