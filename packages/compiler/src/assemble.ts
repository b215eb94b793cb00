// From a plan and its functions to a `CompiledForm`. Part of every emitted module, so it is small and imports only types.

import type { CompiledForm, FormDocuments, Json, JsonObject, SchemaError, ValidatorPart } from '@onceform/core';
import { errorsOf, guarded, isObject, type JudgeFunction, NONE, step, tooDeep, validateOf } from './judge.ts';

export interface PlannedPart {
  readonly pattern: string;
  /** The name of its function. */
  readonly validate: string;
  /** At each `at`, what lies along `way`: may (0) or must (1) be there while a test holds, and is absent otherwise. */
  readonly asked?: readonly (readonly [at: string, test: string, way: string, key: string, isRequired: 0 | 1])[];
}

export interface AssembleInput {
  readonly form: JsonObject;
  readonly parts: readonly PlannedPart[];
  /** Of each list its codes, in one text or as a list, and their labels. */
  readonly optionLists: Readonly<Record<string, Json>>;
}

type Loose = Record<string, unknown>;

/** Puts functions and shared option lists where the plan names them. The form is made of the plan's own objects. */
export function assemble(
  plan: AssembleInput,
  functions: Readonly<Record<string, JudgeFunction>>,
  documents: () => Promise<FormDocuments>,
): CompiledForm {
  const form = assembleOne(plan, functions, documents);
  const { parts } = form.validators;
  return parts.length === 1 ? form : { ...form, validators: { whole: wholeOf(parts), parts } };
}

/** The same for a form whose only part is the whole: emitted without what joins parts. */
export function assembleOne(
  plan: AssembleInput,
  functions: Readonly<Record<string, JudgeFunction>>,
  documents: () => Promise<FormDocuments>,
): CompiledForm {
  const fits =
    (name: string) =>
    (value: Json | undefined): boolean =>
      functions[name]!(value ?? {}).length === 0;
  const lists: Record<string, unknown> = {};
  for (const [id, options] of Object.entries(plan.optionLists)) {
    const [codes, labels] = options as [string | string[], Json[]];
    const values = typeof codes === 'string' ? codes.split(' ') : codes;
    lists[id] = labels.map((label, i) => ({ value: values[i], label }));
  }
  const finish = (node: Loose, { subject, concept }: Loose = {}): void => {
    if (node.concept === '.') node.concept = `${concept as string}.${node.key as string}`;
    node.kind ??= 'field';
    node.required ??= false;
    node.nullable ??= false;
    node.readOnly ??= false;
    if (subject !== undefined) node.subject ??= subject;
    if (node.kind === 'field') {
      node.type ??= 'string';
      if (node.concept !== undefined && (node.autocomplete ??= 'off') === '') delete node.autocomplete;
      node.computed ??= false;
      node.constraints ??= {};
      if (typeof node.options === 'string') node.options = lists[node.options];
    }
    for (const key of ['item', 'value', 'rest'])
      if (typeof (node[key] as Loose | undefined)?.key === 'string') finish(node[key] as Loose, node);
    for (const key of ['children', 'shared'])
      for (const child of (node[key] as Loose[] | undefined) ?? []) finish(child, node);
    for (const branch of (node.branches as Loose[] | undefined) ?? []) {
      const name = branch.matches as string;
      branch.matches = fits(name);
      branch.errors = (value: Json) => functions[name]!(value);
      finish(branch.node as Loose, node);
    }
  };
  const form = plan.form as unknown as Loose & {
    outline: { root: Loose; definitions: Record<string, Loose> };
  };
  finish(form.outline.root);
  for (const node of Object.values(form.outline.definitions)) finish(node);
  let index = 0;
  for (const kind of ['guards', 'computed', 'rules'])
    for (const unit of form[kind] as Loose[]) {
      const absolute = (pointers: unknown): string[] =>
        (pointers as string[]).map(pointer => absolutePointer(pointer, unit.target as string));
      unit.id ??= defaultId(kind, unit);
      unit.order ??= index;
      index++;
      unit.reads = absolute(unit.reads);
      if (kind !== 'guards') unit.needs = unit.needs === undefined ? unit.reads : absolute(unit.needs);
      else {
        unit.anchor = absolute([unit.anchor])[0];
        unit.test = fits(unit.test as string);
      }
      if (kind === 'rules') unit.severity ??= 'error';
    }
  for (const item of form.reuse as Loose[])
    for (const member of item.members as Loose[])
      member.pointer = absolutePointer(member.pointer as string, item.pointer as string);
  for (const component of form.components as Loose[])
    if (component.guard !== undefined) component.guard = fits(component.guard as string);
  const parts = plan.parts.map(({ pattern, validate, asked }): ValidatorPart => ({
    pattern,
    validate: asked === undefined ? functions[validate]! : askingToo(functions[validate]!, asked, functions),
  }));
  return { ...form, validators: { whole: parts[0]!.validate, parts }, documents } as unknown as CompiledForm;
}

/** The id of a unit that was given none. */
export function defaultId(
  kind: string,
  { target, scope }: { readonly target?: unknown; readonly scope?: unknown },
): string {
  return `${({ guards: 'when', computed: 'compute' } as Record<string, string>)[kind] ?? 'check'}:${scope === undefined ? '' : `${scope as string}#`}${target as string}`;
}

function absolutePointer(pointer: string, from: string): string {
  if (pointer === '' || pointer[0] === '/') return pointer;
  const up = Number(pointer[0]);
  const base = from.split('/');
  return base.slice(0, base.length - up).join('/') + pointer.slice(1);
}

/** A part's own judgement, and that of the conditions on its members. */
function askingToo(
  validate: JudgeFunction,
  asked: PlannedPart['asked'] & {},
  functions: Readonly<Record<string, JudgeFunction>>,
): JudgeFunction {
  const conditions = asked.map(
    ([at, test, way, key, isRequired]) => [pathOf(at), functions[test]!, pathOf(way), key, isRequired] as const,
  );
  return data =>
    guarded(() => {
      const errors = [...validate(data)];
      for (const [at, test, way, key, isRequired] of conditions)
        each(data, at, 0, '', (anchor, start) => {
          const holds = test(anchor).length === 0;
          if (holds && isRequired === 0) return;
          each(anchor, way, 0, start, (owner, pointer) => {
            if (isObject(owner) && Object.hasOwn(owner, key) !== holds)
              errors.push(
                holds
                  ? { instancePath: pointer, keyword: 'required', params: { missingProperty: key } }
                  : { instancePath: pointer + step(key), keyword: 'false schema', params: {} },
              );
          });
        });
      return errors;
    });
}

/** The judgement of the whole is that of its parts, on every instance of each. */
function wholeOf(parts: readonly ValidatorPart[]): JudgeFunction {
  const walks = parts.map(({ pattern, validate }) => {
    const path = pathOf(pattern);
    // Up to the first `[]` the way, and so the pointer, is the same for every instance.
    const fixed = path.includes(null) ? path.indexOf(null) : path.length;
    const keys = path.slice(0, fixed) as string[];
    return { validate, raw: validateOf(validate), keys, prefix: keys.map(step).join(''), rest: path.slice(fixed) };
  });
  const all = (data: Json): readonly SchemaError[] => {
    let errors: SchemaError[] | null = null;
    // Plain loops and bare functions: this runs whenever a whole form is judged.
    for (let w = 0; w < walks.length; w++) {
      const { validate, raw, keys, prefix, rest } = walks[w]!;
      let value: Json | undefined = data;
      for (let k = 0; k < keys.length; k++) value = member(value, keys[k]!);
      if (value === undefined) continue;
      if (rest.length === 0 && raw !== undefined) {
        if (!raw(value)) errors = add(errors, errorsOf(raw), prefix);
      } else if (rest.length === 0) {
        const found = validate(value);
        if (found.length > 0) errors = add(errors, found, prefix);
      } else {
        each(value, rest, 0, prefix, (item, pointer) => {
          const found = validate(item);
          if (found.length > 0) errors = add(errors, found, pointer);
        });
      }
    }
    return errors ?? NONE;
  };
  return data => {
    try {
      return all(data);
    } catch (error) {
      return tooDeep(error);
    }
  };
}

function add(errors: SchemaError[] | null, found: readonly SchemaError[], pointer: string): SchemaError[] {
  const out = errors ?? [];
  for (const error of found)
    out.push(pointer === '' ? error : { ...error, instancePath: pointer + error.instancePath });
  return out;
}

// A part speaks of objects where its way leads through members, and of arrays where it leads through items.
function each(
  value: Json | undefined,
  path: readonly (string | null)[],
  depth: number,
  pointer: string,
  visit: (value: Json, pointer: string) => void,
): void {
  if (value === undefined) return;
  if (depth === path.length) {
    visit(value, pointer);
    return;
  }
  const segment = path[depth]!;
  if (segment !== null) each(member(value, segment), path, depth + 1, pointer + step(segment), visit);
  else if (Array.isArray(value))
    for (let i = 0; i < value.length; i++)
      each((value as readonly Json[])[i], path, depth + 1, `${pointer}/${i}`, visit);
}

function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && (!(key in Object.prototype) || Object.hasOwn(value, key)) ? value[key] : undefined;
}

/** The segments of a pattern; null for `[]`. */
function pathOf(pattern: string): (string | null)[] {
  return pattern
    .split('/')
    .slice(1)
    .map(segment =>
      segment === '[]' ? null : segment.replaceAll('~2', '[]').replaceAll('~1', '/').replaceAll('~0', '~'),
    );
}
