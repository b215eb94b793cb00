// The concept dictionary: what a form may ask about a person, a business or a dossier, who knows it, how sensitive
// it is and how it may be reused. Rows are data (data/concepts.json); this file adds the records they form.

import type { ConceptSpec, ReusePolicy, Sensitivity } from '@onceform/core';
import data from './data/concepts.json' with { type: 'json' };

interface ConceptRow {
  readonly id: string;
  readonly label: string;
  readonly labelEn: string;
  readonly type: string;
  readonly sensitivity: string;
  readonly sources: readonly string[];
  readonly freshness: string;
  readonly autocomplete?: string | null;
  readonly schemaOrg?: string | null;
  readonly coreVocabulary?: string | null;
  readonly confidence: string;
  readonly section: string;
}

const rows = data.items as unknown as readonly ConceptRow[];

/** Facts that no source may put into a form: only the citizen, or the officer, says them. */
const NEVER = new Set([
  'criminalRecord.convictions',
  'civilStatus.death.cause',
  'person.health.examCertificate',
  'dossier.commitment',
]);

/** Names of registers as sources call themselves; words of the dictionary that are no register stay out. */
const SOURCES: Readonly<Record<string, string>> = {
  npd: 'npd',
  'npd (card database)': 'npd',
  'npd of the father': 'npd',
  'npd of the mother': 'npd',
  vneid: 'vneid',
  'vneid (an sinh)': 'vneid',
  civilStatus: 'civilStatus',
  residence: 'residence',
  socialInsurance: 'socialInsurance',
  business: 'business',
  householdBusiness: 'householdBusiness',
  tax: 'tax',
  land: 'land',
  drivingLicence: 'drivingLicence',
  vehicle: 'vehicle',
  criminalRecord: 'criminalRecord',
  health: 'health',
  socialAssistance: 'socialAssistance',
  education: 'education',
  store: 'dossierStore',
};

/**
 * Section A–F facts of a State register are locked; contact data may be corrected; land and money are chosen. What
 * changes often and is best known by the citizen may be kept for their next form, once they say so.
 */
function defaultReuse(row: ConceptRow): Partial<ReusePolicy> {
  if (NEVER.has(row.id)) return { mode: 'never' };
  if (row.id.startsWith('person.bankAccount')) return { mode: 'choose', edit: 'free', onMissing: 'ask' };
  if (row.section === 'G') return { mode: 'choose', edit: 'correctable', onMissing: 'ask' };
  if (row.freshness === 'often')
    return {
      mode: 'fill',
      edit: 'free',
      onMissing: 'ask',
      ...(isKeepable(row) ? { writeBack: { defaultOn: false } } : {}),
    };
  if (row.freshness === 'term') return { mode: 'fill', edit: 'locked', onStale: 'refetch', onMissing: 'ask' };
  return { mode: 'fill', edit: 'locked', onMissing: 'ask' };
}

/** What people say of themselves, and will say again; sensitive facts are asked anew each time. */
function isKeepable({ freshness, sensitivity, sources }: ConceptRow): boolean {
  return freshness === 'often' && sensitivity !== 'S' && sources.includes('typed');
}

/** Who else knows it: registers that the dictionary names only for other people's rows. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'person.fullName': ['vneid', 'health'],
  'person.personalId': ['vneid'],
  'person.birthDate': ['vneid', 'civilStatus', 'health'],
  'person.gender': ['vneid', 'health'],
  'person.placeOfBirth': ['civilStatus', 'health'],
  'person.residence': ['npd', 'residence'],
  'person.residenceType': ['npd', 'residence'],
};

function conceptOf(row: ConceptRow): ConceptSpec {
  const known = [...row.sources.flatMap(name => SOURCES[name] ?? []), ...(ALSO[row.id] ?? [])];
  const sources = [...new Set(isKeepable(row) ? [...known, 'dossierStore'] : known)];
  return {
    id: row.id,
    label: { vi: row.label, en: row.labelEn },
    sensitivity: row.sensitivity as Sensitivity,
    sources,
    ...(row.autocomplete && row.autocomplete !== '—' ? { autocomplete: row.autocomplete } : {}),
    reuse: defaultReuse(row),
  };
}

/** A record groups concepts that only make sense together; one choice takes them all. */
function record(
  id: string,
  vi: string,
  en: string,
  sources: readonly string[],
  reuse: Partial<ReusePolicy>,
): ConceptSpec {
  return { id, label: { vi, en }, sensitivity: 'B', sources, reuse: { onMissing: 'ask', ...reuse } };
}

const records: readonly ConceptSpec[] = [
  record('person', 'Thông tin nhân thân', 'Personal record', ['npd', 'vneid'], { mode: 'fill', edit: 'locked' }),
  record('person.idDocument', 'Giấy tờ tùy thân', 'Identity paper', ['npd'], { mode: 'fill', edit: 'locked' }),
  record('person.drivingLicence', 'Giấy phép lái xe', 'Driving licence', ['drivingLicence'], {
    mode: 'choose',
    edit: 'locked',
  }),
  record('person.healthInsurance', 'Thẻ bảo hiểm y tế', 'Health insurance card', ['socialInsurance'], {
    mode: 'choose',
    edit: 'locked',
  }),
  record('person.bankAccount', 'Tài khoản ngân hàng', 'Bank account', ['dossierStore', 'vneid'], {
    mode: 'choose',
    edit: 'free',
  }),
  record('household', 'Hộ gia đình', 'Household', ['residence', 'npd'], { mode: 'fill', edit: 'locked' }),
  record('household.head', 'Chủ hộ', 'Head of household', ['residence', 'npd'], { mode: 'fill', edit: 'locked' }),
  record('household.members[]', 'Thành viên hộ gia đình', 'Members of the household', ['residence', 'npd'], {
    mode: 'choose',
    edit: 'locked',
  }),
  // What a register has of it is seldom whole: the citizen says the rest, and corrects it.
  record('residenceHistory[]', 'Quá trình cư trú', 'Former residences', ['residence'], {
    mode: 'choose',
    edit: 'correctable',
  }),
  record('civilStatus.birth', 'Đăng ký khai sinh', 'Birth registration', ['civilStatus'], {
    mode: 'fill',
    edit: 'locked',
  }),
  record('civilStatus.birthProof', 'Giấy chứng sinh', 'Birth notice', ['health'], {
    mode: 'choose',
    edit: 'correctable',
  }),
  // The name the family gave at the hospital: a proposal, changed freely.
  record('civilStatus.birthProof.childName', 'Tên dự kiến của trẻ', 'Proposed name of the child', ['health'], {
    mode: 'choose',
    edit: 'free',
  }),
  record('civilStatus.marriage', 'Đăng ký kết hôn', 'Marriage registration', ['civilStatus'], {
    mode: 'fill',
    edit: 'locked',
  }),
  record('civilStatus.death', 'Đăng ký khai tử', 'Death registration', ['civilStatus', 'health'], {
    mode: 'choose',
    edit: 'locked',
  }),
  record('land.certificate', 'Giấy chứng nhận quyền sử dụng đất', 'Land certificate', ['land'], {
    mode: 'choose',
    edit: 'correctable',
  }),
  record('land.parcel', 'Thửa đất', 'Land parcel', ['land'], { mode: 'choose', edit: 'correctable' }),
  record('householdBusiness', 'Hộ kinh doanh', 'Household business', ['householdBusiness', 'tax'], {
    mode: 'choose',
    edit: 'correctable',
  }),
];

/** Raised whenever a concept is added; a concept that was published is never renamed and never changes its meaning. */
export const DICTIONARY_VERSION = '1.1.0';

export const concepts: { readonly [id: string]: ConceptSpec } = Object.fromEntries(
  [...rows.map(conceptOf), ...records].map(concept => [concept.id, concept]),
);

/** What a concept is called elsewhere: schema.org, SEMIC Core Person 2.1; absent where there is no such term. */
export interface ConceptMapping {
  readonly schemaOrg?: string;
  readonly coreVocabulary?: string;
  readonly autocomplete?: string;
  /** How sure it is that a source has such an attribute with that meaning. */
  readonly confidence: string;
  readonly freshness: string;
}

const term = (text: string | null | undefined): string | undefined => (text && text !== '—' ? text : undefined);

export const conceptMappings: { readonly [id: string]: ConceptMapping } = Object.fromEntries(
  rows.map(row => {
    const schemaOrg = term(row.schemaOrg),
      coreVocabulary = term(row.coreVocabulary),
      autocomplete = term(row.autocomplete);
    return [
      row.id,
      {
        ...(schemaOrg ? { schemaOrg } : {}),
        ...(coreVocabulary ? { coreVocabulary } : {}),
        ...(autocomplete ? { autocomplete } : {}),
        confidence: row.confidence,
        freshness: row.freshness,
      },
    ];
  }),
);
