// What the judging functions of an emitted module are made of: one function for each keyword, put together by
// `check-code.ts`. A tenth of the code that ajv writes out for the same judgement, and the same errors. Each module holds
// only those it uses.

import type { Json, SchemaError } from '@onceform/core';
import { codeList, codePoints, guarded, isObject, type JudgeFunction, NONE, sameJson, step } from './judge.ts';

type Errors = SchemaError[] | null;

/** Takes the errors so far, or null, and gives those and its own. */
export type Check = (errors: Errors, value: Json, path: string) => Errors;

type Test = (value: Json) => boolean;

/** A check as a judging function. */
export function judged(check: Check): JudgeFunction {
  return value => guarded(() => check(null, value, '') ?? NONE);
}

export function fail(errors: Errors, instancePath: string, keyword: string, params: SchemaError['params']): Errors {
  (errors ??= []).push({ instancePath, keyword, params });
  return errors;
}

const asserting =
  (keyword: string, params: SchemaError['params'], test: Test): Check =>
  (errors, value, path) =>
    test(value) ? errors : fail(errors, path, keyword, params);

/** `false` and `not`. */
export const never: Check = (errors, _value, path) => fail(errors, path, 'false schema', {});
export const not = (test: Test): Check => asserting('not', {}, value => !test(value));

export const type = (name: string): Check => asserting('type', { type: name }, value => isOf(value, name));
export const types = (names: readonly string[]): Check =>
  asserting('type', { type: names }, value => names.some(name => isOf(value, name)));

function isOf(value: Json, type: string): boolean {
  return type === 'object'
    ? isObject(value)
    : type === 'array'
      ? Array.isArray(value)
      : type === 'null'
        ? value === null
        : type === 'integer'
          ? Number.isInteger(value)
          : typeof value === type;
}

/** `enum` and `const`, of values that are no objects. */
export const values = (allowedValues: readonly Json[]): Check =>
  asserting('enum', { allowedValues }, value => allowedValues.includes(value));
export const constant = (allowedValue: Json): Check =>
  asserting('const', { allowedValue }, value => value === allowedValue);

/** Texts that are one of some words, given in one. */
export const words = (allowed: string): Check => all(type('string'), values(allowed.split(' ')));

/** Texts by length and pattern. */
export function texts(min: number, max: number | null, pattern: string | null): Check {
  const shape = pattern === null ? null : new RegExp(pattern, 'u');
  return (errors, value, path) => {
    if (typeof value !== 'string') return fail(errors, path, 'type', { type: 'string' });
    if (shape !== null && !shape.test(value)) errors = fail(errors, path, 'pattern', { pattern });
    // A text has at most as many code points as UTF-16 units, and at least half as many, so most need no counting.
    if (max !== null && value.length > max && codePoints(value) > max)
      errors = fail(errors, path, 'maxLength', { limit: max });
    if (value.length < 2 * min && codePoints(value) < min) errors = fail(errors, path, 'minLength', { limit: min });
    return errors;
  };
}

/** One of the codes of a long list, once they are there. */
export const listed =
  (name: string): Check =>
  (errors, value, path) => {
    const list = codeList(name);
    return list === undefined || typeof value !== 'string' || list.shape.test(value)
      ? errors
      : fail(errors, path, 'pattern', { pattern: list.pattern });
  };

const COMPARISONS: Readonly<Record<string, readonly [string, (value: number, limit: number) => boolean]>> = {
  minimum: ['>=', (value, limit) => value >= limit],
  maximum: ['<=', (value, limit) => value <= limit],
  exclusiveMinimum: ['>', (value, limit) => value > limit],
  exclusiveMaximum: ['<', (value, limit) => value < limit],
};

/** `minimum` and the like. */
export function bound(keyword: string, limit: number): Check {
  const [comparison, holds] = COMPARISONS[keyword]!;
  return asserting(keyword, { comparison, limit }, value => typeof value !== 'number' || holds(value, limit));
}

/**
 * Members: those there are by their checks, those that have to be there, and any others by `rest`, which may refuse them
 * (null) or leave them alone (undefined). What is no object has none.
 */
export function members(
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
  rest?: Check | null,
): Check {
  // A keystroke comes by here, so ways are made once.
  const own = Object.entries(checks).map(([name, check]) => ({ name, check, way: step(name) }));
  return (errors, value, path) => {
    if (!isObject(value)) return errors;
    for (const missingProperty of required)
      if (!Object.hasOwn(value, missingProperty)) errors = fail(errors, path, 'required', { missingProperty });
    for (const { name, check, way } of own)
      if (Object.hasOwn(value, name)) errors = check(errors, value[name]!, path + way);
    if (rest === undefined) return errors;
    for (const name in value) {
      if (Object.hasOwn(checks, name)) continue;
      errors =
        rest === null
          ? fail(errors, path, 'additionalProperties', { additionalProperty: name })
          : rest(errors, value[name]!, path + step(name));
    }
    return errors;
  };
}

/** `members` of what has to be an object. */
export function object(...given: Parameters<typeof members>): Check {
  return all(type('object'), members(...given));
}

/** A member that may, or must, be there while a test of its object holds, and is absent otherwise. */
export const asked =
  (test: Test, name: string, isRequired = false): Check =>
  (errors, value, path) => {
    const isThere = isObject(value) && Object.hasOwn(value, name);
    if (!isObject(value) || isThere === test(value)) return errors;
    if (isThere) return fail(errors, path + step(name), 'false schema', {});
    return isRequired ? fail(errors, path, 'required', { missingProperty: name }) : errors;
  };

/** A list of so many items. */
export function rows(check: Check | null, min: number, max: number | null): Check {
  return (errors, value, path) => {
    if (!Array.isArray(value)) return fail(errors, path, 'type', { type: 'array' });
    if (value.length < min) errors = fail(errors, path, 'minItems', { limit: min });
    if (max !== null && value.length > max) errors = fail(errors, path, 'maxItems', { limit: max });
    if (check !== null) value.forEach((item: Json, i) => (errors = check(errors, item, `${path}/${i}`)));
    return errors;
  };
}

/** `uniqueItems`, among items of some types where any other is wrong anyway. */
export const unique =
  (types?: readonly string[]): Check =>
  (errors, value, path) => {
    if (!Array.isArray(value)) return errors;
    for (let i = value.length; --i > 0;)
      for (let j = types?.some(name => isOf(value[i] as Json, name)) === false ? 0 : i; j-- > 0;)
        if (sameJson(value[i], value[j])) return fail(errors, path, 'uniqueItems', { i, j });
    return errors;
  };

/** Several checks of one value. */
export const all =
  (...checks: readonly Check[]): Check =>
  (errors, value, path) => {
    for (const check of checks) errors = check(errors, value, path);
    return errors;
  };

/** `anyOf` and `oneOf`: what the alternatives find counts only where not enough, or too many, of them fit. */
export const any =
  (...checks: readonly Check[]): Check =>
  (errors, value, path) => {
    let found: Errors = null;
    for (const check of checks) {
      const own = check(null, value, path);
      if (own === null) return errors;
      found = [...(found ?? []), ...own];
    }
    return fail([...(errors ?? []), ...(found ?? [])], path, 'anyOf', {});
  };
export const one =
  (...checks: readonly Check[]): Check =>
  (errors, value, path) => {
    let found: SchemaError[] = [];
    const passing: number[] = [];
    for (let i = 0; i < checks.length && passing.length < 2; i++) {
      const own = checks[i]!(null, value, path);
      if (own === null) passing.push(i);
      else found = [...found, ...own];
    }
    return passing.length === 1
      ? errors
      : fail([...(errors ?? []), ...found], path, 'oneOf', { passingSchemas: passing.length === 0 ? null : passing });
  };

/** `if` with `then` and `else`. */
export const either =
  (test: Test, then: Check | null, otherwise: Check | null): Check =>
  (errors, value, path) =>
    (test(value) ? then : otherwise)?.(errors, value, path) ?? errors;

/** What is made later, for schemas that contain themselves. */
export const later =
  (check: () => Check): Check =>
  (errors, value, path) =>
    check()(errors, value, path);

/** A value that has members all along a way, and one of the values at its end; what has none fits. */
export function leads(value: Json | undefined, way: readonly string[], allowed?: readonly Json[]): boolean {
  for (const name of way) {
    if (!isObject(value)) return true;
    if (!Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return allowed === undefined || allowed.includes(value!);
}
