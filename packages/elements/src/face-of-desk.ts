// Moving about in what is drawn: to the next step, to an answer, to the error summary; the focus follows.

import { finishSlices } from './slices.ts';
import type { Journey } from './journey.ts';
import { controlOf, stepOf, type Face } from './parts/face.ts';
import type { View } from './view.ts';

/** @param then Draws what has changed, then calls back: only then is there something to focus. */
export function createFace(view: View, journey: Journey, then: (focus: () => void) => void): Face {
  const byId = (part: string): HTMLElement | null => {
    // Taken away before what is drawn could take the focus.
    const root = view.root();
    return 'getElementById' in root ? root.getElementById(view.prefix + part) : null;
  };
  const heading = (): void => focusOn(byId('~step'));
  const summaryOrHeading = (): void => focusOn(byId('~summary') ?? byId('~step'));
  return {
    view,
    journey,
    show(pointer, part) {
      if (pointer === '') return focusOn(byId('~commitment'));
      const step = stepOf(journey, pointer);
      if (step !== undefined && step.id !== journey.step.id) {
        const { summary } = journey;
        journey.goTo(step.id);
        journey.summary = summary;
      }
      then(() => {
        finishSlices();
        focusOn(controlOf(view, pointer, part) ?? byId('~step'));
      });
    },
    go(way) {
      if (way === 'next') void journey.next().then(moved => then(moved ? heading : summaryOrHeading));
      else {
        if (way === 'back') journey.back();
        else journey.goTo(way);
        then(heading);
      }
    },
    submit() {
      void journey.submit().then(() => then(summaryOrHeading));
    },
  };
}

function focusOn(target: HTMLElement | null): void {
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: target.matches('h2, .once-summary') ? 'start' : 'center' });
}
