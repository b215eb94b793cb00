// Opening and closing a desk on a machine.

import * as schemas from '../api-schemas.ts';
import type { Desk, Desks } from '../desk.ts';
import type { Api } from '../operation.ts';

export function deskRoutes(api: Api, { desks }: { readonly desks: Desks }): void {
  api.on(
    {
      method: 'get',
      path: '/api/desk',
      act: null,
      summary: 'The desk that this machine is, or null',
      responses: { 200: { description: 'The desk', schema: schemas.noDesk } },
    },
    c => {
      c.header('cache-control', 'no-store');
      return c.json(c.get('desk') ?? null);
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/desk',
      act: 'desk.open',
      summary: 'Makes this machine a desk: what is declared on it says who helped and how it came in',
      body: { types: ['application/json'], schema: schemas.deskRequest, limit: 1024 },
      responses: { 200: { description: 'The desk', schema: schemas.desk } },
    },
    (c, { body }) => {
      const { channel } = body as unknown as Pick<Desk, 'channel'>;
      return c.json(desks.open(c, c.get('session')!.person!, channel));
    },
  );

  api.on(
    {
      method: 'delete',
      path: '/api/desk',
      act: null,
      summary: 'This machine is no desk any more',
      responses: { 204: { description: 'Closed' } },
    },
    c => {
      desks.close(c);
      return c.body(null, 204);
    },
  );
}
