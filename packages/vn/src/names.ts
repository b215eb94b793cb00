// Names of people: their shape, and when two spellings are the same name.

import { cleanText } from './text-hygiene.ts';

/** Letters, marks, spaces, apostrophes, hyphens, dots; no digit (Bộ luật Dân sự 2015 art. 26.3). */
export const NAME_PATTERN = "^\\p{L}[\\p{L}\\p{M}'’.\\- ]*$";

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/**
 * What two spellings of one name share: letter case, the place of the tone mark (hòa, hoà) and the kind of
 * apostrophe do not count. `y` and `i` stay different.
 */
export function nameKey(name: string): string {
  return cleanText(name)
    .toLocaleLowerCase('vi')
    .replaceAll('’', "'")
    .split(' ')
    .map(syllable => {
      const marks = syllable.normalize('NFD');
      return marks.replace(TONES, '').normalize('NFC') + (marks.match(TONES) ?? []).join('');
    })
    .join(' ');
}

export function isSameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b);
}

/** The first word. Wrong for double family names: good for a hint, never for a refusal. */
export function familyNameOf(fullName: string): string {
  return cleanText(fullName).split(' ')[0] ?? '';
}

/** As names are printed on legal forms. */
export function printName(name: string): string {
  return cleanText(name).toLocaleUpperCase('vi');
}
