// Raw values of State registers brought into the form of our concepts. A value that is not understood is `undefined`,
// never a guess: the gateway then says so instead of showing something false.

import type { Json, JsonObject } from '@onceform/core';
import ethnicGroups from './data/ethnic-groups.json' with { type: 'json' };
import { isCommuneOf } from './communes.ts';
import { normalizePartialDate, isPartialDate } from './partial-date.ts';
import { normalizePhone } from './phone.ts';
import { isValidTaxCode } from './tax-code.ts';
import { cleanText } from './text-hygiene.ts';

type Normalizer = (raw: Json) => Json | undefined;

const isObject = (raw: Json | undefined): raw is JsonObject =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const textOf = (raw: Json | undefined): string => (typeof raw === 'string' ? cleanText(raw) : '');
const some = (text: string): string | undefined => (text === '' ? undefined : text);

const ETHNIC_BY_QD121 = new Map(
  ethnicGroups.items.map(item => [item.codeQd121 as string | null | undefined, item.code]),
);
const ETHNIC_KEYS = new Set(ethnicGroups.items.map(item => item.code));
const RELIGIONS: Readonly<Record<string, string>> = {
  '00': 'unknown',
  '01': 'phat-giao',
  '02': 'cong-giao',
  '07': 'tin-lanh',
  '99': 'none',
};
const POVERTY: { readonly [code: string]: string } = { '0': 'none', '1': 'poor', '2': 'nearPoor' };
const DISABILITY: { readonly [code: string]: string } = { '1': 'extremelySevere', '2': 'severe', '3': 'mild' };
/** 0 says that there is no information: that is no status. */
const MARITAL: Readonly<Record<string, string>> = { '1': 'single', '2': 'married' };
const DOCUMENTS: Readonly<Record<string, string>> = {
  CC: 'identityCard',
  CCCD: 'citizenCardChip',
  CCCDMV: 'citizenCardBarcode',
  CMND: 'oldIdCard9',
  HC: 'passport',
  CCDT: 'eIdentity',
};
const RELATIONS: Readonly<Record<string, string>> = {
  'Chủ hộ': 'head',
  Vợ: 'wife',
  Chồng: 'husband',
  'Con đẻ': 'son',
  'Cha đẻ': 'father',
  'Mẹ đẻ': 'mother',
  'Con trai': 'son',
  'Con gái': 'daughter',
  'Con dâu': 'daughterInLaw',
  'Con rể': 'sonInLaw',
};

/** `{Ho, ChuDem, Ten}` or one text → one text, spaces tidied, spelling and case as the register has them. */
const name: Normalizer = raw =>
  some(
    isObject(raw)
      ? [raw['Ho'], raw['ChuDem'], raw['Ten']]
          .map(textOf)
          .filter(part => part !== '')
          .join(' ')
      : textOf(raw),
  );

/** `18.02.2021`, `20210218`, `18/02/2021`, `2021-02-18`; a date without day or month is no full date. */
const date: Normalizer = raw => {
  const iso = partial(textOf(raw));
  return iso !== undefined && iso.length === 10 ? iso : undefined;
};

function partial(text: string): string | undefined {
  const compact = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text);
  const iso = normalizePartialDate(compact ? `${compact[3]}/${compact[2]}/${compact[1]}` : text);
  return isPartialDate(iso) ? iso : undefined;
}

/** `{NgayThangNam: '19580000', Nam: '1958'}`: parts that are 00 are unknown, never the first of January. */
const birthDate: Normalizer = raw => {
  if (!isObject(raw)) return partial(textOf(raw));
  return partial(textOf(raw['NgayThangNam'])) ?? partial(textOf(raw['Nam']));
};

const gender: Normalizer = raw =>
  (({ '1': 'male', '2': 'female', '3': 'unspecified' }) as const)[String(raw) as '1' | '2' | '3'];

/** Two numberings are in use: only the one of QĐ 121 is read here, and our own keys. */
const ethnicity: Normalizer = raw => (ETHNIC_KEYS.has(textOf(raw)) ? textOf(raw) : ETHNIC_BY_QD121.get(textOf(raw)));

const country: Normalizer = raw => (/^[A-Z]{2}$/.test(textOf(raw)) ? textOf(raw) : undefined);

/**
 * `{MaTinhThanh, MaQuanHuyen?, MaPhuongXa, ChiTiet, QuocGia}`. With a district the codes are those before July 2025;
 * without one they are the present ones. The scheme is what keeps the two meanings of a code apart.
 */
const address: Normalizer = raw => {
  if (!isObject(raw)) return undefined;
  const [country, province, district, commune, detail] = [
    'QuocGia',
    'MaTinhThanh',
    'MaQuanHuyen',
    'MaPhuongXa',
    'ChiTiet',
  ].map(member => textOf(raw[member]));
  if (country !== '' && country !== 'VN')
    return detail === '' ? undefined : { scheme: 'foreign', country: country!, abroad: detail! };
  if (province === '' || commune === '') return undefined;
  const street = detail === '' ? {} : { street: detail! };
  // A commune that is not of that province any more is not an address of the present scheme: said, not passed on.
  if (district === '' && !isCommuneOf(commune!, province!)) return undefined;
  return district === ''
    ? { scheme: '2-tier-2025', provinceCode: province!, communeCode: commune!, ...street }
    : {
        scheme: '3-tier',
        former: { provinceCode: province!, districtCode: district!, communeCode: commune! },
        ...street,
      };
};

/** Permanent, else temporary, else where the person lives now (Luật Cư trú, note 2 of the civil-status forms). */
function residenceOf(raw: Json): readonly [string, Json] | undefined {
  if (!isObject(raw)) return undefined;
  for (const [member, type] of [
    ['ThuongTru', 'permanent'],
    ['TamTru', 'temporary'],
    ['NoiOHienTai', 'current'],
  ] as const) {
    const found = raw[member] === undefined ? undefined : address(raw[member]!);
    if (found !== undefined) return [type, found];
  }
  return undefined;
}

const placeOfBirth: Normalizer = raw => {
  if (!isObject(raw)) return undefined;
  const place = raw['DiaChi'] === undefined ? undefined : address(raw['DiaChi']!);
  if (place === undefined) return undefined;
  const facility = textOf(raw['CoSoYTe']);
  return facility === '' ? { kind: 'elsewhere', address: place } : { kind: 'facility', facility, address: place };
};

/** By the names that mappings use. */
export const normalizers: { readonly [name: string]: Normalizer } = {
  name,
  date,
  birthDate,
  partialDate: raw => partial(textOf(raw)),
  gender,
  ethnicity,
  country,
  address,
  placeOfBirth,
  namePart: raw => some(textOf(raw)),
  text: raw => some(textOf(raw)),
  phone: raw => (/^\+[1-9][0-9]{7,14}$/.test(normalizePhone(textOf(raw))) ? normalizePhone(textOf(raw)) : undefined),
  landSerial: raw => some(textOf(raw).toUpperCase()),
  taxCode: raw => (isValidTaxCode(textOf(raw)) ? textOf(raw) : undefined),
  religion: raw => RELIGIONS[textOf(raw)],
  // 3 stands for divorced and widowed alike there, which our forms must tell apart: not understood.
  maritalStatus: raw => MARITAL[String(raw)],
  poverty: raw => POVERTY[String(raw)],
  disabilityLevel: raw => DISABILITY[String(raw)],
  identityDocumentType: raw => DOCUMENTS[textOf(raw)],
  relation: raw => RELATIONS[textOf(raw)],
  residence: raw => residenceOf(raw)?.[1],
  residenceType: raw => residenceOf(raw)?.[0],
};
