// Which functions ajv may make. It is wrong about what some schemas have evaluated (the official suite shows it), and
// those are judged by the interpreter in every carrier, so that no verdict depends on the carrier.

import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '@onceform/core';

/**
 * Names of the functions that ajv would misjudge: any with `unevaluatedItems`; `unevaluatedProperties` where an `if` has
 * no `then` or no `else`, which is what `when` is lowered to; and `contains`, whose answer ajv carries over from one
 * item to the next when the next is an empty array.
 */
export function misjudgedByAjv(schemas: {
  readonly definitions: JsonObject;
  readonly functions: Readonly<Record<string, JsonSchema>>;
}): Set<string> {
  const out = new Set<string>();
  if (!/"(?:unevaluated(?:Items|Properties)|contains)"/.test(JSON.stringify([schemas.definitions, schemas.functions])))
    return out;
  for (const [name, schema] of Object.entries(schemas.functions)) {
    const found = { always: false, properties: false, lame: false };
    look(schema, schemas.definitions, found, new Set());
    if (found.always || (found.properties && found.lame)) out.add(name);
  }
  return out;
}

function look(
  schema: Json | undefined,
  definitions: JsonObject,
  found: { always: boolean; properties: boolean; lame: boolean },
  refs: Set<string>,
): void {
  if (Array.isArray(schema)) {
    for (const item of schema as readonly Json[]) look(item, definitions, found, refs);
    return;
  }
  if (!isJsonObject(schema)) return;
  found.always ||= schema.unevaluatedItems !== undefined || schema.contains !== undefined;
  found.properties ||= schema.unevaluatedProperties !== undefined;
  found.lame ||= schema.if !== undefined && (schema.then === undefined || schema.else === undefined);
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref') {
      const name = String(value).slice('#/$defs/'.length);
      if (refs.has(name)) continue;
      refs.add(name);
      look(definitions[name], definitions, found, refs);
    } else if (keyword !== 'enum' && keyword !== 'const' && typeof value === 'object') {
      look(value, definitions, found, refs);
    }
  }
}
