// A value put at a place of a whole. Late code alone needs it, so it is no part of pointer.ts.

import { isJsonObject, type Json } from './json.ts';
import type { Path } from './pointer.ts';

/**
 * The whole with another value at a place; groups on the way are made where they are missing, items of lists are not.
 * What is not on the way is shared with the whole before.
 */
export function withValueAt(root: Json | undefined, path: Path, leaf: Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return leaf;
  if (Array.isArray(root))
    return (root as readonly Json[]).map((item, i) => (String(i) === head ? withValueAt(item, rest, leaf) : item));
  const base = isJsonObject(root) ? root : {};
  return { ...base, [head]: withValueAt(Object.hasOwn(base, head) ? base[head] : undefined, rest, leaf) };
}

/** The whole without the member at a place; what is not on the way is shared with the whole before. */
export function withoutValueAt(root: Json, [head, ...rest]: Path): Json {
  if (head === undefined || !Object.hasOwn(Object(root), head)) return root;
  if (Array.isArray(root))
    return (root as readonly Json[]).map((item, i) => (String(i) === head ? withoutValueAt(item, rest) : item));
  const { [head]: own, ...others } = root as { readonly [key: string]: Json };
  return rest.length === 0 ? others : { ...(root as object), [head]: withoutValueAt(own!, rest) };
}
