// The port through which rules and computed values are evaluated, and the values they are given: integers as BigInt,
// as the schema says, and back to JSON. The evaluator itself is `@onceform/core/cel`, loaded only when a form has rules.

import type { CompiledForm, OutlineNode } from './compiled.ts';
import type { Json, JsonObject } from './json.ts';
import { childNode, resolveNode, type BranchOf } from './outline.ts';
import { agreement, type PatternPath } from './pattern-index.ts';
import { valueAt, type Path, type Pointer } from './pointer.ts';

/** What a rule sees. Values are JSON, with a BigInt for each integer of the schema. */
export interface RuleVariables {
  readonly data: unknown;
  readonly self: unknown;
  readonly value: unknown;
  readonly context: unknown;
  /** Where the value is: `/cars/0/plate`. */
  readonly pointer: unknown;
}

export interface RuleEvaluator {
  /**
   * Prepares an expression. Evaluating it never has effects; it throws when the expression has no value for these
   * variables (a missing member, an overflow, types that do not go together).
   */
  compile(expression: string): (variables: RuleVariables) => unknown;
}

const typed = new WeakMap<object, { readonly node: OutlineNode | undefined; readonly value: unknown }>();

/**
 * The value with a BigInt in place of each integer of an integer field. Remembered by identity, so that after one
 * key only the way to the changed answer is made anew.
 */
export function typedValue(
  form: CompiledForm,
  given: OutlineNode | undefined,
  value: Json | undefined,
  pointer: Pointer,
  branchOf: BranchOf,
): unknown {
  const node = given && resolveNode(form, given);
  if (typeof value === 'number') {
    const integer =
      node?.kind === 'field'
        ? node.type === 'integer' || (node.type === 'any' && Number.isSafeInteger(value))
        : node === undefined && Number.isSafeInteger(value);
    return integer && Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const known = typed.get(value);
  if (known !== undefined && known.node === node) return known.value;
  const branch = node?.kind === 'choice' ? branchOf(pointer) : null;
  const child = (key: string, item: Json): unknown =>
    typedValue(
      form,
      node && childNode(form, node, key, branch),
      item,
      `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      branchOf,
    );
  const made: unknown = Array.isArray(value)
    ? (value as readonly Json[]).map((item, i) => child(String(i), item))
    : Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, child(key, item)]));
  typed.set(value, { node, value: made });
  return made;
}

/** Turns what an expression gave into JSON; `undefined` when it is nothing JSON can hold exactly. */
export function jsonResult(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'string':
    case 'boolean':
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) {
        const items = value.map(jsonResult);
        return items.includes(undefined) ? undefined : (items as Json[]);
      }
      const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value);
      const made: Record<string, Json> = {};
      for (const [key, item] of entries) {
        const json = jsonResult(item);
        if (json === undefined) return undefined;
        Object.defineProperty(made, String(key), { value: json, enumerable: true, configurable: true, writable: true });
      }
      return made;
    }
    default:
      return undefined;
  }
}

/**
 * Tells whether everything an expression needs is there. Its `own` needs are patterns like `reads`, from the root or the
 * recursive part that the target is in: their `[]`s bind to those of the target as far as the two agree from the left;
 * under a further `[]` every item has to have it. Those of `data`, and `$context`, are about the whole instance.
 */
export function needsAreMet(
  { own, data }: { readonly own: readonly PatternPath[]; readonly data: readonly PatternPath[] },
  root: Json,
  target: Path,
  pattern: PatternPath,
): boolean {
  const base = target.slice(0, target.length - pattern.length);
  if (!data.every(need => isPresent(root, need))) return false;
  return own.every(need => {
    if (need[0] === '$context') return isPresent(root, need);
    const shared = agreement(pattern, need);
    return isPresent(valueAt(root, [...base, ...target.slice(base.length, base.length + shared)]), need.slice(shared));
  });
}

function isPresent(value: Json | undefined, path: PatternPath): boolean {
  if (value === undefined) return false;
  const [head, ...rest] = path;
  if (head === undefined) return true;
  if (head !== null) return isPresent(valueAt(value, [head]), rest);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(item => isPresent(item as Json, rest));
}
