// Takes place, time, device and comments out of a photo without touching its picture: whole segments of a JPEG and whole
// chunks of a PNG are left out. How the picture is turned stays, because without it people lie on their side.

import { crc32 } from './crc32.ts';

/** Gives the photo without metadata, or the same Blob for a type that is not JPEG or PNG or is not well formed. */
export async function stripMetadata(photo: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  const parts = bytes[0] === 0xff && bytes[1] === 0xd8 ? jpeg(bytes) : startsWith(bytes, PNG) ? png(bytes) : null;
  return parts === null ? photo : new Blob(parts, { type: photo.type });
}

type Part = Uint8Array<ArrayBuffer>;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Chunks that carry metadata. */
const PNG_DROPPED = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME']);

function png(bytes: Part): Part[] | null {
  const parts = [bytes.subarray(0, 8)];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) return null;
    if (!PNG_DROPPED.has(kind)) parts.push(bytes.subarray(at, end));
    if (kind === 'IEND') return parts;
    at = end;
  }
  return null;
}

/** APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe colours) belong to the picture; other APPn and comments do not. */
const JPEG_KEPT = new Set([0xe0, 0xe2, 0xee]);

function jpeg(bytes: Part): Part[] | null {
  const parts = [bytes.subarray(0, 2)];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Start of scan: from here on it is picture.
    if (marker === 0xda) return [...parts, bytes.subarray(at)];
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return null;
    const segment = bytes.subarray(at, end);
    const metadata = marker === 0xfe || (marker >= 0xe0 && marker <= 0xef && !JPEG_KEPT.has(marker));
    if (!metadata) parts.push(segment);
    else if (marker === 0xe1) parts.push(...turned(segment));
    at = end;
  }
  return null;
}

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;

/** An EXIF segment that holds nothing but the orientation, where the old one had one other than upright. */
function turned(segment: Part): Part[] {
  if (!startsWith(segment.subarray(4), EXIF)) return [];
  const tiff = segment.subarray(10);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      if (view.getUint16(entry, little) !== ORIENTATION) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 2 && value <= 8 ? [orientation(value)] : [];
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return [];
}

function orientation(value: number): Part {
  return Uint8Array.from([
    0xff,
    0xe1,
    0,
    34,
    ...EXIF,
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    value,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}
