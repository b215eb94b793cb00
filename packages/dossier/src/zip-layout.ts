// The one zip layout a package may have: every entry stored, in order, without gap, date, comment or extra field.
// Writer and reader share these functions: the reader accepts exactly the bytes the writer would have written.
// See APPNOTE.TXT 4.3; no Zip64, so a package stays below 4 GiB.

export interface ZipEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly crc32: number;
}

/** An entry and where its content starts. */
export interface PlacedEntry extends ZipEntry {
  readonly offset: number;
}

export const LOCAL_HEADER = 30;
export const CENTRAL_HEADER = 46;
export const END_RECORD = 22;
export const MAX_PACKAGE = 0xffff_fffe;
export const MAX_ENTRIES = 0xfffe;

const VERSION = 20;
/** 1 January 1980, midnight. */
const DOS_DATE = 0x21;

export function localHeader(entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(entry.path);
  const { bytes, u16, u32 } = record(LOCAL_HEADER + name.length);
  u32(0x04034b50);
  u16(VERSION);
  u16(0);
  u16(0);
  u16(0);
  u16(DOS_DATE);
  u32(entry.crc32);
  u32(entry.size);
  u32(entry.size);
  u16(name.length);
  u16(0);
  bytes.set(name, LOCAL_HEADER);
  return bytes;
}

/** `at` is the offset of the local header. */
export function centralHeader(entry: ZipEntry, at: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(entry.path);
  const { bytes, u16, u32 } = record(CENTRAL_HEADER + name.length);
  u32(0x02014b50);
  u16(VERSION);
  u16(VERSION);
  u16(0);
  u16(0);
  u16(0);
  u16(DOS_DATE);
  u32(entry.crc32);
  u32(entry.size);
  u32(entry.size);
  u16(name.length);
  u16(0);
  u16(0);
  u16(0);
  u16(0);
  u32(0);
  u32(at);
  bytes.set(name, CENTRAL_HEADER);
  return bytes;
}

export function endRecord(entries: number, centralSize: number, centralAt: number): Uint8Array<ArrayBuffer> {
  const { bytes, u16, u32 } = record(END_RECORD);
  u32(0x06054b50);
  u16(0);
  u16(0);
  u16(entries);
  u16(entries);
  u32(centralSize);
  u32(centralAt);
  u16(0);
  return bytes;
}

/** Everything behind the last entry, and where each content starts. */
export function zipIndex(entries: readonly ZipEntry[]): {
  readonly placed: readonly PlacedEntry[];
  readonly tail: Uint8Array<ArrayBuffer>;
  readonly size: number;
} {
  const placed: PlacedEntry[] = [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const header = LOCAL_HEADER + entry.path.length;
    placed.push({ ...entry, offset: at + header });
    parts.push(centralHeader(entry, at));
    at += header + entry.size;
  }
  const central = parts.reduce((sum, part) => sum + part.length, 0);
  parts.push(endRecord(entries.length, central, at));
  const tail = new Uint8Array(central + END_RECORD);
  let to = 0;
  for (const part of parts) {
    tail.set(part, to);
    to += part.length;
  }
  return { placed, tail, size: at + tail.length };
}

function record(length: number) {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  return {
    bytes,
    u16: (value: number): void => {
      view.setUint16(at, value, true);
      at += 2;
    },
    u32: (value: number): void => {
      view.setUint32(at, value, true);
      at += 4;
    },
  };
}
