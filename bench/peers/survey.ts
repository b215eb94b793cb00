// survey-core with survey-js-ui: one page, a panel for each section.

import { Model } from 'survey-core';
import { renderSurvey } from 'survey-js-ui';
import { standing, type Field, type Spec } from './spec.ts';

const name = (path: string) => path.replace('.', '_');

function element(field: Field): object {
  const common = { name: name(field.path), title: field.label, isRequired: field.required === true };
  switch (field.type) {
    case 'boolean':
      return { ...common, type: 'boolean', renderAs: 'checkbox' };
    case 'enum':
      return { ...common, type: 'dropdown', choices: field.options, renderAs: 'select' };
    default:
      return {
        ...common,
        type: 'text',
        inputType: { text: 'text', integer: 'number', number: 'number', date: 'date', email: 'email' }[field.type],
        ...(field.pattern === undefined ? {} : { validators: [{ type: 'regex', regex: field.pattern }] }),
      };
  }
}

export const define = (spec: Spec) => ({
  pages: [
    {
      elements: spec.sections.map(({ title, showIf, fields, id }) => ({
        type: 'panel',
        name: id,
        title,
        elements: fields.map(element),
        ...(showIf === null ? {} : { visibleIf: `{${name(showIf)}} = true` }),
      })),
    },
  ],
});

export async function mount(container: HTMLElement, definition: object, data: object) {
  const model = new Model(definition);
  model.data = Object.fromEntries(
    Object.entries(data).flatMap(([section, values]) =>
      Object.entries(values as object).map(([field, value]) => [`${section}_${field}`, value]),
    ),
  );
  renderSurvey(model, container);
  await standing(container);
  const control = (path: string) => {
    const id = model.getQuestionByName(name(path))?.inputId as string | undefined;
    return id === undefined ? null : document.getElementById(id);
  };
  return { control, destroy: () => model.dispose() };
}
