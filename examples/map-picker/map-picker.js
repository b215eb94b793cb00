// A widget of one's own: a place on a map. The map is drawn, so that nobody is asked for tiles; the box beside it holds the
// same answer for those who type, and its arrow keys move the pin.

import { registerWidget } from '@onceform/elements';
import { html } from 'lit';

registerWidget(
  node => (node.widget === 'map' ? 10 : 0),
  control => html`
    <svg class="map" viewBox="0 0 99 60" aria-hidden="true" @click=${event => control.input(pressed(event))}>
      <path d="M9 40 Q15 8 48 12 T90 28 Q84 54 52 50 T9 40Z" /><circle r="2" cx=${at(control)[0]} cy=${60 - at(control)[1]} />
    </svg>
    <input class="once-input" id=${control.id} aria-describedby=${control.describedBy} aria-invalid=${control.invalid}
      autocomplete="off" form=${control.form} ?required=${control.required} ?readonly=${control.readOnly} .value=${control.text}
      @change=${event => control.input(event.target.value)} @keydown=${event => moved(control, event)} />`,
);

/** Kilometres east and north of the harbour; the middle of the island while nobody has said anything. */
function at({ text }) {
  const [east, north] = text.split(', ').map(Number);
  return Number.isFinite(east) && Number.isFinite(north) ? [east, north] : [49, 30];
}

function pressed({ currentTarget, clientX, clientY }) {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return `${Math.round(((clientX - left) / width) * 99)}, ${Math.round((1 - (clientY - top) / height) * 60)}`;
}

function moved(control, event) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (step === undefined || control.readOnly || event.isComposing) return;
  event.preventDefault();
  const [east, north] = at(control);
  control.input(`${Math.min(99, Math.max(0, east + step[0]))}, ${Math.min(60, Math.max(0, north + step[1]))}`);
}
