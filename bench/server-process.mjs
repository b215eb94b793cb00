// The process that bench/server.mjs measures: the real portal, and beside it the floor, on the same database and disk.

import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import pg from 'pg';
import { createKeys, createPortal, directoryStore, openPglite, openPostgres, serve } from '@onceform/server';
import { addCounts } from '../packages/server/dist/measurement.js';
import { noticeCompiler } from '../packages/server/dist/testing/notice-form.js';
import { citizen, testPack, testRegister } from '../packages/server/dist/testing/test-portal.js';

const [folder, url] = process.argv.slice(2);
const database = url === '' ? await openPglite({ directory: join(folder, 'database') }) : await openPostgres({ url });
const keys = await createKeys();
const portal = await createPortal({
  pack: testPack,
  origin: 'http://localhost',
  agency: 'X01',
  sources: [testRegister()],
  database,
  keys,
  objectStore: directoryStore(join(folder, 'objects')),
  forms: {
    definitions: join(folder, 'definitions'),
    folder: join(folder, 'forms'),
    compile: noticeCompiler,
    toolchain: 'bench',
  },
  onError: error => console.error(error),
  indicators: [
    {
      id: 'I1',
      name: 'Online',
      basis: 'own-events',
      formula: 'online / all',
      target: '',
      counted: { kind: 'share', of: ['filed:online'], among: ['filed'] },
    },
  ],
});
portal.app.get('/bench/sign-in', async c => {
  await portal.sessions.begin(c, citizen('an', { roles: ['citizen', 'officer'] }));
  return c.body(null, 204);
});
/**
 * Puts rows into the index as if so many dossiers of 1,000 procedures had been filed over the year, and counts them as the
 * outbox does.
 */
portal.app.post('/bench/fill/:count', async c => {
  const [{ before }] = await database.query(`SELECT count(*)::int AS before FROM dossier WHERE owner = 'fill'`);
  await database.query(
    `INSERT INTO dossier (id, sha256, size, media_type, owner, form_id, form_version, form_digest, procedure, agency, channel, code, receipt, received, received_on, counts)
    SELECT 'fill-' || i, 'x', 1, 'x', 'fill', 'f', '1', 'd', 'P' || i % 1000, 'X01', 'online', 'fill-' || i, '{}', now(), date '2026-01-01' + i % 365, '{}'
    FROM generate_series($1::int + 1, $2::int) AS i`,
    [before, Number(c.req.param('count'))],
  );
  const groups = await database.query(
    `SELECT received_on::text AS day, jsonb_object_agg(procedure, count) AS procedures
     FROM (SELECT received_on, procedure, count(*) FROM dossier WHERE owner = 'fill' AND substr(id, 6)::int > $1 GROUP BY 1, 2) AS filed
     GROUP BY 1 ORDER BY 1`,
    [before],
  );
  for (const { day, procedures } of groups) {
    await addCounts(
      database,
      Object.entries(procedures).map(([procedure, count]) => [
        { day, procedure, agency: 'X01', channel: 'online' },
        { filed: count, 'filed:online': count },
      ]),
    );
  }
  await database.script('VACUUM ANALYZE');
  return c.body(null, 204);
});

/** The floor asks its database without us in between. */
const pool = url === '' ? null : new pg.Pool({ connectionString: url });
const bare = async (sql, values) =>
  pool === null ? database.query(sql, values) : (await pool.query(sql, values)).rows;
await bare('CREATE TABLE floor (id text PRIMARY KEY, body bytea)');
const floor = new Hono();
floor.put('/file/:id', async c => {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  const handle = await open(join(folder, randomUUID()), 'wx');
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await bare('INSERT INTO floor (id, body) VALUES ($1, $2)', [c.req.param('id'), bytes]);
  return c.json({ ok: true }, 201);
});
const answer = (c, rows) =>
  c.body(`${JSON.stringify({ item: '/applicant', offers: [], misses: [], found: rows.length })}\n`, 200, {
    'content-type': 'application/x-ndjson',
  });
floor.post('/prefill', async c => {
  const request = await c.req.json();
  return answer(c, await bare('SELECT body FROM floor WHERE id = $1', [request.draft]));
});
await bare('CREATE TABLE floor_log (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry text)');
floor.post('/prefill-logged', async c => {
  const request = await c.req.json();
  const rows = await bare('SELECT body FROM floor WHERE id = $1', [request.draft]);
  await bare('INSERT INTO floor_log (entry) VALUES ($1)', [JSON.stringify(request.items)]);
  return answer(c, rows);
});

const [{ port }, { port: floorPort }] = [
  await serve(portal.app, { port: 0, hostname: '127.0.0.1' }),
  await serve(floor, { port: 0, hostname: '127.0.0.1' }),
];
// As a running portal does: what the answer did not wait for is part of the work.
setInterval(() => portal.outbox.run(), 2000);
process.send({ port, floorPort });
process.on('disconnect', () => process.exit(0));
