// @onceform/compiler/runtime: compiles a definition in a browser, without ajv and without generating code. The form it
// makes is the one `compileForm` makes in Node, and behaves the same.

import type { CompiledForm } from '@onceform/core';
import { assemble } from './assemble.ts';
import { compactPlan } from './compact.ts';
import { interpretFunctions } from './interpreter.ts';
import { type CompileOptions, planForm } from './plan.ts';

export type { CompileOptions } from './plan.ts';

/**
 * Compiles a form definition with closures in the place of generated code.
 *
 * @throws {OnceFormError} as `compileForm`; ERR_KEYWORD_UNSUPPORTED for a keyword that cannot be judged here, so that
 *   nothing passes unjudged.
 */
export async function compileFormAtRuntime(definition: unknown, options: CompileOptions = {}): Promise<CompiledForm> {
  const plan = await planForm(definition, options);
  return assemble(compactPlan(plan), interpretFunctions(plan), () => Promise.resolve(plan.documents));
}
