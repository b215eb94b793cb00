// A date in three boxes, day, month, year, as the official forms have it; or in part, where only the year is known.

import type { FieldNode } from '@onceform/core';
import { html, noChange, nothing } from 'lit';
import { Directive, directive, type PropertyPart } from 'lit/directive.js';
import type { Control } from '../control.ts';
import { isComposing } from '../live-text.ts';
import type { Widget } from '../widget.ts';

export const dateWidget: Widget = {
  tester: node =>
    node.kind === 'field' && node.options === undefined
      ? node.format === 'date'
        ? 3
        : node.widget === 'date' || node.widget === 'partial-date' || isPartial(node)
          ? 4
          : 0
      : 0,
  frame: 'legend',
  render: control => {
    const parts = split(typeof control.value === 'string' ? control.value : control.text);
    const birth = control.node.autocomplete === 'bday';
    const known = control.node.format === 'date' && !control.readOnly;
    return html`<div class="once-date" @input=${(event: Event) => gather(control, event)} @compositionend=${(event: Event) => gather(control, event)}>
      ${PARTS.map(
        (
          part,
          index,
        ) => html`<div class="once-date-part"><label for=${index === 0 ? control.id : `${control.id}~${part}`}>${control.t(`date.${part}`)}</label>
        <input class="once-input" id=${index === 0 ? control.id : `${control.id}~${part}`} data-part=${part} inputmode="numeric" form=${control.form}
          maxlength=${part === 'year' ? 4 : 2} autocomplete=${birth ? `bday-${part}` : 'off'} .value=${number(parts[index]!)}
          aria-invalid=${control.invalid} ?required=${control.required && (part === 'year' || known)} ?readonly=${control.readOnly}></div>`,
      )}
      ${
        known
          ? html`<div class="once-calendar"><button type="button" class="once-button" data-kind="quiet" @click=${openCalendar}
          >${control.t('date.calendar')}<span class="once-hidden"> ${control.label}</span></button>
        <input type="date" tabindex="-1" aria-hidden="true" form=${control.form}
          .value=${typeof control.value === 'string' ? control.value : ''} @input=${stop} @change=${(event: Event) => {
            const { value } = event.target as HTMLInputElement;
            if (value !== '') control.input(value);
          }}></div>`
          : nothing
      }
    </div>`;
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

function gather(control: Control, event: Event): void {
  const target = event.target as HTMLInputElement;
  if (target.type === 'date' || isComposing(target)) return;
  const boxes = (event.currentTarget as HTMLElement).querySelectorAll<HTMLInputElement>('input[data-part]');
  const [day, month, year] = Array.from(boxes, box => box.value.normalize('NFKC').trim()) as [string, string, string];
  control.input(join(day, month, year));
}

function openCalendar(event: Event): void {
  const picker = (event.currentTarget as HTMLElement).nextElementSibling as HTMLInputElement;
  picker.showPicker?.();
}

function stop(event: Event): void {
  event.stopPropagation();
}

/** Leaves the box alone while it says the same number: `2` and `02` are one month. */
class NumberText extends Directive {
  override render(_text: string): unknown {
    return noChange;
  }

  override update({ element }: PropertyPart, [text]: [string]): unknown {
    const box = element as HTMLInputElement;
    const same = box.value === text || (box.value !== '' && text !== '' && Number(box.value) === Number(text));
    if (!same && !isComposing(box)) box.value = text;
    return noChange;
  }
}

const number = directive(NumberText);
