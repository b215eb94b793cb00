// A date in three boxes, day, month, year, as the official forms have it; or in part, where only the year is known. A month
// is two of them.

import type { FieldNode } from '@onceform/core';
import { html, nothing } from 'lit';
import { attributes } from '../attributes.ts';
import type { Control } from '../control.ts';
import type { Widget } from '../widget.ts';

export const dateWidget: Widget = {
  tester: node =>
    node.kind === 'field' && node.options === undefined
      ? node.format === 'date'
        ? 3
        : isPartial(node) || ['date', 'partial-date', 'month'].includes(node.widget ?? '')
          ? 4
          : 0
      : 0,
  frame: 'legend',
  render: control => {
    const parts = split(typeof control.value === 'string' ? control.value : control.text);
    const birth = control.node.autocomplete === 'bday';
    const known = control.node.format === 'date' && !control.readOnly;
    const first = control.node.widget === 'month' ? 'month' : 'day';
    const [day, month, year] = PARTS.map((part, index) => {
      const id = part === first ? control.id : `${control.id}~${part}`;
      return attributes({
        '<for': id,
        '<.text': control.t(`date.${part}`),
        id,
        'data-part': part,
        form: control.form,
        autocomplete: birth ? `bday-${part}` : 'off',
        'aria-invalid': control.invalid,
        required: control.required && (part === 'year' || known || first === 'month'),
        readonly: control.readOnly,
        '.number': parts[index],
      });
    });
    return html`<div class="once-date">${first === 'day' ? html`<div class="once-date-part"><label></label><input class="once-input" data-once="date" inputmode="numeric" maxlength="2" ${day}></div>` : nothing}<div class="once-date-part"><label></label><input class="once-input" data-once="date" inputmode="numeric" maxlength="2" ${month}></div
      ><div class="once-date-part"><label></label><input class="once-input" data-once="date" inputmode="numeric" maxlength="4" ${year}></div>${
        known
          ? html`<div class="once-calendar"><button type="button" class="once-button" data-kind="quiet" @click=${(event: Event) => openCalendar(control, event.currentTarget as HTMLElement)}
          >${control.t('date.calendar')}<span class="once-hidden"> ${control.label}</span></button></div>`
          : nothing
      }</div>`;
  },
};

const PARTS = ['day', 'month', 'year'] as const;

function isPartial({ format }: FieldNode): boolean {
  return format?.endsWith('partial-date') === true;
}

/** Day, month and year of what is held: an ISO date, a part of one, or what was typed so far. */
export function split(text: string): readonly [string, string, string] {
  const iso = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (iso) return [iso[3] ?? '', iso[2] ?? '', iso[1]!];
  const [day = '', month = '', year = ''] = text.split('/');
  return [day, month, year];
}

/**
 * What the boxes say together: `''` when all are empty, an ISO date or a part of one when they make sense together,
 * else day/month/year as typed, for the engine to keep and to complain about.
 */
export function join(day: string, month: string, year: string): string {
  if (day === '' && month === '' && year === '') return '';
  const whole =
    /^\d{4}$/.test(year) && /^\d{0,2}$/.test(month) && /^\d{0,2}$/.test(day) && (day === '' || month !== '');
  return whole
    ? [year, month, day]
        .filter(Boolean)
        .map(part => part.padStart(2, '0'))
        .join('-')
    : `${day}/${month}/${year}`;
}

/** What the boxes around one of them say together. */
export function dateTextOf(box: HTMLElement): string {
  const boxes = box.closest('.once-date')!;
  const [day, month, year] = PARTS.map(
    part => boxes.querySelector<HTMLInputElement>(`input[data-part=${part}]`)?.value.normalize('NFKC').trim() ?? '',
  );
  return join(day!, month!, year!);
}

/** The browser's own calendar. Its box is made when it is asked for first: it is the dearest control there is. */
function openCalendar(control: Control, button: HTMLElement): void {
  let box = button.nextElementSibling as HTMLInputElement | null;
  if (box === null) {
    box = document.createElement('input');
    box.type = 'date';
    box.tabIndex = -1;
    box.ariaHidden = 'true';
    if (control.form === '') box.setAttribute('form', '');
    box.addEventListener('input', event => event.stopPropagation());
    box.addEventListener('change', ({ currentTarget }) => {
      const { value } = currentTarget as HTMLInputElement;
      if (value !== '') control.input(value);
    });
    button.after(box);
  }
  box.value = typeof control.value === 'string' ? control.value : '';
  box.showPicker?.();
}
