// A part of a form that another person declares: which of the data it is, and the form as that person sees it.

import type { CompiledForm, OutlineNode, OutlinePage, SchemaError, Validators } from './compiled.ts';
import { OnceFormError } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { joinPointer, parsePattern, parsePointer, pointerContains, valueAt, type Pointer } from './pointer.ts';

/** Only what lies at the pointers, in its place. What is absent stays absent. */
export function partOf(data: JsonObject, pointers: readonly Pointer[]): JsonObject {
  return pointers.reduce<JsonObject>((part, pointer) => {
    const value = valueAt(data, pointer);
    return value === undefined ? part : placed(part, pointer, value);
  }, {});
}

/**
 * The data with a part put in place of what stood there.
 *
 * @throws {OnceFormError} ERR_FORBIDDEN with the pointer when `part` holds anything outside of its pointers.
 */
export function withPart(data: JsonObject, pointers: readonly Pointer[], part: JsonObject): JsonObject {
  refuseOutside(part, pointers);
  return pointers.reduce((whole, pointer) => placed(whole, pointer, valueAt(part, pointer)), data);
}

/** @throws {OnceFormError} ERR_FORBIDDEN with the pointer of the first answer that lies outside. */
export function refuseOutside(value: Json, pointers: readonly Pointer[], at: Pointer = ''): void {
  if (pointers.some(part => part !== '' && pointerContains(part, at))) return;
  const inward = pointers.some(part => pointerContains(at, part));
  if (!inward || !isJsonObject(value))
    throw new OnceFormError('ERR_FORBIDDEN', 'This part of the form is another person’s.', { pointer: at });
  for (const [name, member] of Object.entries(value)) refuseOutside(member, pointers, joinPointer(at, name));
}

/**
 * The form as somebody sees it who was invited for a part of it: only their pages and fields, only what they can get
 * wrong, nothing to hand in. Its identity is that of the whole form.
 *
 * What a condition of the part reads outside of it is absent here: a part should stand on its own.
 */
export function partForm(form: CompiledForm, pointers: readonly Pointer[]): CompiledForm {
  const isIn = (pattern: string): boolean =>
    pointers.some(part => startsWith(parsePattern(pattern), parsePointer(part)));
  const { root } = form.outline;
  const pages = form.outline.pages.flatMap((page): OutlinePage[] => {
    const sections = page.sections.flatMap(section => {
      const nodes = section.nodes.filter(isIn);
      return nodes.length === 0 ? [] : [{ ...section, nodes }];
    });
    return sections.length === 0 ? [] : [{ ...page, sections }];
  });
  return {
    ...form,
    outline: {
      ...form.outline,
      pages,
      root: root.kind === 'group' ? { ...root, children: within(root.children, '', pointers) } : root,
    },
    computed: form.computed.filter(({ target }) => isIn(target)),
    guards: form.guards.filter(({ target }) => isIn(target)),
    rules: form.rules.filter(rule => isIn(rule.target) && rule.reads.every(isIn)),
    reuse: form.reuse.filter(({ pointer }) => isIn(pointer)),
    components: [],
    validators: onlyWithin(form.validators, pointers, isIn),
    documents: () => form.documents(),
  };
}

/** What somebody else has to put right is no finding here. */
function onlyWithin(
  { whole, parts }: Validators,
  pointers: readonly Pointer[],
  isIn: (pattern: string) => boolean,
): Validators {
  const isOwn =
    (base: Pointer) =>
    ({ instancePath, keyword, params }: SchemaError): boolean => {
      const { missingProperty } = params;
      const at = base + instancePath;
      const place = keyword === 'required' ? joinPointer(at, String(missingProperty)) : at;
      return pointers.some(part => pointerContains(part, place));
    };
  const leads = (pattern: string): boolean =>
    pointers.some(part => pattern === '' || startsWith(parsePointer(part), parsePointer(pattern)));
  return {
    whole: data => whole(data).filter(isOwn('')),
    parts: parts.flatMap(part =>
      isIn(part.pattern)
        ? [part]
        : leads(part.pattern)
          ? [{ ...part, validate: (value: Json) => part.validate(value).filter(isOwn(part.pattern)) }]
          : [],
    ),
  };
}

/** Nodes on the way to a part are kept with what leads there; nodes of the part are kept whole. */
function within(nodes: readonly OutlineNode[], at: Pointer, pointers: readonly Pointer[]): OutlineNode[] {
  return nodes.flatMap((node): OutlineNode[] => {
    const here = joinPointer(at, node.key);
    if (pointers.some(part => pointerContains(part, here))) return [node];
    if (node.kind !== 'group' || !pointers.some(part => pointerContains(here, part))) return [];
    return [{ ...node, children: within(node.children, here, pointers) }];
  });
}

function startsWith(path: readonly (string | null)[], prefix: readonly string[]): boolean {
  return prefix.length > 0 && prefix.length <= path.length && prefix.every((segment, i) => segment === path[i]);
}

/** `undefined` takes the member away. A part lies in objects, never in the rows of a list. */
function placed(data: JsonObject, pointer: Pointer, leaf: Json | undefined): JsonObject {
  const set = (value: Json | undefined, [head, ...rest]: readonly string[]): Json | undefined => {
    if (head === undefined) return leaf;
    if (Array.isArray(value)) throw new RangeError('A part of a form does not lie in the rows of a list.');
    const base = isJsonObject(value) ? value : {};
    const inner = set(Object.hasOwn(base, head) ? base[head] : undefined, rest);
    const kept = Object.entries(base).filter(([name]) => name !== head);
    return Object.fromEntries(inner === undefined ? kept : [...kept, [head, inner]]);
  };
  return set(data, parsePointer(pointer)) as JsonObject;
}
