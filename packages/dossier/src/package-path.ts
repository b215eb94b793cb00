// Names inside a package: a grammar so narrow that no two file systems, zip tools or alphabets can read a name
// differently, and the one order in which a package lists them.

/** Up to four segments of lower-case ASCII. */
const PATH = /^(?:[a-z0-9][a-z0-9._-]{0,63}\/){0,3}[a-z0-9][a-z0-9._-]{0,63}$/;
/** The names ETSI EN 319 162-1 fixes. */
const META_INF = /^META-INF\/(?:ASiCManifest[0-9]{3}\.xml|signature[0-9]{3}\.p7s)$/;
/** Names Windows keeps for devices, whatever follows the dot. */
const RESERVED = /^(?:con|nul|aux|prn|com[0-9]|lpt[0-9])(?:\.|$)/;

/** Tells whether a name may stand in a package. */
export function isPackagePath(path: string): boolean {
  if (META_INF.test(path)) return true;
  return (
    PATH.test(path)
    && path.split('/').every(segment => !segment.endsWith('.') && !segment.includes('..') && !RESERVED.test(segment))
  );
}

export function isSignaturePath(path: string): boolean {
  return META_INF.test(path);
}

const FIRST = [
  'mimetype',
  'dossier.json',
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  'tagmanifest-sha256.txt',
];

function rank(path: string): number {
  const first = FIRST.indexOf(path);
  if (first >= 0) return first;
  return path.startsWith('data/') ? 10 : path.startsWith('original/') ? 11 : path.startsWith('META-INF/') ? 12 : 9;
}

/** The order of entries: `mimetype`, the manifest, the lists, `data/`, `original/`, `META-INF/`; each part by code unit. */
export function comparePaths(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Letters that Unicode does not take apart, by code point: d with stroke, l with stroke, o with stroke, dotless i, sharp s, ae, oe. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u0111': 'd',
  '\u0142': 'l',
  '\u00f8': 'o',
  '\u0131': 'i',
  '\u00df': 'ss',
  '\u00e6': 'ae',
  '\u0153': 'oe',
};

/** Turns the name people know into a safe one: diacritics off, the rest to dashes; `file` when nothing is left. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{ASCII}]/gu, letter => PLAIN[letter] ?? '-');
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40)
      .replace(/-+$/, '') || 'file'
  );
}
