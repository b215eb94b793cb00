// The whole journey on a page: progress, steps, the step itself, and what goes round it.

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { FirstJourney } from '../first-journey.ts';
import type { FormDesk } from '../form-desk.ts';
import { troubleText } from '../trouble.ts';
import { stepTitle, type Face } from './face.ts';
import { summaryOf, troubleOf } from './in-the-way.ts';
import { page } from './page.ts';
import { progressLine, taskList } from './task-list.ts';
import { onDemand } from './on-demand.ts';
import { start } from './start.ts';
import { createWords, hasWords, type Words } from '../words.ts';

/** More controls than this in one `<form>` mount quadratically in Chromium: then the page is no form. */
const FORM_LIMIT = 150;

export function shell(desk: FormDesk, face: Face | undefined, locale: string): unknown {
  if (desk.status === 'idle') return nothing;
  if (desk.status !== 'open' || face === undefined)
    return html`<div class="once-shell">${waiting(desk, createWords(locale))}</div>`;
  const { view, journey } = face;
  const { l } = view.words;
  const { step, steps } = journey;
  const alone = steps.filter(({ kind }) => kind !== 'receipt').length <= 1;
  return html`<div class="once-shell" ?data-alone=${alone || step.kind === 'receipt'} lang=${view.words.locale}>
    <header class="once-head"><h1 class="once-title">${l(journey.session.form.title)}</h1>
      ${step.kind === 'receipt' || alone ? nothing : progressLine(face)}</header>
    <div class="once-body">
      ${step.kind === 'receipt' || alone ? nothing : taskList(face)}
      <div class="once-main">
        <h2 class="once-step-title" id=${`${view.prefix}~step`} tabindex="-1">${stepTitle(face, step)}</h2>
        ${desk.hasNews && !view.isEarly ? onDemand('told', face, desk) : nothing}
        ${summaryOf(face)}
        ${keyed(step.id, content(desk, face))}
        ${step.kind === 'receipt' ? nothing : desk.first === undefined ? draftLine(desk, view.words) : onItsWay(desk, desk.first, view.words)}
      </div>
    </div>
    ${desk.disputing === null ? nothing : onDemand('dispute', face, desk)}
  </div>`;
}

function content(desk: FormDesk, face: Face): unknown {
  const { journey, view } = face;
  const { step } = journey;
  switch (step.kind) {
    case 'start':
      return start(face, desk);
    case 'papers':
      return html`${onDemand('papers', face, desk)}${troubleOf(face)}${moves(face)}`;
    case 'review':
      return onDemand('review', face, desk);
    case 'receipt':
      return onDemand('receipt', face, desk);
    default: {
      const inner = html`<p class="once-hint">${view.words.t('form.requiredNote')}</p>${page(view, step.page!)}${troubleOf(face)}${moves(face)}`;
      const small = step.page!.sections.reduce((sum, { nodes }) => sum + nodes.length, 0) <= FORM_LIMIT;
      return view.detached || !small
        ? inner
        : html`<form class="once-form" novalidate @submit=${(event: Event) => {
            event.preventDefault();
            face.go('next');
          }}>${inner}</form>`;
    }
  }
}

function moves(face: Face): unknown {
  const { view, journey } = face;
  const { t } = view.words;
  const inForm = journey.step.kind === 'page' && !view.detached;
  const first = journey.steps[0]?.id === journey.step.id;
  return html`<div class="once-actions"><button type=${inForm ? 'submit' : 'button'} class="once-button" data-kind="primary"
      @click=${(event: Event) => {
        if ((event.currentTarget as HTMLButtonElement).form === null || !inForm) face.go('next');
      }}>${t('action.next')}</button>
    ${first ? nothing : html`<button type="button" class="once-button" data-kind="secondary" @click=${() => face.go('back')}>${t('action.back')}</button>`}</div>`;
}

/** The citizen wants to go on, and the engine is not here yet; or it did not come. */
function onItsWay(desk: FormDesk, { waits, missed }: FirstJourney, { t }: Words): unknown {
  if (missed !== null)
    return html`<div class="once-notice" data-tone="error" role="alert"><p>${t('trouble.network')}</p>
    <button type="button" class="once-button" data-kind="secondary" @click=${() => desk.retryRun()}>${t('action.tryAgain')}</button></div>`;
  return waits
    ? html`<p class="once-loading" role="status"><span class="once-busy" aria-hidden="true"></span>${t('a11y.loading')}</p>`
    : nothing;
}

function draftLine({ drafts }: FormDesk, words: Words): unknown {
  if (drafts === undefined) return nothing;
  const { t } = words;
  switch (drafts.state.kind) {
    case 'saved':
      return html`<p class="once-draft" data-state="saved">${t('draft.saved', { time: words.clock(drafts.state.at) })} ${drafts.state.everywhere ? t('draft.everywhere') : nothing}</p>`;
    case 'saving':
    case 'waiting':
      return html`<p class="once-draft" data-state="saving">${t('draft.saving')}</p>`;
    case 'failed':
      return html`<div class="once-draft" data-state="failed" role="alert"><p>${t(drafts.state.quota ? 'draft.quota' : 'draft.failed')}</p>
      <button type="button" class="once-link" @click=${() => void drafts.save()}>${t('action.tryAgain')}</button></div>`;
    case 'other-tab':
      return html`<div class="once-draft" data-state="failed" role="alert"><p>${t('draft.otherTab')}</p>
      <button type="button" class="once-link" @click=${() => void drafts.takeOver()}>${t('draft.takeOver')}</button></div>`;
    case 'off':
      return html`<p class="once-draft" data-state="off"><button type="button" class="once-link" @click=${() => void drafts.turnOn()}>${t('draft.optIn')}</button></p>`;
    default:
      return html`<p class="once-draft" data-state="clean"></p>`;
  }
}

function waiting(desk: FormDesk, words: Words): unknown {
  const { t, l } = words;
  switch (desk.status) {
    case 'loading':
      return html`<p class="once-loading" role="status"><span class="once-busy" aria-hidden="true"></span>${hasWords(words.locale) ? t('form.loading') : nothing}</p>`;
    case 'failed':
      return html`<div class="once-notice" data-tone="error" role="alert"><p><strong>${t('trouble.load')}</strong></p>
      <p>${troubleText({ words }, desk.error)}</p>
      <button type="button" class="once-button" data-kind="secondary" @click=${() => void desk.open()}>${t('action.tryAgain')}</button></div>`;
    case 'found-draft':
      return html`<header class="once-head"><h1 class="once-title">${l(desk.title!)}</h1></header>
      <section class="once-panel"><h2 class="once-panel-title">${t(desk.found!.elsewhere ? 'draft.foundElsewhere' : 'draft.found', { date: words.time(desk.found!.kept.savedAt) })}</h2>
      <div class="once-actions"><button type="button" class="once-button" data-kind="primary" @click=${() => void desk.begin(desk.found)}>${t('draft.continue')}</button>
      <button type="button" class="once-button" data-kind="secondary" @click=${() => void desk.discard()}>${t('draft.new')}</button></div></section>`;
    default:
      return nothing;
  }
}
