// CEL types of a form's data, read off its dataSchema, so that a rule on a field that is not there, or that compares a
// number with a text, is a compile error and not a rule that never speaks.

import { isJsonObject, type Json, type JsonObject, type Pointer, type RuleFunction } from '@onceform/core';
import { Environment } from '@marcbachmann/cel-js';
import { invalidRule } from './expression.ts';
import { perhapsMeant } from './nearest.ts';
import type { PatternPath } from './place.ts';

export class RuleTypes {
  readonly #root: JsonObject;
  readonly #base: Environment;
  readonly #types = new Map<Json, string>();
  readonly #environments = new Map<string, Environment>();
  /** Every name that some object has a field of. */
  readonly #fields = new Set<string>();
  #count = 0;

  constructor(dataSchema: JsonObject, definitions: JsonObject, functions: Readonly<Record<string, RuleFunction>>) {
    this.#root = { ...dataSchema, $defs: definitions };
    this.#base = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true });
    for (const [name, { parameters, result }] of Object.entries(functions))
      this.#base.registerFunction(`${name}(${parameters.join(', ')}): ${result}`, () => null);
    this.#base.registerVariable('data', this.#typeOf(this.#root, new Set()));
    // The first expression that is checked closes the list of types.
    for (const part of Object.values(definitions)) this.#typeOf(part, new Set());
    const context = this.#at(this.#root, ['$context']);
    this.#base.registerVariable('context', context.length === 0 ? 'dyn' : this.#typeOf(context[0]!, new Set()));
  }

  /**
   * Checks one expression about the value at `target`.
   *
   * @param scope the recursive definition that `target` starts in; null: the root.
   * @param expected the CEL type it has to give: `bool` for a check.
   * @throws {OnceFormError} ERR_RULE_INVALID with column, for an unknown field or function and for types that do not fit.
   */
  check(
    source: string,
    { path: target, scope }: { readonly path: PatternPath; readonly scope: string | null },
    pointer: Pointer,
    expected: string,
    allowsValue: boolean,
  ): void {
    const self = this.#typeAt(target.slice(0, -1), scope);
    const value = allowsValue ? this.#typeAt(target, scope) : null;
    const key = `${self} ${value}`;
    let environment = this.#environments.get(key);
    if (environment === undefined) {
      environment = this.#base.clone().registerVariable('self', self);
      if (value !== null) environment.registerVariable('value', value);
      this.#environments.set(key, environment);
    }
    const result = environment.check(source);
    if (!result.valid) {
      const { summary, message, range } = result.error as {
        summary?: string;
        message: string;
        range?: { start: number };
      };
      throw invalidRule(
        this.#plainWords(summary ?? message.split('\n')[0]!),
        source,
        range?.start ?? 0,
        pointer,
        result.error,
      );
    }
    const type = String(result.type);
    const fits = type === expected || type === 'dyn' || expected === 'dyn' || (expected === 'double' && type === 'int');
    if (!fits) throw invalidRule(`it gives ${wordFor(type)}, and ${wordFor(expected)} is needed`, source, 0, pointer);
  }

  #plainWords(summary: string): string {
    const key = /^No such key: (.*)$/.exec(summary);
    if (key !== null) return `there is no field "${key[1]}"${perhapsMeant(key[1]!, this.#fields)}`;
    const overload = /^no such overload: (.*)$/.exec(summary);
    if (overload !== null)
      return `${overload[1]!.replace(/\bObject\d+\b/g, 'object')} does not go together; say double(…), int(…) or string(…) to turn one into the other`;
    return summary;
  }

  /** Whether the form has, or may have, a field at a path from the root or, with `scope`, from a recursive definition. */
  has(path: PatternPath, scope: string | null): boolean {
    let schemas: JsonObject[] = [this.#startOf(scope, path)];
    for (const segment of path) {
      if (
        schemas.some(
          schema => this.#typeOf(schema, new Set()) === 'dyn' || /^(?:map|list)</.test(this.#typeOf(schema, new Set())),
        )
      )
        return true;
      schemas = schemas.flatMap(schema => this.#at(schema, [segment]));
      if (schemas.length === 0) return false;
    }
    return true;
  }

  // The context stands at the root only, wherever it is read.
  #startOf(scope: string | null, path: PatternPath): JsonObject {
    const part = scope === null || path[0] === '$context' ? undefined : (this.#root.$defs as JsonObject)[scope];
    return isJsonObject(part) ? part : this.#root;
  }

  #typeAt(path: PatternPath, scope: string | null): string {
    let schemas: JsonObject[] = [this.#startOf(scope, path)];
    for (const segment of path) {
      schemas = schemas.flatMap(schema => this.#at(schema, [segment]));
      if (schemas.length === 0) return 'dyn';
    }
    return schemas.length === 1 ? this.#typeOf(schemas[0]!, new Set()) : 'dyn';
  }

  #at(schema: JsonObject, path: PatternPath): JsonObject[] {
    const [segment] = path;
    const out: JsonObject[] = [];
    for (const part of this.#conjuncts(schema)) {
      const child =
        segment === null ? part.items : isJsonObject(part.properties) ? part.properties[segment!] : undefined;
      if (isJsonObject(child)) out.push(child);
    }
    return out;
  }

  // What holds at once for one value: through references and allOf.
  #conjuncts(schema: JsonObject, seen = new Set<Json>()): JsonObject[] {
    if (seen.has(schema)) return [];
    seen.add(schema);
    const out = [schema];
    if (typeof schema.$ref === 'string') {
      const target = (this.#root.$defs as JsonObject)[schema.$ref.slice('#/$defs/'.length)];
      if (isJsonObject(target)) out.push(...this.#conjuncts(target, seen));
    }
    if (Array.isArray(schema.allOf))
      for (const part of schema.allOf as readonly Json[])
        if (isJsonObject(part)) out.push(...this.#conjuncts(part, seen));
    return out;
  }

  #typeOf(schema: Json | undefined, open: ReadonlySet<Json>): string {
    if (!isJsonObject(schema) || open.has(schema)) return 'dyn';
    if (typeof schema.$ref === 'string' && Object.keys(schema).length === 1)
      return this.#typeOf((this.#root.$defs as JsonObject)[schema.$ref.slice('#/$defs/'.length)], open);
    const known = this.#types.get(schema);
    if (known !== undefined) return known;
    const inside = new Set([...open, schema]);
    const parts = this.#conjuncts(schema);
    if (parts.slice(1).some(part => open.has(part))) return 'dyn';
    for (const part of parts) inside.add(part);
    const type = this.#build(parts, inside);
    this.#types.set(schema, type);
    return type;
  }

  #build(parts: readonly JsonObject[], open: ReadonlySet<Json>): string {
    const type = parts.map(part => part.type).find(each => each !== undefined);
    if (Array.isArray(type)) return 'dyn';
    const values = parts.flatMap(part =>
      part.const !== undefined
        ? [part.const]
        : Array.isArray(part.enum)
          ? (part.enum as readonly Json[])
          : Array.isArray(part.oneOf)
              && (part.oneOf as readonly Json[]).every(each => isJsonObject(each) && each.const !== undefined)
            ? (part.oneOf as readonly JsonObject[]).map(each => each.const!)
            : [],
    );
    switch (type ?? typeOfValues(values)) {
      case 'string':
        return 'string';
      case 'integer':
        return 'int';
      case 'number':
        return 'double';
      case 'boolean':
        return 'bool';
      case 'array': {
        const items = parts.map(part => part.items).find(each => each !== undefined);
        return items === undefined || parts.some(part => part.prefixItems !== undefined)
          ? 'list<dyn>'
          : `list<${this.#typeOf(items, open)}>`;
      }
      case 'object':
      case undefined:
        return this.#objectType(parts, open);
      default:
        return 'dyn';
    }
  }

  #objectType(parts: readonly JsonObject[], open: ReadonlySet<Json>): string {
    const fields: Record<string, string> = {};
    for (const part of parts) {
      for (const [name, member] of Object.entries(isJsonObject(part.properties) ? part.properties : {})) {
        if (!isJsonObject(member)) continue;
        const type = this.#typeOf(member, open);
        fields[name] = fields[name] === undefined || fields[name] === type ? type : 'dyn';
      }
      // What only a branch or a condition brings may be there, of whatever type.
      for (const name of branchNames(part)) fields[name] ??= 'dyn';
    }
    const extra = parts
      .map(part => part.additionalProperties ?? part.unevaluatedProperties)
      .find(each => each !== undefined && each !== false);
    const names = Object.keys(fields);
    if (names.length === 0) return extra === undefined ? 'dyn' : `map<string, ${this.#typeOf(extra, open)}>`;
    if (extra !== undefined || parts.some(part => part.patternProperties !== undefined)) return 'dyn';
    for (const field of names) this.#fields.add(field);
    const name = `Object${++this.#count}`;
    this.#base.registerType(name, { fields });
    return name;
  }
}

function branchNames(schema: JsonObject): string[] {
  const out: string[] = [];
  const visit = (part: Json | undefined): void => {
    if (!isJsonObject(part)) return;
    if (isJsonObject(part.properties))
      for (const [name, member] of Object.entries(part.properties)) if (member !== false) out.push(name);
    out.push(...branchNames(part));
  };
  for (const keyword of ['oneOf', 'anyOf'] as const)
    if (Array.isArray(schema[keyword])) (schema[keyword] as readonly Json[]).forEach(visit);
  for (const keyword of ['then', 'else'] as const) visit(schema[keyword]);
  if (isJsonObject(schema.dependentSchemas)) Object.values(schema.dependentSchemas).forEach(visit);
  return out;
}

function typeOfValues(values: readonly Json[]): string | undefined {
  if (values.length === 0) return undefined;
  const types = new Set(
    values.map(value => (typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value)),
  );
  return types.size === 1 ? [...types][0] : 'dyn';
}

function wordFor(type: string): string {
  return (
    ({ bool: 'true or false', string: 'a text', int: 'a whole number', double: 'a number' } as Record<string, string>)[
      type
    ] ?? type
  );
}
