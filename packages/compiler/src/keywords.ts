// Which keywords exist, where schemas stand in them, and which are ours. Every walk over a definition asks here.

import { isJsonObject, type Json } from '@onceform/core';

/** How the value of a keyword holds further schemas. */
export type Shape = 'schema' | 'schemas' | 'schema-map' | 'condition';

/** Keywords whose value is, or holds, schemas. `condition` is ours: a schema or `{ at, is }`. */
export const APPLICATORS: Readonly<Record<string, Shape>> = {
  additionalProperties: 'schema',
  allOf: 'schemas',
  anyOf: 'schemas',
  contains: 'schema',
  contentSchema: 'schema',
  dependentSchemas: 'schema-map',
  else: 'schema',
  if: 'schema',
  items: 'schema',
  not: 'schema',
  oneOf: 'schemas',
  patternProperties: 'schema-map',
  prefixItems: 'schemas',
  properties: 'schema-map',
  propertyNames: 'schema',
  then: 'schema',
  unevaluatedItems: 'schema',
  unevaluatedProperties: 'schema',
  $defs: 'schema-map',
  definitions: 'schema-map',
  when: 'condition',
};

/** Applicators that speak about the same value, not about a part of it. */
export const IN_PLACE: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
]);

/** Our vocabulary, `https://onceform.dev/form/1`. */
export const FORM_KEYWORDS: ReadonlySet<string> = new Set([
  'concept',
  'subject',
  'reuse',
  'when',
  'compute',
  'checks',
  'widget',
  'codelist',
  'within',
  'hint',
  'placeholder',
  'autocomplete',
  'sensitivity',
  'unit',
  'mask',
  'accept',
  'maxSize',
  'form',
]);

/** Assertions of 2020-12 that hold no schema. */
export const ASSERTIONS: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'required',
  'dependentRequired',
  'format',
]);

/** Annotations of 2020-12: said to people, never judged. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'contentEncoding',
  'contentMediaType',
  '$comment',
]);

/** Keywords that name or refer. */
export const CORE_KEYWORDS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$ref',
  '$dynamicRef',
  '$vocabulary',
]);

export function isKnownKeyword(name: string): boolean {
  return (
    Object.hasOwn(APPLICATORS, name)
    || FORM_KEYWORDS.has(name)
    || ASSERTIONS.has(name)
    || ANNOTATIONS.has(name)
    || CORE_KEYWORDS.has(name)
  );
}

export const FORM_VOCABULARY = 'https://onceform.dev/form/1';
export const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';

/** In emitted modules: a text that is one of the codes of a long list, by the name of its definition. */
export const LISTED = 'once-listed';

/**
 * The types of the items of a list, where none of them is a container: then items of other types are found wrong as they
 * are, and nobody says that they are there twice.
 */
export function scalarTypes(items: Json | undefined): readonly string[] | null {
  const type = isJsonObject(items) ? items.type : undefined;
  const types = Array.isArray(type) ? type.map(String) : typeof type === 'string' ? [type] : [];
  return types.length === 0 || types.some(each => each === 'object' || each === 'array') ? null : types;
}

/** Keywords that judge nothing, so that whoever judges may pass them by. */
export function isPassive(name: string): boolean {
  return ANNOTATIONS.has(name) || name === 'contentSchema' || name === '$schema';
}
