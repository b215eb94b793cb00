import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from './database-postgres.ts';
import { createKeys } from './keys.ts';
import { directoryStore } from './object-store.ts';
import { startPostgresCluster, type PostgresCluster } from './testing/postgres-cluster.ts';
import {
  citizen,
  file,
  ORIGIN,
  prepare,
  startTestPortal,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`Two nodes on one PostgreSQL are not tested: ${cluster}.`);

describe.skipIf(typeof cluster === 'string')('two nodes on one PostgreSQL and one object store', () => {
  let one: TestPortal, two: TestPortal, folder: string;
  const signedIn: TestBrowser[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onceform-nodes-'));
    const url = await (cluster as PostgresCluster).database(),
      keys = await createKeys();
    const start = async () =>
      startTestPortal({
        database: await openPostgres({ url }),
        objectStore: directoryStore(join(folder, 'objects')),
        keys,
      });
    // Both at once: one migrates, the other waits.
    [one, two] = await Promise.all([start(), start()]);
    signedIn.push(await one.browser(citizen('an')), await two.browser(citizen('an')));
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one.end(), two.end()]);
    await rm(folder, { recursive: true, force: true });
    if (typeof cluster !== 'string') await cluster.stop();
  });

  it('make one dossier of a package that reaches both at once', async () => {
    for (let i = 0; i < 10; i++) {
      const prepared = await prepare(one, signedIn[0]!);
      const both = await Promise.all(signedIn.map(browser => file(browser, prepared)));
      expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
      expect(both[0]!.body).toEqual(both[1]!.body);
    }
    expect(await one.db.query('SELECT 1 FROM dossier')).toHaveLength(10);
  });

  it('go on with what the other began: draft and seal here, filing and reading there', async () => {
    const prepared = await prepare(one, signedIn[0]!);
    expect((await file(signedIn[1]!, prepared)).status).toBe(201);
    const saved = await signedIn[0]!.send('PUT', `/api/drafts/${prepared.draft}`, '{"reason":"x"}', {
      'content-type': 'application/json',
      'if-match': '"0"',
    });
    expect(saved.status).toBe(204);
    expect(await (await signedIn[1]!.send('GET', `/api/drafts/${prepared.draft}`)).json()).toMatchObject({
      body: { reason: 'x' },
    });
    expect((await signedIn[0]!.send('GET', `/api/dossiers/${prepared.id.slice(9)}/package`)).status).toBe(200);
  });

  it('refuse at once, on every node, whoever signed out on one: nothing is asked, and nothing filed', async () => {
    const chi = await one.browser(citizen('chi'));
    const prepared = await prepare(one, chi);
    const bytes = await prepared.dossier.bytes();
    const { csrf } = await chi.client.session();
    const headers = {
      cookie: [...chi.jar].map(pair => pair.join('=')).join('; '),
      'x-onceform-csrf': csrf,
    };
    const atTwo = (method: string, path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
      two.app.fetch(
        new Request(`${ORIGIN}${path}`, {
          method,
          body,
          headers: { ...headers, 'content-type': type, 'content-length': String(body.length) },
        }),
      );
    const { id, digest } = await chi.client.form('notice');
    const request = {
      draft: prepared.draft,
      form: { id, digest },
      items: [],
      consent: { purpose: 'notice', given: true, time: one.clock.toISOString() },
    };
    const prefill = () => atTwo('POST', '/api/prefill', 'application/json', JSON.stringify(request));
    expect((await prefill()).status).toBe(200);
    expect((await chi.send('POST', '/auth/sign-out')).status).toBeLessThan(400);
    const file = atTwo('PUT', `/api/dossiers/${prepared.id.slice(9)}`, prepared.dossier.blob.type, bytes);
    expect([(await prefill()).status, (await file).status]).toEqual([401, 401]);
    expect(await two.db.query('SELECT 1 FROM dossier WHERE id = $1', [prepared.id])).toEqual([]);
    expect(await two.db.query('SELECT 1 FROM prefill_begun')).toEqual([]);
  });

  it('count and tell each dossier once, whoever does it', async () => {
    await Promise.all([one.outbox.run(), two.outbox.run(), one.outbox.run(), two.outbox.run()]);
    const [{ dossiers, counted }] = (await one.db.query<{ dossiers: number; counted: number }>(
      `SELECT (SELECT count(*) FROM dossier)::int AS dossiers, (SELECT sum(count) FROM daily_count WHERE metric = 'filed')::int AS counted`,
    )) as [{ dossiers: number; counted: number }];
    expect(counted).toBe(dossiers);
  });
});
