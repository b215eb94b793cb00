// Older drafts of JSON Schema, said in 2020-12. A form is written once; what it was written in does not matter after.

import {
  type CompileNote,
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type Pointer,
} from '@onceform/core';

type Draft = '04' | '06' | '07' | '2019-09' | '2020-12';

const DRAFTS: readonly (readonly [pattern: RegExp, draft: Draft])[] = [
  [/^https?:\/\/json-schema\.org\/draft-04\/(?:hyper-)?schema#?$/, '04'],
  [/^https?:\/\/json-schema\.org\/draft-06\/(?:hyper-)?schema#?$/, '06'],
  [/^https?:\/\/json-schema\.org\/draft-07\/(?:hyper-)?schema#?$/, '07'],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/(?:hyper-)?schema#?$/, '2019-09'],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, '2020-12'],
  [/^https:\/\/onceform\.dev\/form\/1#?$/, '2020-12'],
];

const SCHEMA = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
  'when',
]);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const MAPS = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

/**
 * Rewrites a schema of draft 04, 06, 07 or 2019-09 as 2020-12, in a copy, and notes every keyword it rewrote. A schema
 * without `$schema`, with ours, or with 2020-12 comes back as it is.
 *
 * @throws {OnceFormError} ERR_DRAFT_UNSUPPORTED when `$schema` names another dialect.
 */
export function upgradeDraft(schema: JsonSchema, notes: CompileNote[]): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const draft = draftOf(schema.$schema);
  if (draft === '2020-12') return schema;
  const moved = new Map<Pointer, Pointer>();
  const upgraded = new Upgrade(draft, notes, moved).schema(schema, '') as JsonObject;
  notes.unshift({
    code: 'DRAFT_UPGRADED',
    severity: 'info',
    pointer: '/$schema',
    message: `The definition is written in draft ${draft}; it is read as 2020-12.`,
  });
  return rewriteReferences(
    { ...upgraded, $schema: 'https://json-schema.org/draft/2020-12/schema' },
    moved,
  ) as JsonObject;
}

function draftOf(uri: Json | undefined): Draft {
  if (uri === undefined) return '2020-12';
  const draft = typeof uri === 'string' ? DRAFTS.find(([pattern]) => pattern.test(uri))?.[1] : undefined;
  if (draft === undefined)
    throw new OnceFormError(
      'ERR_DRAFT_UNSUPPORTED',
      `"$schema" says ${JSON.stringify(uri)}; drafts 04, 06, 07, 2019-09, 2020-12 and https://onceform.dev/form/1 are read.`,
      { pointer: '/$schema' },
    );
  return draft;
}

class Upgrade {
  readonly #draft: Draft;
  readonly #notes: CompileNote[];
  /** Where a place of the old schema is in the new one, for references by pointer. */
  readonly #moved: Map<Pointer, Pointer>;
  #isRecursive = false;

  constructor(draft: Draft, notes: CompileNote[], moved: Map<Pointer, Pointer>) {
    this.#draft = draft;
    this.#notes = notes;
    this.#moved = moved;
  }

  schema(schema: Json, at: Pointer): Json {
    if (!isJsonObject(schema)) return schema;
    // A recursive reference means its resource, or, where that one is marked, the outermost marked one.
    const outer = this.#isRecursive;
    if (at === '' || typeof schema.$id === 'string') this.#isRecursive = schema.$recursiveAnchor === true;
    const out = this.#upgraded(schema, at);
    this.#isRecursive = outer;
    return out;
  }

  #upgraded(schema: JsonObject, at: Pointer): Json {
    const old = this.#draft !== '2019-09';
    // Up to draft 07 whatever stands beside $ref is not looked at.
    if (old && schema.$ref !== undefined) {
      const kept: Record<string, Json> = { $ref: schema.$ref };
      for (const keyword of ['definitions', '$defs'])
        if (schema[keyword] !== undefined) kept[keyword] = this.#map(schema[keyword]!, joinPointer(at, keyword));
      for (const keyword of ['title', 'description', '$schema'])
        if (schema[keyword] !== undefined) kept[keyword] = schema[keyword]!;
      return kept;
    }
    const out: Record<string, Json> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const pointer = joinPointer(at, keyword);
      if (keyword === 'id' && this.#draft === '04') this.#name(value, out, pointer);
      else if (keyword === '$id' && old) this.#name(value, out, pointer);
      else if ((keyword === 'exclusiveMinimum' || keyword === 'exclusiveMaximum') && this.#draft === '04')
        this.#exclusive(keyword, value, schema, out, pointer);
      else if (
        (keyword === 'minimum' || keyword === 'maximum')
        && this.#draft === '04'
        && schema[keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'] === true
      )
        continue;
      else if (keyword === 'items' && Array.isArray(value)) this.#tuple(value as readonly Json[], schema, out, at);
      else if (keyword === 'additionalItems') {
        if (!Array.isArray(schema.items))
          this.#note(pointer, '"additionalItems" without a list of "items" judges nothing and is left out.');
      } else if (keyword === 'dependencies') this.#dependencies(value, out, pointer);
      else if (keyword === '$recursiveRef') {
        out[this.#isRecursive ? '$dynamicRef' : '$ref'] = this.#isRecursive ? '#recursive' : '#';
        this.#note(pointer, `"$recursiveRef" became "${this.#isRecursive ? '$dynamicRef' : '$ref'}".`);
      } else if (keyword === '$recursiveAnchor') {
        if (value === true) out.$dynamicAnchor = 'recursive';
      } else if (old && NEWER.has(keyword))
        this.#note(pointer, `Draft ${this.#draft} does not know "${keyword}"; it is left out.`);
      else if (this.#draft === '04' && SINCE_06.has(keyword))
        this.#note(pointer, `Draft 04 does not know "${keyword}"; it is left out.`);
      else if (this.#draft === '06' && SINCE_07.has(keyword))
        this.#note(pointer, `Draft 06 does not know "${keyword}"; it is left out.`);
      else if (SCHEMA.has(keyword)) out[keyword] = this.schema(value, pointer);
      else if (LISTS.has(keyword) && Array.isArray(value))
        out[keyword] = (value as readonly Json[]).map((item, i) => this.schema(item, joinPointer(pointer, i)));
      else if (MAPS.has(keyword)) out[keyword] = this.#map(value, pointer);
      else if (keyword === '$dynamicRef' || keyword === '$dynamicAnchor')
        this.#note(pointer, `Draft ${this.#draft} does not know "${keyword}"; it is left out.`);
      else out[keyword] = value;
    }
    return out;
  }

  #map(value: Json, at: Pointer): Json {
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.schema(item, joinPointer(at, name))]),
    );
  }

  // `"$id": "#name"` was an anchor before 2019-09.
  #name(value: Json, out: Record<string, Json>, pointer: Pointer): void {
    if (typeof value !== 'string') return;
    const hash = value.indexOf('#');
    if (hash >= 0 && hash < value.length - 1) {
      out.$anchor = value.slice(hash + 1);
      if (hash > 0) out.$id = value.slice(0, hash);
      this.#note(pointer, 'A name in "$id" became "$anchor".');
    } else {
      out.$id = value;
    }
  }

  #exclusive(
    keyword: 'exclusiveMinimum' | 'exclusiveMaximum',
    value: Json,
    schema: JsonObject,
    out: Record<string, Json>,
    pointer: Pointer,
  ): void {
    const bound = schema[keyword === 'exclusiveMinimum' ? 'minimum' : 'maximum'];
    if (value === true && bound !== undefined) {
      out[keyword] = bound;
      this.#note(pointer, `"${keyword}": true became the bound itself.`);
    }
  }

  #tuple(items: readonly Json[], schema: JsonObject, out: Record<string, Json>, at: Pointer): void {
    out.prefixItems = items.map((item, i) => this.schema(item, joinPointer(at, 'items', i)));
    if (schema.additionalItems !== undefined) {
      out.items = this.schema(schema.additionalItems, joinPointer(at, 'additionalItems'));
      this.#moved.set(joinPointer(at, 'additionalItems'), joinPointer(at, 'items'));
    }
    items.forEach((_, i) => this.#moved.set(joinPointer(at, 'items', i), joinPointer(at, 'prefixItems', i)));
    this.#note(joinPointer(at, 'items'), 'A list of "items" became "prefixItems".');
  }

  #dependencies(value: Json, out: Record<string, Json>, pointer: Pointer): void {
    if (!isJsonObject(value)) return;
    const required: Record<string, Json> = {};
    const schemas: Record<string, Json> = {};
    for (const [name, dependency] of Object.entries(value)) {
      if (Array.isArray(dependency)) required[name] = dependency;
      else schemas[name] = this.schema(dependency, joinPointer(pointer, name));
      this.#moved.set(
        joinPointer(pointer, name),
        joinPointer(pointer.slice(0, -'/dependencies'.length), 'dependentSchemas', name),
      );
    }
    if (Object.keys(required).length > 0) out.dependentRequired = required;
    if (Object.keys(schemas).length > 0) out.dependentSchemas = schemas;
    this.#note(pointer, '"dependencies" became "dependentRequired" and "dependentSchemas".');
  }

  #note(pointer: Pointer, message: string): void {
    this.#notes.push({ code: 'KEYWORD_UPGRADED', severity: 'info', pointer, message });
  }
}

const NEWER = new Set([
  'dependentRequired',
  'dependentSchemas',
  'maxContains',
  'minContains',
  'prefixItems',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const SINCE_06 = new Set(['const', 'contains', 'examples', 'propertyNames', 'if', 'then', 'else']);
const SINCE_07 = new Set(['if', 'then', 'else']);

// References by pointer go where the schema they meant went.
function rewriteReferences(value: Json, moved: ReadonlyMap<Pointer, Pointer>): Json {
  if (moved.size === 0) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(item => rewriteReferences(item, moved));
  if (!isJsonObject(value)) return value;
  const out: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '$ref' && typeof item === 'string' && item.startsWith('#/')) {
      const pointer = decodeURIComponent(item.slice(1));
      const from = [...moved.keys()].find(old => pointer === old || pointer.startsWith(`${old}/`));
      out[key] = from === undefined ? item : `#${moved.get(from)!}${pointer.slice(from.length)}`;
    } else {
      out[key] = rewriteReferences(item, moved);
    }
  }
  return out;
}
