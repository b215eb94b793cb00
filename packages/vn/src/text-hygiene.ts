// Cleans what people type before any rule looks at it. It repairs what is certain and never guesses.

const INVISIBLE = /[\u00AD\u200B-\u200F\u2060\uFEFF]/g;

/** NFC, no invisible characters, every kind of space a plain one, single, none at the ends. */
export function cleanText(text: string): string {
  return text.replace(INVISIBLE, '').normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** As `cleanText`, for codes: full-width letters and digits become plain, and the separators people put in go. */
export function cleanCode(text: string, separators: RegExp = /[\s.\-‐-―]/g): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').replace(separators, '').normalize('NFKC');
}

/** What search compares: lower case, no diacritics, đ as d. */
export function searchKey(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}
