// The face of a journey: what the parts of `<once-form>` draw with.

import type { Pointer } from '@onceform/core';
import type { Journey } from '../journey.ts';
import { stepOf, type Step } from '../steps.ts';
import { domId, type View } from '../view.ts';

export interface Face {
  readonly view: View;
  readonly journey: Journey;
  /** Goes to the step of an answer, draws it, and puts the focus on its control, or on a part of what stands there. */
  show(pointer: Pointer, part?: string): void;
  /** Moves on, back, or to a step, and puts the focus on its heading. */
  go(way: 'next' | 'back' | string): void;
  submit(): void;
}

/** What a step is called. */
export function stepTitle({ view }: Pick<Face, 'view'>, step: Step): string {
  return step.page === undefined
    ? view.words.t(`step.${step.kind}`)
    : view.words.l(step.page.title) || view.words.t('step.page');
}

/** Finds the control of a pointer in what is drawn: its own id, else the first control below it. */
export function controlOf(view: View, pointer: Pointer, part = ''): HTMLElement | null {
  const root = view.root();
  const id = domId(view, pointer, part);
  const own = root.getElementById(id);
  if (own !== null && own.matches('input, select, textarea, button, output, [tabindex]')) return own;
  const frame = own ?? root.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`);
  return frame?.querySelector<HTMLElement>('input, select, textarea, button') ?? frame;
}

export { stepOf };
