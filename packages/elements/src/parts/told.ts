// What the citizen should know of a draft that is not as they left it: another device changed it too, or the form has a
// newer version. Nothing is decided for them in silence.

import { answerAt, jsonEqual, type DraftConflict, type Json, type MigrationReport } from '@onceform/core';
import { html, nothing } from 'lit';
import { showValue } from '../display.ts';
import type { FormDesk } from '../form-desk.ts';
import { domId, titleOf } from '../view.ts';
import type { Face } from './face.ts';

export function told(face: Face, desk: FormDesk): unknown {
  if (desk.told === null) return nothing;
  const { conflicts, migrated } = desk.told;
  const { t } = face.view.words;
  return html`<section class="once-notice once-told" data-tone="warn" role="status">
    ${conflicts === undefined ? nothing : merged(face, conflicts)}
    ${migrated === undefined ? nothing : newer(face, migrated)}
    <p><button type="button" class="once-button" data-kind="secondary" @click=${() => desk.understood()}>${t('merge.seen')}</button></p>
  </section>`;
}

/** Both devices' answers are in the draft; where they differ the citizen says which. */
function merged(face: Face, conflicts: readonly DraftConflict[]): unknown {
  const { t } = face.view.words;
  const values = conflicts.filter(({ what }) => what === 'value' || what === 'text');
  return html`<p><strong>${t('merge.title')}</strong></p>
    ${values.length === 0 ? html`<p>${t('merge.clean')}</p>` : html`<p>${t('merge.choose')}</p>${values.map(conflict => choice(face, conflict))}`}`;
}

function choice({ view }: Face, { pointer, mine, theirs }: DraftConflict): unknown {
  const { t } = view.words;
  const node = view.nodes.at(pointer);
  const now = answerAt(view.session.state, pointer);
  const name = domId(view, pointer, '~merge');
  const option = (part: 'mine' | 'theirs', value: Json | undefined): unknown =>
    html`<div class="once-option"><input type="radio" class="once-radio" id=${name + part} name=${name} form=${view.detached ? '' : nothing}
      .checked=${jsonEqual(now, value)} @change=${() => view.session.dispatch({ changes: { set: pointer, value }, userEvent: 'merge' })}>
      <label for=${name + part}>${showValue(view, node, value) || t('review.empty')} <span class="once-card-note">${t(`merge.${part}`)}</span></label></div>`;
  return html`<fieldset class="once-field once-plain"><legend class="once-label">${node === undefined ? pointer : titleOf(view, node)}</legend>
    ${option('mine', mine)}${option('theirs', theirs)}</fieldset>`;
}

/** The answers that had no place in the newer form, with what was there. */
function newer({ view }: Face, { lost, refetch }: MigrationReport): unknown {
  const { t } = view.words;
  return html`<p><strong>${t('migrated.title')}</strong></p>
    ${refetch.length > 0 ? html`<p>${t('migrated.refetch')}</p>` : nothing}
    ${
      lost.length === 0
        ? nothing
        : html`<p>${t('migrated.lost')}</p><ul class="once-list-plain">${lost.map(({ value }) => html`<li>${showValue(view, undefined, value)}</li>`)}</ul>`
    }`;
}
