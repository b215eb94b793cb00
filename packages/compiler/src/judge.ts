// What generated functions need at run time. Part of every emitted module.

import type { Json, SchemaError } from '@onceform/core';

/** Judges a value; empty when it fits. */
export type JudgeFunction = (value: Json) => readonly SchemaError[];

/** As ajv makes them. */
export type ValidateFunction = ((value: Json) => boolean) & { errors?: readonly SchemaError[] | null };

export const NONE: readonly SchemaError[] = [];

/** An ajv function as one that returns what it found, and that ends even on data deeper than the stack. */
export function judge(validate: ValidateFunction): JudgeFunction {
  return value => {
    try {
      if (validate(value)) return NONE;
    } catch (error) {
      if (error instanceof RangeError) return [{ instancePath: '', keyword: 'depth', params: {} }];
      throw error;
    }
    // `if` only repeats what `then` or `else` said.
    return validate.errors!.filter(error => error.keyword !== 'if').map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
  };
}

/** The length of a text in Unicode code points. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xFC00) === 0xD800 && (text.charCodeAt(i + 1) & 0xFC00) === 0xDC00) { count--; i++; }
  }
  return count;
}

/** Whether two JSON values are the same. The core has it too; here so that a module carries only this. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length
    && keys.every(key => Object.hasOwn(b, key) && sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
