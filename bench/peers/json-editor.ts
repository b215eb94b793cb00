// @json-editor/json-editor. It shows conditional sections always: it has no condition on another object's member.

import { JSONEditor } from '@json-editor/json-editor';
import { standing, wholeSchema, type Spec } from './spec.ts';

interface Group {
  readonly properties: { readonly [name: string]: object };
}

export const define = (spec: Spec) => wholeSchema(spec) as { readonly properties: { readonly [name: string]: Group } };

/** Answers are given as defaults: with a value to start with, it would not show the fields that have none. */
export async function mount(container: HTMLElement, schema: ReturnType<typeof define>, data: object) {
  const given = data as { readonly [section: string]: { readonly [field: string]: unknown } };
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([id, group]) => [
      id,
      {
        ...group,
        properties: Object.fromEntries(
          Object.entries(group.properties).map(([name, property]) => {
            const value = given[id]?.[name];
            return [name, value === undefined ? property : { ...property, default: value }];
          }),
        ),
      },
    ]),
  );
  const editor = new JSONEditor(container, {
    schema: { ...schema, properties },
    disable_edit_json: true,
    disable_properties: true,
    disable_collapse: true,
    no_additional_properties: true,
  });
  await standing(container);
  const control = (path: string) =>
    container.querySelector<HTMLElement>(`[name="root[${path.split('.')[0]}][${path.split('.')[1]}]"]`);
  return { control, destroy: () => editor.destroy() };
}
