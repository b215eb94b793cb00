// Paying the fee of a dossier: what is to be paid, and where.

import type { LocalizedText } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { Database } from '../database.ts';
import type { Api } from '../operation.ts';
import type { Payments } from '../payments.ts';
import { refuse } from '../problem.ts';
import type { Session } from '../session.ts';
import { localPath } from '../sign-in.ts';
import { urnOf } from './dossier-routes.ts';

export function paymentRoutes(
  api: Api,
  {
    payments,
    db,
    origin,
    returnTo: usual,
  }: {
    readonly payments: Payments;
    readonly db: Database;
    readonly origin: string;
    /** Where the citizen goes on when the page did not say; `{id}` is the dossier's UUID. */
    readonly returnTo: string;
  },
): void {
  const own = async (session: Session | null, path: string): Promise<{ id: string; title: LocalizedText }> => {
    const [row] = await db.query<{ id: string; owner: string; title: LocalizedText | null; code: string }>(
      `SELECT id, owner, receipt -> 'title' AS title, code FROM dossier WHERE id = $1`,
      [urnOf(path)],
    );
    requireOwn(session, row?.owner);
    return { id: row!.id, title: row!.title ?? row!.code };
  };

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}/payment',
      act: 'dossier.pay',
      summary: 'What is to be paid for a dossier, and whether it was',
      responses: { 200: { description: 'The payment', schema: schemas.paymentState } },
    },
    async c => {
      const payment = await payments.of((await own(c.get('session'), c.req.param('id')!)).id);
      if (payment === null) throw refuse('ERR_NOT_FOUND', 'There is nothing to pay for this dossier.');
      c.header('cache-control', 'no-store');
      return c.json(payment);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/dossiers/{id}/payment',
      act: 'dossier.pay',
      summary: 'Begins the payment of a dossier, or goes on with it',
      body: { types: ['application/json'], schema: schemas.paymentRequest, limit: 4096 },
      responses: {
        200: { description: 'Where the citizen pays', schema: schemas.openObject({ url: { type: 'string' } }) },
      },
    },
    async (c, { body }) => {
      const { id, title } = await own(c.get('session'), c.req.param('id')!);
      const { returnTo } = body as { returnTo?: string };
      const path = localPath(returnTo ?? usual.replace('{id}', id.replace('urn:uuid:', '')));
      return c.json(await payments.begin(id, title, origin + path));
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/agency/dossiers/{id}/payment',
      act: 'dossier.handle',
      summary: 'Says that the fee of a dossier was taken at the counter of the agency that took it in, or that decides',
      body: { types: ['application/json'], schema: schemas.counterPayment, limit: 4096 },
      responses: { 204: { description: 'It is paid' } },
    },
    async (c, { body }) => {
      const { receipt } = body as { receipt: string };
      await payments.takeAtCounter(urnOf(c.req.param('id')!), receipt, c.get('session')!.person!);
      return c.body(null, 204);
    },
  );
}
