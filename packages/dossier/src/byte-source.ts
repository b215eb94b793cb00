// Bytes to read from, in memory or behind a Blob: what is in memory is looked at where it lies, without a detour.

import { digestBlob, digestBytes, slicesOf, type BlobDigest, type DigestOptions } from './digest-blob.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface ByteSource {
  readonly size: number;
  /** All of it, or from one offset up to another. */
  bytes(from?: number, to?: number): Bytes | Promise<Bytes>;
  slice(from: number, to: number): ByteSource;
  blob(): Blob;
  /** All of it, piece by piece. */
  chunks(): AsyncIterable<Bytes>;
  digest(options?: DigestOptions): BlobDigest | Promise<BlobDigest>;
}

const direct = new WeakMap<Blob, ByteSource>();

/** Says how a Blob is read faster than through itself. */
export function readDirectly(blob: Blob, source: ByteSource): void {
  direct.set(blob, source);
}

/** Up to this size a Blob is read into memory at once. */
const SMALL = 1024 * 1024;

export async function byteSource(source: Blob | Bytes): Promise<ByteSource> {
  if (source instanceof Uint8Array) return inMemory(source);
  const known = direct.get(source);
  if (known !== undefined) return known;
  return source.size <= SMALL ? inMemory(new Uint8Array(await source.arrayBuffer()), source) : behind(source);
}

function inMemory(bytes: Bytes, blob?: Blob): ByteSource {
  return {
    size: bytes.length,
    bytes: (from = 0, to = bytes.length) => bytes.subarray(from, to),
    slice: (from, to) => inMemory(bytes.subarray(from, to)),
    blob: () => (blob ??= new Blob([bytes])),
    async *chunks() {
      yield bytes;
    },
    digest: options => digestBytes(bytes, options),
  };
}

/** The best way to read a Blob. */
export function behind(blob: Blob): ByteSource {
  return (
    direct.get(blob) ?? {
      size: blob.size,
      bytes: async (from = 0, to = blob.size) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
      slice: (from, to) => behind(blob.slice(from, to)),
      blob: () => blob,
      chunks: () => slicesOf(blob),
      digest: options => digestBlob(blob, options),
    }
  );
}
