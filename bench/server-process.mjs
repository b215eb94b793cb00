// The process that bench/server.mjs measures: the real portal, and beside it the floor, on the same database and disk.

import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import pg from 'pg';
import { createKeys, createPortal, directoryStore, openPostgres, serve } from '@onceform/server';
import { createSessions } from '../packages/server/dist/session.js';
import { noticeCompiler } from '../packages/server/dist/testing/notice-form.js';
import { citizen, testPack, testRegister } from '../packages/server/dist/testing/test-portal.js';

const [folder, url] = process.argv.slice(2);
const database = await openPostgres({ url });
const keys = await createKeys();
const portal = await createPortal({
  pack: testPack, origin: 'http://localhost', agency: 'X01', sources: [testRegister()], database, keys,
  objectStore: directoryStore(join(folder, 'objects')),
  forms: { definitions: join(folder, 'definitions'), folder: join(folder, 'forms'), compile: noticeCompiler, toolchain: 'bench' },
  oidc: { issuer: new URL('http://localhost:1'), clientId: 'c', clientSecret: 's', personOf: () => { throw new Error('not used'); } },
  onError: error => console.error(error),
});
const sessions = createSessions({ db: database, secret: keys.secret, secure: false, clock: () => new Date() });
portal.app.get('/bench/sign-in', async c => {
  await sessions.begin(c, citizen('an', { roles: ['citizen', 'officer'] }));
  return c.body(null, 204);
});
const pool = new pg.Pool({ connectionString: url });
await pool.query('CREATE TABLE floor (id text PRIMARY KEY, body bytea)');
const floor = new Hono();
floor.put('/file/:id', async c => {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  const handle = await open(join(folder, randomUUID()), 'wx');
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await pool.query('INSERT INTO floor (id, body) VALUES ($1, $2)', [c.req.param('id'), bytes]);
  return c.json({ ok: true }, 201);
});
floor.post('/prefill', async c => {
  const request = await c.req.json();
  const { rows } = await pool.query('SELECT body FROM floor WHERE id = $1', [request.draft]);
  return c.body(`${JSON.stringify({ item: '/applicant', offers: [], misses: [], found: rows.length })}\n`, 200, { 'content-type': 'application/x-ndjson' });
});

const [{ port }, { port: floorPort }] = [await serve(portal.app, { port: 0, hostname: '127.0.0.1' }), await serve(floor, { port: 0, hostname: '127.0.0.1' })];
process.send({ port, floorPort });
process.on('disconnect', () => process.exit(0));
