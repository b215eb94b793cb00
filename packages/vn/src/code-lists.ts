// Code lists: loaded when they are asked for, one province at a time, in the order people read.
// A code of an administrative unit means nothing without its scheme: codes were used again in July 2025.

import type { CodeEntry, CodeListSpec } from '@onceform/core';
import digests from './data/digests.json' with { type: 'json' };

interface Meta {
  readonly source?: string;
  readonly licence?: string;
}
interface Row {
  readonly code: string;
  readonly label: string;
  readonly labelEn: string;
  readonly aliases?: readonly string[];
  readonly validTo?: string;
}
interface Loaded {
  readonly meta: Meta;
  readonly entries: readonly CodeEntry[];
}

interface Definition {
  readonly title: { readonly vi: string; readonly en: string };
  readonly within?: string;
  readonly pattern?: string;
  load(): Promise<Loaded>;
}

/** A list whose rows already are entries, or some of them. */
function short(
  title: Definition['title'],
  load: () => Promise<{ default: { meta: Meta; items: readonly Row[] } }>,
  keep: (row: Row & { readonly [key: string]: unknown }) => boolean = () => true,
): Definition {
  return {
    title,
    async load() {
      const { meta, items } = (await load()).default;
      return {
        meta,
        entries: items
          .filter(row => keep(row as Row & { [key: string]: unknown }))
          .map(row => ({
            code: row.code,
            label: { vi: row.label, en: row.labelEn },
            ...(row.aliases && row.aliases.length > 0 ? { aliases: row.aliases } : {}),
            ...(row.validTo ? { validUntil: row.validTo } : {}),
          })),
      };
    },
  };
}

const KIND_EN: Readonly<Record<string, string>> = { p: 'Ward', x: 'Commune', d: 'Special zone' };
const NEW_UNITS_FROM = '2025-07-01';
const FORMER_UNITS_UNTIL = '2025-06-30';

/** Titles of former units in English: `Quận Ba Đình` → `Ba Đình District`. */
function formerEnglish(fullName: string): string {
  const found = /^(Thành phố|Thị xã|Thị trấn|Quận|Huyện|Phường|Xã|Tỉnh) (.+)$/.exec(fullName);
  if (found === null) return fullName;
  const kinds: Readonly<Record<string, string>> = {
    'Thành phố': 'City',
    'Thị xã': 'Town',
    'Thị trấn': 'Township',
    Quận: 'District',
    Huyện: 'District',
    Phường: 'Ward',
    Xã: 'Commune',
    Tỉnh: 'Province',
  };
  return `${found[2]} ${kinds[found[1]!]}`;
}

const definitions: { readonly [id: string]: Definition } = {
  provinces: {
    title: { vi: 'Tỉnh, thành phố', en: 'Provinces and centrally-run cities' },
    async load() {
      const { meta, items } = (await import('./data/provinces.json', { with: { type: 'json' } })).default;
      return {
        meta,
        entries: items.map(item => ({
          code: item.code,
          label: {
            vi: item.fullName,
            en: `${item.name} ${item.fullName.startsWith('Thành phố') ? 'City' : 'Province'}`,
          },
          aliases: [item.nameEn, ...item.aliases],
          validFrom: NEW_UNITS_FROM,
        })),
      };
    },
  },
  communes: {
    title: { vi: 'Xã, phường, đặc khu', en: 'Communes, wards and special zones' },
    within: 'provinces',
    pattern: '^[0-9]{5}$',
    async load() {
      const { meta, rows } = (await import('./data/communes.json', { with: { type: 'json' } })).default;
      const kinds: Readonly<Record<string, string>> = meta.kinds;
      return {
        meta,
        entries: rows.map(([code, name, kind, province]) => ({
          code: code!,
          label: { vi: `${kinds[kind!]} ${name}`, en: `${name} ${KIND_EN[kind!]}` },
          within: province!,
          validFrom: NEW_UNITS_FROM,
        })),
      };
    },
  },
  'former-provinces': {
    title: { vi: 'Tỉnh, thành phố trước 01/7/2025', en: 'Provinces before 1 July 2025' },
    async load() {
      const { meta, rows } = (await import('./data/former-provinces.json', { with: { type: 'json' } })).default;
      return {
        meta,
        entries: rows.map(([code, , fullName]) => ({
          code: code!,
          label: { vi: fullName!, en: formerEnglish(fullName!) },
          validUntil: FORMER_UNITS_UNTIL,
        })),
      };
    },
  },
  'former-districts': {
    title: { vi: 'Quận, huyện, thị xã trước 01/7/2025', en: 'Districts before 1 July 2025' },
    within: 'former-provinces',
    pattern: '^[0-9]{3}$',
    async load() {
      const { meta, rows } = (await import('./data/former-districts.json', { with: { type: 'json' } })).default;
      return {
        meta,
        entries: (rows as (string | string[])[][]).map(([code, name, province]) => ({
          code: code as string,
          label: { vi: name as string, en: formerEnglish(name as string) },
          within: province as string,
          validUntil: FORMER_UNITS_UNTIL,
        })),
      };
    },
  },
  'former-communes': {
    title: { vi: 'Xã, phường, thị trấn trước 01/7/2025', en: 'Communes before 1 July 2025' },
    within: 'former-districts',
    pattern: '^[0-9]{5}$',
    async load() {
      const { meta, rows } = (await import('./data/former-communes.json', { with: { type: 'json' } })).default;
      return {
        meta,
        entries: (rows as (string | string[])[][]).map(([code, name, district]) => ({
          code: code as string,
          label: { vi: name as string, en: formerEnglish(name as string) },
          within: district as string,
          validUntil: FORMER_UNITS_UNTIL,
        })),
      };
    },
  },
  gender: short(
    { vi: 'Giới tính', en: 'Sex' },
    () => import('./data/gender.json', { with: { type: 'json' } }),
    row => row.code !== 'unspecified',
  ),
  'gender-newborn': short(
    { vi: 'Giới tính của trẻ', en: 'Sex of a newborn' },
    () => import('./data/gender.json', { with: { type: 'json' } }),
  ),
  'ethnic-groups': short(
    { vi: 'Dân tộc', en: 'Ethnic groups' },
    () => import('./data/ethnic-groups.json', { with: { type: 'json' } }),
  ),
  countries: short(
    { vi: 'Quốc gia', en: 'Countries' },
    () => import('./data/countries.json', { with: { type: 'json' } }),
  ),
  nationalities: short(
    { vi: 'Quốc tịch', en: 'Nationalities' },
    () => import('./data/countries.json', { with: { type: 'json' } }),
    row => row['territory'] !== true,
  ),
  'identity-document-types': short(
    { vi: 'Loại giấy tờ tùy thân', en: 'Identity papers' },
    () => import('./data/identity-document-types.json', { with: { type: 'json' } }),
  ),
  'family-relations': short(
    { vi: 'Quan hệ gia đình', en: 'Family relations' },
    () => import('./data/family-relations.json', { with: { type: 'json' } }),
  ),
  'relations-to-subject': {
    title: { vi: 'Quan hệ với người được cấp giấy', en: 'Relation to the person certified' },
    async load() {
      const { meta, items } = (await import('./data/family-relations.json', { with: { type: 'json' } })).default;
      const kin = items
        .filter(item => item.code !== 'head')
        .map(item => ({ code: item.code, label: { vi: item.label, en: item.labelEn } }));
      return { meta, entries: [{ code: 'self', label: { vi: 'Bản thân', en: 'Myself' } }, ...kin] };
    },
  },
  'residence-types': short(
    { vi: 'Loại nơi cư trú', en: 'Kinds of residence' },
    () => import('./data/residence-types.json', { with: { type: 'json' } }),
  ),
  'marital-status': short(
    { vi: 'Tình trạng hôn nhân', en: 'Marital status' },
    () => import('./data/marital-status.json', { with: { type: 'json' } }),
  ),
  religions: short(
    { vi: 'Tôn giáo', en: 'Religions' },
    () => import('./data/religions.json', { with: { type: 'json' } }),
  ),
  'blood-types': short(
    { vi: 'Nhóm máu', en: 'Blood types' },
    () => import('./data/blood-types.json', { with: { type: 'json' } }),
  ),
  'education-levels': short(
    { vi: 'Trình độ', en: 'Education levels' },
    () => import('./data/education-levels.json', { with: { type: 'json' } }),
  ),
  'enterprise-types': short(
    { vi: 'Loại hình doanh nghiệp', en: 'Enterprise types' },
    () => import('./data/enterprise-types.json', { with: { type: 'json' } }),
  ),
  'driving-licence-classes': short(
    { vi: 'Hạng giấy phép lái xe', en: 'Driving licence classes' },
    () => import('./data/driving-licence-classes.json', { with: { type: 'json' } }),
  ),
  'result-delivery': short(
    { vi: 'Phương thức nhận kết quả', en: 'Delivery of the result' },
    () => import('./data/result-delivery.json', { with: { type: 'json' } }),
  ),
  'fee-exemptions': short(
    { vi: 'Đối tượng miễn lệ phí', en: 'Fee exemptions' },
    () => import('./data/fee-exemptions.json', { with: { type: 'json' } }),
  ),
  'submission-channels': short(
    { vi: 'Kênh thực hiện', en: 'Channels' },
    () => import('./data/submission-channels.json', { with: { type: 'json' } }),
  ),
  'document-copy-types': short(
    { vi: 'Loại bản giấy tờ', en: 'Kinds of copy' },
    () => import('./data/document-copy-types.json', { with: { type: 'json' } }),
  ),
  'applicant-types': short(
    { vi: 'Đối tượng thực hiện', en: 'Kinds of applicant' },
    () => import('./data/applicant-types.json', { with: { type: 'json' } }),
  ),
};

const known: Readonly<
  Record<
    string,
    { readonly count: number; readonly digest: string; readonly source?: string; readonly licence?: string }
  >
> = digests;

function groupByPart(entries: readonly CodeEntry[]): ReadonlyMap<string, readonly CodeEntry[]> {
  const groups = new Map<string, CodeEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.within ?? '');
    if (group === undefined) groups.set(entry.within ?? '', [entry]);
    else group.push(entry);
  }
  return groups;
}

function listOf(id: string, definition: Definition): CodeListSpec {
  let all: Promise<readonly CodeEntry[]> | undefined;
  let parts: Promise<ReadonlyMap<string, readonly CodeEntry[]>> | undefined;
  const load = (): Promise<readonly CodeEntry[]> => (all ??= definition.load().then(loaded => loaded.entries));
  const facts = known[id];
  return {
    id,
    title: definition.title,
    ...(definition.within ? { within: definition.within } : {}),
    ...(definition.pattern ? { pattern: definition.pattern } : {}),
    count: facts?.count ?? 0,
    digest: facts?.digest ?? '',
    ...(facts?.source ? { source: facts.source } : {}),
    ...(facts?.licence ? { licence: facts.licence } : {}),
    async load(within) {
      if (within === undefined) return load();
      parts ??= load().then(groupByPart);
      return (await parts).get(within) ?? [];
    },
  };
}

export const codeLists: { readonly [id: string]: CodeListSpec } = Object.fromEntries(
  Object.entries(definitions).map(([id, definition]) => [id, listOf(id, definition)]),
);

/** Where a list comes from; the script that writes data/digests.json reads it. */
export async function provenanceOf(id: string): Promise<Meta> {
  const definition = definitions[id];
  if (definition === undefined) throw new RangeError(`There is no code list ${JSON.stringify(id)}.`);
  return (await definition.load()).meta;
}
