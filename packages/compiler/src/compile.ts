// The normal way to a compiled form, in Node.

import type { CompiledForm } from '@onceform/core';
import { assemble } from './assemble.ts';
import { compactPlan } from './compact.ts';
import { type CompileOptions, type Plan, planForm } from './plan.ts';
import { compileFunctions } from './validators.ts';

/**
 * Compiles a form definition: JSON text or an object. Generates code, so it belongs on a server or in a build; a page
 * loads what `emitModule` writes, or compiles with `@onceform/compiler/runtime`.
 *
 * @throws {OnceFormError} as {@link planForm}, always with the pointer into the definition.
 * @example
 * const form = await compileForm({ type: 'object', properties: { name: { type: 'string' } } });
 * form.validators.whole({ name: 3 }); // [{ instancePath: '/name', keyword: 'type', params: { type: 'string' }, … }]
 */
export async function compileForm(definition: unknown, options: CompileOptions = {}): Promise<CompiledForm> {
  return formOf(await planForm(definition, options));
}

/** A plan with functions made by ajv. */
export function formOf(plan: Plan): CompiledForm {
  return assemble(compactPlan(plan), compileFunctions(plan), () => Promise.resolve(plan.documents));
}
