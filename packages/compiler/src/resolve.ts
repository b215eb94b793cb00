// Names and references: every schema of a definition and of the pack's schemas gets a place, and every `$ref` finds one.
// The network is never touched: what is not bundled or in the pack is ERR_REF_UNRESOLVED.

import {
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type Pointer,
  valueAt,
} from '@onceform/core';
import { APPLICATORS, IN_PLACE } from './keywords.ts';
import { copyJson, type Limits } from './load.ts';
import { perhapsMeant } from './nearest.ts';

/** A document: the definition itself, or one schema of the pack. */
export interface SchemaDocument {
  readonly uri: string;
  readonly root: JsonObject;
  /** The definition being compiled, not one it borrows from. */
  readonly isDefinition: boolean;
}

/** One schema and where it stands. Sites are compared by identity: one per schema object. */
export interface Site {
  readonly schema: JsonSchema;
  readonly document: SchemaDocument;
  /** Into the document. */
  readonly pointer: Pointer;
  /** The base URI its references are read against. */
  readonly base: string;
}

const NO_ANCHORS: ReadonlyMap<string, Site> = new Map();
const FALLBACK_BASE = 'https://definition.invalid/';

export class SchemaIndex {
  readonly root: Site;
  /** Documents of the pack that something refers to, in the order of first use. */
  readonly used: SchemaDocument[] = [];
  readonly #sites = new Map<JsonSchema, Site>();
  readonly #booleans = new Map<string, Site>();
  readonly #resources = new Map<string, Site>();
  readonly #anchors = new Map<string, Site>();
  readonly #dynamic = new Map<string, Map<string, Site>>();
  readonly #borrowed: Readonly<Record<string, Json>>;
  readonly #limits: Limits;

  /** @throws {OnceFormError} ERR_DEFINITION_INVALID when two schemas share an `$id`, or a schema is neither object nor boolean. */
  constructor(definition: JsonObject, borrowed: Readonly<Record<string, Json>>, limits: Limits) {
    this.#borrowed = borrowed;
    this.#limits = limits;
    this.root = this.#add({ uri: baseOf(definition.$id, FALLBACK_BASE), root: definition, isDefinition: true });
  }

  /** The site of a schema that stands at `keyword` (and further segments) of another. */
  child(site: Site, ...segments: readonly (string | number)[]): Site {
    let schema: Json | undefined = site.schema;
    for (const segment of segments) schema = (schema as Record<string | number, Json>)[segment];
    return this.#siteOf(schema as JsonSchema, site, joinPointer(site.pointer, ...segments));
  }

  /**
   * Follows a `$ref`, or a `$dynamicRef` as far as it can be told without knowing the way there.
   *
   * @throws {OnceFormError} ERR_REF_UNRESOLVED when nothing bundled has that name.
   */
  follow(site: Site, keyword: '$ref' | '$dynamicRef'): Site {
    const ref = (site.schema as JsonObject)[keyword];
    const pointer = joinPointer(site.pointer, keyword);
    if (typeof ref !== 'string')
      throw new OnceFormError('ERR_DEFINITION_INVALID', `"${keyword}" is a URI reference.`, { pointer });
    return this.#find(ref, site.base, pointer);
  }

  /** The dynamic anchors of the resource with a base URI. */
  dynamicAnchors(base: string): ReadonlyMap<string, Site> {
    return this.#dynamic.get(base) ?? NO_ANCHORS;
  }

  /** Every site of the definition and of what it uses, in document order. */
  sites(): Iterable<Site> {
    return [...this.#sites.values(), ...this.#booleans.values()];
  }

  #find(ref: string, base: string, pointer: Pointer): Site {
    let uri: URL;
    try {
      uri = new URL(ref, base);
    } catch {
      throw unresolved(ref, pointer);
    }
    const fragment = decode(uri.hash.slice(1), ref, pointer);
    uri.hash = '';
    const resource = this.#resource(uri.href, ref, pointer);
    if (fragment === '') return resource;
    if (!fragment.startsWith('/')) {
      const site = this.#anchors.get(`${resource.base}#${fragment}`);
      if (site === undefined) throw unresolved(ref, pointer);
      return site;
    }
    const schema = valueAt(resource.schema as Json, fragment);
    if (typeof schema !== 'boolean' && !isJsonObject(schema)) {
      const owner = fragment.slice(0, fragment.lastIndexOf('/'));
      const siblings = valueAt(resource.schema as Json, owner);
      const before = ref.slice(0, ref.lastIndexOf('/') + 1);
      throw unresolved(ref, pointer, isJsonObject(siblings) ? Object.keys(siblings).map(name => before + name) : []);
    }
    return this.#siteOf(schema, resource, resource.pointer + fragment);
  }

  #resource(uri: string, ref: string, pointer: Pointer): Site {
    const known = this.#resources.get(uri);
    if (known !== undefined) return known;
    for (const [id, schema] of Object.entries(this.#borrowed)) {
      if (baseOf(id, FALLBACK_BASE) !== uri) continue;
      const copy = copyJson(schema, this.#limits);
      if (!isJsonObject(copy)) break;
      const document: SchemaDocument = { uri, root: copy, isDefinition: false };
      this.used.push(document);
      const site = this.#add(document);
      this.#resources.set(uri, site);
      return site;
    }
    throw unresolved(ref, pointer);
  }

  #add(document: SchemaDocument): Site {
    const root = this.#index({ schema: document.root, document, pointer: '', base: document.uri });
    this.#resources.set(document.uri, root);
    return root;
  }

  #siteOf(schema: JsonSchema, near: Site, pointer: Pointer): Site {
    if (typeof schema === 'boolean') {
      const key = `${near.document.uri} ${pointer}`;
      let site = this.#booleans.get(key);
      if (site === undefined)
        this.#booleans.set(key, (site = { schema, document: near.document, pointer, base: near.base }));
      return site;
    }
    // A pointer into a place no walk reaches (`#/x-parts/a`): a schema there is indexed when it is first used.
    return this.#sites.get(schema) ?? this.#index({ schema, document: near.document, pointer, base: near.base });
  }

  #index(start: Site): Site {
    const todo = [start];
    let first: Site | undefined;
    for (let site = todo.pop(); site !== undefined; site = todo.pop()) {
      const { schema, document, pointer } = site;
      if (typeof schema === 'boolean') continue;
      if (!isJsonObject(schema))
        throw new OnceFormError('ERR_DEFINITION_INVALID', 'A schema is an object or a boolean.', { pointer });
      let base = site.base;
      if (typeof schema.$id === 'string' && site.pointer !== '') base = baseOf(schema.$id, base);
      const own: Site = { schema, document, pointer, base };
      first ??= own;
      this.#sites.set(schema, own);
      if (base !== site.base) {
        if (this.#resources.has(base))
          throw new OnceFormError('ERR_DEFINITION_INVALID', `Two schemas are called "${base}".`, { pointer });
        this.#resources.set(base, own);
      }
      for (const keyword of ['$anchor', '$dynamicAnchor'] as const) {
        const name = schema[keyword];
        if (typeof name !== 'string') continue;
        this.#anchors.set(`${base}#${name}`, own);
        if (keyword === '$dynamicAnchor')
          this.#dynamic.set(base, (this.#dynamic.get(base) ?? new Map<string, Site>()).set(name, own));
      }
      // Last in, first out: reversed, so that sites come in document order.
      for (const [segments, child] of [...subschemas(schema, pointer)].reverse()) {
        if (typeof child === 'object')
          todo.push({ schema: child, document, pointer: joinPointer(pointer, ...segments), base });
      }
    }
    return first!;
  }
}

/** The schemas directly inside one, with the segments that lead to each; in the order they are written. */
export function* subschemas(
  schema: JsonObject,
  at: Pointer = '',
): Generator<[readonly (string | number)[], JsonSchema]> {
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = Object.hasOwn(APPLICATORS, keyword) ? APPLICATORS[keyword] : undefined;
    if (shape === undefined) continue;
    if (shape === 'schema') {
      yield [[keyword], asSchema(value, joinPointer(at, keyword))];
    } else if (shape === 'condition') {
      if (isPlacedCondition(value)) yield [[keyword, 'is'], asSchema(value.is!, joinPointer(at, keyword, 'is'))];
      else yield [[keyword], asSchema(value, joinPointer(at, keyword))];
    } else if (shape === 'schemas') {
      if (!Array.isArray(value))
        throw new OnceFormError('ERR_DEFINITION_INVALID', `"${keyword}" is a list of schemas.`, {
          pointer: joinPointer(at, keyword),
        });
      for (const [i, item] of (value as readonly Json[]).entries())
        yield [[keyword, i], asSchema(item, joinPointer(at, keyword, i))];
    } else {
      if (!isJsonObject(value))
        throw new OnceFormError('ERR_DEFINITION_INVALID', `"${keyword}" is an object of schemas.`, {
          pointer: joinPointer(at, keyword),
        });
      for (const [name, item] of Object.entries(value))
        yield [[keyword, name], asSchema(item, joinPointer(at, keyword, name))];
    }
  }
}

/** `{ at, is }`: a condition on another place than the parent object. */
export function isPlacedCondition(
  value: Json | undefined,
): value is JsonObject & { readonly at: Json; readonly is: Json } {
  return (
    isJsonObject(value) && Object.hasOwn(value, 'at') && Object.hasOwn(value, 'is') && Object.keys(value).length === 2
  );
}

/**
 * Refuses a schema that refers to itself without taking a step into the data: judging it would never end.
 *
 * @throws {OnceFormError} ERR_DEFINITION_INVALID
 */
export function refuseEndlessReferences(index: SchemaIndex): void {
  const done = new Set<Site>();
  for (const start of index.sites()) {
    const open = new Set<Site>();
    const stack: { site: Site; next: Site[] }[] = [];
    const enter = (site: Site): void => {
      if (done.has(site)) return;
      if (open.has(site))
        throw new OnceFormError(
          'ERR_DEFINITION_INVALID',
          'This schema refers to itself without describing anything in between.',
          { pointer: site.pointer },
        );
      open.add(site);
      stack.push({ site, next: samePlace(index, site) });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.next.pop();
      if (next !== undefined) {
        enter(next);
        continue;
      }
      open.delete(top.site);
      done.add(top.site);
      stack.pop();
    }
  }
}

function samePlace(index: SchemaIndex, site: Site): Site[] {
  if (typeof site.schema === 'boolean') return [];
  const out: Site[] = [];
  if (site.schema.$ref !== undefined) out.push(index.follow(site, '$ref'));
  if (site.schema.$dynamicRef !== undefined) out.push(index.follow(site, '$dynamicRef'));
  for (const [segments] of subschemas(site.schema, site.pointer)) {
    if (IN_PLACE.has(String(segments[0]))) out.push(index.child(site, ...segments));
  }
  return out;
}

function asSchema(value: Json, pointer: Pointer): JsonSchema {
  if (typeof value !== 'boolean' && !isJsonObject(value)) {
    throw new OnceFormError('ERR_DEFINITION_INVALID', 'A schema is an object or a boolean.', { pointer });
  }
  return value;
}

function baseOf(id: Json | undefined, base: string): string {
  if (typeof id !== 'string') return base;
  try {
    const uri = new URL(id, base);
    uri.hash = '';
    return uri.href;
  } catch {
    throw new OnceFormError('ERR_DEFINITION_INVALID', `"$id" is not a URI: ${id}`, { pointer: '/$id' });
  }
}

function decode(fragment: string, ref: string, pointer: Pointer): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw unresolved(ref, pointer);
  }
}

function unresolved(ref: string, pointer: Pointer, known: readonly string[] = []): OnceFormError {
  const [hint, isLocal] = [perhapsMeant(ref, known), ref.startsWith('#')];
  return new OnceFormError(
    'ERR_REF_UNRESOLVED',
    `Nothing here is called "${ref}"${hint}.${isLocal ? '' : ' References are never fetched: bundle the schema, or pass it in the pack.'}`,
    { pointer, data: { ref } },
  );
}
