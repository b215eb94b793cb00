// Where the citizen is: one line with a bar, and the list of all steps with their state in words.

import { html, nothing } from 'lit';
import { stepTitle, type Face } from './face.ts';

export function progressLine(face: Face): unknown {
  const { journey, view } = face;
  const { steps, step } = journey;
  const shown = steps.filter(({ kind }) => kind !== 'receipt');
  const current =
    Math.max(
      0,
      shown.findIndex(({ id }) => id === step.id),
    ) + 1;
  return html`<div class="once-progress"><p class="once-progress-text">${view.words.t('form.progress', { current, total: shown.length, title: stepTitle(face, step) })}</p>
    <progress class="once-progress-bar" max=${shown.length} .value=${current - 1} aria-label=${view.words.t('a11y.progress', { percent: Math.round((100 * (current - 1)) / shown.length) })}></progress></div>`;
}

export function taskList(face: Face): unknown {
  const { journey, view } = face;
  const { steps, step } = journey;
  const { t } = view.words;
  return html`<nav class="once-tasks" aria-label=${t('tasks.title')}><ol>${steps
    .filter(({ kind }) => kind !== 'receipt')
    .map(item => {
      const current = item.id === step.id;
      return html`<li class="once-task" data-status=${item.status} ?data-current=${current}>
      <button type="button" class="once-task-link" aria-current=${current ? 'step' : nothing} @click=${() => face.go(item.id)}>
        <span class="once-task-title">${stepTitle(face, item)}</span>
        <span class="once-task-status">${t(`status.${item.status}`)}</span></button></li>`;
    })}</ol></nav>`;
}
