// JSON Pointers (RFC 6901), the only path syntax of the project. A leaf.

import type { Json, JsonObject } from './json.ts';

/** An RFC 6901 JSON Pointer into an instance: `''` is the whole, `/requester/fullName` a member. */
export type Pointer = string;

/**
 * A pointer in which the segment `[]` stands for every item of an array or every member of a map:
 * `/children/[]/name`. A property that is really called `[]` is written `~2`.
 */
export type PointerPattern = string;

/** The decoded segments of a pointer. */
export type Path = readonly string[];

export function parsePointer(pointer: Pointer): string[] {
  if (pointer === '') return [];
  if (pointer[0] !== '/') {
    throw new TypeError(`A JSON Pointer is empty or starts with "/": got ${JSON.stringify(pointer)}`);
  }
  const path = pointer.slice(1).split('/');
  return pointer.includes('~') ? path.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~')) : path;
}

export function formatPointer(path: Path): Pointer {
  return path.map(segment => '/' + segment.replaceAll('~', '~0').replaceAll('/', '~1')).join('');
}

/** Appends segments to a pointer, escaping each. */
export function joinPointer(base: Pointer, ...segments: readonly (string | number)[]): Pointer {
  return base + formatPointer(segments.map(String));
}

export function parentPointer(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

/** Tells whether `inner` is `outer` itself or lies below it. */
export function pointerContains(outer: Pointer, inner: Pointer): boolean {
  return inner === outer || (inner.startsWith(outer) && inner[outer.length] === '/') || outer === '';
}

/** Tells whether a pointer is one of some pointers or lies below one of them; costs its depth, not their number. */
export function isWithin(pointers: ReadonlySet<Pointer>, pointer: Pointer): boolean {
  if (pointers.size === 0) return false;
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1))
    if (pointers.has(pointer.slice(0, end))) return true;
  return pointers.has('');
}

const INDEX = /^(?:0|[1-9][0-9]*)$/;

/**
 * Reads the value at a pointer; `undefined` where there is none.
 * Only own members count, so `/__proto__` or `/length` never reach anything inherited.
 */
export function valueAt(root: Json | undefined, pointer: Pointer | Path): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of typeof pointer === 'string' ? parsePointer(pointer) : pointer) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) {
      value = INDEX.test(segment) ? (value as readonly Json[])[Number(segment)] : undefined;
    } else {
      value = Object.hasOwn(value, segment) ? (value as JsonObject)[segment] : undefined;
    }
  }
  return value;
}

/** Decodes a pattern; `[]` becomes `null`. */
export function parsePattern(pattern: PointerPattern): (string | null)[] {
  if (pattern === '') return [];
  return pattern
    .slice(1)
    .split('/')
    .map(segment =>
      segment === '[]' ? null : segment.replaceAll('~2', '[]').replaceAll('~1', '/').replaceAll('~0', '~'),
    );
}

/** Writes a pattern from decoded segments; `null` becomes `[]`. */
export function formatPattern(path: readonly (string | null)[]): PointerPattern {
  return path
    .map(segment =>
      segment === null
        ? '/[]'
        : '/'
          + segment
            .replaceAll('~', '~0')
            .replaceAll('/', '~1')
            .replace(/^\[\]$/, '~2'),
    )
    .join('');
}

/** Lists every pointer of an instance that a pattern matches, in document order; absent members do not match. */
export function expandPattern(root: Json | undefined, pattern: PointerPattern): Pointer[] {
  let level: [Pointer, Json | undefined][] = [['', root]];
  for (const segment of parsePattern(pattern)) {
    const next: [Pointer, Json | undefined][] = [];
    for (const [pointer, value] of level) {
      if (typeof value !== 'object' || value === null) continue;
      const keys = segment === null ? Object.keys(value) : Object.hasOwn(value, segment) ? [segment] : [];
      for (const key of keys) next.push([joinPointer(pointer, key), (value as JsonObject)[key]]);
    }
    level = next;
  }
  return level.map(([pointer]) => pointer);
}
