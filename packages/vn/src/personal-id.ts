// The twelve digits of a personal identification number: what they say, and what looks wrong about them.
// Source: Luật Căn cước 26/2023/QH15 art. 12; NĐ 70/2024/NĐ-CP. There is no check digit.

/** Statistical codes of the 63 provinces before 1 July 2025; a prefix is `0` and one of them. */
const PREFIXES: ReadonlySet<string> = new Set(
  (
    '01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 48 49 '
    + '51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96'
  )
    .split(' ')
    .map(code => `0${code}`),
);

export const PERSONAL_ID_PATTERN = '^[0-9]{12}$';
const SHAPE = new RegExp(PERSONAL_ID_PATTERN, 'u');

export interface PersonalIdParts {
  /** The three digits of the place of birth registration: always a province as it was before 1 July 2025. */
  readonly prefix: string;
  readonly gender: 'male' | 'female';
  /** Year of birth, four digits. */
  readonly year: number;
}

/** Reads a personal id; `null` when it is not twelve digits. */
export function readPersonalId(id: string): PersonalIdParts | null {
  if (!SHAPE.test(id)) return null;
  const centuryAndSex = Number(id[3]);
  return {
    prefix: id.slice(0, 3),
    gender: centuryAndSex % 2 === 0 ? 'male' : 'female',
    year: 1900 + Math.floor(centuryAndSex / 2) * 100 + Number(id.slice(4, 6)),
  };
}

/** Tells whether the first three digits are those of a province; a birth registered abroad has others. */
export function isKnownPrefix(prefix: string): boolean {
  return PREFIXES.has(prefix);
}
