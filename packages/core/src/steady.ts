// Keeps the identity of small lists that are worked out on asking: who compares by identity sees a change only where
// there is one. Nothing but identity depends on it.

import type { FormState } from './state.ts';

const lists = new WeakMap<object, Map<string, readonly unknown[]>>();

/** The list given last for the same question of the same form, if it held the same items; otherwise this one. */
export function steady<T>(
  state: FormState,
  question: string,
  list: readonly T[],
  same: (a: T, b: T) => boolean = Object.is,
): readonly T[] {
  let known = lists.get(state.config);
  if (known === undefined) lists.set(state.config, (known = new Map()));
  const last = known.get(question) as readonly T[] | undefined;
  if (last !== undefined && last.length === list.length && last.every((item, i) => same(item, list[i]!))) return last;
  if (list.length === 0) known.delete(question);
  else known.set(question, list);
  return list;
}
