// One set of listeners per form instead of one per control: boxes hand over what was typed or ticked, and a field that
// loses the focus shows its issues from then on. `data-once` says what a box is: `text`, `date` (one of three) or
// `check`; other controls listen by themselves.

import { dateTextOf } from './controls/date.ts';
import { touch } from './engine.ts';
import { followComposition, isComposing } from './live-text.ts';
import type { View } from './view.ts';

/** Listens on the element that holds the form. `viewOf` is asked at each event. */
export function listenToInput(container: HTMLElement, viewOf: () => View | undefined): void {
  followComposition(container);
  const typed = ({ target }: Event): void => {
    const box = target as HTMLInputElement;
    const kind = box.dataset?.['once'];
    const view = viewOf();
    if (view === undefined || (kind !== 'text' && kind !== 'date') || isComposing(box)) return;
    const pointer = pointerOf(box);
    if (pointer === undefined) return;
    const text = kind === 'text' ? box.value : dateTextOf(box);
    view.session.dispatch({ changes: { input: pointer, text }, userEvent: 'input' });
  };
  container.addEventListener('input', typed);
  // After the last syllable is composed there may be no further input event.
  container.addEventListener('compositionend', typed);
  container.addEventListener('change', ({ target }) => {
    const box = target as HTMLInputElement;
    const pointer = box.dataset?.['once'] === 'check' ? pointerOf(box) : undefined;
    if (pointer !== undefined)
      viewOf()?.session.dispatch({ changes: { set: pointer, value: box.checked }, userEvent: 'input' });
  });
  container.addEventListener('click', event => {
    const box = event.target as HTMLInputElement;
    if (box.dataset?.['once'] === 'check' && box.ariaReadOnly === 'true') event.preventDefault();
  });
  container.addEventListener('focusout', event => {
    const view = viewOf();
    const frame = (event.target as HTMLElement).closest<HTMLElement>('[data-pointer]');
    if (view === undefined || frame === null || frame.contains(event.relatedTarget as Node | null)) return;
    const pointer = frame.dataset['pointer']!;
    if (!pointer.startsWith('#')) touch(view.session, pointer);
  });
}

function pointerOf(box: HTMLElement): string | undefined {
  return box.closest<HTMLElement>('[data-pointer]')?.dataset['pointer'];
}
