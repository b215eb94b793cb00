// TypeScript types of a form's data, for the portal developer: generated from a projection of the dataSchema that the
// generator can digest. References are never fetched.

import { formatPointer, isJsonObject, type Json, type JsonObject } from '@onceform/core';
import { compile } from 'json-schema-to-typescript';
import type { PlannedNode } from './node-facts.ts';
import type { Plan } from './plan.ts';

/** The declaration file of an emitted form: `FormData`, its parts, and the form itself as the default export. */
export async function typesOf(plan: Plan): Promise<string> {
  const source = await compile(project(plan.documents.dataSchema) as never, 'FormData', {
    bannerComment: '',
    additionalProperties: false,
    format: false,
    declareExternallyReferenced: true,
    unknownAny: true,
    strictIndexSignatures: true,
    $refOptions: { resolve: { external: false, file: false, http: false } },
    customName: (_schema, key) => (key === undefined ? undefined : pascal(key)),
  });
  return (
    `// Types of ${oneLine(plan.id)}, version ${oneLine(plan.version)}. Made by onceform; change the definition instead.\n`
    + `import type { CompiledForm } from '@onceform/core';\n\n${source.trim()}\n\n${pointerType(plan)}\n\ndeclare const form: CompiledForm;\nexport default form;\n`
  );
}

/** Every place of the form as a type, so that a pointer with a typing mistake does not compile. */
function pointerType(plan: Plan): string {
  const { root } = plan.form.outline as unknown as { root: PlannedNode };
  const pointers = new Set<string>();
  const visit = (node: PlannedNode, pointer: string): void => {
    if (pointer !== '') pointers.add(pointer);
    for (const key of ['children', 'shared'] as const)
      for (const child of (node[key] as readonly PlannedNode[] | undefined) ?? [])
        visit(child, pointer + formatPointer([child.key]));
    for (const branch of (node.branches as readonly { node: PlannedNode }[] | undefined) ?? [])
      visit(branch.node, pointer);
    if (node.kind === 'list') visit(node.item as PlannedNode, `${pointer}/\0number`);
    if (node.kind === 'map') visit(node.value as PlannedNode, `${pointer}/\0string`);
    if (isJsonObject(node.rest))
      visit(
        (node.kind === 'tuple' ? node.rest : node.rest.value) as PlannedNode,
        `${pointer}/\0${node.kind === 'tuple' ? 'number' : 'string'}`,
      );
    if (node.kind === 'recursion') pointers.add(`${pointer}/\0string`);
  };
  visit(root, '');
  const literal = (pointer: string): string =>
    pointer.includes('\0')
      ? `\`${pointer.replace(/[`\\$]/g, '\\$&').replace(/\0(\w+)/g, '${$1}')}\``
      : JSON.stringify(pointer);
  return `/** A JSON Pointer to a place of this form. */\nexport type FormPointer =\n${[...pointers].map(pointer => `  | ${literal(pointer)}`).join('\n') || '  never'};`;
}

// What json-schema-to-typescript cannot read is said in words it can: tuples, and the keywords that carry no type.
function project(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(item => project(item as Json));
  if (!isJsonObject(schema)) return schema;
  const out: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    switch (keyword) {
      case 'properties':
      case '$defs':
      case 'patternProperties':
        out[keyword] = Object.fromEntries(
          Object.entries(value as JsonObject).map(([name, item]) => [name, project(item)]),
        );
        break;
      case 'prefixItems':
        out.items = project(value);
        if (schema.items !== undefined) out.additionalItems = project(schema.items);
        break;
      case 'items':
        if (schema.prefixItems === undefined) out.items = project(value);
        break;
      case 'allOf':
      case 'anyOf':
      case 'oneOf': {
        const parts = (value as readonly Json[]).filter(hasType).map(project);
        if (parts.length > 0) out[keyword] = parts;
        break;
      }
      case '$schema':
      case '$comment':
      case 'title':
      case 'pattern':
      case 'if':
      case 'then':
      case 'else':
      case 'not':
      case 'dependentSchemas':
      case 'unevaluatedProperties':
      case 'unevaluatedItems':
      case 'contains':
      case 'propertyNames':
      case 'default':
      case 'examples':
      case 'minItems':
      case 'maxItems':
        break;
      default:
        out[keyword] = value;
    }
  }
  return out;
}

function hasType(part: Json): boolean {
  return (
    isJsonObject(part)
    && ['type', '$ref', 'properties', 'enum', 'const', 'allOf', 'anyOf', 'oneOf', 'items', 'prefixItems'].some(
      keyword => part[keyword] !== undefined,
    )
  );
}

function pascal(key: string): string {
  const words = key
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map(word => word[0]!.toUpperCase() + word.slice(1));
  const name = words.join('');
  return /^\p{L}/u.test(name) ? name : `Form${name}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
