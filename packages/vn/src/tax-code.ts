// Tax codes: ten digits with a check digit, a suffix for dependent units, or a personal id (since 1 July 2025).

import { PERSONAL_ID_PATTERN } from './personal-id.ts';

export const TAX_CODE_PATTERN = '^(?:[0-9]{10}(?:-(?!000)[0-9]{3})?|[0-9]{12})$';
const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/** Tells whether a tax code is right in shape and, where it has one, in its check digit. */
export function isValidTaxCode(code: string): boolean {
  if (!new RegExp(TAX_CODE_PATTERN, 'u').test(code)) return false;
  if (new RegExp(PERSONAL_ID_PATTERN, 'u').test(code)) return true;
  if (code.slice(2, 9) === '0000000') return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(code[i]), 0);
  return 10 - (sum % 11) === Number(code[9]);
}
