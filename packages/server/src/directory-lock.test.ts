import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from './database-pglite.ts';
import { lockDirectory } from './directory-lock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refused = expect.objectContaining({ code: 'ERR_DIRECTORY_LOCKED' });

describe('the lock on a data directory', () => {
  it('refuses a second opener in the same process, until the first lets go', async () => {
    const lock = await lockDirectory(folder);
    await expect(lockDirectory(folder)).rejects.toEqual(refused);
    await lock.release();
    await lock.release();
    await (await lockDirectory(folder)).release();
  });

  it('refuses a directory that another living process holds, and takes over from a dead one', async () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const stat = await readFile(`/proc/${other.pid}/stat`, 'utf8').catch(() => null);
    const started = stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: other.pid, host: hostname(), started }));
    await expect(lockDirectory(folder)).rejects.toEqual(refused);
    other.kill('SIGKILL');
    await new Promise(resolve => other.once('exit', resolve));
    await (await lockDirectory(folder)).release();
  });

  it('takes over from a process whose number another one has now', async () => {
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, host: hostname(), started: '1' }));
    await (await lockDirectory(folder)).release();
  });

  it('takes over a lock whose writer died before it said who it is', async () => {
    await writeFile(join(folder, 'lock'), '');
    await (await lockDirectory(folder)).release();
  });

  it('waits a minute for a holder on another host before it takes over', async () => {
    const file = join(folder, 'lock');
    await writeFile(file, JSON.stringify({ pid: 1, host: 'another-host', started: null }));
    await expect(lockDirectory(folder)).rejects.toEqual(refused);
    const before = new Date(Date.now() - 61_000);
    await utimes(file, before, before);
    await (await lockDirectory(folder)).release();
  });

  it("lets one of many starters in, also when a dead one's lock is there", async () => {
    for (const left of [null, JSON.stringify({ pid: 0, host: hostname(), started: null })]) {
      if (left !== null) await writeFile(join(folder, 'lock'), left);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(folder)));
      const won = tries.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
      expect(won).toHaveLength(1);
      await won[0]!.release();
    }
  });

  it('is taken by the embedded database', async () => {
    const lock = await lockDirectory(join(folder, 'database'));
    await expect(openPglite({ directory: join(folder, 'database') })).rejects.toEqual(refused);
    await lock.release();
  });
});
