// What a page needs of the pack: formats, functions, calendar, the words of paper. No code list: those come from the portal.

import type { LocalizedText, PaperWords } from '@onceform/core';
import { localize } from '@onceform/core/first';

export { placesThatDecide } from './agency-rules.ts';
export { calendar } from './calendar.ts';
export { dossierCode } from './dossier-code.ts';
export { formats } from './formats.ts';
export { functions } from './functions.ts';
export { letterhead } from './letterhead.ts';

/** Comes with the first print. */
export const paper: PaperWords = {
  addressee: async (...about) => (await import('./paper-words.ts')).paper.addressee(...about),
  whole: async (...about) => (await import('./paper-words.ts')).paper.whole(...about),
};

/**
 * The words of paper where the citizen chose among several agencies: "Kính gửi" names that one, in the official language.
 * Null: they chose none, and the rules say who.
 */
export function paperTo(chosen: () => LocalizedText | null): PaperWords {
  return {
    ...paper,
    async addressee(...about) {
      const name = chosen();
      return name === null ? paper.addressee(...about) : localize(name, 'vi');
    },
  };
}
