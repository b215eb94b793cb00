// Computed values: shown, spoken when they change, never typed.

import { html } from 'lit';
import type { Widget } from '../widget.ts';

export const outputWidget: Widget = {
  tester: node => (node.kind === 'field' && node.computed ? 8 : 0),
  frame: 'label',
  render: control =>
    html`<output class="once-output" id=${control.id} form=${control.form}>${
      control.text === '' ? control.t('output.none') : [control.text, control.node.unit].filter(Boolean).join(' ')
    }</output>`,
};
