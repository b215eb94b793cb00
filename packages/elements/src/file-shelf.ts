// The bytes of attached files, by their SHA-256. Answers hold references; the shelf holds what they refer to.

import { sha256, type FileReference, type Sha256 } from '@onceform/core';

/** Where the shelf keeps bytes over a reload; see draft-store.ts. */
export interface FileKeeper {
  keep(sha256: Sha256, bytes: Blob): Promise<void>;
  fetch(sha256: Sha256): Promise<Blob | undefined>;
}

export class FileShelf {
  readonly #blobs = new Map<Sha256, Blob>();
  readonly #urls = new Map<Sha256, string>();
  keeper: FileKeeper | undefined;

  /** Takes a file in and tells how to refer to it. */
  async put(file: Blob, name: string): Promise<FileReference> {
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

  clear(): void {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#blobs.clear();
  }
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
 * Judges a file and takes it in. A photo above `PHOTO` bytes is scaled down first, unless it is accepted as it is
 * and the browser cannot read it.
 */
export async function takeFile(
  shelf: FileShelf,
  file: File,
  { accept, maxSize }: FileLimits,
): Promise<FileReference | FileRefusal> {
  if (!accepts(accept, file)) return 'type';
  let bytes: Blob = file;
  if (file.type.startsWith('image/') && file.size > PHOTO) bytes = (await downscale(file)) ?? file;
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

function accepts(accept: readonly string[], file: File): boolean {
  if (accept.length === 0) return true;
  return accept.some(
    type =>
      type === file.type
      || (type.endsWith('/*') && file.type.startsWith(type.slice(0, -1)))
      || (type.startsWith('.') && file.name.toLowerCase().endsWith(type)),
  );
}

/** A JPEG of at most `PHOTO` bytes; undefined where the browser cannot read the picture. */
async function downscale(file: Blob): Promise<Blob | undefined> {
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
    const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob !== null) smallest = blob;
    if (blob !== null && blob.size <= PHOTO) break;
    side *= 0.8;
    quality -= 0.07;
  }
  picture.close();
  return smallest;
}
