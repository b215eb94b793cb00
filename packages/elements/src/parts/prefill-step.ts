// The first step where sources can be asked: what the State already knows and may give, and the citizen's choice.

import {
  decisions,
  prefillSlot,
  type Decision,
  type Miss,
  type Offer,
  type Problem,
  type ReuseItem,
} from '@onceform/core';
import { html, nothing } from 'lit';
import { originBadge, retryButton } from '../origin.ts';
import { sureOffer, type PrefillFlow } from '../prefill-flow.ts';
import { chooser, offerValues } from '../record.ts';
import { titleAt } from '../view.ts';
import type { Face } from './face.ts';

/** What may be fetched, or what was. */
export function prefillStep(face: Face, flow: PrefillFlow): unknown {
  return flow.status === 'asking' || flow.status === 'answered' ? results(face, flow) : request(face, flow);
}

/** Before anything is fetched: which data, from where, what for. */
function request({ view, journey }: Face, flow: PrefillFlow): unknown {
  const { t, l } = view.words;
  const { form } = journey.session;
  const { items } = flow;
  const wanted = new Set(items.flatMap(item => [item, ...item.members].map(({ concept }) => concept)));
  const sources = flow.sources.filter(source => source.concepts.some(concept => wanted.has(concept)));
  return panel(
    view,
    t('prefill.title'),
    html`<p>${t('prefill.intro')}</p>
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
            .map(({ pointer }) => titleAt(view, pointer))
            .filter(Boolean)
            .join(', ')}</li>`,
      )}</ul></details>
    <p class="once-hint">${t('prefill.logged')}</p>
    ${flow.status === 'failed' ? html`<div class="once-notice" data-tone="error" role="alert"><p>${l(problemOf(flow).message) || t('prefill.failed')}</p></div>` : nothing}
    ${flow.status === 'declined' ? html`<p class="once-notice">${t('prefill.declined')}</p>` : nothing}`,
  );
}

function panel({ prefix }: Face['view'], title: string, content: unknown): unknown {
  return html`<section class="once-panel" aria-labelledby=${`${prefix}~prefill`}>
    <h3 class="once-panel-title" id=${`${prefix}~prefill`}>${title}</h3>${content}</section>`;
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
  // Another record of theirs may be offered: what is left out is named.
  const revoked = new Map(
    state.read(prefillSlot).misses.flatMap(miss => {
      const others = answered.some(
        ({ item, offers }) => offers.length > 0 && item.members.some(({ pointer }) => pointer === miss.pointer),
      );
      return others && miss.record !== undefined ? [[miss.record, miss] as const] : [];
    }),
  );
  return panel(
    view,
    t(flow.status === 'asking' ? 'form.prefilling' : 'prefill.results'),
    html`<p role="status">${flow.status === 'asking' ? html`<span class="once-busy" aria-hidden="true"></span>${t('prefill.wait')}` : t('prefill.check')}</p>
    ${answered
      .filter(({ offers }) => offers.length > 0)
      .map(({ item, offers }) =>
        item.pointer.includes('/[]') ? rows(view, item, offers) : record(view, item, offers, made),
      )}
    ${[...revoked.values()].map(miss => html`<p class="once-notice" data-tone="warn">${missText(view, miss)}</p>`)}
    ${
      missing.length === 0
        ? nothing
        : html`<div class="once-notice" data-tone="warn"><p><strong>${t('prefill.partial')}</strong></p>
      <ul class="once-list-plain">${missing.map(
        ({ item, miss }) => html`<li>${itemTitle(view, item)}: ${missText(view, miss)}
        ${flow.status === 'asking' ? nothing : retryButton(view, miss, item.pointer, itemTitle(view, item))}</li>`,
      )}</ul></div>`
    }
    ${flow.status === 'answered' && answered.length === 0 ? html`<p class="once-notice">${t('form.prefilledNone')}</p>` : nothing}
    <p class="once-hint">${t('prefill.later')}</p>`,
  );
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
  return titleAt(view, item.pointer.replace(/\/\[\]$/, ''));
}

function missText(view: Face['view'], miss: Miss): string {
  return view.words.t(miss.record === undefined ? `miss.${miss.reason}` : 'miss.revokedOne', {
    source: view.words.l(miss.source?.name) || view.words.t('miss.aSource'),
    record: miss.record ?? '',
  });
}

/** What the portal itself said. */
function problemOf({ error }: PrefillFlow): Partial<Problem> {
  return (error as { data?: { problem?: Problem } } | undefined)?.data?.problem ?? {};
}

/** Refusals that trying again does not change. */
const FINAL: readonly unknown[] = [401, 403, 422];

/** Agrees, declines, goes on. */
export function prefillActions(face: Face, flow: PrefillFlow): unknown {
  const { status } = flow;
  const button = (kind: 'primary' | 'secondary', words: string, act: () => unknown): unknown =>
    html`<button type="button" class="once-button" data-kind=${kind} @click=${act}>${face.view.words.t(words)}</button>`;
  const go = (how?: 'accept' | 'decline') => () => {
    if (how !== undefined) flow[how]();
    face.go('next');
  };
  if (status === 'asking') return button('secondary', 'prefill.dontWait', go());
  if (status === 'answered') {
    const some = flow.answered.some(({ offers }) => offers.length > 0);
    return button('primary', some ? 'prefill.accept' : 'action.next', go('accept'));
  }
  const failed = status === 'failed';
  if (failed && FINAL.includes(problemOf(flow).status)) return button('primary', 'prefill.typeAll', go('decline'));
  return html`${button('primary', failed ? 'action.tryAgain' : 'prefill.agree', () => void flow.ask())}
    ${button('secondary', 'consent.disagree', go('decline'))}`;
}
