// SHA-256 and CRC-32 of a Blob in one pass. Small ones go through WebCrypto whole; large ones in slices, so that
// memory stays flat. In Node the built-in hash is used, found without importing a Node module.

import type { Sha256 } from '@onceform/core';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { crc32 } from './crc32.ts';

export interface BlobDigest {
  readonly sha256: Sha256;
  readonly crc32: number;
  /** Bytes. */
  readonly size: number;
}

export interface DigestOptions {
  readonly signal?: AbortSignal;
  /** Called after each slice with the bytes read since the last call. */
  readonly onProgress?: (bytes: number) => void;
  /** Lets the CRC-32 be left out, for what is no entry of a zip: the number says nothing then. */
  readonly sha256Only?: boolean;
}

/** Bytes read at a time. */
const SLICE = 4 * 1024 * 1024;
/**
 * Up to this size a Blob is read whole, where only WebCrypto is fast. It takes no stream and copies what it is given, so
 * this is half of the memory it costs.
 */
const WHOLE = 64 * 1024 * 1024;
/** Bytes up to which waiting for WebCrypto costs more than hashing here. */
const FEW = 16 * 1024;

/**
 * Digests a Blob. The result is the same on every platform, whichever implementation hashes.
 *
 * @throws whatever `signal` was aborted with; `DOMException` NotReadableError when a file changed on disk meanwhile.
 */
export async function digestBlob(blob: Blob, options: DigestOptions = {}): Promise<BlobDigest> {
  options.signal?.throwIfAborted();
  if (nodeHashing === null && blob.size <= WHOLE && globalThis.crypto?.subtle !== undefined) {
    return digestBytes(new Uint8Array(await blob.arrayBuffer()), options);
  }
  return digestChunks(nodeHashing === null ? slicesOf(blob) : chunksOf(blob), blob.size, options);
}

/** Digests bytes as they come. */
export async function digestChunks(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  { signal, onProgress, sha256Only = false }: DigestOptions = {},
): Promise<BlobDigest> {
  const hash = nodeHashing?.sha256() ?? nobleHash();
  const crcOf = sha256Only ? () => 0 : (nodeHashing?.crc32 ?? crc32);
  let crc = 0;
  for await (const bytes of chunks) {
    signal?.throwIfAborted();
    hash.update(bytes);
    crc = crcOf(bytes, crc);
    onProgress?.(bytes.length);
  }
  return { sha256: hash.digest(), crc32: crc, size };
}

/** Digests bytes in memory: at once where they are few or the platform can, else by WebCrypto. */
export function digestBytes(
  bytes: Uint8Array<ArrayBuffer>,
  { signal, onProgress }: DigestOptions = {},
): BlobDigest | Promise<BlobDigest> {
  signal?.throwIfAborted();
  const size = bytes.length;
  const digest = (sha256: Sha256, crc: number): BlobDigest => {
    onProgress?.(size);
    return { sha256, crc32: crc, size };
  };
  if (nodeHashing !== null || size <= FEW) return digest(hashNow(bytes), (nodeHashing?.crc32 ?? crc32)(bytes, 0));
  const hashing = crypto.subtle.digest('SHA-256', bytes);
  const crc = crc32(bytes);
  return hashing.then(hash => digest(hex(new Uint8Array(hash)), crc));
}

/** SHA-256 of a short text or of few bytes, without waiting. */
export function hashNow(data: Uint8Array | string): Sha256 {
  const hash = nodeHashing?.sha256() ?? nobleHash();
  hash.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  return hash.digest();
}

/** The bytes of a Blob in slices of at most `size`; the next one is read while one is used. */
export async function* slicesOf(blob: Blob, size = SLICE): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let next = blob.slice(0, size).arrayBuffer();
  for (let at = 0; at < blob.size; at += size) {
    const bytes = new Uint8Array(await next);
    if (at + size < blob.size) next = blob.slice(at + size, at + 2 * size).arrayBuffer();
    yield bytes;
  }
}

/** The chunks Node streams a Blob in: there, faster than slices. */
async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  if (blob.size <= SLICE) {
    yield new Uint8Array(await blob.arrayBuffer());
    return;
  }
  const reader = blob.stream().getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } finally {
    reader.releaseLock();
  }
}

interface Hash {
  update(bytes: Uint8Array): void;
  digest(): Sha256;
}

function nobleHash(): Hash {
  const hash = nobleSha256.create();
  return { update: bytes => void hash.update(bytes), digest: () => hex(hash.digest()) };
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

interface NodeHashing {
  sha256(): Hash;
  crc32: typeof crc32;
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/** Node's own hash and CRC; null in browsers and older runtimes. */
const nodeHashing: NodeHashing | null = (() => {
  const load = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule;
  if (typeof load !== 'function') return null;
  const crypto = load('node:crypto') as {
    createHash(name: string): { update(data: Uint8Array): unknown; digest(encoding: 'hex'): string };
  };
  const zlib = load('node:zlib') as { crc32?: typeof crc32 };
  return {
    sha256() {
      const hash = crypto.createHash('sha256');
      return { update: bytes => void hash.update(bytes), digest: () => hash.digest('hex') };
    },
    crc32: zlib.crc32 ?? crc32,
  };
})();
