// What the schemas of one field say to its control: bounds, and the values that are offered.

import {
  type Constraints,
  type FormatSpec,
  isJsonObject,
  type Json,
  type JsonObject,
  type LocalizedText,
  type Option,
} from '@onceform/core';
import { STANDARD_FORMATS } from './formats.ts';
import type { SchemaIndex, Site } from './resolve.ts';
import { first, isNull, tightest } from './schema-view.ts';

/** What a control can use of a field's schemas before the validator speaks. */
export function constraintsOf(sites: readonly Site[], formats: Readonly<Record<string, FormatSpec>>): Constraints {
  const out: Record<string, Json> = {};
  for (const keyword of ['minLength', 'minimum', 'exclusiveMinimum']) {
    const value = tightest(sites, keyword, Math.max);
    if (value !== undefined) out[keyword] = value;
  }
  for (const keyword of ['maxLength', 'maximum', 'exclusiveMaximum']) {
    const value = tightest(sites, keyword, Math.min);
    if (value !== undefined) out[keyword] = value;
  }
  for (const keyword of ['pattern', 'multipleOf', 'const']) {
    const value = first(sites, keyword)?.value;
    if (value !== undefined) out[keyword] = value;
  }
  const format = first(sites, 'format')?.value;
  if (out.pattern === undefined && typeof format === 'string') {
    const pattern = Object.hasOwn(formats, format) ? formats[format]!.pattern : STANDARD_FORMATS[format];
    if (pattern !== undefined) out.pattern = pattern;
  }
  return out as Constraints;
}

/** The values a schema offers one by one, in order; null where it offers none. */
export function optionsOf(
  sites: readonly Site[],
  index: SchemaIndex,
  textOf: (sites: readonly Site[], keyword: string) => LocalizedText | undefined,
): readonly Option[] | null {
  for (const site of sites) {
    if (typeof site.schema === 'boolean') continue;
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const branches = site.schema[keyword];
      if (!Array.isArray(branches) || branches.length === 0) continue;
      const members = branches.map((_, i) => index.child(site, keyword, i)).filter(branch => !isNull(branch));
      if (
        members.length > 0
        && members.every(
          branch =>
            isJsonObject(branch.schema) && branch.schema.const !== undefined && !isJsonObject(branch.schema.const),
        )
      ) {
        return members.map(branch => {
          const value = (branch.schema as JsonObject).const!;
          return { value, label: textOf([branch], 'title') ?? String(value) };
        });
      }
    }
    const values = site.schema.enum;
    if (Array.isArray(values) && values.every(value => typeof value !== 'object' || value === null)) {
      return (values as readonly Json[])
        .filter(value => value !== null)
        .map(value => ({ value, label: String(value) }));
    }
  }
  return null;
}
