// The agencies of the demonstration: every commune of one province has a people's committee and a police; the centre of the
// province decides nothing itself, takes in whatever is brought there, and passes it on. The codes are invented; the real
// ones come with the agency catalogue.

import { codeLists } from '@onceform/vn';

const PROVINCE = '42';
/** The portal's own: where dossiers go that no rule sends anywhere else, and the desk of the demonstration. */
export const CENTRE = 'H27.25';
const KINDS = [
  { kind: 'peoplesCommittee', prefix: 'H27.1', vi: 'Ủy ban nhân dân', en: "People's Committee of" },
  { kind: 'communePolice', prefix: 'G01.27', vi: 'Công an', en: 'Police of' },
];

/** Rows of the portal's table `agencies`. */
export async function demoAgencies() {
  const communes = await codeLists.communes.load(PROVINCE);
  return [
    ...communes.flatMap(({ code, label }, i) =>
      KINDS.map(({ kind, prefix, vi, en }) => ({
        code: `${prefix}.${i + 1}`,
        kind,
        area: code,
        name: {
          vi: `${vi} ${label.vi.charAt(0).toLocaleLowerCase('vi')}${label.vi.slice(1)}`,
          en: `${en} ${label.en}`,
        },
      })),
    ),
    {
      code: CENTRE,
      kind: 'serviceCentre',
      area: PROVINCE,
      name: {
        vi: 'Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh',
        en: 'Public administrative service centre of Hà Tĩnh',
      },
    },
    {
      code: 'G01.27',
      kind: 'provincialPolice',
      area: PROVINCE,
      name: { vi: 'Công an tỉnh Hà Tĩnh', en: 'Police of Hà Tĩnh' },
    },
    {
      code: 'G01.27.0',
      kind: 'trafficPolice',
      area: PROVINCE,
      name: { vi: 'Phòng Cảnh sát giao thông Công an tỉnh Hà Tĩnh', en: 'Traffic police division of Hà Tĩnh' },
    },
  ];
}

/** The code of the people's committee of a commune. */
export async function committeeOf(commune) {
  return (await demoAgencies()).find(({ kind, area }) => kind === 'peoplesCommittee' && area === commune).code;
}

/** Rows of the portal's table `areas`. An example: the real lists are decisions for some years, which we could not read. */
export const demoAreas = [
  { area: '18196', standing: 'border', basis: 'Ví dụ của bản trình diễn' },
  { area: '18844', standing: 'difficult', basis: 'Ví dụ của bản trình diễn' },
];
