// One line of text, several lines, numbers and money: a native box whose text goes to the engine as typed.

import type { FieldNode } from '@onceform/core';
import { html, nothing } from 'lit';
import { attributes, type AttributeValues } from '../attributes.ts';
import type { Control } from '../control.ts';
import { restedText } from '../rested-text.ts';
import type { Widget } from '../widget.ts';

/** More code points than this are written on several lines. */
const LONG = 300;

/** Any field without a better control: what it holds is shown as text. */
export const textWidget: Widget = {
  tester: node => (node.kind === 'field' && node.type !== 'file' ? 1 : 0),
  frame: 'label',
  box: control => (control.node.unit === undefined ? boxOf(control) : undefined),
  render: control => {
    const { unit } = control.node;
    const input = html`<input class="once-input" ${attributes(boxOf(control))}>`;
    return unit === undefined ? input : html`${input}<span class="once-unit" id=${`${control.id}~unit`}>${unit}</span>`;
  },
};

function boxOf(control: Control): AttributeValues {
  const { node, view } = control;
  const format = node.format === undefined ? undefined : view.formats[node.format];
  const number = node.type === 'integer' || node.type === 'number';
  return {
    ...control.common,
    'data-once': 'text',
    'aria-describedby': described(control),
    type: number ? 'text' : (TYPES[node.format ?? ''] ?? 'text'),
    'data-size': sizeOf(node),
    'data-unit': node.unit,
    inputmode: node.type === 'integer' ? 'numeric' : number ? 'decimal' : format?.inputMode,
    autocomplete: node.autocomplete ?? 'off',
    placeholder: view.words.l(node.placeholder) || undefined,
    spellcheck: number || node.format !== undefined ? 'false' : undefined,
    '.value': control.text,
  };
}

export const longTextWidget: Widget = {
  tester: node =>
    node.kind === 'field'
    && node.type === 'string'
    && (node.widget === 'textarea'
      || node.widget === 'long-text'
      || (node.format === undefined && (node.constraints.maxLength ?? 0) > LONG))
      ? 2
      : 0,
  frame: 'label',
  render: control =>
    html`<textarea class="once-input" data-once="text" rows="4" ${attributes({
      ...control.common,
      autocomplete: control.node.autocomplete ?? 'off',
      placeholder: control.view.words.l(control.node.placeholder) || undefined,
      '.value': control.text,
    })}></textarea>${room(control)}`,
};

/** Times of day: the browser's own box. */
export const timeWidget: Widget = {
  tester: node => (node.kind === 'field' && (node.format === 'time' || node.widget === 'time') ? 3 : 0),
  frame: 'label',
  render: control =>
    html`<input class="once-input" type="time" data-once="text" data-size="s" ${attributes({
      ...control.common,
      autocomplete: control.node.autocomplete ?? 'off',
      '.value': control.text.slice(0, 5),
    })}>`,
};

const TYPES: Readonly<Record<string, string>> = { email: 'email', 'idn-email': 'email', uri: 'url', iri: 'url' };

function sizeOf({ constraints, type, format }: FieldNode): 's' | 'm' | 'l' | undefined {
  const length =
    constraints.maxLength ?? (type === 'integer' ? String(constraints.maximum ?? 999_999_999).length : undefined);
  if (length === undefined) return type === 'number' ? 'm' : format === undefined ? undefined : 'l';
  return length <= 6 ? 's' : length <= 15 ? 'm' : length <= 30 ? 'l' : undefined;
}

/** What describes the box, its unit among it. */
function described({ node, id, describedBy }: Control): string | typeof nothing {
  if (node.unit === undefined) return describedBy;
  return describedBy === nothing ? `${id}~unit` : `${describedBy as string} ${id}~unit`;
}

/** How much room is left, only when it becomes short: seen at every key, said when the keys rest. */
function room(control: Control): unknown {
  const max = control.node.constraints.maxLength;
  if (max === undefined) return nothing;
  const left = max - Array.from(control.text).length;
  if (left > max / 5) return nothing;
  const text = control.t(left < 0 ? 'text.over' : 'text.left', { count: Math.abs(left) });
  return html`<p class="once-room" aria-hidden="true">${text}</p><p class="once-hidden" role="status">${restedText(text)}</p>`;
}
