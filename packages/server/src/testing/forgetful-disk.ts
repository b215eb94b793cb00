// A simulated disk that loses power: it knows what would be there afterwards, which is no more than what it was told to keep.

import { constants, fstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nodeDisk, type Disk } from '../object-store.ts';

export interface ForgetfulDisk extends Disk {
  /** What a power cut at this moment would leave at a path below `root`; null: nothing, or no way to it. */
  afterPowerCut(path: string, root: string): Uint8Array | null;
}

/**
 * Writes to the real disk, and keeps account beside it. POSIX's promises and no more: a synced write keeps the content of
 * its file, and not that the file has a name; a synced folder keeps the names in it, and not the folder's own.
 *
 * @param forgets leaves out one kind of promise, as a store would that forgot to ask for it.
 */
export function forgetfulDisk(forgets?: 'content' | 'names'): ForgetfulDisk {
  /** By inode. */
  const contents = new Map<number, Uint8Array>();
  /** Inodes by path. */
  const names = new Map<string, number>();
  return {
    ...nodeDisk,
    async write(file, bytes) {
      const written = await nodeDisk.write(file, bytes);
      if (forgets !== 'content' && isSynced(file))
        contents.set(fstatSync(file).ino, readFileSync(`/proc/self/fd/${file}`));
      return written;
    },
    async sync(folder) {
      const path = readlinkSync(`/proc/self/fd/${folder}`);
      // What is there when the sync begins is kept, no later than it ends.
      const kept = readdirSync(path).map(name => [join(path, name), statSync(join(path, name)).ino] as const);
      await nodeDisk.sync(folder);
      if (forgets === 'names') return;
      for (const name of names.keys()) if (dirname(name) === path) names.delete(name);
      for (const [name, inode] of kept) names.set(name, inode);
    },
    afterPowerCut(path, root) {
      for (let at = path; at !== root; at = dirname(at)) if (!names.has(at)) return null;
      return contents.get(names.get(path)!) ?? new Uint8Array(0);
    },
  };
}

/** Whether writes to an open file end on the disk. */
function isSynced(file: number): boolean {
  const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'utf8'))!;
  return (parseInt(flags!, 8) & constants.O_SYNC) === constants.O_SYNC;
}
