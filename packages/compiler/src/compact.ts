// The plan as an emitted module carries it: without what assembling can put back.

import { isJsonObject, type Json, jsonEqual, type JsonObject, type Option } from '@onceform/core';
import { type AssembleInput, defaultId } from './assemble.ts';
import type { Plan } from './plan.ts';

/** What assembling takes for granted about a node. */
const NODE_DEFAULTS: JsonObject = {
  kind: 'field',
  required: false,
  nullable: false,
  readOnly: false,
  computed: false,
};

/** An outline node without defaults, without a subject that its parent has, and with `.` for the parent's concept and its own key. */
function compactNode(node: JsonObject, parent: JsonObject = {}): JsonObject {
  const out: Record<string, Json> = {};
  const own = { ...node, subject: node.subject ?? parent.subject } as JsonObject;
  // A field with a concept is most often one a browser cannot fill.
  if (node.kind === 'field' && node.concept !== undefined && node.autocomplete === undefined) out.autocomplete = '';
  for (const [key, value] of Object.entries(node)) {
    if (
      (Object.hasOwn(NODE_DEFAULTS, key) && NODE_DEFAULTS[key] === value)
      || (key === 'subject' && value === parent.subject)
      || (key === 'type' && value === 'string')
      || (key === 'autocomplete' && value === 'off' && node.concept !== undefined)
      || (key === 'constraints' && Object.keys(value as JsonObject).length === 0)
    )
      continue;
    if (key === 'concept' && value === `${String(parent.concept)}.${String(node.key)}`) out[key] = '.';
    else if (key === 'children' || key === 'shared')
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

/** The plan as `assemble` takes it, in Node and in every emitted module: a copy, for `assemble` to make the form of. */
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
  const units = compactUnits(plan.form);
  const first = { outline, rules: units.rules! };
  return {
    optionLists: Object.fromEntries(
      Object.entries(plan.optionLists)
        .filter(([id]) => named.has(id))
        .map(([id, options]) => [id, compactOptions(options)]),
    ),
    // What repeats itself stands near its like: the module compresses better.
    form: structuredClone({
      ...first,
      ...plan.form,
      ...first,
      ...units,
      reuse: compactReuse(plan.form.reuse as readonly JsonObject[]),
    }),
    parts: plan.parts,
  };
}

/** Units without what follows from their place: ids, order where it is that of the lists, pointers near the target. */
function compactUnits(form: JsonObject): JsonObject {
  let index = 0;
  const compact = (kind: string, unit: JsonObject): JsonObject => {
    const { id, order, target, reads, needs, anchor, severity, ...rest } = unit;
    const near = (pointers: Json): string[] =>
      (pointers as readonly string[]).map(pointer => relativePointer(pointer, target as string));
    return {
      ...(id === defaultId(kind, unit) ? {} : { id: id! }),
      target: target!,
      ...(order === index++ ? {} : { order: order! }),
      ...(anchor === undefined ? {} : { anchor: relativePointer(anchor as string, target as string) }),
      reads: near(reads!),
      ...(needs === undefined || jsonEqual(needs, reads) ? {} : { needs: near(needs) }),
      ...(severity === 'error' ? {} : { severity: severity! }),
      ...rest,
    };
  };
  return Object.fromEntries(
    (['guards', 'computed', 'rules'] as const).map(kind => [
      kind,
      (form[kind] as readonly JsonObject[]).map(unit => compact(kind, unit)),
    ]),
  );
}

function compactReuse(items: readonly JsonObject[]): JsonObject[] {
  return items.map(item => ({
    ...item,
    members: (item.members as readonly JsonObject[]).map(member => ({
      ...member,
      pointer: relativePointer(member.pointer as string, item.pointer as string),
    })),
  }));
}

/** How far up from `from`, then how it goes on: `1/birthDate`. The pointer itself where they have nothing in common. */
function relativePointer(pointer: string, from: string): string {
  const [, ...to] = pointer.split('/');
  const [, ...base] = from.split('/');
  let shared = 0;
  while (shared < to.length && shared < base.length && to[shared] === base[shared]) shared++;
  const up = base.length - shared;
  return shared === 0 || up > 9
    ? pointer
    : `${up}${to
        .slice(shared)
        .map(segment => `/${segment}`)
        .join('')}`;
}

/** Code-list options: the codes, as judging functions write them so that both compress to one, then the texts. */
function compactOptions(options: readonly Option[]): Json {
  const codes = options.map(({ value }) => String(value));
  return [
    codes.some(code => /\s|^$/.test(code)) ? codes : codes.join(' '),
    options.map(({ label }) => {
      const texts = typeof label === 'string' ? [label] : Object.values(label);
      return new Set(texts).size === 1 ? texts[0]! : (label as Json);
    }),
  ];
}
