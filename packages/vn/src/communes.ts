// Which communes there are, without their names: small enough to check an address in a page.

import { COMMUNE_CODES } from './data/commune-codes.ts';

const known = new Map<string, ReadonlySet<string>>();

function codesOf(provinceCode: string): ReadonlySet<string> {
  const found = known.get(provinceCode);
  if (found !== undefined) return found;
  let code = 0;
  const steps = Object.hasOwn(COMMUNE_CODES, provinceCode) ? COMMUNE_CODES[provinceCode]!.split(' ') : [];
  const codes = new Set(steps.map(step => String((code += Number.parseInt(step, 36))).padStart(5, '0')));
  known.set(provinceCode, codes);
  return codes;
}

/** Tells whether a commune of the present (two-tier) scheme lies in a province. A former commune's code says nothing here. */
export function isCommuneOf(communeCode: string, provinceCode: string): boolean {
  return codesOf(provinceCode).has(communeCode);
}
