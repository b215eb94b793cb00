// @rjsf/core with its ajv validator, as its documentation has it.

import Form from '@rjsf/core';
import validator from '@rjsf/validator-ajv8';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import type { Spec } from './spec.ts';

export const define = (spec: Spec) => spec.schema;

export function mount(container: HTMLElement, schema: object, formData: unknown) {
  const root = createRoot(container);
  flushSync(() => root.render(createElement(Form, { schema, formData, validator, noHtml5Validate: true } as never)));
  return {
    control: (path: string) => document.getElementById(`root_${path.replaceAll('.', '_')}`),
    destroy: () => root.unmount(),
  };
}
