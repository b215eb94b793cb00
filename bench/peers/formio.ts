// @formio/js: a container for each section, conditional ones by their `conditional`.

import { Formio } from '@formio/js';
import type { Field, Spec } from './spec.ts';

function component(field: Field): object {
  const common = { key: field.id, label: field.label, input: true, validate: { required: field.required === true } };
  switch (field.type) {
    case 'boolean':
      return { ...common, type: 'checkbox' };
    case 'enum':
      return {
        ...common,
        type: 'select',
        widget: 'html5',
        data: { values: field.options!.map(value => ({ label: value, value })) },
      };
    case 'integer':
    case 'number':
      return { ...common, type: 'number', validate: { ...common.validate, min: field.minimum, max: field.maximum } };
    case 'email':
      return { ...common, type: 'email' };
    case 'date':
      return { ...common, type: 'textfield', inputType: 'date' };
    default:
      return { ...common, type: 'textfield', validate: { ...common.validate, pattern: field.pattern } };
  }
}

export const define = (spec: Spec) => ({
  components: spec.sections.map(({ id, title, showIf, fields }) => ({
    type: 'container',
    key: id,
    label: title,
    input: true,
    tree: true,
    components: fields.map(component),
    ...(showIf === null ? {} : { conditional: { show: true, when: showIf, eq: 'true' } }),
  })),
});

export async function mount(container: HTMLElement, definition: object, data: object) {
  const form = await Formio.createForm(container, definition, { noAlerts: true });
  await form.setSubmission({ data });
  return {
    destroy: () => void form.destroy(true),
    control: (path: string) =>
      container.querySelector<HTMLElement>(`[name="data[${path.split('.')[0]}][${path.split('.')[1]}]"]`),
  };
}
