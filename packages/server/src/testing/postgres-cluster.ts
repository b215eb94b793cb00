// A PostgreSQL server of its own for tests, from whatever installation there is; gone afterwards.

import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface PostgresCluster {
  /** `postgres://…` of a database that is empty. Each call makes another one. */
  database(): Promise<string>;
  /** The folder of its programs: `pg_dump`, `psql`. */
  readonly bin: string;
  stop(): Promise<void>;
}

/** Starts a cluster in a temporary folder; a string says why there can be none on this machine. */
export async function startPostgresCluster(): Promise<PostgresCluster | string> {
  const bin = await findBinaries();
  if (bin === null) return 'no PostgreSQL is installed here (initdb was not found)';
  // PostgreSQL refuses to run as root: as root, it runs as the user that the system has for it.
  const user: SystemUser | Record<string, never> | null = process.getuid?.() === 0 ? await systemUser() : {};
  if (user === null) return 'PostgreSQL does not run as root, and there is no user "postgres" or "nobody"';
  const folder = await mkdtemp(join(tmpdir(), 'onceform-postgres-'));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const options = { ...user, cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } };
  try {
    await promisify(execFile)(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'onceform', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
      options,
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return `initdb failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    { ...options, stdio: 'ignore' },
  );
  const stopped = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await stopped;
    await rm(folder, { recursive: true, force: true });
  };
  const { default: pg } = await import('pg');
  const admin = `postgres://onceform@127.0.0.1:${port}/postgres`;
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: admin });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (attempt === 100) {
        await stop();
        return `PostgreSQL did not start: ${error instanceof Error ? error.message : String(error)}`;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  let count = 0;
  return {
    bin,
    stop,
    async database() {
      const name = `test_${++count}`;
      const client = new pg.Client({ connectionString: admin });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return `postgres://onceform@127.0.0.1:${port}/${name}`;
    },
  };
}

async function findBinaries(): Promise<string | null> {
  const packaged = '/usr/lib/postgresql';
  const versions = (await readdir(packaged).catch((): string[] => []))
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(packaged, version, 'bin'));
  for (const folder of [...versions, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes('initdb') && names.includes('postgres')) return folder;
  }
  return null;
}

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

async function systemUser(): Promise<SystemUser | null> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'));
  const users = new Map(lines.map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]));
  return users.get('postgres') ?? users.get('nobody') ?? null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => resolve(port));
      });
  });
}
