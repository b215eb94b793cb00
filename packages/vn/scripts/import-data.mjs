// Turns the published lists (a folder with communes.json, countries.json, …) into the modules under src/data.
//   node packages/vn/scripts/import-data.mjs FOLDER
// Every written file keeps where its facts come from, under which licence and how sure they are.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = process.argv[2];
if (from === undefined) {
  console.error('Say which folder holds the published lists: node packages/vn/scripts/import-data.mjs FOLDER');
  process.exit(2);
}
const to = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'data');
mkdirSync(to, { recursive: true });

const read = name => JSON.parse(readFileSync(join(from, `${name}.json`), 'utf8').normalize('NFC'));
const collator = new Intl.Collator('vi');
const byName = pick => (a, b) => collator.compare(pick(a), pick(b)) || (pick(a) < pick(b) ? -1 : 1);

/** One member per line: large tables stay readable in a diff. */
function write(name, meta, members) {
  const body = Object.entries(members).map(
    ([key, rows]) =>
      `${JSON.stringify(key)}: ${Array.isArray(rows) ? `[\n${rows.map(row => JSON.stringify(row)).join(',\n')}\n]` : JSON.stringify(rows, null, 1)}`,
  );
  writeFileSync(join(to, `${name}.json`), `{\n"meta": ${JSON.stringify(meta, null, 1)},\n${body.join(',\n')}\n}\n`);
}

const unitSource = (source, licence = 'MIT') => ({
  source: `${source.repo}${source.tag ? ` ${source.tag}` : ''} @ ${source.commit}`,
  licence,
  notice: 'Copyright (c) 2021 Thang Le Quoc',
});

// ---- administrative units ----------------------------------------------------------------------

const provinces = read('provinces');
write(
  'provinces',
  {
    ...unitSource(provinces.meta.source),
    basis: 'Quyết định 19/2025/QĐ-TTg',
    confidence: 'certain',
    scheme: '2-tier-2025',
    validFrom: '2025-07-01',
  },
  {
    items: provinces.items.toSorted(byName(item => item.name)).map(item => ({
      code: item.code,
      name: item.name,
      fullName: item.fullName,
      nameEn: item.nameEn,
      agencyCode: item.agencyCode,
      aliases: item.aliases ?? [],
      mergedFrom: item.mergedFrom.map(old => old.code),
    })),
  },
);

const communes = read('communes');
write(
  'communes',
  {
    ...unitSource(communes.meta.source),
    basis: 'Quyết định 19/2025/QĐ-TTg',
    confidence: 'codes of 2025 certain, changes of 2026 likely',
    scheme: '2-tier-2025',
    validFrom: '2025-07-01',
    columns: ['code', 'name', 'kind', 'provinceCode'],
    kinds: communes.meta.kind,
  },
  { rows: communes.rows.toSorted(byName(row => row[1] + row[0])) },
);

const formerProvinces = read('old-provinces');
const formerUnits = read('old-units');
const former = {
  ...unitSource(formerUnits.meta.source),
  scheme: '3-tier',
  validUntil: '2025-06-30',
  confidence: 'certain',
  mapping: {
    source: `${formerUnits.meta.mapping.repo} @ ${formerUnits.meta.mapping.commit}`,
    licence: 'MIT',
    notice: 'Copyright (c) 2025 dvhcvn',
    corrections: formerUnits.meta.mapping.corrections,
    confidence: 'likely',
  },
};
write(
  'former-provinces',
  { ...former, columns: ['code', 'name', 'fullName', 'personalIdPrefix', 'successor'] },
  {
    rows: formerProvinces.items
      .toSorted(byName(item => item.name))
      .map(item => [item.code, item.name, item.fullName, item.personalIdPrefix, item.newCode]),
  },
);
write(
  'former-districts',
  { ...former, columns: ['code', 'fullName', 'provinceCode', 'successorsWhenNoCommunes'] },
  {
    rows: [
      ...formerUnits.districts,
      ...formerUnits.districtsWithoutCommunes.filter(row => !formerUnits.districts.some(known => known[0] === row[0])),
    ]
      .map(row => {
        const alone = formerUnits.districtsWithoutCommunes.find(other => other[0] === row[0]);
        return alone ? [row[0], row[1], row[2], alone[3]] : [row[0], row[1], row[2]];
      })
      .toSorted(byName(row => row[1] + row[0])),
  },
);
write(
  'former-communes',
  { ...former, columns: ['code', 'fullName', 'districtCode', 'successors'] },
  {
    rows: formerUnits.communes.toSorted(byName(row => row[1] + row[0])),
  },
);

// ---- short lists -------------------------------------------------------------------------------

const strip = ({ label, labelEn, key, ...rest }) => ({ code: key, label, labelEn: labelEn ?? label, ...rest });
const meta = (list, licence = 'facts of law; own work') => ({
  source: list.meta.source,
  licence,
  confidence: list.meta.confidence,
  ...(list.meta.note ? { note: list.meta.note } : {}),
});

const countries = read('countries');
write('countries', meta(countries, 'MIT (codes), Unicode-3.0 (names)'), {
  items: countries.items.toSorted(byName(item => item.label)).map(strip),
});
const groups = read('ethnic-groups');
write(
  'ethnic-groups',
  { ...meta(groups), warning: groups.meta.warning },
  { items: [...groups.items, ...groups.extra].map(strip) },
);

for (const name of [
  'applicant-types',
  'blood-types',
  'document-copy-types',
  'driving-licence-classes',
  'education-levels',
  'enterprise-types',
  'family-relations',
  'fee-exemptions',
  'gender',
  'identity-document-types',
  'marital-status',
  'religions',
  'residence-types',
  'result-delivery',
  'submission-channels',
]) {
  const list = read(name);
  write(name, meta(list), {
    items: list.items.map(({ code, ...item }) => strip(code === undefined ? item : { ...item, officialCode: code })),
  });
}

// ---- the dictionary ----------------------------------------------------------------------------

const concepts = read('concepts');
write(
  'concepts',
  { source: 'the data dictionary of the domain pack; Luật Căn cước 26/2023/QH15 art. 9', licence: 'own work' },
  { items: concepts.items },
);
const sources = read('data-sources');
write('data-sources', meta(sources), { items: sources.items.map(({ key, ...item }) => ({ id: key, ...item })) });

// ---- membership of communes, small enough for a page ----------------------------------------------

const byProvince = new Map();
for (const [code, , , province] of communes.rows)
  byProvince.set(province, [...(byProvince.get(province) ?? []), Number(code)]);
const packed = [...byProvince]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([province, codes]) => {
    let before = 0;
    const steps = codes
      .toSorted((a, b) => a - b)
      .map(code => {
        const step = code - before;
        before = code;
        return step.toString(36);
      });
    return `  '${province}': '${steps.join(' ')}',`;
  });
writeFileSync(
  join(to, 'commune-codes.ts'),
  `// Written by scripts/import-data.mjs: the codes of the communes of each province, ascending, each as its distance from the
// one before in base 36. Names are in communes.json; this is what a page can afford to carry.

export const COMMUNE_CODES: { readonly [province: string]: string } = {
${packed.join('\n')}
};
`,
);
