// Telephone numbers: any spelling in, E.164 stored, the national spelling shown.

import { cleanCode } from './text-hygiene.ts';

/** Eleven-digit mobile prefixes that ended in 2018, and what took their place. */
const FORMER_PREFIXES: Readonly<Record<string, string>> = {
  '0120': '070',
  '0121': '079',
  '0122': '077',
  '0126': '076',
  '0128': '078',
  '0123': '083',
  '0124': '084',
  '0125': '085',
  '0127': '081',
  '0129': '082',
  '0162': '032',
  '0163': '033',
  '0164': '034',
  '0165': '035',
  '0166': '036',
  '0167': '037',
  '0168': '038',
  '0169': '039',
  '0186': '056',
  '0188': '058',
  '0199': '059',
};

const MOBILE = /^0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}$/;
const LANDLINE = /^02[0-9]{8,9}$/;

/** `0912.345.678`, `84912345678`, `0084 912 345 678` → `+84912345678`. What is no number comes back cleaned only. */
export function normalizePhone(text: string): string {
  const compact = cleanCode(text, /[\s.\-‐-―()]/g);
  if (!/^\+?[0-9]+$/.test(compact)) return compact;
  let national = compact.replace(/^(?:\+84|0084|84(?=[0-9]{9,10}$))/, '0');
  if (national.startsWith('+')) return national;
  if (national.startsWith('00')) return `+${national.slice(2)}`;
  national = national.replace(/^00/, '0');
  const renewed = national.length === 11 ? FORMER_PREFIXES[national.slice(0, 4)] : undefined;
  if (renewed !== undefined) national = renewed + national.slice(4);
  return national.startsWith('0') ? `+84${national.slice(1)}` : national;
}

/** `+84912345678` → `0912345678`; a foreign number stays as it is. */
export function nationalPhone(e164: string): string {
  return e164.startsWith('+84') ? `0${e164.slice(3)}` : e164;
}

export function isMobile(e164: string): boolean {
  return MOBILE.test(nationalPhone(e164));
}

export function isLandline(e164: string): boolean {
  return LANDLINE.test(nationalPhone(e164));
}

/** `+84912345678` → `0912 345 678`. */
export function displayPhone(e164: string): string {
  const national = nationalPhone(e164);
  return isMobile(e164) ? `${national.slice(0, 4)} ${national.slice(4, 7)} ${national.slice(7)}` : national;
}
