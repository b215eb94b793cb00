// What a page needs of the pack: formats, functions, calendar, the words of paper. No code list: those come from the portal.

import type { PaperWords } from '@onceform/core';

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
