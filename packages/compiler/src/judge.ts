// What generated functions need at run time. Part of every emitted module.

import type { Json, JsonObject, SchemaError } from '@onceform/core';

/** Judges a value; empty when it fits. */
export type JudgeFunction = (value: Json) => readonly SchemaError[];

/** As ajv makes them. */
export type ValidateFunction = ((value: Json) => boolean) & { errors?: readonly SchemaError[] | null };

export const NONE: readonly SchemaError[] = [];

const FITTING = new WeakMap<JudgeFunction, ValidateFunction>();

/** An ajv function as one that returns what it found, and that ends even on data deeper than the stack. */
export function judge(validate: ValidateFunction): JudgeFunction {
  const judging: JudgeFunction = value => {
    try {
      return validate(value) ? NONE : errorsOf(validate);
    } catch (error) {
      return tooDeep(error);
    }
  };
  FITTING.set(judging, validate);
  return judging;
}

/** What a mere test has to say. */
const MISFIT: readonly SchemaError[] = [{ instancePath: '', keyword: 'false schema', params: {} }];

/** The same for functions that are said briefly: their errors are as they should be. */
export function judgeBrief(validate: ValidateFunction): JudgeFunction {
  return value => {
    try {
      return validate(value) ? NONE : (validate.errors ?? MISFIT);
    } catch (error) {
      return tooDeep(error);
    }
  };
}

/** The ajv function behind a judging one, for who has to ask it often. */
export function validateOf(judging: JudgeFunction): ValidateFunction | undefined {
  return FITTING.get(judging);
}

/** What an ajv function found when it last said no. */
export function errorsOf(validate: ValidateFunction): SchemaError[] {
  // `if` only repeats what `then` or `else` said.
  return (validate.errors ?? MISFIT)
    .filter(error => error.keyword !== 'if')
    .map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
}

/** Runs a judgement to its end, whatever the data. */
export function guarded(run: () => readonly SchemaError[]): readonly SchemaError[] {
  try {
    return run();
  } catch (error) {
    return tooDeep(error);
  }
}

/** Data deeper than the stack are one error, not a crash. */
export function tooDeep(error: unknown): readonly SchemaError[] {
  if (error instanceof RangeError) return [{ instancePath: '', keyword: 'depth', params: {} }];
  throw error;
}

// What emitted code says instead of writing it out: each takes the errors so far, or null, and gives those and its own.

type Errors = SchemaError[] | null;

export function push(errors: Errors, error: SchemaError): SchemaError[] {
  (errors ??= []).push(error);
  return errors;
}

export function fail(
  errors: Errors,
  instancePath: string,
  keyword: string,
  params: SchemaError['params'],
): SchemaError[] {
  return push(errors, { instancePath, keyword, params });
}

export function count(errors: Errors): number {
  return errors === null ? 0 : errors.length;
}

/** The first `length` errors. */
export function cut(errors: Errors, length: number): Errors {
  if (length === 0 || errors === null) return null;
  errors.length = length;
  return errors;
}

/** Judges by another function. */
export function use(
  validate: ((value: Json, path: string) => boolean) & { errors: SchemaError[] | null },
  errors: Errors,
  value: Json,
  path: string,
): Errors {
  return validate(value, path) ? errors : errors === null ? validate.errors : errors.concat(validate.errors!);
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that have to be there. */
export function absent(errors: Errors, value: Record<string, Json>, path: string, names: readonly string[]): Errors {
  for (const missingProperty of names)
    if (value[missingProperty] === undefined) errors = fail(errors, path, 'required', { missingProperty });
  return errors;
}

/** Members that may not be there. */
export function unknown(errors: Errors, value: Record<string, Json>, path: string, names: readonly string[]): Errors {
  for (const additionalProperty in value)
    if (!names.includes(additionalProperty))
      errors = fail(errors, path, 'additionalProperties', { additionalProperty });
  return errors;
}

/** A judgement of texts by length, pattern and the values there are. */
export function texts(
  [min, max, pattern]: readonly [number, number | null, string | null],
  allowedValues?: readonly string[],
) {
  const shape = pattern === null ? null : new RegExp(pattern, 'u');
  return (errors: Errors, value: unknown, path: string): Errors => {
    if (allowedValues?.includes(value as string) === false) errors = fail(errors, path, 'enum', { allowedValues });
    if (typeof value !== 'string') return fail(errors, path, 'type', { type: 'string' });
    if (shape !== null && !shape.test(value)) errors = fail(errors, path, 'pattern', { pattern });
    if (max !== null && value.length > max && codePoints(value) > max)
      errors = fail(errors, path, 'maxLength', { limit: max });
    if (value.length < 2 * min && codePoints(value) < min) errors = fail(errors, path, 'minLength', { limit: min });
    return errors;
  };
}

interface CodeList {
  readonly pattern: string;
  readonly shape: RegExp;
}

const LISTS = new Map<string, CodeList>();

/** The codes of long lists come with the documents of a form: a page that only fills it in need not load them. */
export function learnLists(definitions: JsonObject, names: readonly string[]): void {
  for (const name of names) {
    const pattern = (definitions[name] as { readonly pattern: string }).pattern;
    LISTS.set(name, { pattern, shape: new RegExp(pattern, 'u') });
  }
}

/** A judgement by a long list: of anything but its codes, once they are there. */
export function listed(errors: Errors, value: unknown, path: string, name: string): Errors {
  const list = LISTS.get(name);
  return list === undefined || typeof value !== 'string' || list.shape.test(value)
    ? errors
    : fail(errors, path, 'pattern', { pattern: list.pattern });
}

/** The length of a text in Unicode code points. */
export function codePoints(text: string): number {
  const end = text.length;
  let count = end;
  for (let i = 1; i < end; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/** Whether two JSON values are the same. The core has it too; here so that a module carries only this. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== 'object'
    || typeof b !== 'object'
    || a === null
    || b === null
    || Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length
    && keys.every(
      key =>
        Object.hasOwn(b, key) && sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
