// Session, sign-in and sign-out.

import type { Hono } from 'hono';
import { sessionInfo as sessionSchema } from '../api-schemas.ts';
import type { Api } from '../operation.ts';
import { sessionInfo, type PortalEnv, type Sessions } from '../session.ts';
import type { SignIn } from '../sign-in.ts';

export function sessionRoutes(
  app: Hono<PortalEnv>,
  api: Api,
  { sessions, signIn }: { readonly sessions: Sessions; readonly signIn: SignIn },
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

  app.get('/auth/sign-in', c => signIn.start(c));
  app.get('/auth/callback', c => signIn.finish(c));
  app.post('/auth/sign-out', async c => {
    await sessions.end(c);
    // What the browser keeps of this person goes too: drafts in IndexedDB, caches (OWASP ASVS 14.3.1).
    c.header('clear-site-data', '"cache", "storage"');
    return c.body(null, 204);
  });
}
