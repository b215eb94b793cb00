// One finding of the verifier, in both languages at once.

import type { Finding } from '@onceform/core';
import { en, type FindingCode } from './locales/en.ts';
import { vi } from './locales/vi.ts';

export type { FindingCode };

/** Makes a finding; `{names}` in its sentence are filled from `params`. */
export function finding(
  code: FindingCode,
  status: Finding['status'],
  params: Readonly<Record<string, string | number>> = {},
): Finding {
  const fill = (sentence: string): string =>
    !sentence.includes('{')
      ? sentence
      : sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  const { at } = params;
  return {
    code,
    status,
    ...(at === undefined ? {} : { at: String(at) }),
    message: { vi: fill(vi[code]), en: fill(en[code]) },
  };
}
