// What a page needs of the pack: formats, functions, calendar. No code list: those come from the portal.

export { calendar } from './calendar.ts';
export { dossierCode } from './dossier-code.ts';
export { formats } from './formats.ts';
export { functions } from './functions.ts';
export { letterhead } from './letterhead.ts';
