// Session, sign-in and sign-out.

import type { Hono } from 'hono';
import type { SignedOut } from '@onceform/core';
import { actingFor as actingForSchema, sessionInfo as sessionSchema } from '../api-schemas.ts';
import type { Drafts } from '../drafts.ts';
import type { Api } from '../operation.ts';
import { sessionInfo, type PortalEnv, type Sessions } from '../session.ts';
import type { SignIn } from '../sign-in.ts';

export function sessionRoutes(
  app: Hono<PortalEnv>,
  api: Api,
  {
    sessions,
    signIn,
    drafts,
  }: { readonly sessions: Sessions; readonly signIn: SignIn | null; readonly drafts: Pick<Drafts, 'clear'> },
): void {
  api.on(
    {
      method: 'get',
      path: '/api/session',
      act: null,
      summary: 'Who is signed in, and the token that unsafe requests repeat',
      responses: { 200: { description: 'The session; one begins when there was none', schema: sessionSchema } },
    },
    c => {
      const info = sessionInfo(sessions.ensure(c));
      c.header('cache-control', 'no-store');
      return c.json(info);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/session',
      act: null,
      summary: 'Moves the end of the sign-in further away: the citizen is still here',
      body: { types: ['application/json'], schema: { type: 'object' }, limit: 1024 },
      responses: { 200: { description: 'The session with its new end', schema: sessionSchema } },
    },
    async c => {
      await sessions.renew(c);
      c.header('cache-control', 'no-store');
      return c.json(sessionInfo(sessions.ensure(c)));
    },
  );

  if (signIn !== null) {
    app.get('/auth/sign-in', c => signIn.start(c));
    app.get('/auth/callback', c => signIn.finish(c));
  }
  api.on(
    {
      method: 'put',
      path: '/api/session/acting-for',
      act: 'session.act-for',
      summary: 'Chooses for which organisation one acts, under a mandate of the identity provider; null: for oneself',
      body: { types: ['application/json'], schema: actingForSchema, limit: 1024 },
      responses: { 200: { description: 'The session', schema: sessionSchema } },
    },
    async (c, { body }) => {
      await sessions.actFor(c, (body as { organisation: string | null }).organisation);
      c.header('cache-control', 'no-store');
      return c.json(sessionInfo(sessions.ensure(c)));
    },
  );

  app.post('/auth/sign-out', async c => {
    const session = c.get('session');
    // Another device goes on with a draft, unless the citizen wants nothing to stay.
    if (session !== null && (session.person === null || c.req.query('drafts') === 'delete'))
      await drafts.clear(session.owner);
    const goTo = (await signIn?.leave(session?.person ?? null)) ?? '/';
    await sessions.end(c);
    // What the browser keeps of this person goes too: drafts in IndexedDB, caches (OWASP ASVS 14.3.1).
    c.header('clear-site-data', '"cache", "storage"');
    c.header('cache-control', 'no-store');
    return c.json({ goTo } satisfies SignedOut);
  });
}
