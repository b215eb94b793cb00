// JSON values: types, deep equality, deep freeze. A leaf: imports nothing.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether two JSON values are the same; the order of object keys does not matter. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  const left = a as JsonObject,
    right = b as JsonObject;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length
    && keys.every(key => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]))
  );
}

/** Freezes a JSON value in depth and returns it. What is frozen already is taken to be frozen in depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
