// @onceform/vn: the Viet Nam country pack. A table of contents.

export { vnPack } from './pack.ts';
export {
  HOLIDAYS, HOLIDAY_YEARS, SERVICE_HOURS, type Holiday, addWorkingDays, addWorkingHours, calendar, daysBetween, isWorkingDay,
} from './calendar.ts';
export { codeLists, provenanceOf } from './code-lists.ts';
export { comparable } from './comparable.ts';
export { type ConceptMapping, conceptMappings, concepts } from './concepts.ts';
export { dossierCode } from './dossier-code.ts';
export { formats } from './formats.ts';
export { ageAt, functions } from './functions.ts';
export { familyNameOf, isSameName, nameKey, printName } from './names.ts';
export { displayPartialDate, isPartialDate, lastPossibleDay, normalizePartialDate } from './partial-date.ts';
export { type PersonalIdParts, isKnownPrefix, readPersonalId } from './personal-id.ts';
export { nationalPhone, normalizePhone } from './phone.ts';
export { schemas } from './schemas.ts';
export { isValidTaxCode } from './tax-code.ts';
export { cleanCode, cleanText, searchKey } from './text-hygiene.ts';
export { type Successor, addressText, formerCommunes, successorsOf } from './units.ts';
export { type WordOptions, dateInWords, longDate, moneyInWords, numberInWords } from './words.ts';
