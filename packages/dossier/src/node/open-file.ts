// @onceform/dossier/node: files of a disk as Blobs that this package reads directly. Node reads a Blob of a file through
// several copies; hashing a large package takes nearly twice as long that way.

import { createReadStream, openAsBlob } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { OnceFormError } from '@onceform/core';
import { readDirectly, type ByteSource } from '../byte-source.ts';
import { digestChunks, type DigestOptions } from '../digest-blob.ts';

const CHUNK = 4 * 1024 * 1024;
/** Small enough that what was read is still in the processor's cache when the second sum is taken. */
const HASH_CHUNK = 512 * 1024;

/**
 * Opens a file by reference. It is an ordinary Blob for everybody else.
 *
 * @throws what the file system throws; reading throws {OnceFormError} ERR_DOSSIER_INVALID when the file has changed since.
 */
export async function openFile(path: string): Promise<Blob> {
  const blob = await openAsBlob(path);
  const { mtimeMs, size } = await stat(path);
  readDirectly(blob, part(path, { mtimeMs, size }, 0, size, blob));
  return blob;
}

interface Snapshot {
  readonly mtimeMs: number;
  readonly size: number;
}

function part(path: string, snapshot: Snapshot, from: number, to: number, blob: Blob): ByteSource {
  const unchanged = async (): Promise<void> => {
    const { mtimeMs, size } = await stat(path);
    if (mtimeMs !== snapshot.mtimeMs || size !== snapshot.size)
      throw new OnceFormError('ERR_DOSSIER_INVALID', 'The file has changed while it was read.', { data: { path } });
  };
  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (to > from)
      for await (const chunk of createReadStream(path, { start: from, end: to - 1, highWaterMark: CHUNK }))
        yield chunk as Uint8Array<ArrayBuffer>;
    await unchanged();
  }
  /**
   * Two buffers in turn, one filled while the other is used: each chunk is good only until the next is asked for. Few
   * large reads, for each has to wait its turn on a busy machine; what is handed on is small.
   */
  async function* passing(): AsyncGenerator<Uint8Array> {
    const file = await open(path);
    try {
      const length = Math.min(CHUNK, to - from);
      let [filled, free] = [new Uint8Array(length), new Uint8Array(length)];
      const read = (into: Uint8Array, at: number) => file.read(into, 0, Math.min(into.length, to - at), at);
      let reading = read(filled, from);
      for (let at = from; at < to;) {
        const { bytesRead } = await reading;
        if (bytesRead === 0) break;
        at += bytesRead;
        if (at < to) reading = read(free, at);
        for (let start = 0; start < bytesRead; start += HASH_CHUNK)
          yield filled.subarray(start, Math.min(start + HASH_CHUNK, bytesRead));
        [filled, free] = [free, filled];
      }
    } finally {
      await file.close();
    }
    await unchanged();
  }
  return {
    size: to - from,
    async bytes(start = 0, end = to - from) {
      const bytes = new Uint8Array(end - start);
      const file = await open(path);
      try {
        for (let at = 0; at < bytes.length;) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + start + at);
          if (bytesRead === 0) break;
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
      await unchanged();
      return bytes;
    },
    slice: (start, end) => part(path, snapshot, from + start, from + end, blob.slice(start, end)),
    blob: () => blob,
    chunks,
    digest: (options: DigestOptions = {}) => digestChunks(passing(), to - from, options),
  };
}
