// A first draft of a form from the record of a procedure: the items an authority lists, as a definition that compiles.
// What the record says in prose stays beside the field as a comment, and is listed as work to do.

import { isJsonObject, isOnceFormError, type Json, type JsonObject, joinPointer, type Pointer } from '@onceform/core';
import { FORM_VOCABULARY } from './keywords.ts';
import { type CompileOptions, planForm } from './plan.ts';

/** A procedure as a register of procedures describes it; further members are not looked at. */
export interface ProcedureRecord {
  readonly key: string;
  readonly name: string;
  readonly nameEn?: string;
  /** May hold prose around the code, or be null. */
  readonly code?: string | null;
  readonly legal?: string;
  readonly time?: string;
  readonly result?: string;
  readonly fields: readonly RecordField[];
  readonly components?: readonly {
    readonly key: string;
    readonly name: string;
    readonly mode?: string;
    readonly when?: string;
    readonly replacedBy?: string;
  }[];
}

export interface RecordField {
  /** `requester.fullName`, `members[]`, `licence.place / year`. */
  readonly path: string;
  readonly label: string;
  /** `text`, `date`, `code:<list>`, `id:<format>`, `integer ≥ 1`, … */
  readonly type: string;
  /** `R` required, `C` on a condition, `O` optional. */
  readonly required?: string;
  readonly rule?: string;
  /** `requester:person.fullName`: role and concept. */
  readonly concept?: string;
}

export interface ProcedureDraft {
  readonly definition: JsonObject;
  /** What the author still has to do, by place. */
  readonly todo: readonly { readonly pointer: Pointer; readonly message: string }[];
}

export interface DraftOptions extends CompileOptions {
  /** Base of the `$id`; default `https://example.org/forms/`. */
  readonly base?: string;
  readonly locale?: string;
}

type Mutable = Record<string, Json>;

/** Makes the draft. It compiles with the same options. */
export async function draftFromProcedure(record: ProcedureRecord, options: DraftOptions = {}): Promise<ProcedureDraft> {
  const drafter = new Drafter(options);
  for (const field of record.fields) drafter.add(field);
  const { properties, required, todo } = drafter;
  const code = procedureCode(record.code);
  if (code === null)
    todo.push({
      pointer: '/form/procedure/code',
      message: `The record has no code that can be read: ${JSON.stringify(record.code ?? null)}.`,
    });
  const locale = options.locale ?? options.pack?.locales?.[0] ?? 'en';
  const definition: JsonObject = {
    $schema: FORM_VOCABULARY,
    $id: `${options.base ?? 'https://example.org/forms/'}${kebab(record.key)}`,
    title: record.name,
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    form: {
      version: '0.1.0',
      locale,
      procedure: {
        code,
        name: record.name,
        ...(record.legal === undefined ? {} : { legalBasis: record.legal.split(/;\s*/) }),
        ...(record.time === undefined ? {} : { duration: record.time }),
        ...(record.result === undefined ? {} : { result: record.result }),
      },
      pages: Object.entries(properties).map(([key, node]) => ({
        id: kebab(key),
        title: isJsonObject(node) && typeof node.title === 'string' ? node.title : key,
        fields: [joinPointer('', key)],
      })),
      components: (record.components ?? []).map((component, i) => {
        if (component.when !== undefined && !/^always/.test(component.when))
          todo.push({ pointer: `/form/components/${i}`, message: `Say as "when": ${component.when}` });
        if (component.replacedBy !== undefined && !/^[—-]?$/.test(component.replacedBy))
          todo.push({ pointer: `/form/components/${i}`, message: `Say as "replacedBy": ${component.replacedBy}` });
        return { id: component.key, title: component.name };
      }),
      ...(record.nameEn === undefined || locale === 'en' ? {} : { locales: { en: { '/title': record.nameEn } } }),
    },
  };
  return { definition: await withoutUnknown(definition, options, todo), todo };
}

/** The code in what a record says, which may have words around it; null when there is none. */
export function procedureCode(text: string | null | undefined): string | null {
  return /(?<![\d.])\d\.\d{6}(?![\d.])/.exec(text ?? '')?.[0] ?? null;
}

class Drafter {
  readonly properties: Mutable = {};
  readonly required: string[] = [];
  readonly todo: { pointer: Pointer; message: string }[] = [];
  readonly #options: DraftOptions;

  constructor(options: DraftOptions) {
    this.#options = options;
  }

  add(field: RecordField): void {
    // `a.b / c, d` are three fields beside each other.
    const [firstPath = '', ...others] = field.path
      .replace(/\[[^\]]+\]/g, '[]')
      .split(/\s*[/,|]\s*/)
      .filter(path => /^[A-Za-z][\w.[\]]*\*?$/.test(path));
    if (firstPath === '') {
      this.todo.push({
        pointer: '/properties',
        message: `The record says "${field.path}" (${field.label}), which is no path.`,
      });
      return;
    }
    if (firstPath.endsWith('.*')) {
      this.todo.push({
        pointer: '/properties',
        message: `The record takes over "${firstPath}" from another form: ${field.label}.`,
      });
      return;
    }
    const prefix = firstPath.split('.').slice(0, -1);
    for (const path of [firstPath, ...others.map(other => [...prefix, other].join('.'))])
      this.#put(path.split('.'), field, others.length > 0);
  }

  #put(path: readonly string[], field: RecordField, isOneOfSeveral: boolean): void {
    let properties = this.properties;
    let required: string[] | null = this.required;
    let pointer = '';
    const [role, concept] =
      field.concept?.includes(':') === true
        ? (field.concept.split(':') as [string, string])
        : [null, field.concept ?? ''];
    for (const [i, segment] of path.slice(0, -1).entries()) {
      const key = segment.replace('[]', '');
      pointer += joinPointer('/properties', key);
      let group = properties[key] as Mutable | undefined;
      if (!isJsonObject(group) || (group.type !== 'object' && group.type !== 'array')) {
        group = { type: 'object', title: key };
        if (i === 0 && role !== null) group.subject = role === 'requester' ? 'applicant' : role;
        properties[key] = group;
      }
      if (group.type === 'array') {
        pointer += '/items';
        group = group.items as Mutable;
      }
      group.properties ??= {};
      properties = group.properties as Mutable;
      required = null;
      const list = (group.required ?? []) as string[];
      if (i === path.length - 2 && field.required === 'R') group.required = [...list, path.at(-1)!.replace('[]', '')];
    }
    const key = path.at(-1)!.replace('[]', '');
    pointer += joinPointer('/properties', key);
    const schema = this.#schemaOf(field, path.at(-1)!.endsWith('[]'), pointer);
    schema.title = isOneOfSeveral ? `${field.label} (${key})` : field.label;
    if (concept !== '' && concept !== '—' && !isOneOfSeveral && /^[a-z][\w.]*$/i.test(concept))
      schema.concept = concept;
    const comments = [field.type, field.rule].filter(text => text !== undefined && text !== '' && text !== '—');
    if (comments.length > 0) schema.$comment = comments.join('; ');
    if (field.required === 'C')
      this.todo.push({
        pointer,
        message: `Say as "when": ${field.rule ?? 'the record does not say when it is asked'}`,
      });
    else if (field.rule !== undefined && field.rule !== '' && field.rule !== '—')
      this.todo.push({ pointer, message: `Say as a keyword or a check: ${field.rule}` });
    properties[key] =
      isJsonObject(properties[key]) && (properties[key] as JsonObject).properties !== undefined
        ? { ...schema, ...(properties[key] as JsonObject), title: schema.title }
        : schema;
    if (required !== null && field.required === 'R') required.push(key);
  }

  #schemaOf(field: RecordField, isList: boolean, pointer: Pointer): Mutable {
    const type = field.type.toLowerCase();
    const { pack } = this.#options;
    const format = (name: string): Mutable | null => {
      const full = `${pack?.id ?? ''}-${kebab(name)}`;
      return Object.hasOwn({ ...pack?.formats, ...this.#options.formats }, full)
        ? { type: 'string', format: full }
        : null;
    };
    if (isList || type === 'table') return { type: 'array', items: { type: 'object', properties: {} } };
    const code = /^codes?:([\w-]+)/.exec(type)?.[1];
    if (code !== undefined && Object.hasOwn({ ...pack?.codeLists, ...this.#options.codeLists }, code))
      return { type: 'string', codelist: code };
    const id = /^id:(\w+)/.exec(field.type)?.[1];
    if (id !== undefined) return format(id) ?? { type: 'string' };
    if (/^date(?: \(full\))?$/.test(type)) return { type: 'string', format: 'date' };
    if (type === 'partialdate')
      return (
        format('partial-date') ?? {
          type: 'string',
          pattern: '^[0-9]{4}(?:-[0-9]{2}){0,2}$',
          hint: '2026, 2026-11, 2026-11-22',
        }
      );
    if (type === 'boolean = true' || type === 'consent') return { type: 'boolean', const: true };
    if (type === 'boolean') return { type: 'boolean' };
    if (/^boolean \+ integer/.test(type)) {
      return {
        type: 'object',
        properties: {
          requested: { type: 'boolean', title: field.label },
          count: {
            type: 'integer',
            minimum: 1,
            title: field.label,
            when: { properties: { requested: { const: true } }, required: ['requested'] },
          },
        },
        required: ['requested', 'count'],
      };
    }
    if (/^integer ≥ (\d+)$/.test(type)) return { type: 'integer', minimum: Number(/\d+/.exec(type)![0]) };
    if (type === 'integer' || type === 'money') return { type: 'integer', minimum: 0 };
    if (type === 'decimal') return { type: 'number', minimum: 0 };
    if (type === 'file') return { format: 'file', accept: ['application/pdf', 'image/jpeg', 'image/png'] };
    if (type === 'files')
      return { type: 'array', items: { format: 'file', accept: ['application/pdf', 'image/jpeg', 'image/png'] } };
    if (type === 'email') return { type: 'string', format: 'email' };
    if (type === 'datetime') return { type: 'string', format: 'date-time' };
    if (type === 'address') {
      const schema = Object.keys({ ...pack?.schemas, ...this.#options.schemas }).find(uri => /\/address$/.test(uri));
      return schema === undefined ? { type: 'string', maxLength: 500 } : { $ref: schema };
    }
    if (type === 'group') return { type: 'object', properties: {} };
    const named = format(type);
    if (named !== null) return named;
    if (!['text', 'name', 'phone'].includes(type))
      this.todo.push({ pointer, message: `The record calls this "${field.type}"; a text is only a stand-in.` });
    return { type: 'string', maxLength: 1000 };
  }
}

// Concepts the dictionary has not are left to the author, one by one, until the draft compiles.
async function withoutUnknown(
  definition: JsonObject,
  options: DraftOptions,
  todo: { pointer: Pointer; message: string }[],
): Promise<JsonObject> {
  for (;;) {
    try {
      await planForm(definition, options);
      return definition;
    } catch (error) {
      if (!isOnceFormError(error, 'ERR_CONCEPT_UNKNOWN')) throw error;
      const path = error.pointer!.slice(1).split('/');
      let owner: Json = definition;
      for (const segment of path.slice(0, -1)) owner = (owner as Record<string, Json>)[segment]!;
      todo.push({
        pointer: error.pointer!,
        message: `The dictionary has no concept "${String((owner as JsonObject).concept)}".`,
      });
      delete (owner as Mutable).concept;
    }
  }
}

function kebab(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}
