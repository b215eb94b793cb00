// Whether every keyword of a definition holds what it takes, before anybody works with it.

import {
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  OnceFormError,
  type Pointer,
  type SchemaError,
  valueAt,
} from '@onceform/core';
import { interpretFunctions } from './interpreter.ts';
import type { JudgeFunction } from './judge.ts';
import { planSchema } from './plain-schema.ts';
import { typeWords } from './schema-view.ts';
import { flatMetaSchema } from './meta-schema.ts';

export interface Malformation {
  readonly pointer: Pointer;
  readonly message: string;
}

let judge: JudgeFunction | undefined;

/** Everything in a definition that is not what its keyword takes; the innermost place of each. */
export function malformations(definition: JsonObject): Malformation[] {
  judge ??= interpretFunctions(planSchema(flatMetaSchema())).whole!;
  const errors = judge(definition);
  const seen = new Set<Pointer>();
  const out: Malformation[] = [];
  for (const error of errors) {
    const pointer =
      error.keyword === 'additionalProperties'
        ? joinPointer(error.instancePath, String(error.params.additionalProperty))
        : error.instancePath;
    if (
      seen.has(pointer)
      || (error.keyword === 'anyOf'
        && errors.some(other => other !== error && other.instancePath.startsWith(error.instancePath)))
    )
      continue;
    seen.add(pointer);
    out.push({ pointer, message: wordsFor(error, valueAt(definition, pointer)) });
  }
  return out;
}

/** @throws {OnceFormError} ERR_DEFINITION_INVALID for the first of them. */
export function refuseMalformed(definition: JsonObject): void {
  const [first] = malformations(definition);
  if (first !== undefined) throw new OnceFormError('ERR_DEFINITION_INVALID', first.message, { pointer: first.pointer });
}

function wordsFor({ keyword, params, instancePath }: SchemaError, value: Json | undefined): string {
  const name = instancePath.slice(instancePath.lastIndexOf('/') + 1);
  const found =
    value === undefined
      ? ''
      : ` Here is ${isJsonObject(value) ? 'an object' : Array.isArray(value) ? 'a list' : JSON.stringify(value).slice(0, 40)}.`;
  switch (keyword) {
    case 'type':
      return `"${name}" takes ${typeWords(params.type)}.${found}`;
    case 'enum':
      return `"${name}" is one of ${(params.allowedValues as readonly Json[]).map(each => JSON.stringify(each)).join(', ')}.${found}`;
    case 'required':
      return `"${String(params.missingProperty)}" is missing.`;
    case 'additionalProperties':
      return `There is no "${String(params.additionalProperty)}" here.`;
    case 'pattern':
    case 'minLength':
      return `"${name}" is not written like this.${found}`;
    default:
      return `"${name}" does not hold what it should.${found}`;
  }
}
