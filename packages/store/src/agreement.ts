// When do two records say the same? After normalisation: spelling is not a conflict.

import { canonicalJson, isJsonObject, type ConceptId, type Json } from '@onceform/core';

/** Turns a value into the form in which spelling variants are equal. A country pack brings its own on top. */
export type Comparable = (concept: ConceptId, value: Json) => Json;

/** NFC, one kind of space, no space at the ends, one letter case; members of objects likewise. */
export const plainComparable: Comparable = (_concept, value) => fold(value);

function fold(value: Json): Json {
  if (typeof value === 'string')
    return value
      .normalize('NFC')
      .replace(/[\p{White_Space}\u200B\u2060\uFEFF]+/gu, ' ')
      .trim()
      .toLowerCase();
  if (Array.isArray(value)) return value.map(fold);
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fold(item)]));
  return value;
}

/** A record's values by place in the record; each says its comparable form when it is asked for the first time. */
export type Fingerprint = ReadonlyMap<string, () => string>;

export function fingerprintOf(
  values: readonly { readonly pointer: string; readonly concept: ConceptId; readonly value: Json }[],
  comparable: Comparable,
): Fingerprint {
  return new Map(
    values.map(({ pointer, concept, value }) => {
      let text: string | undefined;
      return [pointer, () => (text ??= canonicalJson(comparable(concept, value)))];
    }),
  );
}

/** How `other` stands to `own`: nothing in it contradicts, and nothing in it is new; it contradicts; or it adds. */
export function compareRecords(own: Fingerprint, other: Fingerprint): 'covers' | 'differs' | 'adds' {
  let result: 'covers' | 'adds' = 'covers';
  for (const [place, value] of other) {
    const mine = own.get(place);
    if (mine === undefined) result = 'adds';
    else if (mine() !== value()) return 'differs';
  }
  return result;
}
