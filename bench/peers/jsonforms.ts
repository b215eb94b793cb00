// @jsonforms/react with the vanilla renderers; sections are groups, conditional ones have a SHOW rule.

import { JsonForms } from '@jsonforms/react';
import { vanillaCells, vanillaRenderers } from '@jsonforms/vanilla-renderers';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { wholeSchema, type Spec } from './spec.ts';

export const define = (spec: Spec) => ({
  schema: wholeSchema(spec),
  uischema: {
    type: 'VerticalLayout',
    elements: spec.sections.map(({ id, title, showIf, fields }) => ({
      type: 'Group',
      label: title,
      elements: fields.map(field => ({ type: 'Control', scope: `#/properties/${id}/properties/${field.id}` })),
      ...(showIf === null
        ? {}
        : {
            rule: {
              effect: 'SHOW',
              condition: { scope: `#/properties/${showIf.replace('.', '/properties/')}`, schema: { const: true } },
            },
          }),
    })),
  },
});

export function mount(container: HTMLElement, definition: ReturnType<typeof define>, data: unknown) {
  const root = createRoot(container);
  flushSync(() =>
    root.render(
      createElement(JsonForms, { ...definition, data, renderers: vanillaRenderers, cells: vanillaCells } as never),
    ),
  );
  const control = (path: string) =>
    document.getElementById(`#/properties/${path.replace('.', '/properties/')}-input`)
    ?? document.getElementById(`#/properties/${path.replace('.', '/properties/')}`);
  return { control, destroy: () => root.unmount() };
}
