// Splits the dataSchema by section. One generated function for hundreds of fields falls off a cliff, and a keystroke
// only needs the section it is in.

import {
  formatPattern,
  isJsonObject,
  jsonEqual,
  type Json,
  type JsonObject,
  type JsonSchema,
  type PointerPattern,
} from '@onceform/core';
import { along, OPTIONS_LIMIT } from './lower.ts';
import { APPLICATORS, isPassive } from './keywords.ts';
import type { PatternPath } from './place.ts';

export interface Part {
  readonly pattern: PointerPattern;
  readonly schema: JsonSchema;
  /** Lowered conditions, taken out of the schema: a table of them is a tenth of the code that ajv writes for them. */
  readonly asked: readonly Asked[];
}

/** `if` a test holds a member may, or must, be there; otherwise it must not. */
export interface Asked {
  /** From the part to the values that the test is about. */
  readonly at: PatternPath;
  readonly test: JsonSchema;
  /** From there to the objects that hold the member; silent where one is not there. */
  readonly way: PatternPath;
  readonly key: string;
  readonly isRequired: boolean;
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
            : keyword === 'enum' && isLongList(value)
              ? [...value].sort()
              : value;
  }
  return valuesOnly(out);
}

// Many codes in a row say most briefly when they are sorted; nobody is offered this many in their own order.
function isLongList(values: Json): values is readonly string[] {
  return Array.isArray(values) && values.length > OPTIONS_LIMIT && values.every(value => typeof value === 'string');
}

/** Alternatives that are nothing but different constants are a list of values, and judged as one. */
function valuesOnly(schema: Record<string, Json>): Record<string, Json> {
  if (schema.enum !== undefined) return schema;
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const { [keyword]: branches, ...rest } = schema;
    if (!Array.isArray(branches)) continue;
    const values = (branches as readonly Json[]).map(branch =>
      isJsonObject(branch) && Object.keys(branch).length === 1 ? branch.const : undefined,
    );
    if (
      values.every((value): value is string | number | boolean => value !== undefined && typeof value !== 'object')
      && (keyword === 'anyOf' || new Set(values).size === values.length)
    )
      return { ...rest, enum: values };
  }
  return schema;
}

/** The same for schemas by name. */
export function bareMap(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema as JsonSchema)]));
}

/** Direct members of an object that are judged in one part; further ones go to parts of their own. */
const MEMBERS_PER_PART = 40;

/** A form of up to so many members, those of every row it has room for among them, is judged fastest in one go. */
const SMALL = 60;
/** Rows that a list without a bound counts for. */
const MANY_ROWS = 1000;

/**
 * Cuts a lowered schema into parts whose judgements together are that of the whole. Only `properties` and `items`
 * written in place are cut: whether a value fits its own schema there says nothing about what is around it.
 */
export function planParts(root: JsonObject): Part[] {
  const parts: Part[] = [];
  const { $schema: _, $defs: __, ...body } = root;
  if (membersOf(body) <= SMALL) return [partOf([], body)];
  const own = cut(body, [], parts);
  return [partOf([], own), ...parts];
}

// What is evaluated depends on every `if`, so with `unevaluatedProperties` around none can be taken out.
function partOf(path: PatternPath, schema: JsonObject): Part {
  const asked: Asked[] = [];
  const own = JSON.stringify(schema).includes('"unevaluated') ? schema : takeOut(schema, [], asked);
  return { pattern: formatPattern(path), schema: own, asked };
}

/** A schema without the conditions on its members and on theirs; they go to `asked`. */
function takeOut(schema: JsonObject, at: PatternPath, asked: Asked[]): JsonObject {
  const out: Record<string, Json> = { ...schema };
  if (Array.isArray(schema.allOf)) {
    const rest = (schema.allOf as readonly Json[]).filter(each => {
      const condition = askedOf(each);
      if (condition !== null) asked.push({ at, ...condition });
      return condition === null;
    });
    if (rest.length === 0) delete out.allOf;
    else out.allOf = rest;
  }
  if (isJsonObject(schema.properties))
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, member]) => [
        name,
        isJsonObject(member) ? takeOut(member, [...at, name], asked) : member,
      ]),
    );
  if (isJsonObject(schema.items) && schema.prefixItems === undefined)
    out.items = takeOut(schema.items, [...at, null], asked);
  return out;
}

// Reads back what `ifThenElse` and `along` write.
function askedOf(schema: Json): Omit<Asked, 'at'> | null {
  if (!isJsonObject(schema) || !isJsonObject(schema.else)) return null;
  const { if: test, then, else: otherwise, ...more } = schema;
  if (test === undefined || Object.keys(more).length > 0) return null;
  const way: (string | null)[] = [];
  for (let at: Json | undefined = otherwise; isJsonObject(at);) {
    const [[keyword, inner], ...others] = Object.entries(at) as [[string, Json], ...[string, Json][]];
    if (others.length > 0) return null;
    if (keyword === 'items') {
      way.push(null);
      at = inner;
      continue;
    }
    if (keyword !== 'properties' || !isJsonObject(inner) || Object.keys(inner).length !== 1) return null;
    const key = Object.keys(inner)[0]!;
    if (inner[key] === false) {
      const condition = { test: test as JsonSchema, way, key };
      if (then === undefined) return { ...condition, isRequired: false };
      return jsonEqual(then, along(way, { required: [key] })) ? { ...condition, isRequired: true } : null;
    }
    way.push(key);
    at = inner[key];
  }
  return null;
}

function membersOf(schema: Json | undefined): number {
  if (!isJsonObject(schema)) return 0;
  const members = isJsonObject(schema.properties) ? Object.values(schema.properties) : [];
  const rows = typeof schema.maxItems === 'number' ? schema.maxItems : MANY_ROWS;
  const inner = members.reduce((sum: number, member) => sum + membersOf(member), rows * membersOf(schema.items));
  return members.length + inner;
}

function cut(schema: JsonObject, path: PatternPath, parts: Part[]): JsonObject {
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
      parts.push(partOf(path, { properties: Object.fromEntries(chunk) }));
    }
    out = { ...out, properties };
  }
  if (isJsonObject(schema.items)) out = { ...out, items: section(schema.items, [...path, null], parts) };
  return out;
}

// An object worth a function of its own becomes a part and leaves `true` behind; a list stays, without its items.
function section(schema: Json, path: PatternPath, parts: Part[]): Json {
  if (!isJsonObject(schema)) return schema;
  if (isJsonObject(schema.properties) && Object.keys(schema.properties).length > 1) {
    const inner: Part[] = [];
    const own = cut(schema, path, inner);
    parts.push(partOf(path, own), ...inner);
    return true;
  }
  if (isJsonObject(schema.items) && isJsonObject(schema.items.properties)) return cut(schema, path, parts);
  return schema;
}
