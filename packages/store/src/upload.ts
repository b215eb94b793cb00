// Sending one file over tus 1.0, loaded when the first file is attached. What the network loses is sent again from
// where it stopped; what the portal refuses is said at once.

import { OnceFormError, type OnceFormErrorCode, type Problem } from '@onceform/core';
import { Upload } from 'tus-js-client/lib/browser/index.js';
import type { DetailedError } from 'tus-js-client';
import type { UploadOptions } from './client.ts';

export interface UploadTarget {
  /** `/api/uploads` */
  readonly endpoint: string;
  readonly csrf: string;
}

/** Bytes sent in one request: on a slow line what is lost with it is bearable, and progress is seen. */
const CHUNK = 256 * 1024;
/** Milliseconds between tries without a word from the network that it is back. */
const RETRIES = [1000, 3000, 5000, 10_000, 20_000];

/**
 * Sends a file; see `PortalClient.upload`.
 *
 * @throws {OnceFormError} ERR_NETWORK when the portal stayed out of reach; the portal's own code when it refused.
 * @throws {DOMException} AbortError when `signal` was aborted.
 */
export function uploadFile(file: Blob, options: UploadOptions & UploadTarget): Promise<void> {
  const { endpoint, csrf, name, type, url, signal, onProgress, onUrl } = options;
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint,
      ...(url === undefined ? {} : { uploadUrl: url }),
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      // Where an upload stands is kept by the draft, encrypted, not in local storage.
      storeFingerprintForResuming: false,
      metadata: { filename: name, filetype: type },
      headers: { 'X-OnceForm-CSRF': csrf },
      onShouldRetry: error => !isRefusal(error.originalResponse?.getStatus()),
      onUploadUrlAvailable: () => onUrl?.(upload.url!),
      onChunkComplete: (_size, accepted) => onProgress?.(accepted),
      onSuccess: () => finish(resolve),
      onError: error => finish(() => reject(errorOf(error as DetailedError))),
    });
    const again = (): void => {
      // The network is back: no waiting for the next try.
      void upload.abort().then(() => upload.start());
    };
    const abort = (): void => {
      finish(() => reject(new DOMException('The upload was taken back.', 'AbortError')));
      void upload.abort(signal!.reason !== 'keep').catch(() => undefined);
    };
    const finish = (settle: () => void): void => {
      globalThis.removeEventListener?.('online', again);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    if (signal?.aborted) return abort();
    globalThis.addEventListener?.('online', again);
    signal?.addEventListener('abort', abort);
    upload.start();
  });
}

/** An answer that trying again does not change. 409, 423 and 429 pass. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![409, 423, 429].includes(status);
}

function errorOf(cause: DetailedError): Error {
  const response = cause.originalResponse;
  const status = response?.getStatus();
  if (!isRefusal(status)) return new OnceFormError('ERR_NETWORK', 'The file could not be sent.', { cause });
  try {
    const problem = JSON.parse(response!.getBody()) as Problem;
    return new OnceFormError(problem.code as OnceFormErrorCode, problem.detail ?? problem.title, {
      data: { status, problem },
    });
  } catch {
    return new OnceFormError('ERR_NETWORK', `The portal answered with status ${status}.`, { data: { status } });
  }
}
