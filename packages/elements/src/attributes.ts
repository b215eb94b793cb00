// Many attributes of one element through one part of its template: a field with fourteen bindings would cost
// fourteen objects, which counts in a form of thousands.

import { noChange, nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** `true` sets an empty attribute; `false`, `undefined` and `nothing` take it away. */
export type AttributeValue = string | number | boolean | undefined | typeof nothing;

class Attributes extends Directive {
  #before: Readonly<Record<string, AttributeValue>> = NONE;

  override render(_values: Readonly<Record<string, AttributeValue>>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [values]: [Readonly<Record<string, AttributeValue>>]): unknown {
    for (const name in values) {
      const value = values[name];
      if (value === this.#before[name]) continue;
      if (value === undefined || value === nothing || value === false) {
        if (this.#before !== NONE) element.removeAttribute(name);
      } else {
        element.setAttribute(name, value === true ? '' : String(value));
      }
    }
    this.#before = values;
    return noChange;
  }
}

const NONE: Readonly<Record<string, AttributeValue>> = Object.freeze({});

/** Use in an element's tag: `<input ${attributes({ id, type: 'text' })}>`. Give the same names each time. */
export const attributes = directive(Attributes);
