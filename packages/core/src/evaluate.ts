// Evaluating the expressions of a form at a place: what they are given, and what their results are turned into.

import type { CompiledForm, Computed, Rule } from './compiled.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { nodeAt, type BranchOf } from './outline.ts';
import { formatPointer, valueAt, type Path, type Pointer } from './pointer.ts';
import { jsonResult, typedValue, type RuleEvaluator, type RuleVariables } from './rules.ts';

/** What a derive pass has got to so far. */
export interface Scene {
  readonly form: CompiledForm;
  readonly evaluator: RuleEvaluator | null;
  readonly data: JsonObject;
  readonly branchOf: BranchOf;
}

/** What an expression gives at a place; `undefined` where it has no value or one of another type. */
export function computedValue(unit: Computed, target: Pointer, path: Path, scene: Scene): Json | undefined {
  try {
    return toType(jsonResult(programOf(unit, scene)(variablesAt(target, path, scene))), unit.type);
  } catch {
    return undefined;
  }
}

/** A rule that cannot be evaluated does not hold. */
export function ruleHolds(rule: Rule, target: Pointer, path: Path, scene: Scene): boolean {
  try {
    return programOf(rule, scene)(variablesAt(target, path, scene)) === true;
  } catch {
    return false;
  }
}

function variablesAt(target: Pointer, path: Path, { form, data, branchOf }: Scene): RuleVariables {
  const at = (pointer: Pointer, value: Json | undefined): unknown =>
    typedValue(form, nodeAt(form, pointer, branchOf), value, pointer, branchOf);
  const parent = formatPointer(path.slice(0, -1));
  return {
    get data() {
      return at('', data);
    },
    get self() {
      return at(parent, valueAt(data, parent));
    },
    get value() {
      return at(target, valueAt(data, target));
    },
    get context() {
      return typedContext(data['$context']);
    },
    pointer: target,
  };
}

const compiledBy = new WeakMap<RuleEvaluator, Map<string, (variables: RuleVariables) => unknown>>();

function programOf(unit: Computed | Rule, { evaluator }: Scene): (variables: RuleVariables) => unknown {
  if (evaluator === null)
    throw new TypeError('A form with rules needs `rules: await celEvaluator()` from @onceform/core/cel.');
  let programs = compiledBy.get(evaluator);
  if (programs === undefined) compiledBy.set(evaluator, (programs = new Map()));
  let program = programs.get(unit.expression);
  if (program === undefined) programs.set(unit.expression, (program = evaluator.compile(unit.expression)));
  return program;
}

/** `identityLevel` is an integer; the rest of `$context` is text. */
function typedContext(context: Json | undefined): unknown {
  if (!isJsonObject(context)) return context;
  return typeof context['identityLevel'] === 'number'
    ? { ...context, identityLevel: BigInt(context['identityLevel']) }
    : context;
}

function toType(value: Json | undefined, type: Computed['type']): Json | undefined {
  if (value === undefined || type === 'any') return value;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'object' ? undefined : String(value);
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
  }
}
