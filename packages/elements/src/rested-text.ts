// What a live region says of something that changes at every key: nothing while somebody types, the last of it once they rest.

import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';

/** Milliseconds without a change. */
const REST = 1000;

class RestedText extends AsyncDirective {
  #text: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override render(text: string): unknown {
    if (text === this.#text) return noChange;
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.setValue(text), REST);
    return noChange;
  }

  override disconnected(): void {
    clearTimeout(this.#timer);
  }
}

/** Use as the content of a live region: `<p role="status">${restedText(text)}</p>`. */
export const restedText = directive(RestedText);
