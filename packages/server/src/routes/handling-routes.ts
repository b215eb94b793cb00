// What officers do with dossiers, and what citizens see of it.

import type { AfterFiling } from '../after-filing.ts';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { Database } from '../database.ts';
import type { EntryChecks } from '../entry-checks.ts';
import type { Handling, Handlings } from '../handling.ts';
import { packageKey } from '../dossier-index.ts';
import type { ObjectStore } from '../object-store.ts';
import type { PassingOn } from '../passing-on.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Results } from '../results.ts';
import type { Session } from '../session.ts';
import { supplementRequest } from '../supplement.ts';
import { urnOf } from './dossier-routes.ts';

export function handlingRoutes(
  api: Api,
  {
    handlings,
    passingOn,
    entryChecks,
    results,
    after,
    db,
    objects,
  }: {
    readonly handlings: Handlings;
    readonly passingOn: Pick<PassingOn, 'list' | 'passOn'>;
    readonly entryChecks: Pick<EntryChecks, 'requireChecked'>;
    readonly results: Results;
    readonly after: Pick<AfterFiling, 'handled'>;
    readonly db: Database;
    readonly objects: ObjectStore;
  },
): void {
  const own = async (session: Session | null, path: string): Promise<string> => {
    const id = urnOf(path);
    const [row] = await db.query<{ owner: string }>('SELECT owner FROM dossier WHERE id = $1', [id]);
    requireOwn(session, row?.owner);
    return id;
  };

  api.on(
    {
      method: 'get',
      path: '/api/agency/dossiers',
      act: 'dossier.handle',
      summary: "Lists the dossiers that the officer's agency decides on",
      query: { status: { enum: ['received', 'accepted', 'refused', 'supplement', 'supplemented', 'done'] } },
      responses: { 200: { description: 'Oldest first', schema: schemas.arrayOf({ type: 'object' }) } },
    },
    async c =>
      c.json(await handlings.list(c.get('session')!.person!, c.req.query('status')), 200, {
        'cache-control': 'no-store',
      }),
  );

  api.on(
    {
      method: 'get',
      path: '/api/agency/passed-on',
      act: 'dossier.follow',
      summary:
        "Lists the dossiers that the officer's agency took in or was to decide, and passed on: how far they are, and no more",
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.passedOn) } },
    },
    async c =>
      c.json(await passingOn.list(c.get('session')!.person!), 200, {
        'cache-control': 'no-store',
      }),
  );

  api.on(
    {
      method: 'get',
      path: '/api/agency/dossiers/{id}/package',
      act: 'dossier.handle',
      summary: 'Gives a dossier to the agency that decides on it; this is written down',
      responses: { 200: { description: 'The package', type: 'application/octet-stream' } },
    },
    async c => {
      const { sha256, mediaType, code } = await handlings.open(c.get('session')!.person!, urnOf(c.req.param('id')!));
      const bytes = await objects.get(packageKey(sha256));
      if (bytes === null) throw refuse('ERR_INTERNAL', 'The package is not in the object store.');
      return c.body(bytes, 200, {
        'content-type': mediaType,
        'cache-control': 'private, no-store',
        'content-disposition': `attachment; filename="${code.replaceAll(/[^\w.-]/g, '_')}.zip"`,
      });
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/agency/dossiers/{id}/handling',
      act: 'dossier.handle',
      summary: 'Accepts, refuses, asks to supplement, or delivers the result',
      body: { types: ['application/json'], schema: schemas.handling, limit: 16 << 20 },
      responses: { 200: { description: 'The new status', schema: schemas.openObject({ status: { type: 'string' } }) } },
    },
    async (c, { body }) => {
      const officer = c.get('session')!.person!;
      const id = urnOf(c.req.param('id')!);
      const handling = body as unknown as Handling;
      const decided = await handlings.mayHandle(officer, id, handling.action);
      if (handling.action === 'accept') await entryChecks.requireChecked(officer, id);
      // Paper and facts first: a dossier never says that there is a result which is nowhere, or that nothing of it is kept
      // which is. Once the step is taken nothing can fail any more: it could not be repeated.
      if (handling.action === 'deliver') await results.deliver(decided, handling);
      if (handling.action === 'refuse') await results.refused(decided);
      const count = await after.handled(id, handling);
      return c.json({ status: await handlings.handle(officer, id, handling, count) });
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/agency/dossiers/{id}/pass-on',
      act: 'dossier.pass-on',
      summary:
        'Gives a dossier to the agency that is competent, before anything was said of it; the receipt, and the day it is due, stay',
      body: { types: ['application/json'], schema: schemas.passOn, limit: 1 << 16 },
      responses: { 200: { description: 'Who decides now', schema: schemas.passedOnNow } },
    },
    async (c, { body }) =>
      c.json(
        await passingOn.passOn(
          c.get('session')!.person!,
          urnOf(c.req.param('id')!),
          body as unknown as { agency: string; reason: string },
        ),
      ),
  );

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}/supplement',
      act: 'dossier.read',
      summary: 'What the agency asks to be put right, and the package that the next one follows',
      responses: { 200: { description: 'The request', schema: schemas.supplementRequest } },
    },
    async c => {
      const id = await own(c.get('session'), c.req.param('id')!);
      const asked = await supplementRequest(db, id);
      if (asked === null) throw refuse('ERR_NOT_FOUND', 'Nothing is asked to be put right in this dossier.');
      const [row] = await db.query<{ sha256: string }>('SELECT sha256 FROM dossier WHERE id = $1', [id]);
      c.header('cache-control', 'no-store');
      return c.json({ ...asked, previous: { id, sha256: row!.sha256 } });
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/dossiers/{id}/timeline',
      act: 'dossier.read',
      summary: "What happened to one's dossier, oldest first",
      responses: { 200: { description: 'Entries', schema: schemas.arrayOf({ type: 'object' }) } },
    },
    async c =>
      c.json(await handlings.timeline(await own(c.get('session'), c.req.param('id')!)), 200, {
        'cache-control': 'no-store',
      }),
  );

  api.on(
    {
      method: 'put',
      path: '/api/dossiers/{id}/rating',
      act: 'dossier.rate',
      summary: 'Rates the service from 1 to 5',
      body: { types: ['application/json'], schema: schemas.rating, limit: 1024 },
      responses: { 204: { description: 'Counted once' } },
    },
    async (c, { body }) => {
      await handlings.rate(await own(c.get('session'), c.req.param('id')!), (body as { score: number }).score);
      return c.body(null, 204);
    },
  );
}
