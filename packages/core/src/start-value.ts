// What a place starts with before anybody says anything: defaults, the groups they need, the branches they are in.

import type { OutlineNode } from './compiled.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { hasChoice, inferBranch, membersOf, resolveNode, walkInstance } from './outline.ts';
import type { Pointer } from './pointer.ts';
import type { ResolveContext } from './resolve-changes.ts';
import type { FormState } from './state.ts';

/** A new item with its defaults: a group starts as an object, a list as an array, a field with its default. */
export function emptyItem(context: ResolveContext, node: OutlineNode): Json {
  return startValue(context.form, node, true) ?? null;
}

/**
 * What a place starts with: defaults of fields, and the groups they need. `undefined` where there is nothing;
 * `present` asks for an empty container rather than nothing.
 */
export function startValue(form: FormState['form'], given: OutlineNode, present: boolean): Json | undefined {
  const node = resolveNode(form, given);
  switch (node.kind) {
    case 'field':
      return node.default !== undefined && !node.computed ? node.default : undefined;
    case 'group': {
      const value: Record<string, Json> = {};
      for (const [key, child] of membersOf(node)) {
        if (child.kind === 'recursion') continue;
        const start = child.required || child.kind === 'field' ? startValue(form, child, false) : undefined;
        if (start !== undefined) value[key] = start;
      }
      return present || Object.keys(value).length > 0 ? value : undefined;
    }
    case 'list':
    case 'tuple':
      return present ? [] : undefined;
    case 'map':
    case 'choice':
      return present ? {} : undefined;
    default:
      return undefined;
  }
}

/** The answers that a form opens with: data as they are, or defaults where nobody gave any, and the branches they are in. */
export function startAnswers(
  form: FormState['form'],
  data: Json | undefined,
): { values: JsonObject; branches: ReadonlyMap<Pointer, number> } {
  const { root } = form.outline;
  const given = data === undefined ? startValue(form, root, true) : data;
  let values: JsonObject = isJsonObject(given) ? given : {};
  if (Object.hasOwn(values, '$context'))
    values = Object.fromEntries(Object.entries(values).filter(([key]) => key !== '$context'));
  return { values, branches: branchesIn(form, root, values) };
}

/** The branches that a value's choices are in, as marks relative to it. */
export function branchMarks(
  { form }: Pick<ResolveContext, 'form'>,
  node: OutlineNode,
  value: Json,
): { mark: 'branches'; pointer: Pointer; value: number }[] {
  return [...branchesIn(form, node, value)].map(([pointer, branch]) => ({ mark: 'branches', pointer, value: branch }));
}

function branchesIn(form: FormState['form'], node: OutlineNode, value: Json): ReadonlyMap<Pointer, number> {
  const found = new Map<Pointer, number>();
  walkInstance(
    form,
    node,
    '',
    value,
    at => found.get(at) ?? null,
    (given, pointer, held) => {
      if (!hasChoice(given)) return false;
      const resolved = resolveNode(form, given);
      const branch = resolved.kind === 'choice' ? inferBranch(resolved, held) : null;
      if (branch !== null) found.set(pointer, branch);
      return true;
    },
  );
  return found;
}
