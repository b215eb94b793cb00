// The plan as an emitted module carries it: without what assembling can put back.

import { isJsonObject, type Json, type JsonObject, type JsonSchema, type Option } from '@onceform/core';
import type { AssembleInput } from './assemble.ts';
import { briefTest } from './brief-code.ts';
import type { Plan } from './plan.ts';

/**
 * Replaces, inside the functions that judge parts, every test that is a function of its own by a reference to it, so
 * that each condition is generated once. Functions become definitions `f:<name>`.
 */
export function shareTests(plan: Pick<Plan, 'functions' | 'definitions' | 'parts'>): {
  readonly definitions: JsonObject;
  readonly functions: Readonly<Record<string, JsonSchema>>;
} {
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(plan.functions))
    if (isJsonObject(schema)) names.set(JSON.stringify(schema), name);
  const used = new Set<string>();
  const share = (schema: Json): Json => {
    if (Array.isArray(schema)) return (schema as readonly Json[]).map(share);
    if (!isJsonObject(schema)) return schema;
    const out: Record<string, Json> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const name = keyword === 'if' ? names.get(JSON.stringify(value)) : undefined;
      if (name === undefined) out[keyword] = keyword === 'enum' || keyword === 'const' ? value : share(value);
      else {
        used.add(name);
        out[keyword] = { $ref: `#/$defs/f:${name}` };
      }
    }
    return out;
  };
  const definitions: Record<string, Json> = { ...(share(plan.definitions) as JsonObject) };
  const functions: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(plan.functions)) functions[name] = share(schema) as JsonSchema;
  // Of the functions only those of parts are asked what is wrong; of the others, whether anything is.
  const judges = new Set(plan.parts.map(({ validate }) => validate));
  for (const name of Object.keys(functions)) if (!judges.has(name)) functions[name] = briefTest(functions[name]!);
  for (const name of used) {
    definitions[`f:${name}`] = functions[name]!;
    functions[name] = { $ref: `#/$defs/f:${name}` };
  }
  return { definitions, functions };
}

/** What assembling takes for granted about a node. */
const NODE_DEFAULTS: JsonObject = { required: false, nullable: false, readOnly: false, computed: false };

/** An outline node without defaults, and without a subject that its parent has. */
function compactNode(node: JsonObject, subject?: Json): JsonObject {
  const out: Record<string, Json> = {};
  const own = node.subject ?? subject;
  for (const [key, value] of Object.entries(node)) {
    if ((Object.hasOwn(NODE_DEFAULTS, key) && NODE_DEFAULTS[key] === value) || (key === 'subject' && value === subject))
      continue;
    if (key === 'constraints' && Object.keys(value as JsonObject).length === 0) continue;
    if (key === 'children' || key === 'shared')
      out[key] = (value as readonly JsonObject[]).map(child => compactNode(child, own));
    else if (key === 'branches')
      out[key] = (value as readonly JsonObject[]).map(branch => ({
        ...branch,
        node: compactNode(branch.node as JsonObject, own),
      }));
    else if (
      (key === 'item' || key === 'value' || key === 'rest')
      && isJsonObject(value)
      && typeof value.kind === 'string'
    )
      out[key] = compactNode(value, own);
    else out[key] = value;
  }
  return out;
}

/** The plan as `assemble` takes it, in Node and in every emitted module. */
export function compactPlan(plan: Plan): AssembleInput {
  const { root, definitions, pages } = plan.form.outline as unknown as {
    root: JsonObject;
    definitions: Record<string, JsonObject>;
    pages: Json;
  };
  const outline = {
    root: compactNode(root),
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, node]) => [name, compactNode(node)])),
    pages,
  };
  const named = new Set(
    JSON.stringify(outline)
      .match(/"options":"[^"]*"/g)
      ?.map(hit => JSON.parse(hit.slice('"options":'.length)) as string),
  );
  return {
    form: { ...plan.form, outline },
    parts: plan.parts,
    optionLists: Object.fromEntries(
      Object.entries(plan.optionLists)
        .filter(([id]) => named.has(id))
        .map(([id, options]) => [id, compactOptions(options)]),
    ),
  };
}

/** Code-list options as `[code, text]` or `[code, { locale: text }]`; equal translations are one text. */
function compactOptions(options: readonly Option[]): Json {
  return options.map(({ value, label }) => {
    const texts = typeof label === 'string' ? [label] : Object.values(label);
    return [value, new Set(texts).size === 1 ? texts[0]! : (label as Json)];
  });
}
