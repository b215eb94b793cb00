// Splits the dataSchema by section. One generated function for hundreds of fields falls off a cliff, and a keystroke
// only needs the section it is in.

import {
  formatPattern,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  type PointerPattern,
} from '@onceform/core';
import { APPLICATORS, isPassive } from './keywords.ts';

export interface Part {
  readonly pattern: PointerPattern;
  readonly schema: JsonSchema;
}

/**
 * A schema without what is only said to people: less to carry, and sections that differ in nothing but their titles
 * become one function.
 */
export function bare(schema: JsonSchema): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  const out: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (isPassive(keyword)) continue;
    const shape = Object.hasOwn(APPLICATORS, keyword) ? APPLICATORS[keyword] : undefined;
    out[keyword] =
      shape === 'schema'
        ? bare(value as JsonSchema)
        : shape === 'schemas'
          ? (value as readonly JsonSchema[]).map(bare)
          : shape === 'schema-map'
            ? bareMap(value as JsonObject)
            : value;
  }
  return out;
}

/** The same for schemas by name. */
export function bareMap(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema as JsonSchema)]));
}

/** Direct members of an object that are judged in one part; further ones go to parts of their own. */
const MEMBERS_PER_PART = 40;

/** A form of up to so many members is judged fastest in one go. */
const SMALL = 60;

/**
 * Cuts a lowered schema into parts whose judgements together are that of the whole. Only `properties` and `items`
 * written in place are cut: whether a value fits its own schema there says nothing about what is around it.
 */
export function planParts(root: JsonObject): Part[] {
  const parts: Part[] = [];
  const { $schema: _, $defs: __, ...body } = root;
  if (membersOf(body) <= SMALL) return [{ pattern: '', schema: body }];
  const own = cut(body, [], parts);
  return [{ pattern: '', schema: own }, ...parts];
}

function membersOf(schema: Json | undefined): number {
  if (!isJsonObject(schema)) return 0;
  const members = isJsonObject(schema.properties) ? Object.values(schema.properties) : [];
  return members.length + [...members, schema.items].reduce((sum: number, member) => sum + membersOf(member), 0);
}

function cut(schema: JsonObject, path: readonly (string | null)[], parts: Part[]): JsonObject {
  let out = schema;
  if (isJsonObject(schema.properties)) {
    const properties: Record<string, Json> = {};
    const simple: [string, Json][] = [];
    for (const [name, member] of Object.entries(schema.properties)) {
      properties[name] = section(member, [...path, name], parts);
      if (properties[name] === member && member !== true) simple.push([name, member]);
    }
    for (let i = MEMBERS_PER_PART; i < simple.length; i += MEMBERS_PER_PART) {
      const chunk = simple.slice(i, i + MEMBERS_PER_PART);
      for (const [name] of chunk) properties[name] = true;
      parts.push({ pattern: formatPattern(path), schema: { properties: Object.fromEntries(chunk) } });
    }
    out = { ...out, properties };
  }
  if (isJsonObject(schema.items)) out = { ...out, items: section(schema.items, [...path, null], parts) };
  return out;
}

// An object worth a function of its own becomes a part and leaves `true` behind; a list stays, without its items.
function section(schema: Json, path: readonly (string | null)[], parts: Part[]): Json {
  if (!isJsonObject(schema)) return schema;
  if (isJsonObject(schema.properties) && Object.keys(schema.properties).length > 1) {
    const inner: Part[] = [];
    const own = cut(schema, path, inner);
    parts.push({ pattern: formatPattern(path), schema: own }, ...inner);
    return true;
  }
  if (isJsonObject(schema.items) && isJsonObject(schema.items.properties)) return cut(schema, path, parts);
  return schema;
}
