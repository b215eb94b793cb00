// The file types a dossier documents: their extension, and how they are recognised from their bytes.

import { behind, type ByteSource } from './byte-source.ts';

/** Media type → extension, of every type a component may be. */
export const DOCUMENTED_TYPES: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/xml': 'xml',
  'application/json': 'json',
  'text/plain': 'txt',
  'text/csv': 'csv',
};

/** The extension of a file in the package: by its type, else as it was named, else `bin`. */
export function extensionOf(type: string, name: string): string {
  if (Object.hasOwn(DOCUMENTED_TYPES, type)) return DOCUMENTED_TYPES[type]!;
  return /\.([a-z0-9]{1,8})$/.exec(name.toLowerCase())?.[1] ?? 'bin';
}

export interface Sniffed {
  /** The documented types the content may be, most likely first; empty when it is none of them. */
  readonly types: readonly string[];
  /** It is UTF-8 text. */
  readonly text: boolean;
  /** What in it may act on its own when opened: `script`, `launch`, `attachment`, `macro`, `archive`; null for none found. */
  readonly active: string | null;
}

/** Bytes looked at for active content; a hint for officers, no malware scanner. */
const LOOK = 4 * 1024 * 1024;
const TAIL = 64 * 1024;
const HEAD = 1024;

const MAGIC: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['application/pdf', 0, '%PDF-'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['image/webp', 8, 'WEBP'],
  ['image/heic', 4, 'ftypheic'],
  ['image/heic', 4, 'ftypheix'],
  ['image/heic', 4, 'ftypmif1'],
];

/** Recognises a file from its bytes; its name and declared type play no part. Unknown binary content costs one short read. */
export async function sniff(file: Blob | ByteSource): Promise<Sniffed> {
  const source = file instanceof Blob ? behind(file) : file;
  const start = await source.bytes(0, Math.min(HEAD, source.size));
  const head = latin1(start);
  const magic = MAGIC.find(([, at, mark]) => head.startsWith(mark, at))?.[0];
  if (magic !== undefined) {
    const body = magic === 'application/pdf' ? latin1(await look(source)) : '';
    const tail = latin1(await source.bytes(Math.max(0, source.size - TAIL), source.size));
    return {
      types: [magic],
      text: false,
      active: activeInPdf(body) ?? (tail.includes('PK\x05\x06') ? 'archive' : null),
    };
  }
  if (head.startsWith('PK\x03\x04')) return sniffZip(latin1(await look(source)));
  if (utf8(start) === null) return { types: [], text: false, active: null };
  const text = utf8(await look(source));
  return text === null ? { types: [], text: false, active: null } : sniffText(text, source.size);
}

function sniffZip(body: string): Sniffed {
  const types = [
    ...(body.includes('word/document.xml')
      ? ['application/vnd.openxmlformats-officedocument.wordprocessingml.document']
      : []),
    ...(body.includes('xl/workbook.xml') ? ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] : []),
  ];
  return {
    types,
    text: false,
    active: body.includes('vbaProject.bin') ? 'macro' : types.length === 0 ? 'archive' : null,
  };
}

function sniffText(text: string, size: number): Sniffed {
  const types = [
    'text/plain',
    'text/csv',
    ...(text.trimStart().startsWith('<') ? ['application/xml'] : []),
    ...(isJson(text, size) ? ['application/json'] : []),
  ];
  return {
    types,
    text: true,
    active: /<(?:script|html|iframe|object|embed)|<svg[\s>]|javascript:/i.test(text) ? 'script' : null,
  };
}

async function look(source: ByteSource): Promise<Uint8Array> {
  return source.bytes(0, Math.min(LOOK, source.size));
}

/** Tells whether content may be what it was declared to be. An undocumented type has to be unknown or text. */
export function fits(found: Sniffed, declared: string): boolean {
  if (Object.hasOwn(DOCUMENTED_TYPES, declared)) return found.types.includes(declared);
  return found.text
    ? declared.startsWith('text/') || declared.endsWith('+xml') || declared.endsWith('+json')
    : found.types.length === 0;
}

function activeInPdf(body: string): string | null {
  if (/\/(?:JavaScript|JS)\b/.test(body)) return 'script';
  if (/\/Launch\b/.test(body)) return 'launch';
  return /\/EmbeddedFile\b/.test(body) ? 'attachment' : null;
}

/** Each byte as the character of its number. (A TextDecoder for latin1 means windows-1252 in browsers.) */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** The text, or null for what is not UTF-8 or holds control characters. */
function utf8(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function isJson(text: string, size: number): boolean {
  if (size > LOOK) return /^\s*[[{]/.test(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
