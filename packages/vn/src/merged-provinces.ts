// Which province took over a former one in July 2025, without a list, so that a page has it cheaply. Provinces were merged
// whole, so that each former one has one successor; communes were also divided.

/** Former provinces that are part of a present one with another code (Quyết định 19/2025/QĐ-TTg, data/provinces.json). */
const TAKEN_OVER: { readonly [present: string]: readonly string[] } = {
  '08': ['02'],
  '15': ['10'],
  '19': ['06'],
  '24': ['27'],
  '25': ['17', '26'],
  '31': ['30'],
  '33': ['34'],
  '37': ['35', '36'],
  '44': ['45'],
  '48': ['49'],
  '51': ['62'],
  '52': ['64'],
  '56': ['58'],
  '66': ['54'],
  '68': ['60', '67'],
  '75': ['70'],
  '79': ['74', '77'],
  '80': ['72'],
  '82': ['87'],
  '86': ['83', '84'],
  '91': ['89'],
  '92': ['93', '94'],
  '96': ['95'],
};

/** The code of the present province that a code of before July 2025 means. */
export function presentProvince(former: string): string {
  return Object.entries(TAKEN_OVER).find(([, parts]) => parts.includes(former))?.[0] ?? former;
}
