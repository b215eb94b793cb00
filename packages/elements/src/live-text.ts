// Writes text into an input without disturbing the person who types: never while an input method composes
// (Telex, Gboard), and never when the box already holds the text.

import { noChange } from 'lit';
import { Directive, directive, type ElementPart, type PropertyPart } from 'lit/directive.js';

const composing = new WeakSet<EventTarget>();

/** Follows composition below a root; call it once per root. Capture, so that it runs before any other listener. */
export function followComposition(root: HTMLElement | ShadowRoot): void {
  root.addEventListener('compositionstart', event => composing.add(event.target!), { capture: true });
  root.addEventListener('compositionend', event => composing.delete(event.target!), { capture: true });
}

/** Tells whether an input method is composing in a control. */
export function isComposing(target: EventTarget): boolean {
  return composing.has(target);
}

class LiveText extends Directive {
  override render(_text: string): unknown {
    return noChange;
  }

  override update({ element }: PropertyPart | ElementPart, [text]: [string]): unknown {
    const control = element as HTMLInputElement;
    if (!composing.has(control) && control.value !== text) control.value = text;
    return noChange;
  }
}

/** Use in a tag, `<textarea ${liveText(text)}>`, or on a property, `.value=${liveText(text)}`. */
export const liveText = directive(LiveText);
