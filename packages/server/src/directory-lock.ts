// A lock on a data directory: one process at a time. PGlite has none of its own, and a second opener loses rows.

import { readFileSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OnceFormError } from '@onceform/core';

export interface DirectoryLock {
  /** Gives the directory free. Safe to call twice. */
  release(): Promise<void>;
}

const held = new Set<string>();

/**
 * Takes the lock `<directory>/lock`, a file that names the process holding it. A lock left by a process that is no
 * longer running on this host is taken over.
 *
 * @throws {OnceFormError} ERR_DIRECTORY_LOCKED when a living process, this one included, holds it; `data.pid` says which.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'lock');
  for (let attempt = 0; ; attempt++) {
    let handle: FileHandle;
    try {
      handle = await open(file, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = await readOwner(file);
      if (attempt >= 3 || (owner !== null && isAlive(owner, file))) {
        throw new OnceFormError('ERR_DIRECTORY_LOCKED', `Another process (${owner?.pid ?? 'just started'}) uses ${directory}. Stop it first, or start with another directory.`, {
          data: { directory, pid: owner?.pid ?? null },
        });
      }
      await takeAway(file, owner);
      continue;
    }
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) }));
    await handle.sync();
    await handle.close();
    held.add(file);
    return {
      async release() {
        if (held.delete(file)) await rm(file, { force: true });
      },
    };
  }
}

interface Owner { readonly pid: number; readonly host: string; readonly started: string | null }

/** Null when the file is gone. A file without content yet is waited for: its process is writing it now. */
async function readOwner(file: string): Promise<Owner | null> {
  for (let i = 0; i < 20; i++) {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Owner;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
  }
  // Half a second without content: its writer died between creating and writing.
  return { pid: 0, host: hostname(), started: null };
}

function isAlive(owner: Owner, file: string): boolean {
  if (owner.host !== hostname()) return true;
  if (owner.pid === process.pid) return held.has(file);
  if (owner.pid === 0) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = startOf(owner.pid);
  return started === null || owner.started === null || started === owner.started;
}

/** When a process began, so that a number used again by another process is not taken for it. Null where unknown. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Removes a dead owner's lock, but only while it is still that owner's: two starters may race here. */
async function takeAway(file: string, owner: Owner | null): Promise<void> {
  if (owner === null) return;
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = await readOwner(aside);
  if (taken !== null && (taken.pid !== owner.pid || taken.started !== owner.started)) {
    // A living process came between reading and renaming: give its lock back.
    await link(aside, file).catch(() => undefined);
  }
  await rm(aside, { force: true });
}
