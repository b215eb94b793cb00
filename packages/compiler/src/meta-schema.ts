// The published meta-schemas, made from the vocabulary: one for validators that know 2020-12, a flat one for editors.

import type { Json, JsonObject } from '@onceform/core';
import { DRAFT_2020, FORM_VOCABULARY } from './keywords.ts';
import { list, SUBSCHEMA, TEXT, VOCABULARY } from './vocabulary.ts';

/** The meta-schema `https://onceform.dev/form/1`: 2020-12 and our vocabulary, extensible with `$dynamicRef`. */
export function metaSchema(): JsonObject {
  return {
    $schema: DRAFT_2020,
    $id: FORM_VOCABULARY,
    $vocabulary: {
      ...Object.fromEntries(
        ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'format-annotation', 'content'].map(name => [
          `https://json-schema.org/draft/2020-12/vocab/${name}`,
          true,
        ]),
      ),
      'https://onceform.dev/vocab/form/1': false,
    },
    $dynamicAnchor: 'meta',
    title: 'A OnceForm definition',
    allOf: [{ $ref: DRAFT_2020 }],
    properties: keywordSchemas(SUBSCHEMA),
  };
}

/** The same for editors that know neither `$dynamicRef` nor 2020-12: one flat draft-07 schema. */
export function flatMetaSchema(): JsonObject {
  const self: JsonObject = { $ref: '#' };
  const schemas = list(self);
  const map = { type: 'object', additionalProperties: self };
  const size = { type: 'integer', minimum: 0 };
  const number = { type: 'number' };
  const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${FORM_VOCABULARY}/draft-07`,
    title: 'A OnceForm definition (for editors)',
    type: ['object', 'boolean'],
    properties: {
      $schema: TEXT,
      $id: TEXT,
      $anchor: TEXT,
      $dynamicAnchor: TEXT,
      $ref: TEXT,
      $dynamicRef: TEXT,
      $comment: TEXT,
      $defs: map,
      definitions: map,
      $vocabulary: { type: 'object' },
      title: TEXT,
      description: TEXT,
      default: true,
      examples: { type: 'array' },
      deprecated: { type: 'boolean' },
      readOnly: { type: 'boolean' },
      writeOnly: { type: 'boolean' },
      type: { anyOf: [{ enum: TYPES }, { type: 'array', items: { enum: TYPES }, minItems: 1, uniqueItems: true }] },
      enum: { type: 'array' },
      const: true,
      format: TEXT,
      pattern: TEXT,
      multipleOf: { type: 'number', exclusiveMinimum: 0 },
      minimum: number,
      maximum: number,
      exclusiveMinimum: number,
      exclusiveMaximum: number,
      minLength: size,
      maxLength: size,
      minItems: size,
      maxItems: size,
      uniqueItems: { type: 'boolean' },
      minContains: size,
      maxContains: size,
      minProperties: size,
      maxProperties: size,
      required: names,
      dependentRequired: { type: 'object', additionalProperties: names },
      properties: map,
      patternProperties: map,
      dependentSchemas: map,
      additionalProperties: self,
      unevaluatedProperties: self,
      propertyNames: self,
      items: self,
      prefixItems: schemas,
      contains: self,
      unevaluatedItems: self,
      allOf: schemas,
      anyOf: schemas,
      oneOf: schemas,
      not: self,
      if: self,
      then: self,
      else: self,
      contentEncoding: TEXT,
      contentMediaType: TEXT,
      contentSchema: self,
      ...keywordSchemas(self),
    },
  };
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

function keywordSchemas(subschema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(VOCABULARY).map(([keyword, entry]) => [
      keyword,
      { description: entry.description, ...(withSubschema(entry.schema, subschema) as JsonObject) },
    ]),
  );
}

function withSubschema(schema: Json, subschema: JsonObject): Json {
  if (schema === SUBSCHEMA) return subschema;
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(item => withSubschema(item, subschema));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, item]) => [key, withSubschema(item, subschema)]));
}
