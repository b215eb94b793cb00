// Resumable uploads (tus 1.0): parts go to a staging folder; a whole file is looked at, and kept by its digest.

import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server, type Upload } from '@tus/server';
import type { Sha256 } from '@onceform/core';
import { fits, sniff } from '@onceform/dossier';
import type { Database } from './database.ts';
import type { MalwareScanner } from './malware-scanner.ts';
import type { ObjectStore } from './object-store.ts';
import { problemOf, refuse } from './problem.ts';

export interface UploadOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  /** Where parts are kept until a file is whole. */
  readonly staging: string;
  readonly clock: () => Date;
  /** Bytes of one file; 50 MiB when absent. */
  readonly maxSize?: number;
  /** Media types that may be sent at all; each file has to be what it says. */
  readonly accept?: readonly string[];
  readonly scan?: MalwareScanner;
  /** Hours that an upload is kept for filing; 48 when absent. */
  readonly retentionHours?: number;
}

export interface Uploads {
  /** Answers a tus request of this owner. */
  handle(request: Request, owner: string, id: string | null): Promise<Response>;
  /** The content of a whole file that this owner sent; null where there is none. */
  content(owner: string, digest: Sha256): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Deletes what is too old, staged parts and contents that nobody refers to any more. */
  purge(): Promise<number>;
}

export const PATH = '/api/uploads';

const ACCEPT = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/heic'] as const;

export function createUploads(options: UploadOptions): Uploads {
  const { db, objects, staging, clock, scan, accept = ACCEPT, maxSize = 50 << 20, retentionHours = 48 } = options;
  const owners = new WeakMap<Request, string>();
  /** Why a file was not taken, for the answer: tus has words of its own for what is no refusal of it. */
  const failures = new WeakMap<object, unknown>();
  /** Files that are being looked at. */
  const taking = new Map<string, Promise<Sha256>>();
  const store = new FileStore({ directory: staging });
  const server = new Server({
    path: PATH,
    datastore: store,
    maxSize,
    relativeLocation: true,
    respectForwardedHeaders: false,
    disableTerminationForFinishedUploads: false,
    async onUploadCreate(request, upload) {
      const name = upload.metadata?.['filename']?.normalize('NFC') ?? '',
        type = upload.metadata?.['filetype'] ?? '';
      if (name === '' || name.length > 255)
        throw answer(refuse('ERR_REQUEST_INVALID', 'An upload names its file (filename).'));
      if (!accept.includes(type)) throw answer(refuse('ERR_UPLOAD_TYPE', `Files of type "${type}" are not accepted.`));
      if (upload.size === undefined)
        throw answer(refuse('ERR_REQUEST_INVALID', 'An upload says its length at the beginning.'));
      await db.query(
        'INSERT INTO upload (id, owner, name, type, size, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [upload.id, ownerOf(request as unknown as Request), name, type, upload.size, clock(), expiry()],
      );
      return {};
    },
    async onUploadFinish(request, upload) {
      try {
        const digest = await take(upload);
        return { headers: { 'Repr-Digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:` } };
      } catch (error) {
        failures.set(request, error);
        throw answer(error);
      }
    },
  });
  const ready = mkdir(staging, { recursive: true, mode: 0o700 });
  ready.catch(() => undefined); // whoever uploads hears of it
  const ownerOf = (request: Request): string => {
    const owner = owners.get(request);
    if (owner === undefined) throw new TypeError('An upload without an owner.');
    return owner;
  };
  const expiry = (): Date => new Date(clock().getTime() + retentionHours * 3_600_000);

  /** Looks at a whole file, keeps it by its digest, and forgets its parts; once, however many ask at the same time. */
  function take(upload: Upload): Promise<Sha256> {
    const running = taking.get(upload.id) ?? takeNow(upload).finally(() => taking.delete(upload.id));
    taking.set(upload.id, running);
    return running;
  }

  async function takeNow({ id, metadata }: Upload): Promise<Sha256> {
    const file = join(staging, id),
      type = metadata?.['filetype'] ?? '';
    const found = await sniff(await openAsBlob(file));
    if (!fits(found, type) || found.active !== null) {
      await forget(id);
      throw refuse(
        'ERR_UPLOAD_TYPE',
        found.active === null ? `The file is not of type ${type}.` : 'The file holds active content.',
      );
    }
    const bytes = new Uint8Array(await readFile(file));
    if (scan !== undefined && (await scan(bytes)) === 'infected') {
      await forget(id);
      throw refuse('ERR_UPLOAD_TYPE', 'The file holds malware.');
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    await objects.put(contentKey(digest), bytes);
    await db.query('UPDATE upload SET sha256 = $2, expires = $3 WHERE id = $1', [id, digest, expiry()]);
    await rm(file, { force: true });
    return digest;
  }

  /**
   * Says of a whole file that it is whole, whether or not the last answer was heard; one that could not be looked at, or
   * kept, is tried again now. Null: parts are missing.
   */
  async function whole(
    id: string,
    { sha256, size }: { sha256: string | null; size: number },
  ): Promise<Response | null> {
    if (sha256 === null) {
      const upload = await store.getUpload(id).catch(() => null);
      if (upload === null || upload.offset !== upload.size) return null;
      await take(upload);
    }
    return new Response(null, {
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': String(size),
        'upload-length': String(size),
        'cache-control': 'no-store',
      },
    });
  }

  async function forget(id: string): Promise<void> {
    await db.query('DELETE FROM upload WHERE id = $1', [id]);
    await store.remove(id).catch(() => undefined);
  }

  return {
    async handle(request, owner, id) {
      await ready;
      if (id !== null) {
        const [row] = await db.query<{ sha256: string | null; size: number; kept: boolean }>(
          'SELECT sha256, size::float8 AS size, expires > $3 AS kept FROM upload WHERE id = $1 AND owner = $2',
          [id, owner, clock()],
        );
        if (row === undefined) throw refuse('ERR_NOT_FOUND', 'There is no such upload.');
        if (request.method === 'DELETE') await db.query('DELETE FROM upload WHERE id = $1', [id]);
        const known = request.method === 'HEAD' && row.kept ? await whole(id, row) : null;
        if (known !== null) return known;
      }
      owners.set(request, owner);
      const response = await server.handleWeb(request);
      if (failures.has(request)) throw failures.get(request);
      return response;
    },
    async content(owner, digest) {
      const [row] = await db.query('SELECT 1 FROM upload WHERE owner = $1 AND sha256 = $2 AND expires > $3', [
        owner,
        digest,
        clock(),
      ]);
      return row === undefined ? null : objects.get(contentKey(digest));
    },
    async purge() {
      const now = clock();
      const old = await db.query<{ id: string; sha256: string | null }>(
        'SELECT id, sha256 FROM upload WHERE expires <= $1',
        [now],
      );
      // The content first: a row that is gone would leave it there for ever, if it could not be deleted now.
      for (const { id, sha256 } of old) {
        await store.remove(id).catch(() => undefined);
        if (sha256 !== null) {
          const [still] = await db.query('SELECT 1 FROM upload WHERE sha256 = $1 AND expires > $2', [sha256, now]);
          if (still === undefined) await objects.delete(contentKey(sha256));
        }
        await db.query('DELETE FROM upload WHERE id = $1', [id]);
      }
      return old.length;
    },
  };
}

export function contentKey(digest: Sha256): string {
  return `blobs/${digest.slice(0, 2)}/${digest}`;
}

/** A refusal in the form that tus answers with. */
function answer(error: unknown): { status_code: number; body: string } {
  const problem = problemOf(error);
  return { status_code: problem.status, body: JSON.stringify(problem) };
}
