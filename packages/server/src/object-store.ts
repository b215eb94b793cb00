// The object store port, and its default: a directory whose files are on the disk before `put` returns.

import { randomUUID } from 'node:crypto';
import { closeSync, constants, fsync, open, openSync, write } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OnceFormError } from '@onceform/core';

export interface PutOptions {
  /**
   * Nobody looks under this key before the promise resolves. After a power cut a torn object may stand there then, where
   * there was none; the next `put` of the key takes its place. Spares a directory a wait for the disk.
   */
  readonly unseen?: boolean;
}

export interface ObjectStore {
  /**
   * Writes an object whole. When the promise resolves the bytes survive a power cut; until then there is either the
   * former object or none. Objects are written once: the key is (or holds) a digest or an id.
   *
   * @param owner whose object it is, for a store that encrypts: objects of one owner share a key. Others ignore it.
   * @throws {OnceFormError} ERR_NOT_FOUND when the key is no key: lower-case ASCII segments between slashes.
   */
  put(key: string, bytes: Uint8Array, owner?: string, options?: PutOptions): Promise<void>;
  get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Size in bytes, null where there is none. */
  size(key: string): Promise<number | null>;
  /** Keys below a prefix that ends with a slash, sorted within each folder. */
  list(prefix: string): AsyncIterable<string>;
  delete(key: string): Promise<void>;
}

const KEY = /^[a-z0-9][a-z0-9._-]{0,127}(?:\/[a-z0-9][a-z0-9._-]{0,127}){0,7}$/;

/** @throws {OnceFormError} ERR_NOT_FOUND when the key is no key. */
export function assertKey(key: string): void {
  if (!KEY.test(key)) throw new OnceFormError('ERR_NOT_FOUND', 'This is no object key.', { data: { key } });
}

/**
 * Keeps objects as files below a directory: written beside, fsynced, renamed, and the folders fsynced too. Renaming makes
 * the folder wait for the disk a second time, so what nobody looks at yet is written where it will stay.
 */
export function directoryStore(root: string, disk: Disk = nodeDisk): ObjectStore {
  const pathOf = (key: string): string => {
    assertKey(key);
    return join(root, ...key.split('/'));
  };
  const { create, syncFolder } = foldersOf(root, disk);
  /** Makes a file that is on the disk; false when there is one already. */
  const writeNew = async (path: string, bytes: Uint8Array): Promise<boolean> => {
    const file = await create(path);
    if (file === null) return false;
    try {
      for (let at = 0; at < bytes.length;) at += await disk.write(file, bytes.subarray(at));
    } finally {
      disk.close(file);
    }
    return true;
  };
  return {
    async put(key, bytes, _owner, { unseen = false } = {}) {
      const target = pathOf(key);
      if (!unseen || !(await writeNew(target, bytes))) {
        const temporary = `${target}.${randomUUID()}.part`;
        try {
          await writeNew(temporary, bytes);
          await rename(temporary, target);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      }
      await syncFolder(dirname(target));
    },
    async get(key) {
      const bytes = await absentAsNull(readFile(pathOf(key)));
      return bytes as Uint8Array<ArrayBuffer> | null;
    },
    async size(key) {
      return (await absentAsNull(stat(pathOf(key))))?.size ?? null;
    },
    async *list(prefix) {
      const folder = prefix.replace(/\/$/, '');
      yield* walk(pathOf(folder), folder);
    },
    async delete(key) {
      const target = pathOf(key);
      await rm(target, { force: true });
      await absentAsNull(syncFolder(dirname(target)));
    },
  };
}

async function* walk(path: string, key: string): AsyncIterable<string> {
  const entries = (await absentAsNull(readdir(path, { withFileTypes: true }))) ?? [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) yield* walk(join(path, entry.name), `${key}/${entry.name}`);
    else if (!entry.name.endsWith('.part')) yield `${key}/${entry.name}`;
  }
}

/** What makes a file stay, by descriptors. Tests give a disk that forgets whatever it was not told to keep. */
export interface Disk {
  /** Makes a file that is not there yet, each of whose writes ends on the disk. */
  create(path: string): Promise<number>;
  openFolder(path: string): number;
  /** Gives how many bytes were written. */
  write(file: number, bytes: Uint8Array): Promise<number>;
  /** Makes the entries of a folder stay. */
  sync(folder: number): Promise<void>;
  close(descriptor: number): void;
}

// Descriptors cost less than `FileHandle`s, and writes that are synced cost a trip less than writing and then fsync. What
// may wait for the disk is left to the thread pool. Opening a folder in use, and closing, takes microseconds.
const { O_WRONLY, O_CREAT, O_EXCL, O_SYNC, O_RDONLY } = constants;
const [openFile, writeFile, fsyncFile] = [promisify(open), promisify(write), promisify(fsync)];
export const nodeDisk: Disk = {
  create: path => openFile(path, O_WRONLY | O_CREAT | O_EXCL | O_SYNC, 0o600),
  openFolder: path => openSync(path, O_RDONLY),
  write: async (file, bytes) => (await writeFile(file, bytes)).bytesWritten,
  sync: folder => fsyncFile(folder),
  close: closeSync,
};

interface Folders {
  /**
   * Opens a new file to write to; null when it is there. Before the first file of a folder, the folder is made and every
   * folder above it made durable, once, whoever made it: another process may have died in between.
   */
  create(path: string): Promise<number | null>;
  /**
   * Makes a folder's entries durable. Callers that come while one sync runs share the next one: it begins after all of
   * them wrote, so it covers them all.
   */
  syncFolder(folder: string): Promise<void>;
}

function foldersOf(root: string, disk: Disk): Folders {
  const syncing = new Map<string, { readonly running: Promise<void>; next: Promise<void> | null }>();
  const syncNow = async (folder: string): Promise<void> => {
    const descriptor = disk.openFolder(folder);
    try {
      await disk.sync(descriptor);
    } finally {
      disk.close(descriptor);
    }
  };
  const syncFolder = (folder: string): Promise<void> => {
    const busy = syncing.get(folder);
    if (busy !== undefined) {
      return (busy.next ??= busy.running.then(
        () => syncFolder(folder),
        () => syncFolder(folder),
      ));
    }
    const running = syncNow(folder).finally(() => syncing.delete(folder));
    syncing.set(folder, { running, next: null });
    return running;
  };

  const durable = new Map<string, Promise<void>>();
  const prepare = (folder: string): Promise<void> => {
    let ready = durable.get(folder);
    if (ready === undefined) {
      ready = makeDurable(folder);
      durable.set(folder, ready);
      ready.catch(() => durable.clear());
    }
    return ready;
  };
  const top = dirname(root);
  const makeDurable = async (folder: string): Promise<void> => {
    const above = dirname(folder);
    if (folder.length > top.length) await prepare(above);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (folder.length > top.length) await syncFolder(above);
  };
  return {
    syncFolder,
    async create(path) {
      const folder = dirname(path);
      await prepare(folder);
      try {
        return await disk.create(path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') return null;
        if (code !== 'ENOENT') throw error;
        durable.clear(); // somebody took it away
        await prepare(folder);
        return disk.create(path);
      }
    },
  };
}

async function absentAsNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
