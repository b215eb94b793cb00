// What a form asks before its engine is there: enough to draw a first page that nobody has typed in yet. The same
// answers as the engine's own first state, but for what needs its rules: computed values and what follows from them.

import type { CompiledForm } from './compiled.ts';
import { formatValue } from './format-value.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { fieldAt, nodeAt } from './outline.ts';
import { formatPointer, isWithin, parsePattern, valueAt, type Path, type Pointer } from './pointer.ts';
import { project } from './projection.ts';
import { startAnswers } from './start-value.ts';
import { startContext } from './start-context.ts';
import type { StateConfig } from './state.ts';

/** Questions about a form at rest, as `@onceform/core` answers them of a state. Nothing of it changes. */
export interface FirstLook {
  readonly form: CompiledForm;
  /** The chosen branch of a choice. */
  branchAt(pointer: Pointer): number | null;
  isRelevant(pointer: Pointer): boolean;
  isRequired(pointer: Pointer): boolean;
  answerAt(pointer: Pointer): Json | undefined;
  /** An answer as people of the locale read it. */
  textOf(pointer: Pointer, value: Json | undefined): string;
}

export type FirstLookConfig = Pick<StateConfig, 'form' | 'data' | 'clock' | 'context' | 'pack'> & {
  readonly locale: string;
};

/** Looks at a form as it stands before anybody types. Rows and recursive parts are left to the engine. */
export function firstLook(config: FirstLookConfig): FirstLook {
  const { form, locale, pack } = config;
  const { values, branches } = startAnswers(form, config.data);
  const hidden = new Set<Pointer>();
  const branchOf = (at: Pointer): number | null => branches.get(at) ?? null;
  const $context = startContext(config) as unknown as Json;
  const filed = (): JsonObject => {
    const made = project(form.outline.root, '', values, true, { form, hidden, branchOf });
    return { ...(isJsonObject(made) ? made : {}), $context };
  };
  let data = filed();
  const hide = (target: Path, asked: (pointer: Pointer) => boolean): void => {
    const pointer = formatPointer(target);
    if (asked(pointer)) return;
    hidden.add(pointer);
    if (valueAt(data, target) !== undefined) data = filed();
  };
  for (const { pointer } of form.reuse.flatMap(({ policy, members }) => (policy.onMissing === 'skip' ? members : [])))
    hide(plainPath(pointer) ?? [], at => at === '' || valueAt(data, ['$context', 'retrieved', at]) === 'provided');
  for (const guard of [...form.guards].sort((a, b) => a.order - b.order)) {
    const target = guard.scope === undefined ? plainPath(guard.target) : null;
    if (target !== null)
      hide(target, () => guard.test(valueAt(data, target.slice(0, parsePattern(guard.anchor).length))));
  }
  return {
    form,
    branchAt: branchOf,
    isRelevant: pointer => !isWithin(hidden, pointer),
    isRequired: pointer => nodeAt(form, pointer, branchOf)?.required === true && !isWithin(hidden, pointer),
    answerAt: pointer => valueAt(data, pointer) ?? valueAt(values, pointer),
    textOf: (pointer, value) =>
      formatValue(value, fieldAt(form, pointer, branchOf), { locale, formats: pack?.formats ?? {} }),
  };
}

/** A pattern that names one place; null for one that stands for many. */
function plainPath(pattern: string): Path | null {
  const path = parsePattern(pattern);
  return path.includes(null) ? null : (path as Path);
}
