// Lowering: from the definition to pure JSON Schema 2020-12 that any validator judges alike. Our keywords go, formats
// become patterns, short code lists become enums, `when` becomes if/then/else, references become local.

import {
  type CodeEntry,
  type CodeListSpec,
  type CompileNote,
  type FormatSpec,
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type Pointer,
} from '@onceform/core';
import { STANDARD_FORMATS, UNJUDGED_FORMATS } from './formats.ts';
import { APPLICATORS, CORE_KEYWORDS, DRAFT_2020, FORM_KEYWORDS, isKnownKeyword } from './keywords.ts';
import { perhapsMeant } from './nearest.ts';
import { isPlacedCondition, type SchemaIndex, type Site } from './resolve.ts';

type Mutable = Record<string, Json>;

/** Code lists of up to this many entries are published as `enum`. */
export const ENUM_LIMIT = 300;

/** Code lists of up to this many entries are carried in the form; faces load the others when they are asked for. */
export const OPTIONS_LIMIT = 60;

export interface LoweringInput {
  readonly formats: Readonly<Record<string, FormatSpec>>;
  readonly codeLists: Readonly<Record<string, CodeListSpec>>;
  /** Entries of the lists that are short enough for an `enum`. */
  readonly entries: ReadonlyMap<string, readonly CodeEntry[]>;
  /** Patterns that take the codes of the longer lists and nothing else. */
  readonly codePatterns: ReadonlyMap<string, string>;
  /** `vn-`: a format that starts with it and is unknown is an error, not an annotation. */
  readonly formatPrefix: string | null;
  readonly notes: CompileNote[];
  /** Members that a schema requires only while they are asked, for other reasons than a `when`. */
  readonly requiredWhileAsked?: ReadonlyMap<Site, ReadonlySet<string>> | undefined;
  /** Formats stay annotations, as 2020-12 has them by default; for judging plain schemas, never for forms. */
  readonly annotateFormats?: boolean;
}

/** The outermost schema that each dynamic anchor means on the way to a place. */
type DynamicScope = ReadonlyMap<string, Site>;

/** One `when` as it stands on a property's schema, or on what that schema refers to. */
export interface Condition {
  /** Null: about the parent object. Otherwise an instance pattern from the root. */
  readonly at: string | null;
  readonly site: Site;
  /** Of the `when`. */
  readonly pointer: Pointer;
}

/** Lowers the schemas of one definition; every reference ends in one shared `$defs`. */
export class Lowering {
  readonly #index: SchemaIndex;
  readonly #input: LoweringInput;
  readonly #names = new Map<Site, Map<string, string>>();
  readonly #siteIds = new Map<Site, number>();
  readonly #rootScope: DynamicScope;
  readonly #defs: Mutable = {};
  readonly #lists = new Map<string, string>();
  readonly #noted = new Set<string>();

  constructor(index: SchemaIndex, input: LoweringInput) {
    this.#index = index;
    this.#input = input;
    this.#rootScope = this.#enter(new Map(), index.root);
  }

  /** The `$defs` that everything lowered so far refers to. */
  get definitions(): JsonObject {
    return this.#defs;
  }

  /** Names in `definitions` of the code lists that are too long for an `enum`. */
  get codeLists(): readonly string[] {
    return [...this.#lists.values()];
  }

  /** The whole dataSchema, without the conditions that only a place can have. */
  root(): Mutable {
    const site = this.#withoutReference(this.#index.root);
    const lowered = this.lower(site);
    const body = typeof lowered === 'boolean' ? (lowered ? {} : { not: {} }) : lowered;
    const own = this.#index.root.schema as JsonObject;
    const out: Mutable = { $schema: DRAFT_2020 };
    for (const key of ['title', 'description']) if (own[key] !== undefined) out[key] = own[key]!;
    Object.assign(out, body);
    admitContext(out);
    return out;
  }

  /** The name of a schema under `$defs`, lowering it the first time it is asked for. */
  nameOf(site: Site, scope: DynamicScope = this.#rootScope): string {
    const key = this.#keyOf(scope);
    const known = this.#names.get(site)?.get(key);
    if (known !== undefined) return known;
    const wish =
      site.pointer === ''
        ? site.document.isDefinition
          ? 'root'
          : (site.document.uri.split('/').pop() ?? '')
        : site.pointer.slice(site.pointer.lastIndexOf('/') + 1);
    const base = wish.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '') || 'schema';
    let name = base;
    for (let n = 2; Object.hasOwn(this.#defs, name); n++) name = `${base}-${n}`;
    this.#names.set(site, (this.#names.get(site) ?? new Map<string, string>()).set(key, name));
    this.#defs[name] = true;
    this.#defs[name] = this.lower(site, scope);
    return name;
  }

  /** One schema as pure 2020-12; references point into `definitions`. */
  lower(site: Site, outer: DynamicScope = this.#rootScope): JsonSchema & (boolean | Mutable) {
    const { schema } = site;
    if (typeof schema === 'boolean') return schema;
    if (schema.format === 'file' && this.#input.annotateFormats !== true) return fileSchema(schema);
    const scope = this.#enter(outer, site);
    const out: Mutable = {};
    const extra: Json[] = [];
    const conditional = this.#conditionalMembers(site);
    for (const [keyword, value] of Object.entries(schema)) {
      const pointer = joinPointer(site.pointer, keyword);
      if (keyword === '$ref' || keyword === '$dynamicRef') {
        const target = this.#target(site, keyword, scope);
        const ref = `#/$defs/${this.nameOf(target, this.#enter(scope, target))}`;
        if (out.$ref === undefined) out.$ref = ref;
        else extra.push({ $ref: ref });
      } else if (
        keyword === '$vocabulary'
        || CORE_KEYWORDS.has(keyword)
        || FORM_KEYWORDS.has(keyword)
        || keyword === '$defs'
        || keyword === 'definitions'
        || keyword === '$comment'
      ) {
        continue;
      } else if (Object.hasOwn(APPLICATORS, keyword)) {
        out[keyword] = this.#lowerApplicator(site, keyword, value, scope);
      } else if (keyword === 'format') {
        this.#lowerFormat(value, site, pointer, out, extra);
      } else if (keyword === 'required' && Array.isArray(value)) {
        const freed = this.#input.requiredWhileAsked?.get(site);
        const required = (value as readonly string[]).filter(
          name => !conditional.has(name) && freed?.has(name) !== true,
        );
        if (required.length > 0) out.required = required;
      } else if (isKnownKeyword(keyword)) {
        if (keyword === 'pattern') refuseBrokenPattern(value, pointer);
        out[keyword] = value;
      } else {
        this.#note(
          site,
          'KEYWORD_UNKNOWN',
          'warning',
          pointer,
          `"${keyword}" is no keyword of JSON Schema or of OnceForm, so nothing comes of it.`,
        );
      }
    }
    this.#lowerCodeList(schema, site.pointer, out, extra);
    for (const [name, conditions] of conditional) {
      if (conditions.some(condition => condition.at !== null)) continue;
      const tests = conditions.map(condition => this.lower(condition.site, scope));
      const required = Array.isArray(schema.required) && (schema.required as readonly Json[]).includes(name);
      extra.push(
        ifThenElse(tests.length === 1 ? tests[0]! : { allOf: tests }, required ? { required: [name] } : null, {
          properties: { [name]: false },
        }),
      );
    }
    if (extra.length > 0) out.allOf = [...((out.allOf as readonly Json[] | undefined) ?? []), ...extra];
    return out;
  }

  /** The conditions of a property's schema: its own and those of what it refers to. */
  conditionsOf(site: Site): readonly Condition[] {
    const out: Condition[] = [];
    const seen = new Set<Site>();
    for (let at: Site | null = site; at !== null && !seen.has(at) && typeof at.schema === 'object';) {
      seen.add(at);
      const value: Json | undefined = at.schema.when;
      const pointer = joinPointer(at.pointer, 'when');
      if (isPlacedCondition(value)) {
        if (typeof value.at !== 'string' || (value.at !== '' && value.at[0] !== '/'))
          throw new OnceFormError('ERR_DEFINITION_INVALID', '"at" is a JSON Pointer from the root of the answers.', {
            pointer: joinPointer(pointer, 'at'),
          });
        out.push({ at: value.at, site: this.#index.child(at, 'when', 'is'), pointer });
      } else if (value !== undefined) {
        out.push({ at: null, site: this.#index.child(at, 'when'), pointer });
      }
      at = at.schema.$ref === undefined ? null : this.#index.follow(at, '$ref');
    }
    return out;
  }

  #conditionalMembers(site: Site): Map<string, readonly Condition[]> {
    const out = new Map<string, readonly Condition[]>();
    const schema = site.schema as JsonObject;
    if (!isJsonObject(schema.properties)) return out;
    for (const name of Object.keys(schema.properties)) {
      const conditions = this.conditionsOf(this.#index.child(site, 'properties', name));
      if (conditions.length > 0) out.set(name, conditions);
    }
    return out;
  }

  #target(site: Site, keyword: '$ref' | '$dynamicRef', scope: DynamicScope): Site {
    const target = this.#index.follow(site, keyword);
    const name =
      keyword === '$dynamicRef' && typeof target.schema === 'object' ? target.schema.$dynamicAnchor : undefined;
    const ref = String((site.schema as JsonObject)[keyword]);
    if (typeof name !== 'string' || !ref.endsWith(`#${name}`)) return target;
    return scope.get(name) ?? target;
  }

  // Whoever is outermost keeps an anchor's name, so a scope only ever grows.
  #enter(scope: DynamicScope, site: Site): DynamicScope {
    let out: Map<string, Site> | null = null;
    for (const [name, anchor] of this.#index.dynamicAnchors(site.base)) {
      if (!scope.has(name)) (out ??= new Map(scope)).set(name, anchor);
    }
    return out ?? scope;
  }

  #keyOf(scope: DynamicScope): string {
    return [...scope]
      .map(([name, site]) => {
        const id = this.#siteIds.get(site) ?? this.#siteIds.size;
        this.#siteIds.set(site, id);
        return `${name}=${id}`;
      })
      .sort()
      .join(' ');
  }

  #lowerApplicator(site: Site, keyword: string, value: Json, scope: DynamicScope): Json {
    const shape = APPLICATORS[keyword]!;
    if (shape === 'schema') return this.lower(this.#index.child(site, keyword), scope);
    if (shape === 'schemas')
      return (value as readonly Json[]).map((_, i) => this.lower(this.#index.child(site, keyword, i), scope));
    if (keyword === 'patternProperties')
      for (const pattern of Object.keys(value as JsonObject))
        refuseBrokenPattern(pattern, joinPointer(site.pointer, keyword, pattern));
    return Object.fromEntries(
      Object.keys(value as JsonObject).map(name => [name, this.lower(this.#index.child(site, keyword, name), scope)]),
    );
  }

  #lowerFormat(value: Json, site: Site, pointer: Pointer, out: Mutable, extra: Json[]): void {
    if (typeof value !== 'string')
      throw new OnceFormError('ERR_DEFINITION_INVALID', '"format" is the name of a format.', { pointer });
    const pattern = Object.hasOwn(this.#input.formats, value)
      ? this.#input.formats[value]!.pattern
      : Object.hasOwn(STANDARD_FORMATS, value)
        ? STANDARD_FORMATS[value]!
        : null;
    if (this.#input.annotateFormats === true) return;
    if (pattern === null && Object.hasOwn(UNJUDGED_FORMATS, value))
      throw new OnceFormError(
        'ERR_FORMAT_UNKNOWN',
        `No published schema can judge the format "${value}": ${UNJUDGED_FORMATS[value]!}. Leave it out, or write a "pattern" for what this form takes.`,
        { pointer, data: { format: value } },
      );
    if (pattern === null) {
      if (this.#input.formatPrefix !== null && value.startsWith(this.#input.formatPrefix)) {
        throw new OnceFormError('ERR_FORMAT_UNKNOWN', `The pack has no format "${value}".`, {
          pointer,
          data: { format: value },
        });
      }
      this.#note(
        site,
        'FORMAT_NOT_CHECKED',
        'warning',
        pointer,
        `Nothing here can judge the format "${value}", so any text is taken${perhapsMeant(value, [...Object.keys(STANDARD_FORMATS), ...Object.keys(this.#input.formats)])}.`,
      );
    } else if ((site.schema as JsonObject).pattern === undefined) {
      out.pattern = pattern;
    } else {
      extra.push({ pattern });
    }
  }

  #lowerCodeList(schema: JsonObject, pointer: Pointer, out: Mutable, extra: Json[]): void {
    const id = schema.codelist;
    if (id === undefined) return;
    const at = joinPointer(pointer, 'codelist');
    const list =
      typeof id === 'string' && Object.hasOwn(this.#input.codeLists, id) ? this.#input.codeLists[id] : undefined;
    if (list === undefined)
      throw new OnceFormError('ERR_CODE_LIST_UNKNOWN', `The pack has no code list "${String(id)}".`, {
        pointer: at,
        data: { codeList: id },
      });
    const entries = this.#input.entries.get(list.id);
    if (schema.enum === undefined && entries !== undefined) out.enum = entries.map(entry => entry.code);
    else if (entries === undefined) {
      if (list.pattern !== undefined && out.pattern === undefined) out.pattern = list.pattern;
      const exact = this.#input.codePatterns.get(list.id);
      if (exact !== undefined) extra.push({ $ref: `#/$defs/${this.#nameOfList(list, exact)}` });
    }
    out.$comment = `code list ${list.id} sha256:${list.digest}`;
  }

  // Once for all who use the list, however many they are.
  #nameOfList(list: CodeListSpec, pattern: string): string {
    const known = this.#lists.get(list.id);
    if (known !== undefined) return known;
    const base = `code-list-${list.id.replace(/[^A-Za-z0-9_.-]+/g, '-')}`;
    let name = base;
    for (let n = 2; Object.hasOwn(this.#defs, name); n++) name = `${base}-${n}`;
    this.#lists.set(list.id, name);
    this.#defs[name] = { pattern, $comment: `the codes of ${list.id} sha256:${list.digest}` };
    return name;
  }

  // A root that is nothing but a reference is what it refers to, so that `$context` can stand among its properties.
  #withoutReference(site: Site): Site {
    const seen = new Set<Site>();
    for (let at = site; ; at = this.#index.follow(at, '$ref')) {
      if (typeof at.schema === 'boolean' || at.schema.$ref === undefined || seen.has(at)) return at;
      seen.add(at);
      const asserting = Object.keys(at.schema).some(
        keyword =>
          keyword !== '$ref'
          && isKnownKeyword(keyword)
          && !CORE_KEYWORDS.has(keyword)
          && !FORM_KEYWORDS.has(keyword)
          && !['$defs', 'definitions', 'title', 'description', '$comment'].includes(keyword),
      );
      if (asserting) return at;
    }
  }

  // Notes point into the definition; what a borrowed schema does is its author's business.
  #note(site: Site, code: string, severity: CompileNote['severity'], pointer: Pointer, message: string): void {
    if (!site.document.isDefinition || this.#noted.has(code + pointer)) return;
    this.#noted.add(code + pointer);
    this.#input.notes.push({ code, severity, pointer, message });
  }
}

/** `if/then/else` that holds nothing but `required` and `false`, so that it evaluates no property. */
export function ifThenElse(test: JsonSchema, then: JsonObject | null, otherwise: JsonObject): JsonObject {
  return { if: test, ...(then === null ? {} : { then }), else: otherwise };
}

/** A schema for what lies along a path, silent where the path is not there. */
export function along(path: readonly (string | null)[], schema: JsonObject): JsonObject {
  return path.reduceRight<JsonObject>(
    (inner, segment) => (segment === null ? { items: inner } : { properties: { [segment]: inner } }),
    schema,
  );
}

function refuseBrokenPattern(pattern: Json, pointer: Pointer): void {
  try {
    new RegExp(pattern as string, 'u');
    if (typeof pattern === 'string') return;
  } catch (cause) {
    throw new OnceFormError(
      'ERR_DEFINITION_INVALID',
      `This is no regular expression (ECMA-262 with "u"): ${(cause as Error).message}.`,
      { pointer, cause },
    );
  }
  throw new OnceFormError('ERR_DEFINITION_INVALID', 'A pattern is a regular expression.', { pointer });
}

/** The code lists a definition uses, by id, in document order. */
export function codeListsOf(sites: Iterable<Site>): Set<string> {
  const out = new Set<string>();
  for (const { schema } of sites)
    if (typeof schema === 'object' && typeof schema.codelist === 'string') out.add(schema.codelist);
  return out;
}

/** What `$context` holds, as the portal sets it: {@link FormContext} of the core. */
export const CONTEXT_SCHEMA: JsonObject = {
  type: 'object',
  readOnly: true,
  properties: {
    today: { type: 'string', pattern: STANDARD_FORMATS.date! },
    identityLevel: { enum: [0, 1, 2, 3] },
    channel: { enum: ['online', 'in-person', 'remote', 'post'] },
    agency: { type: 'string' },
    receivingAgency: { type: 'string' },
    assistedBy: { type: 'string' },
    retrieved: { type: 'object', additionalProperties: { enum: ['provided', 'not-provided', 'unavailable'] } },
  },
  required: ['today', 'identityLevel', 'channel', 'retrieved'],
};

function admitContext(root: Mutable): void {
  if (root.type !== undefined && root.type !== 'object') return;
  if (root.type === undefined && root.properties === undefined && root.$ref === undefined && root.allOf === undefined)
    return;
  root.properties = { ...(root.properties as JsonObject | undefined), $context: CONTEXT_SCHEMA };
  if (root.propertyNames !== undefined) root.propertyNames = { anyOf: [{ const: '$context' }, root.propertyNames] };
  const more: Json[] = [];
  for (const keyword of ['minProperties', 'maxProperties']) {
    const bound = root[keyword];
    if (typeof bound !== 'number') continue;
    delete root[keyword];
    more.push({ if: { required: ['$context'] }, then: { [keyword]: bound + 1 }, else: { [keyword]: bound } });
  }
  if (more.length > 0) root.allOf = [...((root.allOf as readonly Json[] | undefined) ?? []), ...more];
}

function fileSchema(schema: JsonObject): Mutable {
  const size: Mutable = { type: 'integer', minimum: 0 };
  if (typeof schema.maxSize === 'number') size.maximum = schema.maxSize;
  const type: Mutable = {
    type: 'string',
    pattern: Array.isArray(schema.accept)
      ? mediaPattern(schema.accept as readonly string[])
      : '^[a-z]+/[A-Za-z0-9.+-]+$',
  };
  const out: Mutable = {};
  for (const keyword of ['title', 'description', 'readOnly'])
    if (schema[keyword] !== undefined) out[keyword] = schema[keyword]!;
  return {
    ...out,
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 255 },
      type,
      size,
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
    required: ['name', 'type', 'size', 'sha256'],
    additionalProperties: false,
  };
}

function mediaPattern(accept: readonly string[]): string {
  const escaped = accept.map(type =>
    type
      .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      .replace('\\*', '[A-Za-z0-9.+-]+')
      .replaceAll('\\/', '/'),
  );
  return `^(?:${escaped.join('|')})$`;
}
