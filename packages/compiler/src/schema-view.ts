// What several schemas that hold for one value at once say about it together.

import { isJsonObject, type Json } from '@onceform/core';
import type { Site } from './resolve.ts';

export function first(sites: readonly Site[], keyword: string): { value: Json; site: Site } | undefined {
  for (const site of sites) {
    if (typeof site.schema === 'object' && Object.hasOwn(site.schema, keyword))
      return { value: site.schema[keyword]!, site };
  }
  return undefined;
}

export function keysOf(site: Site, keyword: string): string[] {
  const value = typeof site.schema === 'object' ? site.schema[keyword] : undefined;
  return isJsonObject(value) ? Object.keys(value) : [];
}

export function strings(site: Site, keyword: string): string[] {
  const value = typeof site.schema === 'object' ? site.schema[keyword] : undefined;
  return Array.isArray(value) ? value.map(String) : [];
}

export function tightest(
  sites: readonly Site[],
  keyword: string,
  pick: (...values: number[]) => number,
): number | undefined {
  const values = sites.flatMap(site =>
    typeof site.schema === 'object' && typeof site.schema[keyword] === 'number' ? [site.schema[keyword] as number] : [],
  );
  return values.length === 0 ? undefined : pick(...values);
}

export function typesOf(sites: readonly Site[]): Set<string> {
  let out: Set<string> | null = null;
  for (const site of sites) {
    const type: Json | undefined = typeof site.schema === 'object' ? site.schema.type : undefined;
    if (type === undefined) continue;
    const own = new Set(Array.isArray(type) ? type.map(String) : [String(type)]);
    if (own.has('number') && out?.has('integer')) own.add('integer');
    if (out === null) {
      out = own;
      continue;
    }
    const both = new Set<string>();
    for (const each of out) if (own.has(each)) both.add(each);
    if (own.has('integer') && out.has('number')) both.add('integer');
    out = both;
  }
  return out ?? new Set();
}

export function nullable(sites: readonly Site[]): boolean {
  const values = first(sites, 'enum')?.value;
  return (
    typesOf(sites).has('null')
    || (Array.isArray(values)
      && values.includes(null)
      && !sites.some(site => typeof site.schema === 'object' && site.schema.type !== undefined))
  );
}

export function isNull(site: Site): boolean {
  return isJsonObject(site.schema) && (site.schema.type === 'null' || site.schema.const === null);
}

export function inferType(sites: readonly Site[], isNullType: boolean): string {
  const has = (...keywords: string[]): boolean => keywords.some(keyword => first(sites, keyword) !== undefined);
  if (
    has(
      'properties',
      'patternProperties',
      'additionalProperties',
      'propertyNames',
      'required',
      'minProperties',
      'maxProperties',
      'dependentSchemas',
      'dependentRequired',
    )
  )
    return 'object';
  if (has('items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'))
    return 'array';
  if (has('minLength', 'maxLength', 'pattern', 'format', 'contentEncoding')) return 'string';
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number';
  return isNullType ? 'null' : 'any';
}

export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'any' : typeof value;
}

export function unify(types: readonly string[]): string {
  const set = new Set(types);
  if (set.size === 1) return types[0]!;
  return [...set].every(type => type === 'integer' || type === 'number') ? 'number' : 'any';
}

/** One type, or several, as people say it: `a text or a list`. */
export function typeWords(type: unknown): string {
  const words: Record<string, string> = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
    array: 'a list',
    null: 'null',
  };
  return (Array.isArray(type) ? (type as string[]) : [String(type)]).map(each => words[each] ?? each).join(' or ');
}
