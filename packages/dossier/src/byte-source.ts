// Bytes to read from, in memory or behind a Blob: what is in memory is looked at where it lies, without a detour.

import { digestBlob, digestBytes, type BlobDigest, type DigestOptions } from './digest-blob.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface ByteSource {
  readonly size: number;
  /** All of it, or from one offset up to another. */
  bytes(from?: number, to?: number): Bytes | Promise<Bytes>;
  slice(from: number, to: number): ByteSource;
  blob(): Blob;
  digest(options?: DigestOptions): BlobDigest | Promise<BlobDigest>;
}

/** Up to this size a Blob is read into memory at once. */
const SMALL = 1024 * 1024;

export async function byteSource(source: Blob | Bytes): Promise<ByteSource> {
  if (source instanceof Uint8Array) return inMemory(source);
  return source.size <= SMALL ? inMemory(new Uint8Array(await source.arrayBuffer()), source) : behind(source);
}

function inMemory(bytes: Bytes, blob?: Blob): ByteSource {
  return {
    size: bytes.length,
    bytes: (from = 0, to = bytes.length) => bytes.subarray(from, to),
    slice: (from, to) => inMemory(bytes.subarray(from, to)),
    blob: () => blob ??= new Blob([bytes]),
    digest: options => digestBytes(bytes, options),
  };
}

export function behind(blob: Blob): ByteSource {
  return {
    size: blob.size,
    bytes: async (from = 0, to = blob.size) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
    slice: (from, to) => behind(blob.slice(from, to)),
    blob: () => blob,
    digest: options => digestBlob(blob, options),
  };
}
