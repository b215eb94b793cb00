// When two sources mean the same: the form of a value in which only spelling differences are gone.

import type { ConceptId, Json, JsonObject } from '@onceform/core';
import { nameKey } from './names.ts';
import { searchKey } from './text-hygiene.ts';

/**
 * Names lose letter case, tone placement and the kind of apostrophe; the two letters that look like Đ become one;
 * addresses keep their codes and compare the rest without diacritics. Old and new units stay different: whether they
 * are the same place is for the citizen to say where a commune was divided.
 */
export function comparable(concept: ConceptId, value: Json): Json {
  if (typeof value === 'string')
    return /[nN]ame$/.test(concept) || concept.endsWith('.holder')
      ? nameKey(oneD(value))
      : oneD(value).normalize('NFC').trim();
  if (Array.isArray(value)) return (value as readonly Json[]).map(item => comparable(concept, item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([key, member]) => [
        key,
        typeof member === 'string' && ['street', 'hamlet', 'facility', 'abroad'].includes(key)
          ? searchKey(oneD(member))
          : comparable(key, member),
      ]),
    );
  }
  return value;
}

/** U+00D0 and U+0189 are typed for Đ by some keyboards. */
function oneD(text: string): string {
  return text.replace(/[\u00D0\u0189]/g, 'Đ').replace(/[\u00F0\u0256]/g, 'đ');
}
