// The bytes of attached files, by their SHA-256. Answers hold references; the shelf holds what they refer to, and has it
// sent ahead where the portal takes that.

import type { FileReference, Json, Sha256 } from '@onceform/core';
import type { KeptUpload, UploadLine, UploadState } from './upload-line.ts';

/** Where the shelf keeps bytes over a reload; see draft-store.ts. */
export interface FileKeeper {
  keep(sha256: Sha256, bytes: Blob): Promise<void>;
  fetch(sha256: Sha256): Promise<Blob | undefined>;
}

export class FileShelf {
  readonly #blobs = new Map<Sha256, Blob>();
  readonly #urls = new Map<Sha256, string>();
  keeper: FileKeeper | undefined;
  readonly #listeners = new Set<() => void>();
  /** Makes the line on which files are sent ahead; absent: they go with the package. */
  openLine: (() => Promise<UploadLine>) | undefined;
  #line: Promise<UploadLine> | undefined;
  #uploads: UploadLine | undefined;
  #kept: { readonly [sha256: Sha256]: KeptUpload } = {};

  /** Takes a file in and tells how to refer to it. */
  async put(file: Blob, name: string): Promise<FileReference> {
    const { sha256 } = await import('./file-digest.ts');
    const digest = await sha256(new Uint8Array(await file.arrayBuffer()));
    this.#blobs.set(digest, file);
    await this.keeper?.keep(digest, file);
    return {
      name: name.normalize('NFC'),
      type: file.type || 'application/octet-stream',
      size: file.size,
      sha256: digest,
    };
  }

  /** The bytes; undefined where this device does not hold them (a draft that came from another one). */
  async get(digest: Sha256): Promise<Blob | undefined> {
    const held = this.#blobs.get(digest) ?? (await this.keeper?.fetch(digest));
    if (held !== undefined) this.#blobs.set(digest, held);
    return held;
  }

  /** A `blob:` URL to look at a held file; the same each time. */
  url(digest: Sha256): string | undefined {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) return undefined;
    let url = this.#urls.get(digest);
    if (url === undefined) this.#urls.set(digest, (url = URL.createObjectURL(blob)));
    return url;
  }

  /** Takes bytes in under their digest, and gives a URL to download them. */
  keep(bytes: Blob, digest: Sha256): string {
    this.#blobs.set(digest, bytes);
    return this.url(digest)!;
  }

  /** Sends a file ahead while the citizen goes on. */
  async send(file: FileReference): Promise<void> {
    const line = await this.#open();
    // It may have been taken away while the code for sending was on its way.
    if (this.#blobs.has(file.sha256)) line?.send(file);
  }

  /** How far a file has come; undefined where files go with the package. */
  upload(digest: Sha256): UploadState | undefined {
    return this.#uploads?.state(digest);
  }

  async retry(file: FileReference): Promise<void> {
    (await this.#open())?.retry(file);
  }

  /** The citizen took a file away: it is sent no further, and its bytes are let go. */
  drop(digest: Sha256): void {
    const url = this.#urls.get(digest);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.#urls.delete(digest);
    this.#blobs.delete(digest);
    this.#uploads?.cancel(digest);
  }

  /** Called when a file has come further. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something on the line changed. */
  told(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Waits for files on their way, and tells which of the named ones the portal has. */
  async arrived(files: readonly Sha256[], patience: number): Promise<ReadonlySet<Sha256>> {
    return (await this.#uploads?.arrived(files, patience)) ?? new Set();
  }

  /** What a draft keeps of uploads. */
  get kept(): { readonly [sha256: Sha256]: KeptUpload } {
    return this.#uploads?.kept ?? this.#kept;
  }

  /** Goes on with the uploads that a draft kept, for the files it names. */
  async resume(kept: FileShelf['kept'], files: readonly FileReference[]): Promise<void> {
    this.#kept = kept;
    if (files.length === 0) return;
    (await this.#open())?.resume(kept, files);
  }

  async #open(): Promise<UploadLine | undefined> {
    if (this.openLine === undefined) return undefined;
    this.#line ??= this.openLine().catch((error: unknown) => {
      this.#line = undefined;
      throw error;
    });
    // Without the code (no network) the file goes with the package.
    return (this.#uploads = await this.#line.catch(() => undefined));
  }

  /** The form is taken away: what was on its way stops where it is, and no picture stays in memory. */
  clear(): void {
    this.#uploads?.stop();
    this.#uploads = this.#line = undefined;
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#blobs.clear();
  }
}

/** The files that answers name. */
export function filesIn(value: Json | undefined): readonly FileReference[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, type, size, sha256: digest } = value as unknown as Partial<FileReference>;
  if (typeof digest === 'string' && typeof name === 'string' && typeof type === 'string' && typeof size === 'number')
    return [{ name, type, size, sha256: digest }];
  return Object.values(value).flatMap(filesIn);
}

/** What is wrong with a file before it is taken in: its type or its size. */
export type FileRefusal = 'type' | 'size' | 'read';

export interface FileLimits {
  /** Media types; `image/*` is allowed. Empty: any. */
  readonly accept: readonly string[];
  /** Bytes. */
  readonly maxSize: number;
}

/**
 * Judges a file and takes it in. A photo above `PHOTO` bytes, or above what may be sent, is scaled down first, unless the
 * browser cannot read it.
 */
export async function takeFile(
  shelf: FileShelf,
  file: File,
  { accept, maxSize }: FileLimits,
): Promise<FileReference | FileRefusal> {
  if (!accepts(accept, file)) return 'type';
  let bytes: Blob = file;
  const most = Math.min(PHOTO, maxSize);
  // Of a paper that may be anything but a JPEG the picture stays what it is.
  if (file.type.startsWith('image/') && file.size > most && accepts(accept, { type: JPEG, name: '.jpg' }))
    bytes = (await downscale(file, most)) ?? file;
  if (bytes.size > maxSize) return 'size';
  const name = bytes === file ? file.name : file.name.replace(/\.\w+$/, '') + '.jpg';
  try {
    return await shelf.put(bytes, name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotReadableError') return 'read';
    throw error;
  }
}

/** Photos are brought below this many bytes. */
export const PHOTO = 500_000;
const JPEG = 'image/jpeg';

function accepts(accept: readonly string[], file: Pick<File, 'type' | 'name'>): boolean {
  if (accept.length === 0) return true;
  return accept.some(
    type =>
      type === file.type
      || (type.endsWith('/*') && file.type.startsWith(type.slice(0, -1)))
      || (type.startsWith('.') && file.name.toLowerCase().endsWith(type)),
  );
}

/** A JPEG of at most so many bytes, or the smallest that came of it; undefined where the browser cannot read the picture. */
async function downscale(file: Blob, most: number): Promise<Blob | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return undefined;
  }
  let side = 2400,
    quality = 0.85;
  let smallest: Blob | undefined;
  for (let round = 0; round < 6; round++) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pencil = canvas.getContext('2d');
    if (pencil === null) break;
    pencil.fillStyle = '#fff';
    pencil.fillRect(0, 0, canvas.width, canvas.height);
    pencil.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, JPEG, quality));
    if (blob !== null) smallest = blob;
    if (blob !== null && blob.size <= most) break;
    side *= 0.8;
    quality -= 0.07;
  }
  picture.close();
  return smallest;
}
