// @onceform/vn: the Viet Nam country pack. A table of contents.

export { vnPack } from './pack.ts';
export { administration } from './administration.ts';
export { type Agency, competentAgencies, intakeCommunes } from './agencies.ts';
export { AGENCY_RULES, type AgencyKind } from './agency-rules.ts';
export {
  HOLIDAYS,
  HOLIDAY_YEARS,
  SERVICE_HOURS,
  type Holiday,
  addWorkingDays,
  addWorkingHours,
  calendar,
  daysBetween,
  isWorkingDay,
} from './calendar.ts';
export { codeLists, provenanceOf } from './code-lists.ts';
export { comparable } from './comparable.ts';
export { type ConceptMapping, DICTIONARY_VERSION, conceptMappings, concepts } from './concepts.ts';
export { DURATIONS, type Due, type DueQuestion, type Duration, dueFor, reducedWorkingDays } from './deadlines.ts';
export { dossierCode } from './dossier-code.ts';
export { type Fee, type FeeLine, type FeeQuestion, type FeeRule, feeFor, formerProvinceOf } from './fees.ts';
export { formats } from './formats.ts';
export { ageAt, functions } from './functions.ts';
export { type Indicator, type IndicatorBasis, index766, indicators } from './indicators.ts';
export { familyNameOf, isSameName, nameKey, printName } from './names.ts';
export { coDeclarants, type CoDeclarantSpec } from './co-declarants.ts';
export {
  nationalPortalMessage,
  type NationalPortalEvent,
  type NationalPortalMessage,
} from './national-portal-message.ts';
export { type PaperType, paperTypes, paperTypesFor } from './papers.ts';
export { displayPartialDate, isPartialDate, lastPossibleDay, normalizePartialDate } from './partial-date.ts';
export { type PersonalIdParts, isKnownPrefix, readPersonalId } from './personal-id.ts';
export { nationalPhone, normalizePhone } from './phone.ts';
export { schemas } from './schemas.ts';
export { isValidTaxCode } from './tax-code.ts';
export { cleanCode, cleanText, searchKey } from './text-hygiene.ts';
export { type Successor, addressText, formerCommunes, successorsOf } from './units.ts';
export { type WordOptions, dateInWords, longDate, moneyInWords, numberInWords } from './words.ts';
