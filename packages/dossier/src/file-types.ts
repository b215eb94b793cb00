// The file types a dossier documents: how they are recognised from their first bytes, and their extension.

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
