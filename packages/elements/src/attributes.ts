// Many attributes of one element through one part of its template: a field with fourteen bindings would cost
// fourteen objects, which counts in a form of thousands.

import { noChange, nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { isComposing } from './live-text.ts';

/** `true` sets an empty attribute; `false`, `undefined` and `nothing` take it away. */
export type AttributeValue = string | number | boolean | undefined | typeof nothing;
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

class Attributes extends Directive {
  #before: AttributeValues = NONE;

  override render(_values: AttributeValues): unknown {
    return noChange;
  }

  override update({ element: own }: ElementPart, [values]: [AttributeValues]): unknown {
    const before = this.#before;
    for (const given in values) {
      const value = values[given];
      const place = PLACES[given[0]!];
      const name = place === undefined ? given : given.slice(1);
      const element = place === undefined ? own : own[place]!;
      if (name.startsWith('.')) setProperty(element as HTMLInputElement, name, value, before[given]);
      else if (value === before[given]) continue;
      else if (value === undefined || value === nothing || value === false) {
        if (before !== NONE) element.removeAttribute(name);
      } else {
        element.setAttribute(name, value === true ? '' : (value as string));
      }
    }
    this.#before = values;
    return noChange;
  }
}

/** What a person changes is compared with what stands there; text being composed is let alone. */
function setProperty(element: HTMLInputElement, name: string, value: AttributeValue, before: AttributeValue): void {
  if (name === '.text') {
    if (value !== before) element.textContent = value as string;
  } else if (name === '.checked') {
    if (element.checked !== value) element.checked = value as boolean;
  } else if (element.value !== value && !isComposing(element)) {
    const same = name === '.number' && element.value !== '' && value !== '' && Number(element.value) === Number(value);
    if (!same) element.value = value as string;
  }
}

/** A label has no part of its own: what is its is said with the first character. */
const PLACES: Readonly<Record<string, 'firstElementChild' | 'previousElementSibling' | 'nextElementSibling'>> = {
  '>': 'firstElementChild',
  '<': 'previousElementSibling',
  '+': 'nextElementSibling',
};

const NONE: AttributeValues = Object.freeze({});

/**
 * Use in an element's tag: `<input ${attributes({ id, type: 'text' })}>`. Give the same names each time. Four names
 * are properties: `.value` and `.checked` of a control, `.number` for a value that `2` and `02` say alike, `.text` of
 * an element that holds nothing else. `>for` is the first child's, `<for` that of the element before, `+for` of the one
 * after.
 */
export const attributes = directive(Attributes);
