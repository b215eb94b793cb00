// Marked answers of a dossier: which there are, and an officer's verdict on them.

import * as schemas from '../api-schemas.ts';
import type { EntryChecks, EntryVerdict } from '../entry-checks.ts';
import type { Api } from '../operation.ts';
import { urnOf } from './dossier-routes.ts';

export function entryCheckRoutes(api: Api, { entryChecks }: { readonly entryChecks: EntryChecks }): void {
  api.on(
    {
      method: 'get',
      path: '/api/agency/dossiers/{id}/entries',
      act: 'dossier.handle',
      summary: 'Lists the answers that a desk entered, with what officers found; this is written down',
      responses: { 200: { description: 'In the order of their pointers', schema: schemas.markedEntries } },
    },
    async c =>
      c.json(await entryChecks.list(c.get('session')!.person!, urnOf(c.req.param('id')!)), 200, {
        'cache-control': 'no-store',
      }),
  );

  api.on(
    {
      method: 'post',
      path: '/api/agency/dossiers/{id}/entries',
      act: 'dossier.handle',
      summary: 'Says of answers that a desk entered that they are as on the paper, or what the paper says instead',
      body: { types: ['application/json'], schema: schemas.entryVerdicts, limit: 1 << 20 },
      responses: { 200: { description: 'All of them, as they stand now', schema: schemas.markedEntries } },
    },
    async (c, { body }) => {
      const { entries } = body as unknown as { entries: readonly EntryVerdict[] };
      return c.json(await entryChecks.check(c.get('session')!.person!, urnOf(c.req.param('id')!), entries), 200, {
        'cache-control': 'no-store',
      });
    },
  );
}
