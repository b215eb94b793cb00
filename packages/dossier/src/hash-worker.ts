// @onceform/dossier/hash-worker: the script of a worker that hashes, so that a page stays quick while large files are
// read. The host serves it as a module of its own: `new Worker('/hash-worker.js', { type: 'module' })`.

import { digestBlob } from './digest-blob.ts';
import type { HashReply, HashRequest } from './hash-in-worker.ts';

const scope = self as unknown as { postMessage(reply: HashReply): void };
const running = new Map<number, AbortController>();

self.addEventListener('message', event => {
  const request = (event as MessageEvent<HashRequest>).data;
  const { id } = request;
  if (request.blob === null) return running.get(id)?.abort();
  const controller = new AbortController();
  running.set(id, controller);
  digestBlob(request.blob, { signal: controller.signal, onProgress: bytes => scope.postMessage({ id, bytes }) })
    .then(
      digest => scope.postMessage({ id, digest }),
      (error: unknown) => scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
    )
    .finally(() => running.delete(id));
});
