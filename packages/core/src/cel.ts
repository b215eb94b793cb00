// CEL as a rule evaluator: the only importer of the CEL library. A subpath of its own, so that a form without rules
// never loads it. The compiler type-checks rules in the same environment.

import { Environment } from '@marcbachmann/cel-js';
import { checkRules, computeAgain } from './check-rules.ts';
import type { JsonSchema, PublishedRule } from './compiled.ts';
import type { Issue } from './issue.ts';
import type { Json, JsonObject } from './json.ts';
import type { RuleFunction } from './pack.ts';
import type { Pointer } from './pointer.ts';
import { jsonResult, type RuleEvaluator, type RuleVariables } from './rules.ts';

export interface CelOptions {
  /** Functions of a country pack, beside those that CEL has. */
  readonly functions?: { readonly [name: string]: RuleFunction };
}

const VARIABLES = ['data', 'self', 'value', 'context', 'pointer'] as const;

/** The environment of rules: its variables, CEL's own functions, and those of a pack. */
export function celEnvironment({ functions = {} }: CelOptions = {}): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true });
  for (const variable of VARIABLES) environment.registerVariable(variable, 'dyn');
  for (const [name, spec] of Object.entries(functions)) {
    environment.registerFunction(`${name}(${spec.parameters.join(', ')}): ${spec.result}`, (...args: unknown[]) =>
      celValue(spec.call(...args.map(toJson)), spec.result),
    );
  }
  return environment;
}

/** Evaluates rules with CEL. An expression that has no value for its variables throws. */
export function celEvaluator(options: CelOptions = {}): RuleEvaluator {
  const environment = celEnvironment(options);
  return {
    compile(expression) {
      const program = environment.parse(expression);
      const used = VARIABLES.filter(name => new RegExp(`\\b${name}\\b`, 'u').test(expression));
      return (variables: RuleVariables) =>
        program(Object.fromEntries(used.map(name => [name, variables[name] ?? null])));
    },
  };
}

/** Judges filed data by the rules published beside its dataSchema, computed values included. */
export function checkPublishedRules(
  rules: readonly PublishedRule[],
  data: JsonObject,
  options: CelOptions & { readonly dataSchema: JsonSchema },
): Issue[] {
  return checkRules(rules, data, options.dataSchema, rememberingEvaluator(options));
}

/**
 * Filed data with its computed values computed again, by the rules published beside its dataSchema: as after a
 * correction. `changed` names those that are not as they were.
 */
export function recompute(
  rules: readonly PublishedRule[],
  data: JsonObject,
  options: CelOptions & { readonly dataSchema: JsonSchema },
): { readonly data: JsonObject; readonly changed: readonly Pointer[] } {
  return computeAgain(rules, data, options.dataSchema, rememberingEvaluator(options));
}

/** Expressions whose programs are kept, for each set of functions. */
const MOST = 2000;
const NO_FUNCTIONS = {};
const remembered = new WeakMap<object, RuleEvaluator>();

/** The evaluator of these functions, which parses an expression once: an intake judges the same rules all day. */
function rememberingEvaluator(options: CelOptions): RuleEvaluator {
  const key = options.functions ?? NO_FUNCTIONS;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const fresh = celEvaluator(options);
  const programs = new Map<string, ReturnType<RuleEvaluator['compile']>>();
  const evaluator: RuleEvaluator = {
    compile(expression) {
      let program = programs.get(expression);
      if (program === undefined) {
        program = fresh.compile(expression);
        if (programs.size >= MOST) programs.clear(); // rules of strangers' packages must not fill the memory
        programs.set(expression, program);
      }
      return program;
    },
  };
  remembered.set(key, evaluator);
  return evaluator;
}

function toJson(value: unknown): Json {
  return jsonResult(value) ?? null;
}

function celValue(value: Json, type: RuleFunction['result']): unknown {
  return type === 'int' && typeof value === 'number' ? BigInt(value) : value;
}
