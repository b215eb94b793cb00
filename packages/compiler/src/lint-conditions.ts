// What lint says about being asked: pages that nobody sees, conditions that always or never hold, members that cannot be.

import {
  type Json,
  type JsonObject,
  type JsonSchema,
  type OutlinePage,
  type Pointer,
  formatPattern,
  isJsonObject,
  joinPointer,
} from '@onceform/core';
import { interpretFunctions } from './interpreter.ts';
import { type Finding, type LintContext, exists } from './lint-context.ts';
import type { PlannedNode } from './node-facts.ts';
import type { PatternPath } from './place.ts';
import { first } from './schema-view.ts';
import type { Site } from './resolve.ts';

/** HIDDEN_REQUIRED, PAGE_EMPTY and PAGE_UNREACHABLE. */
export function* pages({ plan, guards, definition }: LintContext): Generator<Finding> {
  const outline = plan.form.outline as unknown as { root: PlannedNode; pages: readonly OutlinePage[] };
  const written = isJsonObject(definition.form) && Array.isArray(definition.form.pages);
  if (!written) return;
  const shown = outline.pages.flatMap(page => page.sections.flatMap(section => section.nodes));
  const walk = function* (node: PlannedNode, pointer: Pointer): Generator<Pointer> {
    if (
      shown.some(each => pointer === each || pointer.startsWith(`${each}/`))
      || node.computed === true
      || node.readOnly === true
    )
      return;
    if (node.kind === 'group')
      for (const child of node.children as readonly PlannedNode[]) yield* walk(child, joinPointer(pointer, child.key));
    else if (node.required === true) yield pointer;
  };
  for (const pointer of walk(outline.root, '')) {
    yield {
      code: 'HIDDEN_REQUIRED',
      severity: 'error',
      pointer: '/form/pages',
      message: `"${pointer}" is required, and no page shows it: the form can never be filed.`,
    };
  }
  const never = new Set(guards.filter(guard => isFalse(guard.test)).map(guard => formatPattern(guard.target)));
  for (const [i, page] of outline.pages.entries()) {
    const nodes = page.sections.flatMap(section => section.nodes);
    if (nodes.length === 0)
      yield {
        code: 'PAGE_EMPTY',
        severity: 'warning',
        pointer: `/form/pages/${i}`,
        message: `The page "${page.id}" shows nothing.`,
      };
    else if (nodes.every(node => [...never].some(target => node === target || node.startsWith(`${target}/`)))) {
      yield {
        code: 'PAGE_UNREACHABLE',
        severity: 'error',
        pointer: `/form/pages/${i}`,
        message: `Nothing on the page "${page.id}" is ever asked, so nobody gets there.`,
      };
    }
  }
}

/** WHEN_TRUE_ON_EMPTY, CONDITION_ALWAYS, CONDITION_NEVER and CONDITION_FIELD_UNKNOWN. */
export function* conditions({ guards, places, lowering, plan }: LintContext): Generator<Finding> {
  const known = new Set(places.map(place => formatPattern(place.path)));
  for (const guard of guards) {
    const at = guard.place.sites.find(
      site => site.document.isDefinition && isJsonObject(site.schema) && site.schema.when !== undefined,
    );
    if (at === undefined) continue;
    const pointer = joinPointer(at.pointer, 'when');
    const judge = (schema: JsonSchema): boolean =>
      interpretFunctions({ definitions: plan.definitions, functions: { test: schema } }).test!({}).length === 0;
    if (isFalse(guard.test))
      yield {
        code: 'CONDITION_NEVER',
        severity: 'error',
        pointer,
        message: 'This condition is never true, so the question is never asked.',
      };
    else if (isTrue(guard.test))
      yield {
        code: 'CONDITION_ALWAYS',
        severity: 'warning',
        pointer,
        message: 'This condition is always true.',
        fix: { description: 'Remove "when"', edits: [{ pointer }] },
      };
    else if (judge(withoutAbsence(guard.test))) {
      yield {
        code: 'WHEN_TRUE_ON_EMPTY',
        severity: 'error',
        pointer,
        message:
          'This condition is true before anything is answered. Add "required", so that it waits for the answer it is about.',
      };
    }
    for (const read of guard.reads) {
      if (!exists(read, known))
        yield {
          code: 'CONDITION_FIELD_UNKNOWN',
          severity: 'error',
          pointer,
          message: `The condition is about "${formatPattern(read)}", and the form has no such field.`,
        };
    }
    for (const { path, value } of comparisons(guard.test, guard.anchor)) {
      const field = places.find(place => formatPattern(place.path) === formatPattern(path) && place.kind === 'field');
      if (field === undefined) continue;
      const fits = interpretFunctions({
        definitions: lowering.definitions,
        functions: { field: { allOf: field.sites.map(site => lowering.lower(site)) } },
      });
      if (fits.field!(value).length > 0)
        yield {
          code: 'CONDITION_NEVER',
          severity: 'error',
          pointer,
          message: `"${formatPattern(path)}" can never be ${JSON.stringify(value)}${valuesOf(field.sites)}.`,
        };
    }
  }
}

/** REQUIRED_UNKNOWN: a member that is required and described nowhere, so that nobody is asked for it. */
export function* requiredMembers({ places }: LintContext): Generator<Finding> {
  for (const place of places) {
    if (place.kind !== 'group') continue;
    const declared = new Set(places.filter(other => other.parent === place).map(other => other.path.at(-1)));
    for (const site of place.sites) {
      if (!site.document.isDefinition || typeof site.schema === 'boolean' || !Array.isArray(site.schema.required))
        continue;
      for (const [i, name] of (site.schema.required as readonly string[]).entries()) {
        if (declared.has(name)) continue;
        yield {
          code: 'REQUIRED_UNKNOWN',
          severity: 'error',
          pointer: joinPointer(site.pointer, 'required', i),
          message: `"${name}" is required, and no property is called that: the form can never be filed.`,
        };
      }
    }
  }
}

function isTrue(schema: Json): boolean {
  return schema === true || (isJsonObject(schema) && Object.keys(schema).length === 0);
}

function isFalse(schema: Json): boolean {
  if (schema === false) return true;
  if (!isJsonObject(schema)) return false;
  if (isTrue(schema.not ?? false)) return true;
  if (Array.isArray(schema.allOf) && (schema.allOf as readonly Json[]).some(isFalse)) return true;
  return (
    isJsonObject(schema.properties)
    && Array.isArray(schema.required)
    && (schema.required as readonly string[]).some(name => isFalse((schema.properties as JsonObject)[name] ?? true))
  );
}

/** A test without its `not: required`, which is meant to be true of the empty object. */
function withoutAbsence(schema: JsonSchema): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  if (
    isJsonObject(schema.not)
    && Object.keys(schema.not).every(keyword => keyword === 'required' || keyword === 'anyOf')
  )
    return false;
  const out: Record<string, Json> = { ...schema };
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword])) out[keyword] = (schema[keyword] as readonly JsonSchema[]).map(withoutAbsence);
  return out;
}

/** Every `const` and `enum` a test compares an answer with. */
function* comparisons(schema: Json, path: PatternPath): Generator<{ path: PatternPath; value: Json }> {
  if (!isJsonObject(schema)) return;
  if (schema.const !== undefined) yield { path, value: schema.const };
  if (Array.isArray(schema.enum)) for (const value of schema.enum as readonly Json[]) yield { path, value };
  if (isJsonObject(schema.properties))
    for (const [name, member] of Object.entries(schema.properties)) yield* comparisons(member, [...path, name]);
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword]))
      for (const part of schema[keyword] as readonly Json[]) yield* comparisons(part, path);
  if (schema.not !== undefined) yield* comparisons(schema.not, path);
  if (schema.contains !== undefined) yield* comparisons(schema.contains, [...path, null]);
}

/** `; it can be "a" or "b"`, where these are few. */
function valuesOf(sites: readonly Site[]): string {
  const values =
    (first(sites, 'enum')?.value as readonly Json[] | undefined)
    ?? (first(sites, 'oneOf')?.value as readonly Json[] | undefined)?.flatMap(branch =>
      isJsonObject(branch) && branch.const !== undefined ? [branch.const] : [],
    )
    ?? [];
  return values.length === 0 || values.length > 6
    ? ''
    : `; it can be ${values.map(value => JSON.stringify(value)).join(' or ')}`;
}
