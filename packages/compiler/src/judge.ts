// What generated functions need at run time. Part of every emitted module.

import type { Json, JsonObject, SchemaError } from '@onceform/core';
import { LISTED } from './keywords.ts';

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

/** A function that only tells whether a value fits. */
export function tested(test: (value: Json) => boolean): JudgeFunction {
  return value => guarded(() => (test(value) ? NONE : MISFIT));
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
    .map(({ instancePath, keyword, params }) => ({
      instancePath,
      keyword: keyword === LISTED ? 'pattern' : keyword,
      params,
    }));
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

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/** A long list, once its codes are there. */
export function codeList(name: string): CodeList | undefined {
  return LISTS.get(name);
}

/** A member as a step of a pointer. */
export function step(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
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
