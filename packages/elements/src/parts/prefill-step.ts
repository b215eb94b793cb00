// The first step where sources can be asked: what the State already knows and may give, and the citizen's choice.

import { decisions, type Decision, type Miss, type Offer, type Problem, type ReuseItem } from '@onceform/core';
import { html, nothing } from 'lit';
import { originBadge } from '../origin.ts';
import { sureOffer, type PrefillFlow } from '../prefill-flow.ts';
import { chooser, offerValues } from '../record.ts';
import { titleOf } from '../view.ts';
import type { Face } from './face.ts';

/** What may be fetched, or what was. */
export function prefillStep(face: Face, flow: PrefillFlow): unknown {
  switch (flow.status) {
    case 'idle':
    case 'failed':
    case 'declined':
      return request(face, flow);
    default:
      return results(face, flow);
  }
}

/** Before anything is fetched: which data, from where, what for. */
function request({ view, journey }: Face, flow: PrefillFlow): unknown {
  const { t, l } = view.words;
  const { form } = journey.session;
  const { items } = flow;
  const wanted = new Set(
    items.map(({ concept }) => concept).concat(items.flatMap(({ members }) => members.map(({ concept }) => concept))),
  );
  const sources = flow.sources.filter(source => source.concepts.some(concept => wanted.has(concept)));
  return html`<section class="once-panel" aria-labelledby=${`${view.prefix}~prefill`}>
    <h3 class="once-panel-title" id=${`${view.prefix}~prefill`}>${t('prefill.title')}</h3>
    <p>${t('prefill.intro')}</p>
    <p><strong>${t('prefill.purpose')}</strong> ${l(form.procedure?.purpose?.text) || t('consent.purpose')}</p>
    ${
      sources.length > 0
        ? html`<p><strong>${t('prefill.sources')}</strong></p><ul class="once-list-plain">${sources.map(
            source =>
              html`<li>${l(source.name)}${
                source.healthy ? nothing : html` <span class="once-flag">${t('prefill.sourceIll')}</span>`
              }</li>`,
          )}</ul>`
        : nothing
    }
    <details class="once-details"><summary>${t('prefill.what')}</summary>
      <ul class="once-list-plain">${items.map(
        item =>
          html`<li>${itemTitle(view, item)}: ${item.members
            .map(({ pointer }) => {
              const node = view.nodes.at(pointer);
              return node ? titleOf(view, node) : '';
            })
            .filter(Boolean)
            .join(', ')}</li>`,
      )}</ul></details>
    <p class="once-hint">${t('prefill.logged')}</p>
    ${flow.status === 'failed' ? html`<div class="once-notice" data-tone="error" role="alert"><p>${refused(view, flow) || t('prefill.failed')}</p></div>` : nothing}
    ${flow.status === 'declined' ? html`<p class="once-notice">${t('prefill.declined')}</p>` : nothing}
  </section>`;
}

/** What came back: whole records to choose from, and why something did not come. */
function results({ view, journey }: Face, flow: PrefillFlow): unknown {
  const { t } = view.words;
  const { state } = journey.session;
  const { answered } = flow;
  const made = decisions(state);
  const missing = answered.flatMap(({ item, offers, misses }) =>
    offers.length > 0 ? [] : misses.slice(0, 1).map(miss => ({ item, miss })),
  );
  return html`<section class="once-panel" aria-labelledby=${`${view.prefix}~prefill`}>
    <h3 class="once-panel-title" id=${`${view.prefix}~prefill`}>${t(flow.status === 'asking' ? 'form.prefilling' : 'prefill.results')}</h3>
    <p role="status">${flow.status === 'asking' ? html`<span class="once-busy" aria-hidden="true"></span>${t('prefill.wait')}` : t('prefill.check')}</p>
    ${answered
      .filter(({ offers }) => offers.length > 0)
      .map(({ item, offers }) =>
        item.pointer.includes('/[]') ? rows(view, item, offers) : record(view, item, offers, made),
      )}
    ${
      missing.length === 0
        ? nothing
        : html`<div class="once-notice" data-tone="warn"><p><strong>${t('prefill.partial')}</strong></p>
      <ul class="once-list-plain">${missing.map(
        ({ item, miss }) => html`<li>${itemTitle(view, item)}: ${missText(view, miss)}
        ${
          view.retry && flow.status !== 'asking' && RETRYABLE.has(miss.reason)
            ? html` <button type="button" class="once-link" @click=${() => view.retry?.(item.pointer)}
          >${t('action.tryAgain')}<span class="once-hidden"> ${itemTitle(view, item)}</span></button>`
            : nothing
        }</li>`,
      )}</ul></div>`
    }
    ${flow.status === 'answered' && answered.length === 0 ? html`<p class="once-notice">${t('form.prefilledNone')}</p>` : nothing}
    <p class="once-hint">${t('prefill.later')}</p>
  </section>`;
}

/** A record that needs no choice is shown as it will be used; others are chosen among. */
function record(view: Face['view'], item: ReuseItem, offers: readonly Offer[], made: readonly Decision[]): unknown {
  const decision = made.find(entry => entry.item === item.pointer);
  const shown =
    decision === undefined
      ? sureOffer(offers)
      : decision.action === 'use'
        ? offers.find(({ id }) => id === decision.offer)
        : undefined;
  return html`<article class="once-offer"><h4 class="once-offer-title">${itemTitle(view, item)}${
    shown?.about === undefined ? nothing : html` – ${view.words.l(shown.about)}`
  }</h4>
    ${
      shown === undefined
        ? chooser(view, item.pointer, offers)
        : html`<p class="once-record-origin">${originBadge(view, shown)}</p>${offerValues(view, shown)}
      <details class="once-details"><summary>${view.words.t(offers.length > 1 ? 'record.others' : 'record.change', { count: offers.length })}<span class="once-hidden">: ${itemTitle(view, item)}</span></summary>
        ${chooser(view, item.pointer, offers)}</details>`
    }</article>`;
}

/** Rows that were found are looked through where the list stands. */
function rows(view: Face['view'], item: ReuseItem, offers: readonly Offer[]): unknown {
  const count = new Set(offers.map(offer => offer.item)).size;
  return html`<article class="once-offer"><h4 class="once-offer-title">${itemTitle(view, item)}</h4><p>${view.words.t('rows.later', { count })}</p></article>`;
}

function itemTitle(view: Face['view'], item: ReuseItem): string {
  const node = view.nodes.at(item.pointer.replace(/\/\[\]$/, ''));
  return node ? titleOf(view, node) : item.pointer;
}

function missText(view: Face['view'], miss: Miss): string {
  return view.words.t(`miss.${miss.reason}`, {
    source: view.words.l(miss.source?.name) || view.words.t('miss.aSource'),
  });
}

const RETRYABLE = new Set<string>(['unavailable', 'timeout', 'pending']);

/** What the portal itself said to the citizen. */
function refused(view: Face['view'], flow: PrefillFlow): string {
  return view.words.l((flow.error as { data?: { problem?: Problem } } | undefined)?.data?.problem?.message);
}

/** A refusal that trying again does not change. */
function isFinal({ status, error }: PrefillFlow): boolean {
  const code = (error as { data?: { problem?: Problem } } | undefined)?.data?.problem?.status;
  return status === 'failed' && (code === 401 || code === 403 || code === 422);
}

/** Agrees, declines, goes on. */
export function prefillActions(face: Face, flow: PrefillFlow): unknown {
  const { t } = face.view.words;
  switch (flow.status) {
    case 'asking':
      return html`<button type="button" class="once-button" data-kind="secondary" @click=${() => face.go('next')}>${t('prefill.dontWait')}</button>`;
    case 'answered':
      return html`<button type="button" class="once-button" data-kind="primary" @click=${() => {
        flow.accept();
        face.go('next');
      }}>${t(flow.answered.some(({ offers }) => offers.length > 0) ? 'prefill.accept' : 'action.next')}</button>`;
    default: {
      const type = (kind: 'primary' | 'secondary', words: string) =>
        html`<button type="button" class="once-button" data-kind=${kind} @click=${() => {
          flow.decline();
          face.go('next');
        }}>${words}</button>`;
      if (isFinal(flow)) return type('primary', t('prefill.typeAll'));
      return html`<button type="button" class="once-button" data-kind="primary" @click=${() => void flow.ask()}>${t(flow.status === 'failed' ? 'action.tryAgain' : 'prefill.agree')}</button>
        ${type('secondary', t('consent.disagree'))}`;
    }
  }
}
