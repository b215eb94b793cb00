// One set of listeners per form instead of one per control: text boxes hand over what was typed, and a field that
// loses the focus shows its issues from then on.

import { markTouched } from '@onceform/core';
import { followComposition, isComposing } from './live-text.ts';
import type { View } from './view.ts';

/** Listens on the element that holds the form. `viewOf` is asked at each event. */
export function listenToInput(container: HTMLElement, viewOf: () => View | undefined): void {
  followComposition(container);
  const typed = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    const view = viewOf();
    if (view === undefined || box.dataset?.['once'] !== 'text' || isComposing(box)) return;
    const pointer = pointerOf(box);
    if (pointer !== undefined)
      view.session.dispatch({ changes: { input: pointer, text: box.value }, userEvent: 'input' });
  };
  container.addEventListener('input', typed);
  // After the last syllable is composed there may be no further input event.
  container.addEventListener('compositionend', typed);
  container.addEventListener('focusout', event => {
    const view = viewOf();
    const frame = (event.target as HTMLElement).closest<HTMLElement>('[data-pointer]');
    if (view === undefined || frame === null || frame.contains(event.relatedTarget as Node | null)) return;
    const pointer = frame.dataset['pointer']!;
    if (!pointer.startsWith('#')) view.session.dispatch(markTouched(pointer));
  });
}

function pointerOf(box: HTMLElement): string | undefined {
  return box.closest<HTMLElement>('[data-pointer]')?.dataset['pointer'];
}
