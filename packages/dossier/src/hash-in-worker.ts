// Hashing in a worker, from the side of the page: the same result as `digestBlob`, elsewhere.

import { OnceFormError } from '@onceform/core';
import type { BlobDigest, DigestOptions } from './digest-blob.ts';

/** A null blob takes the request of that number back. */
export interface HashRequest {
  readonly id: number;
  readonly blob: Blob | null;
}

export type HashReply = { readonly id: number } & (
  { readonly bytes: number } | { readonly digest: BlobDigest } | { readonly error: string }
);

/** What a `Worker` has that is used here. */
export interface HashWorker {
  postMessage(request: HashRequest): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export type Hasher = (blob: Blob, options?: DigestOptions) => Promise<BlobDigest>;

/** Makes a hasher of a worker that runs `@onceform/dossier/hash-worker`. Pass it to `buildDossier` as `hasher`. */
export function hashInWorker(worker: HashWorker): Hasher {
  let last = 0;
  const waiting = new Map<number, (reply: HashReply) => void>();
  worker.addEventListener('message', event => {
    const reply = event.data as HashReply;
    waiting.get(reply.id)?.(reply);
  });
  return (blob, { signal, onProgress } = {}) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const id = ++last;
      const stop = (): void => {
        worker.postMessage({ id, blob: null });
        settle(() => reject(signal!.reason as Error));
      };
      const settle = (how: () => void): void => {
        waiting.delete(id);
        signal?.removeEventListener('abort', stop);
        how();
      };
      signal?.addEventListener('abort', stop);
      waiting.set(id, reply => {
        if ('bytes' in reply) onProgress?.(reply.bytes);
        else if ('digest' in reply) settle(() => resolve(reply.digest));
        else
          settle(() => reject(new OnceFormError('ERR_DOSSIER_INVALID', `The file could not be read: ${reply.error}`)));
      });
      worker.postMessage({ id, blob });
    });
}
