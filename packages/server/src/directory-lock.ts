// A lock on a data directory: one process at a time. PGlite has none of its own, and a second opener loses rows.

import { readFileSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OnceFormError } from '@onceform/core';

export interface DirectoryLock {
  /** Gives the directory free. Safe to call twice. */
  release(): Promise<void>;
}

/** Milliseconds: how often a holder shows that it lives, and after which silence another host may take over. */
const BEAT = 10_000,
  SILENCE = 60_000;

const held = new Set<string>();

/**
 * Takes the lock `<directory>/lock`, a file that names the process holding it. A lock left by a process that no longer
 * runs is taken over: at once on the same host, after a minute of silence when it was on another one.
 *
 * @throws {OnceFormError} ERR_DIRECTORY_LOCKED when a living process, this one included, holds it; `data.pid` says which.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'lock');
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  if (held.has(file)) throw refusal(directory, process.pid);
  held.add(file);
  try {
    // Written beside and linked into place: a lock never exists without saying whose it is.
    const handle = await open(own, 'wx');
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) }));
    await handle.sync();
    await handle.close();
    if (!(await tryLink(own, file))) await takeOver(own, file, directory);
  } catch (error) {
    held.delete(file);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT).unref();
  return {
    async release() {
      clearInterval(beat);
      if (held.delete(file)) await rm(file, { force: true });
    },
  };
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly started: string | null;
}

/** Replaces a dead holder's lock. Whoever links `lock.next` may do so, and nobody else meanwhile. */
async function takeOver(own: string, file: string, directory: string): Promise<void> {
  const next = `${file}.next`;
  const before = await readOwner(file);
  if (before !== null && (await isAlive(before, file))) throw refusal(directory, before.pid);
  if (!(await tryLink(own, next))) {
    const taker = await readOwner(next);
    if (taker === null || (await isAlive(taker, next))) throw refusal(directory, taker?.pid ?? null);
    await rm(next, { force: true }); // it died in the very moment of taking over
    if (!(await tryLink(own, next))) throw refusal(directory, null);
  }
  const now = await readOwner(file);
  if (now !== null && (await isAlive(now, file))) {
    await rm(next, { force: true });
    throw refusal(directory, now.pid);
  }
  await rename(next, file);
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Null when the file is gone. One that cannot be read names nobody: the disk was full, or somebody edited it. */
async function readOwner(file: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : { pid: 0, host: hostname(), started: null };
  }
}

async function isAlive({ pid, host, started }: Owner, file: string): Promise<boolean> {
  if (host !== hostname()) {
    const beat = await stat(file).catch(() => null);
    return beat !== null && Date.now() - beat.mtimeMs < SILENCE;
  }
  if (pid === 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === null || started === null || now === started;
}

/** When a process began, so that a number used again by another process is not taken for it. Null where unknown. */
function startOf(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function refusal(directory: string, pid: number | null): OnceFormError {
  return new OnceFormError(
    'ERR_DIRECTORY_LOCKED',
    `Another process${pid === null ? '' : ` (${pid})`} uses ${directory}. Stop it first, or start with another directory.`,
    { data: { directory, pid } },
  );
}
