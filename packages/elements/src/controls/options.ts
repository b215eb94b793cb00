// One of several, several of several, yes or no: radios and checkboxes while all fit on a screen, else a list.

import type { FieldNode, Json, Option } from '@onceform/core';
import { jsonEqual } from '@onceform/core/first';
import { html, nothing, type TemplateResult } from 'lit';
import { attributes } from '../attributes.ts';
import type { Control } from '../control.ts';
import type { Widget } from '../widget.ts';
import { selectOptions } from './select-options.ts';

/** More options than this go into a list; more than `SEARCH` into a list that can be searched. */
const FEW = 7;
export const SEARCH = 15;

export const radiosWidget: Widget = {
  tester: node => (isOneOf(node) ? (node.widget === 'radios' ? 5 : node.options.length <= FEW ? 3 : 0) : 0),
  frame: 'legend',
  render: control =>
    radios(
      control,
      control.node.options!.map(({ value, label }) => ({ value, label: control.view.words.l(label) })),
    ),
};

export const selectWidget: Widget = {
  tester: node => (isOneOf(node) ? (node.widget === 'select' ? 5 : node.options.length <= SEARCH ? 2 : 1) : 0),
  frame: 'label',
  render: control => {
    const { node, value, view } = control;
    const options = node.options!;
    const chosen = options.findIndex(option => jsonEqual(option.value, value));
    if (control.readOnly)
      return readOnlyOption(control, chosen < 0 ? control.text : view.words.l(options[chosen]!.label));
    return html`<select class="once-input once-select" ${attributes({ ...control.common, readonly: undefined, autocomplete: node.autocomplete ?? 'off' })}
      @change=${(event: Event) => {
        const { value: index } = event.target as HTMLSelectElement;
        control.set(index === '' ? undefined : options[Number(index)]?.value);
      }} ${selectOptions(
        options.map(option => view.words.l(option.label)),
        chosen,
        control.t('select.none'),
      )}></select>`;
  },
};

export const checkboxesWidget: Widget = {
  tester: node => (node.kind === 'field' && node.multiple === true && node.options !== undefined ? 6 : 0),
  frame: 'legend',
  render: control => {
    const held = Array.isArray(control.value) ? (control.value as readonly Json[]) : [];
    const toggle = (value: Json, on: boolean) => {
      const kept = control.node
        .options!.map(option => option.value)
        .filter(option => (jsonEqual(option, value) ? on : held.some(item => jsonEqual(item, option))));
      control.set(kept.length === 0 ? undefined : kept);
    };
    return html`<div class="once-options">${control.node.options!.map(
      (option, index) => html`<div class="once-option">
      <input type="checkbox" class="once-checkbox" id=${optionId(control, index)} form=${control.form} aria-invalid=${control.invalid}
        aria-readonly=${control.readOnly ? 'true' : nothing} .checked=${held.some(item => jsonEqual(item, option.value))}
        @click=${control.readOnly ? keep : nothing} @change=${(event: Event) => toggle(option.value, (event.target as HTMLInputElement).checked)}
      ><label for=${optionId(control, index)}>${control.view.words.l(option.label)}</label></div>`,
    )}</div>`;
  },
};

/** A question has two answers and a third state, not answered: two radios. A wish or a consent is one box. */
export const yesNoWidget: Widget = {
  tester: node =>
    isBoolean(node) && node.constraints.const === undefined
      ? node.widget === 'radios'
        ? 5
        : node.required
          ? 3
          : 0
      : 0,
  frame: 'legend',
  render: control =>
    radios(control, [
      { value: true, label: control.t('boolean.yes') },
      { value: false, label: control.t('boolean.no') },
    ]),
};

export const checkboxWidget: Widget = {
  tester: node =>
    isBoolean(node)
      ? node.widget === 'checkbox' || node.widget === 'commitment' || node.constraints.const !== undefined
        ? 5
        : 2
      : 0,
  frame: 'own',
  render: control =>
    html`<div class="once-option"><input type="checkbox" class="once-checkbox" data-once="check" ${attributes({
      ...control.common,
      readonly: undefined,
      'aria-readonly': control.readOnly ? 'true' : undefined,
      '.checked': control.value === true,
      '+for': control.id,
      '+data-required': control.required,
      '+.text': control.label,
    })}><label></label></div>`,
};

interface Choice {
  readonly value: Json;
  readonly label: string;
}

function radios(control: Control, choices: readonly Choice[]): TemplateResult {
  const { value } = control;
  if (control.readOnly) {
    const chosen = choices.find(choice => jsonEqual(choice.value, value));
    return readOnlyOption(control, chosen?.label ?? control.text);
  }
  const short = choices.length <= 3 && choices.every(({ label }) => label.length <= 16);
  return html`<div class="once-options" ?data-inline=${short}>${choices.map(
    (choice, index) => html`<div class="once-option">
    <input type="radio" class="once-radio" id=${optionId(control, index)} name=${control.id} form=${control.form}
      aria-invalid=${control.invalid} ?required=${control.required} .checked=${jsonEqual(choice.value, value)} @change=${() => control.set(choice.value)}
    ><label for=${optionId(control, index)}>${choice.label}</label></div>`,
  )}</div>`;
}

/** The first option has the control's own id, so that the error summary's link finds it. */
function optionId({ id }: Control, index: number): string {
  return index === 0 ? id : `${id}~${index}`;
}

/** A list that may not be changed is shown as a read-only box: `<select>` knows no `readonly`. */
export function readOnlyOption(control: Control, label: string): TemplateResult {
  return html`<input class="once-input" id=${control.id} readonly form=${control.form} .value=${label} aria-label=${control.label} aria-describedby=${control.describedBy}>`;
}

function keep(event: Event): void {
  event.preventDefault();
}

function isOneOf(node: { kind: string }): node is FieldNode & { options: readonly Option[] } {
  const field = node as FieldNode;
  return field.kind === 'field' && field.options !== undefined && field.multiple !== true;
}

function isBoolean(node: { kind: string }): node is FieldNode {
  return node.kind === 'field' && (node as FieldNode).type === 'boolean' && (node as FieldNode).options === undefined;
}
