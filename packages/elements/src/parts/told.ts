// What the citizen should know beside the step they are on: the sign-in ends, data of the State have changed since they
// were taken, another device changed the draft too, or the form has a newer version. Nothing is decided in silence.

import {
  answerAt,
  compareWithSource,
  isRelevant,
  jsonEqual,
  keepRecord,
  recheckedSlot,
  useOffer,
  type DraftConflict,
  type Json,
  type MigrationReport,
  type Pointer,
  type Rechecked,
  type TransactionSpec,
} from '@onceform/core';
import { html, nothing } from 'lit';
import { showValue, shownValue } from '../display.ts';
import type { FormDesk } from '../form-desk.ts';
import { signInLink } from '../sign-in-link.ts';
import { domId, titleAt, type View } from '../view.ts';
import type { Face } from './face.ts';

export function told(face: Face, desk: FormDesk): unknown {
  return html`${language(face, desk)}${signInEnds(face, desk)}${rechecked(face, desk)}${draft(face, desk)}`;
}

/** Another language was asked for and did not come: every answer stands, in the language before. */
function language({ view: { words } }: Face, desk: FormDesk): unknown {
  if (desk.missedLanguage === null) return nothing;
  return html`<section class="once-notice once-told" data-tone="error" role="alert"><p>${words.t('language.missed')}</p>
    <p><button type="button" class="once-button" data-kind="secondary" @click=${() => desk.retryLanguage()}>${words.t('action.tryAgain')}</button></p></section>`;
}

function draft(face: Face, desk: FormDesk): unknown {
  if (desk.told === null) return nothing;
  const { conflicts, migrated } = desk.told;
  const { t } = face.view.words;
  return html`<section class="once-notice once-told" data-tone="warn" role="status">
    ${conflicts === undefined ? nothing : merged(face, conflicts)}
    ${migrated === undefined ? nothing : newer(face, migrated)}
    <p><button type="button" class="once-button" data-kind="secondary" @click=${() => desk.understood()}>${t('merge.seen')}</button></p>
  </section>`;
}

/** The sign-in is about to end, or has ended: one press keeps it, and nothing that was typed is lost. */
function signInEnds({ view }: Face, { signInWatch, signInPath, drafts }: FormDesk): unknown {
  const end = signInWatch?.end ?? null;
  if (signInWatch === undefined || end === null) return nothing;
  const { t, clock } = view.words;
  if (end.kind === 'soon') {
    return html`<section class="once-notice once-told" data-tone="warn" role="alert">
      <p>${end.final ? t('signIn.final', { time: clock(end.at) }) : t('form.timeout')}</p>
      ${end.final ? nothing : html`<p><button type="button" class="once-button" data-kind="primary" @click=${() => void signInWatch.renew()}>${t('action.next')}</button></p>`}
    </section>`;
  }
  const kept = drafts?.state.kind === 'saved';
  // Without a draft this page is all there is of the answers: it stays open.
  return html`<section class="once-notice once-told" data-tone="error" role="alert"><p>${t(kept ? 'form.timeoutEnded' : 'signIn.ended')}</p>
    <div class="once-actions"><a class="once-button" data-kind="primary" href=${signInLink(signInPath, view.words.locale)}
      target=${kept ? nothing : '_blank'}><span>${t('signIn.again')}</span></a>
      ${kept ? nothing : html`<button type="button" class="once-button" data-kind="secondary" @click=${() => void signInWatch.again()}>${t('signIn.done')}</button>`}</div></section>`;
}

/** Data of the State that are not at their source as they were: then and now, and the citizen's word. */
function rechecked(face: Face, desk: FormDesk): unknown {
  const { view, journey } = face;
  const { state } = view.session;
  const { t } = view.words;
  const found = Object.entries(state.read(recheckedSlot));
  if (found.length === 0)
    return journey.prefill?.rechecking ? html`<p class="once-hint" role="status">${t('recheck.asking')}</p>` : nothing;
  // What nobody could be asked about is one matter, not one for each record.
  const silent = found.filter(([, kind]) => kind === 'unavailable').map(([item]) => item);
  const others = found.filter(([, kind]) => kind !== 'unavailable');
  return html`<section class="once-notice once-told" data-tone="warn" role="status">
    ${others.length === 0 ? nothing : html`<p><strong>${t('recheck.title')}</strong></p>`}
    ${others.map(([item, kind]) => recheckedRecord(face, desk, item, kind))}
    ${
      silent.length === 0
        ? nothing
        : html`<div class="once-offer"><p><strong>${t('recheck.unavailable')}</strong></p>
          <p>${silent.map(item => titleAt(view, item)).join(', ')}.</p>
          <div class="once-actions"><button type="button" class="once-button" data-kind="secondary" @click=${() => void journey.prefill?.recheck()}>${t('action.tryAgain')}</button>
          <button type="button" class="once-button" data-kind="secondary" @click=${() => {
            for (const item of silent) view.session.dispatch(keepRecord(item));
            desk.redraw();
          }}>${t('recheck.keep')}</button></div></div>`
    }</section>`;
}

function recheckedRecord({ view }: Face, desk: FormDesk, item: Pointer, kind: Rechecked[Pointer]): unknown {
  const { t } = view.words;
  const compared = kind === 'changed' ? compareWithSource(view.session.state, item) : null;
  const decide = (spec: TransactionSpec) => () => {
    view.session.dispatch(spec);
    desk.redraw();
  };
  return html`<div class="once-offer"><p><strong>${titleAt(view, item)}</strong></p>
    ${
      compared === null
        ? html`<p>${t(`recheck.${kind}`)}</p>`
        : html`<dl class="once-values">${compared.values
            .filter(
              ({ pointer, changed }) =>
                isRelevant(view.session.state, pointer) && (changed === 'source' || changed === 'both'),
            )
            .map(({ pointer, then, now }) => changedValue(view, pointer, then, now))}</dl>`
    }
    <div class="once-actions">${
      compared === null
        ? nothing
        : html`<button type="button" class="once-button" data-kind="primary" @click=${decide(useOffer(compared.offer.id))}>${t('recheck.use')}</button>`
    }
      <button type="button" class="once-button" data-kind="secondary" @click=${decide(keepRecord(item))}>${t('recheck.keep')}</button></div></div>`;
}

function changedValue(view: View, pointer: Pointer, then: Json | undefined, now: Json | undefined): unknown {
  const { t } = view.words;
  const node = view.nodes.at(pointer);
  return html`<div class="once-value"><dt class="once-value-label">${titleAt(view, pointer)}</dt>
    <dd class="once-value-text"><del>${shownValue(view, node, then)}</del> <ins>${now === undefined ? t('review.empty') : shownValue(view, node, now)}</ins></dd></div>`;
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
  return html`<fieldset class="once-field once-plain"><legend class="once-label">${titleAt(view, pointer)}</legend>
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
