// What a screen shows before the citizen asks to see it: identifiers in part, sensitive data not at all. For display
// only; what is sealed and filed is the whole value.

import { isJsonObject, type ConceptId, type CountryPack, type Json, type Sensitivity } from '@onceform/core';

const HIDDEN = '\u2022\u2022\u2022\u2022';

/**
 * The text to show in place of a value, or null when it may be shown as it is. A format's own mask decides how much of
 * an identifier stands; sensitive data (`S`) show only that they are there, and how many when they are a list.
 */
export function maskedText(
  value: Json,
  {
    concept,
    sensitivity,
    pack,
  }: {
    readonly concept: ConceptId;
    readonly sensitivity: Sensitivity;
    readonly pack: Pick<CountryPack, 'concepts' | 'formats'>;
  },
): string | null {
  const spec = Object.hasOwn(pack.concepts, concept) ? pack.concepts[concept] : undefined;
  const schema = spec?.schema;
  const format = isJsonObject(schema) && typeof schema.format === 'string' ? schema.format : undefined;
  const mask = format !== undefined && Object.hasOwn(pack.formats, format) ? pack.formats[format]!.mask : undefined;
  if (typeof value === 'string' && mask !== undefined) return mask(value);
  if (sensitivity !== 'S' && spec?.sensitivity !== 'S') return null;
  return Array.isArray(value) ? `${HIDDEN} (${value.length})` : HIDDEN;
}
