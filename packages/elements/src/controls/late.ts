// Controls that few first pages have: who they are for is known here, what they are is loaded with the first of them.

import { html } from 'lit';
import { attributes } from '../attributes.ts';
import type { Control } from '../control.ts';
import { late } from '../late.ts';
import type { Widget } from '../widget.ts';
import { SEARCH } from './options.ts';

/** One of many: see combobox.ts. */
export const comboboxWidget: Widget = {
  tester: node =>
    node.kind === 'field' && node.multiple !== true
      ? node.options === undefined && node.codeList !== undefined
        ? 4
        : node.widget === 'combobox' || (node.options?.length ?? 0) > SEARCH
          ? 4
          : 0
      : 0,
  frame: 'label',
  render: control => late(control.view, 'search', ({ combobox }) => combobox(control), box(control)),
};

/** See file.ts. */
export const fileWidget: Widget = {
  tester: node => (node.kind === 'field' && node.type === 'file' ? 4 : 0),
  frame: 'label',
  render: control => late(control.view, 'files', ({ fileAnswer }) => fileAnswer(control), box(control)),
};

/** What the label names until the control has come. */
function box(control: Control): unknown {
  return html`<input class="once-input" aria-busy="true" ${attributes({ ...control.common, readonly: true })}>`;
}
