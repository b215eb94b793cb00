// The `form` object on the root: procedure, pages, components, print. Everything about the paper world around the data.

import {
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type OutlinePage,
  type OutlineSection,
  type Pointer,
  pointerContains,
  type ProcedureSpec,
} from '@onceform/core';
import type { PlannedNode } from './node-facts.ts';
import type { SchemaIndex } from './resolve.ts';
import { isPlacedCondition } from './resolve.ts';
import type { Texts } from './texts.ts';

export interface FormObject {
  readonly value: JsonObject;
  readonly texts: Texts;
}

const AT = '/form';

export function readFormObject(index: SchemaIndex, texts: Texts): FormObject {
  const value = (index.root.schema as JsonObject).form ?? {};
  if (!isJsonObject(value)) throw new OnceFormError('ERR_DEFINITION_INVALID', '"form" is an object.', { pointer: AT });
  return { value, texts };
}

/** The procedure, or null where the form belongs to none. */
export function readProcedure({ value, texts }: FormObject): ProcedureSpec | null {
  const spec = value.procedure;
  if (spec === undefined) return null;
  const at = joinPointer(AT, 'procedure');
  const own = asObject(spec, at);
  const name = texts.member(own, at, 'name');
  if (name === undefined) throw missing('name', at);
  const out: Record<string, Json> = { code: typeof own.code === 'string' ? own.code : null, name: name as Json };
  for (const key of ['authority', 'duration', 'result', 'endReason']) {
    const text = texts.member(own, at, key);
    if (text !== undefined) out[key] = text as Json;
  }
  if (own.legalBasis !== undefined)
    out.legalBasis = asArray(own.legalBasis, joinPointer(at, 'legalBasis')).map(
      (item, i) => texts.localized(item, joinPointer(at, 'legalBasis', i)) as Json,
    );
  for (const key of ['validFrom', 'validUntil']) if (typeof own[key] === 'string') out[key] = own[key]!;
  if (own.purpose !== undefined) {
    const purpose = asObject(own.purpose, joinPointer(at, 'purpose'));
    const text = texts.member(purpose, joinPointer(at, 'purpose'), 'text');
    if (text === undefined || typeof purpose.code !== 'string')
      throw missing('code" and "text', joinPointer(at, 'purpose'));
    out.purpose = { code: purpose.code, text: text as Json };
  }
  if (own.parts !== undefined) out.parts = readParts({ value, texts }, own.parts, joinPointer(at, 'parts'));
  return out as unknown as ProcedureSpec;
}

/** The dossiers of a linked procedure: every component goes with exactly one of them. */
function readParts({ value, texts }: FormObject, given: Json, at: Pointer): Json {
  const known = asArray(value.components ?? [], joinPointer(AT, 'components')).map(
    (component, i) => asObject(component, joinPointer(AT, 'components', i)).id,
  );
  const parts = asArray(given, at).map((part, i) => {
    const place = joinPointer(at, i);
    const own = asObject(part, place);
    const name = texts.member(own, place, 'name');
    if (name === undefined) throw missing('name', place);
    const components = asArray(own.components ?? [], joinPointer(place, 'components'));
    return { code: typeof own.code === 'string' ? own.code : null, name: name as Json, components };
  });
  const placed = parts.flatMap(({ components }) => components);
  if (parts.length < 2 || placed.length !== known.length || known.some(id => !placed.includes(id!)))
    throw new OnceFormError(
      'ERR_DEFINITION_INVALID',
      'A linked procedure has two parts or more, and each component goes with exactly one of them.',
      { pointer: at },
    );
  return parts;
}

/**
 * The pages: those of `form.pages`, or one for each top-level group, or one for all.
 *
 * @throws {OnceFormError} ERR_DEFINITION_INVALID when a page shows a field that is not there, or in a list.
 */
export function readPages({ value, texts }: FormObject, root: PlannedNode, title: Json): OutlinePage[] {
  if (value.pages === undefined) return defaultPages(root, title);
  const ids = new Set<string>();
  const unique = (id: string, pointer: Pointer): string => {
    if (ids.has(id))
      throw new OnceFormError('ERR_DEFINITION_INVALID', `Two pages or sections are called "${id}".`, { pointer });
    ids.add(id);
    return id;
  };
  const pages = asArray(value.pages, joinPointer(AT, 'pages'));
  if (pages.length === 0) return defaultPages(root, title);
  return pages.map((page, p) => {
    const at = joinPointer(AT, 'pages', p);
    const own = asObject(page, at);
    const pageTitle = texts.member(own, at, 'title');
    if (pageTitle === undefined) throw missing('title', at);
    const id = unique(typeof own.id === 'string' ? own.id : `page-${p + 1}`, at);
    const description = texts.markdown(own, at, 'description');
    const written =
      own.sections === undefined
        ? [own]
        : asArray(own.sections, joinPointer(at, 'sections')).map((item, s) =>
            asObject(item, joinPointer(at, 'sections', s)),
          );
    const sections = written.map((section, s): OutlineSection => {
      const place = section === own ? at : joinPointer(at, 'sections', s);
      const sectionTitle = section === own ? undefined : texts.member(section, place, 'title');
      const text = section === own ? undefined : texts.markdown(section, place, 'description');
      return {
        id: section === own ? `${id}-1` : unique(typeof section.id === 'string' ? section.id : `${id}-${s + 1}`, place),
        ...(sectionTitle === undefined ? {} : { title: sectionTitle }),
        ...(text === undefined ? {} : { description: text }),
        nodes: asArray(section.fields ?? [], joinPointer(place, 'fields')).map((pointer, i) =>
          shownNode(root, pointer, joinPointer(place, 'fields', i)),
        ),
      };
    });
    return { id, title: pageTitle, ...(description === undefined ? {} : { description }), sections };
  });
}

/** Answers that no page shows: each is a pointer to the highest node that is not shown anywhere. */
export function unshownNodes(root: PlannedNode, pages: readonly OutlinePage[]): Pointer[] {
  const shown = pages.flatMap(page => page.sections.flatMap(section => section.nodes));
  const visit = (node: PlannedNode, pointer: Pointer): Pointer[] => {
    if (shown.some(each => pointerContains(each, pointer))) return [];
    if (node.computed === true) return [];
    if (node.kind === 'group' && shown.some(each => pointerContains(pointer, each))) {
      return (node.children as readonly PlannedNode[]).flatMap(child => visit(child, joinPointer(pointer, child.key)));
    }
    return [pointer];
  };
  return visit(root, '').filter(pointer => pointer !== '' || shown.length === 0);
}

function defaultPages(root: PlannedNode, title: Json): OutlinePage[] {
  const children = root.kind === 'group' ? (root.children as readonly PlannedNode[]) : [];
  const single = (nodes: readonly Pointer[]): OutlinePage => ({
    id: 'page-1',
    title: title as string,
    sections: [{ id: 'page-1-1', nodes }],
  });
  if (children.length < 2 || !children.every(child => child.kind === 'group'))
    return [
      single(
        children.length === 0 || root.rest !== undefined ? [''] : children.map(child => joinPointer('', child.key)),
      ),
    ];
  return children.map((child, i) => ({
    id: `page-${i + 1}`,
    title: (child.title ?? child.key) as string,
    sections: [{ id: `page-${i + 1}-1`, nodes: [joinPointer('', child.key)] }],
  }));
}

function shownNode(root: PlannedNode, pointer: Json, at: Pointer): Pointer {
  if (typeof pointer !== 'string')
    throw new OnceFormError('ERR_DEFINITION_INVALID', 'A page lists fields by their JSON Pointers.', { pointer: at });
  let node: PlannedNode | undefined = root;
  for (const segment of pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const children: readonly PlannedNode[] =
      node?.kind === 'group' || node?.kind === 'tuple'
        ? (node.children as unknown as readonly PlannedNode[])
        : node?.kind === 'choice'
          ? [...(node.shared as unknown as readonly PlannedNode[])]
          : [];
    node = children.find(child => child.key === segment);
    if (node === undefined) break;
  }
  if (node === undefined)
    throw new OnceFormError(
      'ERR_DEFINITION_INVALID',
      `The page shows "${pointer}", which is no field or group of this form (fields inside lists come with their list).`,
      { pointer: at },
    );
  return pointer;
}

/** Components as plain JSON; `guard` holds the name of a function. */
export function readComponents(
  { value, texts }: FormObject,
  guardFor: (test: JsonSchema) => string,
  lower: (...segments: readonly (string | number)[]) => JsonSchema,
): JsonObject[] {
  if (value.components === undefined) return [];
  const ids = new Set<string>();
  return asArray(value.components, joinPointer(AT, 'components')).map((item, i) => {
    const at = joinPointer(AT, 'components', i);
    const own = asObject(item, at);
    const title = texts.member(own, at, 'title');
    if (typeof own.id !== 'string' || title === undefined) throw missing('id" and "title', at);
    if (ids.has(own.id))
      throw new OnceFormError('ERR_DEFINITION_INVALID', `Two components are called "${own.id}".`, { pointer: at });
    ids.add(own.id);
    const description = texts.markdown(own, at, 'description');
    const condition = own.when;
    const test =
      condition === undefined
        ? null
        : isPlacedCondition(condition)
          ? alongPointer(String(condition.at), lower('form', 'components', i, 'when', 'is'))
          : lower('form', 'components', i, 'when');
    const replacedBy = own.replacedBy === undefined ? null : asObject(own.replacedBy, joinPointer(at, 'replacedBy'));
    const scope = replacedBy === null ? undefined : texts.member(replacedBy, joinPointer(at, 'replacedBy'), 'scope');
    return {
      id: own.id,
      title: title as Json,
      ...(description === undefined ? {} : { description: description as unknown as Json }),
      handling: own.handling === 'present' ? 'present' : 'submit',
      ...(test === null ? {} : { guard: guardFor(test) }),
      ...(replacedBy === null
        ? {}
        : {
            replacedBy: {
              pointers: asArray(replacedBy.pointers, joinPointer(at, 'replacedBy', 'pointers')),
              minAssurance: replacedBy.minAssurance ?? 'substantial',
              ...(scope === undefined ? {} : { scope: scope as Json }),
            },
          }),
      required: own.required !== false,
      ...(typeof own.oneOf === 'string' ? { oneOf: own.oneOf } : {}),
      accept: own.accept ?? ['application/pdf', 'image/jpeg', 'image/png'],
      maxSize: own.maxSize ?? 10 * 1024 * 1024,
      maxFiles: own.maxFiles ?? 5,
    };
  });
}

function alongPointer(pointer: string, schema: JsonSchema): JsonSchema {
  const path =
    pointer === ''
      ? []
      : pointer
          .slice(1)
          .split('/')
          .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path.reduceRight<JsonSchema>(
    (inner, segment) => ({ properties: { [segment]: inner }, required: [segment] }),
    schema,
  );
}

function asObject(value: Json | undefined, pointer: Pointer): JsonObject {
  if (!isJsonObject(value)) throw new OnceFormError('ERR_DEFINITION_INVALID', 'An object belongs here.', { pointer });
  return value;
}

function asArray(value: Json | undefined, pointer: Pointer): readonly Json[] {
  if (!Array.isArray(value)) throw new OnceFormError('ERR_DEFINITION_INVALID', 'A list belongs here.', { pointer });
  return value;
}

function missing(key: string, pointer: Pointer): OnceFormError {
  return new OnceFormError('ERR_DEFINITION_INVALID', `"${key}" is missing.`, { pointer });
}
