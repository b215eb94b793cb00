// Check before filing: exactly what will be filed, where each answer came from, a way back to each, the commitment.

import { isLocked, parentPointer, pointerContains, reviewOf, valueAt, type Pointer } from '@onceform/core';
import { html, nothing } from 'lit';
import { showValue, shownValue } from '../display.ts';
import type { FormDesk } from '../form-desk.ts';
import { paperOf } from '../held-papers.ts';
import { titleOf } from '../view.ts';
import { troubleText } from '../trouble.ts';
import { troubleNote } from './error-summary.ts';
import { stepOf, type Face } from './face.ts';
import { keepChoices } from './keep.ts';
import { paper } from './print.ts';

export function review(face: Face, desk: FormDesk): unknown {
  const { view, journey } = face;
  const { t, l } = view.words;
  const { sections } = reviewOf(journey.session.state);
  const rows = sections.flatMap(section => section.rows);
  const fromData = rows.filter(({ origin }) => origin?.origin === 'auto').length;
  const typed = rows.filter(({ origin }) => origin?.origin === 'manual' || origin?.origin === 'override').length;
  const commitment = l(journey.session.form.commitment) || t('review.confirm');
  // What waits to be sent is not changed under the citizen's hands.
  const waits = journey.filing.kind === 'waiting' ? journey.filing : undefined;
  return html`${waits === undefined ? html`<p>${t('review.intro')}</p>` : waiting(face, waits.error)}
    ${fromData > 0 ? html`<p>${t('review.origin', { fromData, typed })}</p>` : nothing}
    ${sections.map(
      section => html`<section class="once-review-section">
      <div class="once-review-head"><h3 class="once-review-title">${section.title}</h3>
        ${waits !== undefined ? nothing : html`<button type="button" class="once-link" @click=${() => editSection(face, section.rows[0]?.pointer)}>${t('action.edit')}<span class="once-hidden"> ${section.title}</span></button>`}</div>
      ${blocks(face, section).map(
        ({
          heading,
          rows: block,
        }) => html`${heading === '' ? nothing : html`<h4 class="once-review-block">${heading}</h4>`}
        <dl class="once-answers">${block.map(row => answer(face, row, waits !== undefined))}</dl>`,
      )}</section>`,
    )}
    ${papersReview(face, waits !== undefined)}${waits === undefined ? keepChoices(face) : nothing}
    ${
      journey.asksCommitment || waits !== undefined
        ? nothing
        : html`<div class="once-commitment" ?data-invalid=${journey.summary?.some(({ keyword }) => keyword === 'commitment')}>
      <div class="once-option"><input type="checkbox" class="once-checkbox" id=${`${view.prefix}~commitment`} form=${view.detached ? '' : nothing} required
        .checked=${journey.confirmed} @change=${(event: Event) => journey.confirm((event.target as HTMLInputElement).checked)}>
      <label for=${`${view.prefix}~commitment`}>${commitment}</label></div></div>`
    }
    ${troubleNote(face)}
    ${waits === undefined ? actions(face) : nothing}
    ${paper(face, desk)}`;
}

function actions(face: Face): unknown {
  const { journey, view } = face;
  const { t } = view.words;
  const sending = journey.filing.kind === 'sending';
  return html`<div class="once-actions"><button type="button" class="once-button" data-kind="primary" ?hidden=${view.readOnly} aria-disabled=${sending ? 'true' : nothing} @click=${() => face.submit()}
      >${t(sending ? 'submit.sending' : journey.filing.kind === 'failed' ? 'action.submitAgain' : 'action.submit')}</button>
      <button type="button" class="once-button" data-kind="secondary" @click=${() => face.go('back')}>${t('action.back')}</button></div>
    <p role="status" class="once-hidden">${sending ? t('submit.sending') : nothing}</p>`;
}

/** Submitted, and the portal out of reach: it goes by itself, and the citizen may still go back. */
function waiting({ journey, view }: Face, error: unknown): unknown {
  const { t } = view.words;
  return html`<div class="once-notice" data-tone="warn" role="status"><p><strong>${t('submit.waiting')}</strong></p>
      <p>${error === undefined ? t(journey.outbox === undefined ? 'submit.waitingHere' : 'submit.waitingNote') : troubleText(view, error)}</p></div>
    <div class="once-actions"><button type="button" class="once-button" data-kind="primary" @click=${() => journey.sendAgain()}>${t('action.submitAgain')}</button>
      <button type="button" class="once-button" data-kind="secondary" @click=${() => void journey.stopWaiting()}>${t('submit.change')}</button></div>`;
}

type Section = ReturnType<typeof reviewOf>['sections'][number];
type Row = Section['rows'][number];

/**
 * Rows under the titles of the groups they stand in; a value with parts (an address) is one row. What is optional and
 * not answered is not filed, so it is not here.
 */
function blocks(
  { view }: Face,
  { title, rows }: Section,
): readonly { readonly heading: string; readonly rows: readonly Row[] }[] {
  const composites = view.form.reuse
    .flatMap(({ members }) => members.map(({ pointer }) => pointer))
    .filter(pointer => view.nodes.at(pointer)?.kind === 'group');
  const { data } = view.session.state;
  const found: { heading: string; rows: Row[] }[] = [];
  const seen = new Set<Pointer>();
  for (const row of rows) {
    if (row.value === undefined && !row.node.required) continue;
    const whole = composites.find(pointer => pointerContains(pointer, row.pointer));
    if (whole !== undefined && seen.has(whole)) continue;
    if (whole !== undefined) seen.add(whole);
    const node = whole === undefined ? undefined : view.nodes.at(whole);
    const shown: Row =
      node === undefined
        ? row
        : { ...row, pointer: whole!, label: titleOf(view, node), node: node as never, value: valueAt(data, whole!) };
    const within = node === undefined ? row.within : row.within.slice(0, -1);
    const heading = within.filter((text, index) => text !== '' && !(index === 0 && text === title)).join(' – ');
    const last = found.at(-1);
    if (last?.heading === heading) last.rows.push(shown);
    else found.push({ heading, rows: [shown] });
  }
  return found;
}

function answer(face: Face, row: Row, fixed: boolean): unknown {
  const { t, l } = face.view.words;
  const { data } = face.journey.session.state;
  return html`<div class="once-answer" data-pointer=${row.pointer}><dt>${row.label}</dt>
    <dd>${
      showValue(face.view, row.node, row.value) === ''
        ? html`<span class="once-empty">${t('review.empty')}</span>`
        : shownValue(face.view, row.node, row.value, valueAt(data, parentPointer(row.pointer)))
    }
      ${
        row.origin === undefined
          ? nothing
          : html`<span class="once-answer-origin" data-origin=${row.origin.origin}>${t(`origin.${row.origin.origin}`, {
              source: l(row.origin.source?.name),
            })}</span>`
      }</dd>
    <dd class="once-answer-edit">${fixed || isLocked(face.view.session.state, row.pointer) || row.origin?.origin === 'derived' ? nothing : html`<button type="button" class="once-link" @click=${() => face.show(row.pointer)}>${t('action.edit')}<span class="once-hidden"> ${row.label}</span></button>`}</dd>
  </div>`;
}

function editSection(face: Face, pointer: string | undefined): void {
  const step = pointer === undefined ? undefined : stepOf(face.journey, pointer);
  if (step !== undefined) face.go(step.id);
}

function papersReview(face: Face, fixed: boolean): unknown {
  const { journey, view } = face;
  const { t, l, size } = view.words;
  const papers = journey.papers.filter(({ needed }) => needed);
  if (papers.length === 0) return nothing;
  return html`<section class="once-review-section"><div class="once-review-head"><h3 class="once-review-title">${t('component.title')}</h3>
      ${fixed ? nothing : html`<button type="button" class="once-link" @click=${() => face.go('papers')}>${t('action.edit')}<span class="once-hidden"> ${t('component.title')}</span></button>`}</div>
    <dl class="once-answers">${papers.map(
      ({ spec, answer, replacedByData }) => html`<div class="once-answer"><dt>${l(spec.title)}</dt>
      <dd>${
        replacedByData
          ? t('component.notRequired')
          : (answer?.files.length ?? 0) > 0
            ? answer!.files.map(file => html`<span class="once-answer-file">${file.name} (${size(file.size)})</span>`)
            : answer?.reference !== undefined
              ? heldName(face, spec.id, answer.reference.documentId)
              : t(spec.handling === 'present' ? 'component.present' : 'review.noFile')
      }</dd></div>`,
    )}</dl></section>`;
}

/** A paper that the State holds: as this page knows it, else that there is one. */
function heldName({ journey, view }: Face, component: string, documentId: string): string {
  const { t, l, date } = view.words;
  const document = paperOf(journey, component, documentId)?.document;
  return document === undefined
    ? t('papers.fromStore')
    : t('component.fromStore', { name: l(document.title), date: date(document.issuedAt) });
}
