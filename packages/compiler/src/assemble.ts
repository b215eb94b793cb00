// From a plan and its functions to a `CompiledForm`. Part of every emitted module, so it is small and imports only types.

import type { CompiledForm, FormDocuments, Json, JsonObject, SchemaError, ValidatorPart } from '@onceform/core';
import { type JudgeFunction, NONE } from './judge.ts';

export interface AssembleInput {
  readonly form: JsonObject;
  readonly parts: readonly { readonly pattern: string; readonly validate: string }[];
  /** `[value, label]` of each option. */
  readonly optionLists: Readonly<Record<string, Json>>;
}

type Loose = Record<string, unknown>;

/** Puts functions and shared option lists where the plan names them. */
export function assemble(plan: AssembleInput, functions: Readonly<Record<string, JudgeFunction>>, documents: () => Promise<FormDocuments>): CompiledForm {
  const fits = (name: string) => (value: Json | undefined): boolean => functions[name]!(value ?? {}).length === 0;
  const lists: Record<string, unknown> = {};
  for (const [id, options] of Object.entries(plan.optionLists)) lists[id] = (options as readonly (readonly Json[])[]).map(([value, label]) => ({ value, label }));
  const finish = (node: Loose, subject?: unknown): void => {
    node.required ??= false;
    node.nullable ??= false;
    node.readOnly ??= false;
    if (subject !== undefined) node.subject ??= subject;
    if (node.kind === 'field') {
      node.computed ??= false;
      node.constraints ??= {};
      if (typeof node.options === 'string') node.options = lists[node.options];
    }
    for (const key of ['item', 'value', 'rest']) if (typeof (node[key] as Loose | undefined)?.kind === 'string') finish(node[key] as Loose, node.subject);
    for (const key of ['children', 'shared']) for (const child of node[key] as Loose[] | undefined ?? []) finish(child, node.subject);
    for (const branch of node.branches as Loose[] | undefined ?? []) {
      branch.matches = fits(branch.matches as string);
      finish(branch.node as Loose, node.subject);
    }
  };
  const form = structuredClone(plan.form) as unknown as Loose & { outline: { root: Loose; definitions: Record<string, Loose> } };
  finish(form.outline.root);
  for (const node of Object.values(form.outline.definitions)) finish(node);
  for (const guard of form.guards as Loose[]) guard.test = fits(guard.test as string);
  for (const component of form.components as Loose[]) if (component.guard !== undefined) component.guard = fits(component.guard as string);
  const parts = plan.parts.map(({ pattern, validate }): ValidatorPart => ({ pattern, validate: functions[validate]! }));
  return { ...form, validators: { whole: wholeOf(parts), parts }, documents } as unknown as CompiledForm;
}

/** The judgement of the whole is that of its parts, on every instance of each. */
function wholeOf(parts: readonly ValidatorPart[]): JudgeFunction {
  const paths = parts.map(({ pattern }) => pattern === '' ? [] : pattern.slice(1).split('/')
    .map(segment => segment === '[]' ? null : segment.replaceAll('~2', '[]').replaceAll('~1', '/').replaceAll('~0', '~')));
  return data => {
    let errors: SchemaError[] | null = null;
    for (let p = 0; p < parts.length; p++) {
      const { validate } = parts[p]!;
      each(data, paths[p]!, 0, '', (value, pointer) => {
        const found = validate(value);
        if (found.length === 0) return;
        errors ??= [];
        for (const error of found) errors.push(pointer === '' ? error : { ...error, instancePath: pointer + error.instancePath });
      });
    }
    return errors ?? NONE;
  };
}

// A part speaks of objects where its way leads through members, and of arrays where it leads through items.
function each(value: Json | undefined, path: readonly (string | null)[], depth: number, pointer: string, visit: (value: Json, pointer: string) => void): void {
  if (value === undefined) return;
  if (depth === path.length) {
    visit(value, pointer);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const segment = path[depth]!;
  if (segment === null) {
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) each(value[i], path, depth + 1, `${pointer}/${i}`, visit);
  } else if (!Array.isArray(value) && Object.hasOwn(value, segment)) {
    each((value as JsonObject)[segment], path, depth + 1, `${pointer}/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`, visit);
  }
}
