// The agencies of the demonstration: every commune of one province has a people's committee and a police. The codes are
// invented; the real ones come with the agency catalogue.

import { codeLists } from '@onceform/vn';

const PROVINCE = '42';
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
      code: 'G01.27',
      kind: 'provincialPolice',
      area: PROVINCE,
      name: { vi: 'Công an tỉnh Hà Tĩnh', en: 'Police of Hà Tĩnh' },
    },
  ];
}
