// Opening and closing a desk on a machine.

import * as schemas from '../api-schemas.ts';
import type { Audit } from '../audit.ts';
import type { Desk, Desks } from '../desk.ts';
import type { Api } from '../operation.ts';

export function deskRoutes(api: Api, { desks, audit }: { readonly desks: Desks; readonly audit: Audit }): void {
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
    async (c, { body }) => {
      const { channel } = body as unknown as Pick<Desk, 'channel'>;
      const officer = c.get('session')!.person!;
      const desk = desks.open(c, officer, channel);
      await audit(officer.id, 'desk.open', channel);
      return c.json(desk);
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
