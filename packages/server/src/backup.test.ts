// What docs/operation.md says of backup and restore, done: the dump of a while ago, the objects of now.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { openPglite } from './database-pglite.ts';
import { openPostgres } from './database-postgres.ts';
import { directoryStore } from './object-store.ts';
import { reindex } from './reindex.ts';
import { startPostgresCluster, type PostgresCluster } from './testing/postgres-cluster.ts';
import { citizen, file, prepare, startTestPortal } from './testing/test-portal.ts';

const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`Restoring PostgreSQL is not tested: ${cluster}.`);
const run = promisify(execFile);

interface Backup {
  /** Opens the database that is in use. */
  open(): Promise<Database>;
  /** Takes a backup while the portal runs or, where that cannot be done, stands still. */
  take(): Promise<void>;
  /** Opens what the backup holds, somewhere else. */
  restore(): Promise<Database>;
  readonly whileRunning: boolean;
}

async function postgres(folder: string): Promise<Backup> {
  const { bin, database } = cluster as PostgresCluster;
  const [url, other] = [await database(), await database()];
  const dump = join(folder, 'portal.sql');
  return {
    whileRunning: true,
    open: () => openPostgres({ url }),
    take: async () => void (await run(join(bin, 'pg_dump'), ['--no-owner', '-f', dump, url])),
    async restore() {
      await run(join(bin, 'psql'), ['-q', '-v', 'ON_ERROR_STOP=1', '-f', dump, other]);
      return openPostgres({ url: other });
    },
  };
}

async function pglite(folder: string): Promise<Backup> {
  return {
    whileRunning: false,
    open: () => openPglite({ directory: join(folder, 'database') }),
    take: () => cp(join(folder, 'database', 'data'), join(folder, 'saved', 'data'), { recursive: true }),
    restore: () => openPglite({ directory: join(folder, 'saved') }),
  };
}

describe.each([
  ['PostgreSQL', postgres, typeof cluster === 'string'],
  ['PGlite', pglite, false],
] as const)('a portal on %s', (_name, backupOf, skipped) => {
  it.skipIf(skipped)(
    'comes back from a dump and the objects: dossiers, drafts, codes, and nothing twice',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'onceform-backup-'));
      const backup = await backupOf(folder);
      const objectStore = directoryStore(join(folder, 'objects'));
      const before = await startTestPortal({ database: await backup.open(), objectStore });
      const an = await before.browser(citizen('an'));
      const early = await file(an, await prepare(before, an));
      const draft = await prepare(before, an, { reason: 'not yet' });
      await an.send('PUT', `/api/drafts/${draft.draft}`, '{"reason":"half"}', {
        'content-type': 'application/json',
        'if-match': '"0"',
      });
      let portal = before;
      if (!backup.whileRunning) {
        await before.close();
        await backup.take();
        portal = await startTestPortal({ database: await backup.open(), objectStore, keys: before.keys });
      } else await backup.take();
      const later = await portal.browser(citizen('an'));
      const late = await file(later, await prepare(portal, later));
      await portal.outbox.run(); // as a running portal does; on PostgreSQL it brings the receipts to the objects
      await portal.end();
      await rm(join(folder, 'database'), { recursive: true, force: true });

      const restored = await startTestPortal({ database: await backup.restore(), objectStore, keys: before.keys });
      await reindex(restored.db, restored.objects);
      const again = await restored.browser(citizen('an'));
      const list = (await (await again.fetch('/api/dossiers')).json()) as { receipt: { code: string } }[];
      expect(list.map(({ receipt }) => receipt.code).sort()).toEqual([early.body.code, late.body.code].sort());
      const saved = (await (await again.fetch(`/api/drafts/${draft.draft}`)).json()) as { body: object };
      expect(saved.body).toEqual({ reason: 'half' });
      const next = await file(again, await prepare(restored, again));
      expect(next.status).toBe(201);
      expect([early.body.code, late.body.code]).not.toContain(next.body.code);
      expect(await reindex(restored.db, restored.objects)).toMatchObject({ restored: 0, broken: [] });
      // Each is counted once: of its year, its month and its day.
      await restored.outbox.run();
      const { report, overTime } = restored.measurement;
      const counts = [(await report('2026')).filed, (await report('2026-11')).filed, await overTime('2026-11')];
      expect(counts.map(rows => rows.map(({ count }) => count))).toEqual([[3], [3], [3]]);
      await restored.end();
      await before.end().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
    120_000,
  );
});

afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.stop();
});
