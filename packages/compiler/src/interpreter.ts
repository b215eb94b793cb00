// Judging without generated code: every schema becomes a closure once, and closures call each other. It finds the same
// errors as ajv does in the emitted modules. A keyword it does not have refuses the whole schema, by name.

import {
  formatPointer,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type SchemaError,
} from '@onceform/core';
import { codePoints, guarded, type JudgeFunction, codeList, sameJson } from './judge.ts';
import { isPassive, LISTED, scalarTypes } from './keywords.ts';

/** What has been looked at in one value, for `unevaluatedProperties` and `unevaluatedItems`. */
interface Seen {
  all: boolean;
  readonly names: Set<string>;
  /** Items up to here. */
  upTo: number;
  readonly items: Set<number>;
}

/** Adds what it finds to `out`, and tells whether it found nothing. */
type Check = (value: Json, at: string, out: SchemaError[], seen: Seen | null) => boolean;
type Keyword = (operand: Json, schema: JsonObject, compiler: Compiler) => Check | null;

/**
 * Makes judging functions that need no code generation.
 *
 * @throws {OnceFormError} ERR_KEYWORD_UNSUPPORTED naming a keyword it does not have; ERR_DEFINITION_INVALID when a
 *   keyword's value is not what the keyword takes.
 */
export function interpretFunctions(schemas: {
  readonly definitions: JsonObject;
  readonly functions: Readonly<Record<string, JsonSchema>>;
}): Record<string, JudgeFunction> {
  const compiler = new Compiler(schemas.definitions);
  return Object.fromEntries(
    Object.entries(schemas.functions).map(([name, schema]) => {
      const check = compiler.check(schema);
      return [
        name,
        (value: Json) =>
          guarded(() => {
            const out: SchemaError[] = [];
            check(value, '', out, null);
            return out;
          }),
      ];
    }),
  );
}

class Compiler {
  readonly #definitions: JsonObject;
  readonly #named = new Map<string, Check>();

  constructor(definitions: JsonObject) {
    this.#definitions = definitions;
  }

  check(schema: Json | undefined): Check {
    if (schema === true || schema === undefined) return () => true;
    if (schema === false) return (_value, at, out) => fail(out, at, 'false schema', {});
    if (!isJsonObject(schema)) throw broken('A schema is an object or a boolean.');
    const checks: Check[] = [];
    const last: Check[] = [];
    for (const [keyword, operand] of Object.entries(schema)) {
      const make = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword]! : null;
      if (make === null) {
        if (isPassive(keyword)) continue;
        throw new OnceFormError('ERR_KEYWORD_UNSUPPORTED', `"${keyword}" cannot be judged here.`, {
          data: { keyword },
        });
      }
      const check = make(operand, schema, this);
      if (check !== null) (keyword.startsWith('unevaluated') ? last : checks).push(check);
    }
    checks.push(...last);
    const own = last.length > 0;
    return (value, at, out, outer) => {
      const seen = own ? newSeen() : outer;
      let ok = true;
      for (const check of checks) if (!check(value, at, out, seen)) ok = false;
      if (own && ok && outer !== null) merge(outer, seen!);
      return ok;
    };
  }

  named(ref: Json): Check {
    const name = typeof ref === 'string' && ref.startsWith('#/$defs/') ? ref.slice('#/$defs/'.length) : null;
    if (name === null || !Object.hasOwn(this.#definitions, name))
      throw new OnceFormError('ERR_REF_UNRESOLVED', `Nothing here is called "${String(ref)}".`, { data: { ref } });
    if (!this.#named.has(name)) {
      let check: Check | null = null;
      this.#named.set(name, (value, at, out, seen) => check!(value, at, out, seen));
      check = this.check(this.#definitions[name]);
    }
    return this.#named.get(name)!;
  }
}

// ---- the keywords

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  // in place
  $ref: (ref, _schema, compiler) => compiler.named(ref),
  allOf(list, _schema, compiler) {
    const checks = schemasOf('allOf', list, compiler);
    return (value, at, out, seen) => {
      let ok = true;
      for (const check of checks) if (!branch(check, value, at, out, seen)) ok = false;
      return ok;
    };
  },
  anyOf(list, _schema, compiler) {
    const checks = schemasOf('anyOf', list, compiler);
    return (value, at, out, seen) => {
      const start = out.length;
      let ok = false;
      for (const check of checks) if (branch(check, value, at, out, seen)) ok = true;
      if (ok) {
        out.length = start;
        return true;
      }
      return fail(out, at, 'anyOf', {});
    };
  },
  oneOf(list, _schema, compiler) {
    const checks = schemasOf('oneOf', list, compiler);
    return (value, at, out, seen) => {
      const start = out.length;
      const passing: number[] = [];
      let own: Seen | null = null;
      checks.forEach((check, i) => {
        if (passing.length > 1) return;
        const part = seen === null ? null : newSeen();
        if (check(value, at, out, part)) {
          passing.push(i);
          own = part;
        }
      });
      if (passing.length !== 1)
        return fail(out, at, 'oneOf', { passingSchemas: passing.length === 0 ? null : passing });
      out.length = start;
      if (seen !== null) merge(seen, own!);
      return true;
    };
  },
  not(schema, _schema, compiler) {
    const check = compiler.check(schema);
    return (value, at, out) => (check(value, at, [], null) ? fail(out, at, 'not', {}) : true);
  },
  if(test, schema, compiler) {
    if (schema.then === undefined && schema.else === undefined) {
      const only = compiler.check(test);
      return (value, at, _out, seen) => {
        branch(only, value, at, [], seen);
        return true;
      };
    }
    const check = compiler.check(test);
    const then = compiler.check(schema.then);
    const otherwise = compiler.check(schema.else);
    return (value, at, out, seen) =>
      branch(check, value, at, [], seen) ? branch(then, value, at, out, seen) : branch(otherwise, value, at, out, seen);
  },
  then: () => null,
  else: () => null,
  dependentSchemas(map, _schema, compiler) {
    const checks = mapOf('dependentSchemas', map, compiler);
    return object((value, at, out, seen) => {
      let ok = true;
      for (const [name, check] of checks)
        if (Object.hasOwn(value, name) && !branch(check, value, at, out, seen)) ok = false;
      return ok;
    });
  },

  // objects
  properties(map, _schema, compiler) {
    const checks = mapOf('properties', map, compiler);
    return object((value, at, out, seen) => {
      let ok = true;
      for (const [name, check] of checks) {
        if (!Object.hasOwn(value, name)) continue;
        seen?.names.add(name);
        if (!check(value[name]!, at + formatPointer([name]), out, null)) ok = false;
      }
      return ok;
    });
  },
  patternProperties(map, _schema, compiler) {
    const checks = mapOf('patternProperties', map, compiler).map(
      ([pattern, check]) => [regExp(pattern), check] as const,
    );
    return object((value, at, out, seen) => {
      let ok = true;
      for (const name of Object.keys(value)) {
        for (const [pattern, check] of checks) {
          if (!pattern.test(name)) continue;
          seen?.names.add(name);
          if (!check(value[name]!, at + formatPointer([name]), out, null)) ok = false;
        }
      }
      return ok;
    });
  },
  additionalProperties(schema, parent, compiler) {
    const names = new Set(Object.keys(isJsonObject(parent.properties) ? parent.properties : {}));
    const patterns = Object.keys(isJsonObject(parent.patternProperties) ? parent.patternProperties : {}).map(regExp);
    const check = schema === false ? null : compiler.check(schema);
    return object((value, at, out, seen) => {
      let ok = true;
      for (const name of Object.keys(value)) {
        if (names.has(name) || patterns.some(pattern => pattern.test(name))) continue;
        seen?.names.add(name);
        if (
          check === null
            ? !fail(out, at, 'additionalProperties', { additionalProperty: name })
            : !check(value[name]!, at + formatPointer([name]), out, null)
        )
          ok = false;
      }
      return ok;
    });
  },
  unevaluatedProperties(schema, _schema, compiler) {
    const check = schema === false ? null : compiler.check(schema);
    return object((value, at, out, seen) => {
      let ok = true;
      if (seen!.all) return true;
      for (const name of Object.keys(value)) {
        if (seen!.names.has(name)) continue;
        if (
          check === null
            ? !fail(out, at, 'unevaluatedProperties', { unevaluatedProperty: name })
            : !check(value[name]!, at + formatPointer([name]), out, null)
        )
          ok = false;
        else seen!.names.add(name);
      }
      return ok;
    });
  },
  propertyNames(schema, _schema, compiler) {
    const check = compiler.check(schema);
    return object((value, at, out) => {
      let ok = true;
      for (const name of Object.keys(value)) {
        if (check(name, at, out, null)) continue;
        ok = fail(out, at, 'propertyNames', { propertyName: name });
      }
      return ok;
    });
  },
  required(names) {
    const list = stringsOf('required', names);
    return object((value, at, out) => {
      let ok = true;
      for (const name of list)
        if (!Object.hasOwn(value, name)) ok = fail(out, at, 'required', { missingProperty: name });
      return ok;
    });
  },
  dependentRequired(map) {
    if (!isJsonObject(map)) throw broken('"dependentRequired" is an object.');
    const entries = Object.entries(map).map(
      ([name, others]) => [name, stringsOf('dependentRequired', others)] as const,
    );
    return object((value, at, out) => {
      let ok = true;
      for (const [property, deps] of entries) {
        if (!Object.hasOwn(value, property)) continue;
        for (const missingProperty of deps) {
          if (!Object.hasOwn(value, missingProperty))
            ok = fail(out, at, 'dependentRequired', {
              property,
              missingProperty,
              depsCount: deps.length,
              deps: deps.length === 1 ? deps[0]! : deps.join(', '),
            });
        }
      }
      return ok;
    });
  },
  minProperties: bound(
    'minProperties',
    value => (isJsonObject(value) ? Object.keys(value).length : null),
    (size, limit) => size >= limit,
  ),
  maxProperties: bound(
    'maxProperties',
    value => (isJsonObject(value) ? Object.keys(value).length : null),
    (size, limit) => size <= limit,
  ),

  // arrays
  prefixItems(list, _schema, compiler) {
    const checks = schemasOf('prefixItems', list, compiler);
    return array((value, at, out, seen) => {
      let ok = true;
      const end = Math.min(checks.length, value.length);
      if (seen !== null) seen.upTo = Math.max(seen.upTo, end);
      for (let i = 0; i < end; i++) if (!checks[i]!(value[i]!, `${at}/${i}`, out, null)) ok = false;
      return ok;
    });
  },
  items(schema, parent, compiler) {
    const prefix = Array.isArray(parent.prefixItems) ? parent.prefixItems.length : 0;
    if (schema === false && parent.prefixItems !== undefined) {
      return array((value, at, out, seen) => {
        if (seen !== null) seen.upTo = Infinity;
        return value.length <= prefix || fail(out, at, 'items', { limit: prefix });
      });
    }
    const check = compiler.check(schema);
    return array((value, at, out, seen) => {
      let ok = true;
      if (seen !== null) seen.upTo = Infinity;
      for (let i = prefix; i < value.length; i++) if (!check(value[i]!, `${at}/${i}`, out, null)) ok = false;
      return ok;
    });
  },
  contains(schema, parent, compiler) {
    const check = compiler.check(schema);
    const min = typeof parent.minContains === 'number' ? parent.minContains : 1;
    const max = typeof parent.maxContains === 'number' ? parent.maxContains : null;
    return array((value, at, out, seen) => {
      const start = out.length;
      let count = 0;
      value.forEach((item, i) => {
        if (!check(item, `${at}/${i}`, out, null)) return;
        count++;
        seen?.items.add(i);
      });
      if (count >= min && (max === null || count <= max)) {
        out.length = start;
        return true;
      }
      return fail(out, at, 'contains', max === null ? { minContains: min } : { minContains: min, maxContains: max });
    });
  },
  minContains: () => null,
  maxContains: () => null,
  unevaluatedItems(schema, _schema, compiler) {
    const check = schema === false ? null : compiler.check(schema);
    return array((value, at, out, seen) => {
      let ok = true;
      for (let i = seen!.upTo; i < value.length; i++) {
        if (seen!.items.has(i)) continue;
        if (check === null) {
          ok = fail(out, at, 'unevaluatedItems', {});
          break;
        }
        if (!check(value[i]!, `${at}/${i}`, out, null)) ok = false;
      }
      if (ok) seen!.upTo = Infinity;
      return ok;
    });
  },
  minItems: bound(
    'minItems',
    value => (Array.isArray(value) ? value.length : null),
    (size, limit) => size >= limit,
  ),
  maxItems: bound(
    'maxItems',
    value => (Array.isArray(value) ? value.length : null),
    (size, limit) => size <= limit,
  ),
  uniqueItems(flag, parent) {
    if (flag !== true) return null;
    const types = scalarTypes(parent.items);
    return array((value, at, out) => {
      for (let i = value.length - 1; i > 0; i--) {
        if (types !== null && !types.some(type => isType(value[i]!, type))) continue;
        for (let j = i - 1; j >= 0; j--)
          if (sameJson(value[i], value[j])) return fail(out, at, 'uniqueItems', { i, j });
      }
      return true;
    });
  },

  // any value
  type(types) {
    const list = typeof types === 'string' ? [types] : stringsOf('type', types);
    for (const type of list)
      if (!['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'].includes(type))
        throw broken(`There is no type "${type}".`);
    return (value, at, out) => list.some(type => isType(value, type)) || fail(out, at, 'type', { type: types });
  },
  enum(values) {
    if (!Array.isArray(values)) throw broken('"enum" is a list.');
    const simple = values.every((value: Json) => typeof value !== 'object' || value === null)
      ? new Set<Json>(values as readonly Json[])
      : null;
    return (value, at, out) =>
      (simple === null ? (values as readonly Json[]).some(each => sameJson(each, value)) : simple.has(value))
      || fail(out, at, 'enum', { allowedValues: values });
  },
  const: constant => (value, at, out) =>
    sameJson(constant, value) || fail(out, at, 'const', { allowedValue: constant }),

  // A long code list of an emitted module, which comes later.
  [LISTED]: name => (value, at, out) => {
    const list = codeList(String(name));
    return list === undefined || typeof value !== 'string' || list.shape.test(value)
      ? true
      : fail(out, at, 'pattern', { pattern: list.pattern });
  },

  // texts and numbers
  minLength: bound(
    'minLength',
    value => (typeof value === 'string' ? codePoints(value) : null),
    (size, limit) => size >= limit,
  ),
  maxLength: bound(
    'maxLength',
    value => (typeof value === 'string' ? codePoints(value) : null),
    (size, limit) => size <= limit,
  ),
  pattern(source) {
    if (typeof source !== 'string') throw broken('"pattern" is a regular expression.');
    const pattern = regExp(source);
    return (value, at, out) =>
      typeof value !== 'string' || pattern.test(value) || fail(out, at, 'pattern', { pattern: source });
  },
  minimum: comparison('minimum', '>=', (value, limit) => value >= limit),
  maximum: comparison('maximum', '<=', (value, limit) => value <= limit),
  exclusiveMinimum: comparison('exclusiveMinimum', '>', (value, limit) => value > limit),
  exclusiveMaximum: comparison('exclusiveMaximum', '<', (value, limit) => value < limit),
  multipleOf(divisor) {
    if (typeof divisor !== 'number') throw broken('"multipleOf" is a number.');
    return (value, at, out) =>
      typeof value !== 'number'
      || Number.isInteger(value / divisor)
      || fail(out, at, 'multipleOf', { multipleOf: divisor });
  },
};

// ---- shared by keywords

function fail(out: SchemaError[], instancePath: string, keyword: string, params: SchemaError['params']): false {
  out.push({ instancePath, keyword, params });
  return false;
}

// What a schema that failed has looked at counts for nothing.
function branch(check: Check, value: Json, at: string, out: SchemaError[], seen: Seen | null): boolean {
  if (seen === null) return check(value, at, out, null);
  const own = newSeen();
  const ok = check(value, at, out, own);
  if (ok) merge(seen, own);
  return ok;
}

function newSeen(): Seen {
  return { all: false, names: new Set(), upTo: 0, items: new Set() };
}

function merge(into: Seen, from: Seen): void {
  into.all ||= from.all;
  for (const name of from.names) into.names.add(name);
  into.upTo = Math.max(into.upTo, from.upTo);
  for (const item of from.items) into.items.add(item);
}

function object(check: (value: JsonObject, at: string, out: SchemaError[], seen: Seen | null) => boolean): Check {
  return (value, at, out, seen) => !isJsonObject(value) || check(value, at, out, seen);
}

function array(check: (value: readonly Json[], at: string, out: SchemaError[], seen: Seen | null) => boolean): Check {
  return (value, at, out, seen) => !Array.isArray(value) || check(value as readonly Json[], at, out, seen);
}

function bound(
  keyword: string,
  sizeOf: (value: Json) => number | null,
  holds: (size: number, limit: number) => boolean,
): Keyword {
  return limit => {
    if (typeof limit !== 'number') throw broken(`"${keyword}" is a number.`);
    return (value, at, out) => {
      const size = sizeOf(value);
      return size === null || holds(size, limit) || fail(out, at, keyword, { limit });
    };
  };
}

function comparison(keyword: string, sign: string, holds: (value: number, limit: number) => boolean): Keyword {
  return limit => {
    if (typeof limit !== 'number') throw broken(`"${keyword}" is a number.`);
    return (value, at, out) =>
      typeof value !== 'number' || holds(value, limit) || fail(out, at, keyword, { comparison: sign, limit });
  };
}

function isType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function schemasOf(keyword: string, list: Json, compiler: Compiler): Check[] {
  if (!Array.isArray(list)) throw broken(`"${keyword}" is a list of schemas.`);
  return (list as readonly Json[]).map(schema => compiler.check(schema));
}

function mapOf(keyword: string, map: Json, compiler: Compiler): [string, Check][] {
  if (!isJsonObject(map)) throw broken(`"${keyword}" is an object of schemas.`);
  return Object.entries(map).map(([name, schema]) => [name, compiler.check(schema)]);
}

function stringsOf(keyword: string, list: Json): string[] {
  if (!Array.isArray(list) || !list.every(item => typeof item === 'string'))
    throw broken(`"${keyword}" is a list of names.`);
  return list;
}

function regExp(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new OnceFormError(
      'ERR_DEFINITION_INVALID',
      `"${source}" is no regular expression: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

function broken(message: string): OnceFormError {
  return new OnceFormError('ERR_DEFINITION_INVALID', message);
}
