// From text or an object somebody made to a plain JSON tree that is safe to walk: bounded, acyclic, well-formed.

import { type Json, type JsonObject, isJsonObject, joinPointer, OnceFormError, type Pointer } from '@onceform/core';

/** Upper bounds of a definition. Above them it is refused with ERR_LIMIT_EXCEEDED, so that work stays bounded. */
export interface Limits {
  /** Nested objects and arrays. */
  readonly depth: number;
  /** Characters of the definition as JSON text. */
  readonly size: number;
  /** Values of any kind. */
  readonly values: number;
  /** Nodes of the outline, after every reference has been followed. */
  readonly nodes: number;
}

export const DEFAULT_LIMITS: Limits = { depth: 200, size: 4_000_000, values: 400_000, nodes: 20_000 };

/**
 * Reads a definition: JSON text, or an object. Returns a copy that shares nothing with the input.
 *
 * @throws {OnceFormError} ERR_JSON_INVALID when the text is not JSON, a value is not a JSON value, a string holds half
 *   of a surrogate pair or an object contains itself; ERR_DEFINITION_INVALID when a member is called `__proto__` or
 *   the whole is not an object; ERR_LIMIT_EXCEEDED when it is too deep or too large.
 */
export function loadDefinition(input: unknown, limits: Limits = DEFAULT_LIMITS): JsonObject {
  let value = input;
  if (typeof input === 'string') {
    if (input.length > limits.size) throw tooLarge('size', limits.size, '');
    const text = input.charCodeAt(0) === 0xfeff ? input.slice(1) : input;
    refuseDeepText(text, limits.depth);
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new OnceFormError('ERR_JSON_INVALID', `The definition is not JSON: ${(cause as Error).message}.`, {
        cause,
      });
    }
  }
  const copy = copyJson(value, limits);
  if (copy === true) return {};
  if (!isJsonObject(copy))
    throw new OnceFormError('ERR_DEFINITION_INVALID', 'A form definition is a JSON object.', { pointer: '' });
  return copy;
}

/** Copies a JSON value, checking it against the limits on the way. Does not recurse. */
export function copyJson(input: unknown, limits: Limits = DEFAULT_LIMITS): Json {
  const holder: { value: Json } = { value: null };
  type Task = { value: unknown; put: (copy: Json) => void; pointer: Pointer; depth: number; leave?: object };
  const tasks: Task[] = [
    {
      value: input,
      put: copy => {
        holder.value = copy;
      },
      pointer: '',
      depth: 0,
    },
  ];
  const open = new Set<object>();
  let values = 0;
  let size = 0;
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if (task.leave !== undefined) {
      open.delete(task.leave);
      continue;
    }
    const { value, put, pointer, depth } = task;
    if (++values > limits.values) throw tooLarge('values', limits.values, pointer);
    if (depth > limits.depth) throw tooLarge('depth', limits.depth, shorten(pointer));
    if (value === null || typeof value === 'boolean') {
      put(value);
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw notJson(pointer, `${value} is not a JSON number`);
      put(value);
    } else if (typeof value === 'string') {
      if (!value.isWellFormed()) throw notJson(pointer, 'a string holds half of a surrogate pair');
      size += value.length;
      if (size > limits.size) throw tooLarge('size', limits.size, pointer);
      put(value);
    } else if (typeof value === 'object') {
      if (open.has(value)) throw notJson(pointer, 'an object contains itself');
      open.add(value);
      tasks.push({ value: null, put, pointer, depth, leave: value });
      const children: Task[] = [];
      if (Array.isArray(value)) {
        const copy: Json[] = [];
        put(copy);
        value.forEach((item, i) =>
          children.push({
            value: item,
            put: json => {
              copy[i] = json;
            },
            pointer: `${pointer}/${i}`,
            depth: depth + 1,
          }),
        );
      } else {
        const copy: Record<string, Json> = {};
        put(copy);
        for (const [key, item] of Object.entries(value)) {
          if (item === undefined) continue;
          if (key === '__proto__') {
            throw new OnceFormError('ERR_DEFINITION_INVALID', 'A member may not be called "__proto__".', { pointer });
          }
          if (!key.isWellFormed()) throw notJson(pointer, 'a member name holds half of a surrogate pair');
          size += key.length;
          copy[key] = null;
          children.push({
            value: item,
            put: json => {
              copy[key] = json;
            },
            pointer: joinPointer(pointer, key),
            depth: depth + 1,
          });
        }
      }
      for (let child = children.pop(); child !== undefined; child = children.pop()) tasks.push(child);
    } else {
      throw notJson(pointer, `a ${typeof value} is not JSON`);
    }
  }
  return holder.value;
}

// JSON.parse builds what the text says before anybody can count, so depth is counted on the text first.
function refuseDeepText(text: string, limit: number): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit + 1) throw tooLarge('depth', limit, '');
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
}

export function tooLarge(limit: keyof Limits, bound: number, pointer: Pointer): OnceFormError {
  const what = {
    depth: 'nested too deeply',
    size: 'too long',
    values: 'made of too many values',
    nodes: 'too large once its references are followed',
  };
  return new OnceFormError('ERR_LIMIT_EXCEEDED', `The definition is ${what[limit]}: the limit is ${bound}.`, {
    pointer,
    data: { limit, bound },
  });
}

function notJson(pointer: Pointer, why: string): OnceFormError {
  return new OnceFormError('ERR_JSON_INVALID', `The definition is not JSON: ${why}.`, { pointer: shorten(pointer) });
}

function shorten(pointer: Pointer): Pointer {
  return pointer.length <= 200 ? pointer : pointer.slice(0, pointer.lastIndexOf('/', 200));
}
