// A plain JSON Schema as judging functions: the way through naming, references and lowering that forms take, without
// anything that is only about forms. The official suite runs through here, on both carriers.

import { isJsonObject, type Json, type JsonSchema } from '@onceform/core';
import { copyJson, DEFAULT_LIMITS } from './load.ts';
import { Lowering } from './lower.ts';
import { refuseEndlessReferences, SchemaIndex } from './resolve.ts';
import { upgradeDraft } from './upgrade.ts';
import type { FunctionSchemas } from './validators.ts';

/** The functions of one schema, `whole`. `borrowed` are schemas it may refer to, by URI. */
export function planSchema(schema: JsonSchema, borrowed: Readonly<Record<string, Json>> = {}): FunctionSchemas {
  const upgraded = upgradeDraft(copyJson(schema) as JsonSchema, []);
  const document = isJsonObject(upgraded) ? upgraded : { allOf: [upgraded] };
  const index = new SchemaIndex(document, borrowed, DEFAULT_LIMITS);
  refuseEndlessReferences(index);
  const lowering = new Lowering(index, {
    formats: {},
    codeLists: {},
    entries: new Map(),
    codePatterns: new Map(),
    formatPrefix: null,
    notes: [],
    annotateFormats: true,
  });
  const whole = lowering.lower(index.root);
  return { definitions: lowering.definitions, functions: { whole } };
}
