// Computed values: shown, spoken when they change, never typed.

import { html } from 'lit';
import type { Control } from '../control.ts';
import type { Widget } from '../widget.ts';

export const outputWidget: Widget = {
  tester: node => (node.kind === 'field' && node.computed ? 8 : 0),
  frame: 'label',
  render: control => html`<output class="once-output" id=${control.id} form=${control.form}>${said(control)}</output>`,
};

function said(control: Control): string {
  const { value, text, node } = control;
  const t = (key: string): string => control.t(key);
  if (typeof value === 'boolean') return t(value ? 'boolean.yes' : 'boolean.no');
  return text === '' ? t('output.none') : [text, node.unit].filter(Boolean).join(' ');
}
