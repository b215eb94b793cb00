// Keeping answers for the next form: on the review page the citizen ticks which, one by one and none beforehand; after
// filing the page says what became of it.

import { chooseWriteBack, valueAt, writeBackChoices, type WriteBackChoice } from '@onceform/core';
import { html, nothing } from 'lit';
import { showValue, shownValue } from '../display.ts';
import { domId, titleAt, type View } from '../view.ts';
import type { Face } from './face.ts';

/** The choice, where there is something to keep and somewhere to keep it. */
export function keepChoices({ view, journey }: Face): unknown {
  const { state } = view.session;
  // A value of which nothing can be read (an address that only says its kind) is nothing to keep.
  const choices = (journey.keepsAnswers ? writeBackChoices(state) : []).filter(
    ({ pointer }) => showValue(view, view.nodes.at(pointer), valueAt(state.data, pointer)) !== '',
  );
  if (choices.length === 0) return nothing;
  const { t } = view.words;
  return html`<section class="once-review-section"><fieldset class="once-plain once-keep"><legend class="once-review-title">${t('consent.storeTitle')}</legend>
    <p>${t('consent.store')}</p>
    ${choices.map(choice => option(view, choice))}</fieldset></section>`;
}

function option(view: View, { pointer, on, sensitivity }: WriteBackChoice): unknown {
  const node = view.nodes.at(pointer);
  const id = domId(view, pointer, '~keep');
  const { t } = view.words;
  return html`<div class="once-option"><input type="checkbox" class="once-checkbox" id=${id} form=${view.detached ? '' : nothing} .checked=${on}
      @change=${(event: Event) => view.session.dispatch(chooseWriteBack(pointer, (event.target as HTMLInputElement).checked))}>
    <label for=${id}>${titleAt(view, pointer)}: ${shownValue(view, node, valueAt(view.session.state.data, pointer))}
      ${sensitivity === 'S' ? html`<span class="once-flag">${t('keep.sensitive')}</span>` : nothing}</label></div>`;
}

/** What became of it. */
export function keptNote({ view, journey }: Face): unknown {
  const { keeping } = journey;
  const { t } = view.words;
  switch (keeping.kind) {
    case 'saving':
      return html`<p role="status">${t('keep.saving')}</p>`;
    case 'kept':
      return html`<p role="status">${t('keep.kept', { count: keeping.count })}</p>`;
    case 'failed':
      return html`<div class="once-notice" data-tone="warn" role="alert"><p>${t('keep.failed')}</p>
        <button type="button" class="once-button" data-kind="secondary" @click=${() => void journey.keepAnswers()}>${t('action.tryAgain')}</button></div>`;
    default:
      return nothing;
  }
}
