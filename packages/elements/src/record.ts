// A record that a source may fill: its badge, what it offers, and what the citizen may say to that.

import {
  answerAt,
  decisions,
  declineOffers,
  isRelevant,
  itemKeys,
  keepMine,
  offersAt,
  originAt,
  prefillSlot,
  recordAt,
  useOffer,
  withdrawDispute,
  type HeldRecord,
  type HeldValue,
  type Offer,
  type Pointer,
  type TransactionSpec,
} from '@onceform/core';
import { html, nothing } from 'lit';
import { showValue, shownValue } from './display.ts';
import { originBadge } from './origin.ts';
import { recordItem } from './record-place.ts';
import { domId, titleAt, titleOf, type View } from './view.ts';

export { showValue, shownValue } from './display.ts';
export { missNote, originNote } from './origin.ts';

/** What sources offer for a place while the citizen has not said which to take. */
export function openChoice(view: View, pointer: Pointer): unknown {
  const { state } = view.session;
  const offers = offersAt(state, pointer);
  if (offers.length === 0 || recordAt(state, pointer) !== undefined || view.readOnly) return nothing;
  if (decisions(state).some(({ item }) => item === pointer)) return nothing;
  return html`<div class="once-record">${chooser(view, pointer, offers)}</div>`;
}

/**
 * A record in use: where it is from, what of it nobody changes here, and what may be said about it.
 *
 * @param whole False where its values stand somewhere else, as in the cells of a row.
 */
export function recordCard(view: View, pointer: Pointer, whole = true): unknown {
  const { state } = view.session;
  const record = recordAt(state, pointer);
  const offers = view.readOnly ? [] : offersAt(state, pointer);
  if (record === undefined) return openChoice(view, pointer);
  const { t } = view.words;
  const entry = record.values[0]?.entry;
  const locked = valuesInOrder(view, record).filter(
    held => held.value !== undefined && held.entry.edit === 'locked' && isRelevant(state, held.pointer),
  );
  return html`<div class="once-record">
    ${entry === undefined ? nothing : html`<p class="once-record-origin">${originBadge(view, entry)}</p>`}
    ${
      locked.length === 0
        ? nothing
        : html`${
            whole
              ? html`<dl class="once-values">${locked.map(held => {
                  const node = view.nodes.at(held.pointer);
                  return html`<div class="once-value" data-pointer=${held.pointer} id=${domId(view, held.pointer)} tabindex="-1">
        <dt class="once-value-label">${titleAt(view, held.pointer)}</dt><dd class="once-value-text">${shownValue(view, node, held.value)}</dd></div>`;
                })}</dl>`
              : nothing
          }<p class="once-lock">${t('badge.locked')}</p>`
    }
    ${disputes(view, pointer)}
    <div class="once-record-actions">${
      view.dispute && !view.readOnly
        ? html`<button type="button" class="once-link" @click=${() => view.dispute?.(pointer)}
      >${t('action.reportError')}</button>`
        : nothing
    }
      ${offers.length > 0 ? html`<details class="once-details"><summary>${offers.length > 1 ? t('record.others', { count: offers.length }) : t('record.change')}</summary>${chooser(view, pointer, offers)}</details>` : nothing}</div>
  </div>`;
}

/** The values of a record as the form asks for them; a seal lists them by pointer. */
export function valuesInOrder(view: View, { item, values }: HeldRecord): readonly HeldValue[] {
  const order = recordItem(view, item)?.members.map(member => member.pointer) ?? [];
  return values.toSorted((a, b) => order.indexOf(a.pointer) - order.indexOf(b.pointer));
}

/** What the citizen reported as wrong, and how far that is: it never stops the filing. */
function disputes(view: View, item: Pointer): unknown {
  const { t } = view.words;
  return decisions(view.session.state).flatMap(decision => {
    if (decision.action !== 'dispute' || decision.item !== item) return [];
    const node = view.nodes.at(decision.pointer);
    const label = titleAt(view, decision.pointer);
    const ticket = view.ticketOf?.(decision.pointer);
    return html`<div class="once-notice" data-tone="warn"><p><strong>${t('dispute.said', { label })}</strong> ${ticket === undefined ? t('dispute.waits') : t('dispute.ticket', { ticket })}</p>
      ${decision.value === undefined ? nothing : html`<p>${t('dispute.right')} ${showValue(view, node, decision.value)}</p>`}<p>${decision.reason}</p>
      ${ticket === undefined && !view.readOnly ? html`<p><button type="button" class="once-link" @click=${() => view.session.dispatch(withdrawDispute(decision.pointer))}>${t('dispute.withdraw')}<span class="once-hidden"> ${label}</span></button></p>` : nothing}</div>`;
  });
}

/** Candidates as whole records; keep mine; decline. */
export function chooser(view: View, item: Pointer, offers: readonly Offer[]): unknown {
  const { t } = view.words;
  const node = view.nodes.at(item);
  const made = decisions(view.session.state).find(decision => decision.item === item);
  const chosen = made?.action === 'use' ? made.offer : undefined;
  const name = domId(view, item, '~offer');
  const card = (id: string, on: boolean, spec: () => TransactionSpec, label: unknown): unknown =>
    html`<div class="once-card" ?data-chosen=${on}>
      <input type="radio" class="once-radio" id=${name + id} name=${name} form=${view.detached ? '' : nothing} .checked=${on} @change=${() => choose(view, spec())}>
      <label for=${name + id}>${label}</label></div>`;
  const own = (id: string, action: 'keep-mine' | 'decline', spec: () => TransactionSpec, words: string): unknown =>
    card(
      id,
      made?.action === action,
      spec,
      html`<span class="once-card-title">${t(words)}</span><span class="once-card-note">${t(`${words}Note`)}</span>`,
    );
  return html`<fieldset class="once-chooser"><legend class="once-chooser-title">${offers.length > 1 ? t('prefill.choose') : t('chooser.one')}${
    node ? html`<span class="once-hidden">: ${titleOf(view, node)}</span>` : nothing
  }</legend>
    ${differ(view, offers)}
    <div class="once-cards">${offers.map((offer, index) => card(`${index}`, chosen === offer.id, () => useOffer(offer.id), offerText(view, offer)))}
      ${made?.action !== 'keep-mine' && !hasOwnAnswers(view, item) ? nothing : own('-mine', 'keep-mine', () => keepMine(item), 'chooser.mine')}
      ${own('-none', 'decline', () => declineOffers(item), 'chooser.decline')}
    </div></fieldset>`;
}

/** Sources that say different things are said to. */
function differ({ words }: View, offers: readonly Offer[]): unknown {
  return offers.some(({ flags }) => flags.includes('conflict'))
    ? html`<p class="once-notice" data-tone="warn">${words.t('chooser.conflict')}</p>`
    : nothing;
}

/** The citizen says what to take. */
function choose(view: View, spec: TransactionSpec): void {
  view.session.dispatch({ ...spec, userEvent: 'choose' });
}

/** Tells whether the citizen typed something that the record would put aside. */
function hasOwnAnswers({ session: { state } }: View, item: Pointer): boolean {
  const members = state.form.reuse.find(({ pointer }) => pointer === item)?.members ?? [];
  return (
    members.some(
      ({ pointer }) =>
        typeof (answerAt(state, pointer) ?? {}) !== 'object' && originAt(state, pointer)?.origin === 'manual',
    ) || (recordAt(state, item)?.before ?? []).some(({ value }) => typeof (value ?? {}) !== 'object')
  );
}

/** One candidate in words: where from, how old, how sure, and every value with its label. */
function offerText(view: View, offer: Offer): unknown {
  const { t, l } = view.words;
  const also = offer.alsoFrom ?? [];
  return html`${offer.about === undefined ? nothing : html`<span class="once-card-about">${l(offer.about)}</span>`}<span class="once-card-title">${originBadge(view, offer)}</span>
    ${also.length > 0 ? html`<span class="once-card-note">${t('chooser.also', { sources: also.map(source => l(source.name)).join(', ') })}</span>` : nothing}
    ${offer.flags.filter(flag => flag !== 'conflict').map(flag => html`<span class="once-flag">${t(`flag.${flag}`)}</span>`)}
    ${offerValues(view, offer)}`;
}

export function offerValues(view: View, offer: Offer): unknown {
  return html`<span class="once-values">${offer.values.map(({ pointer, value }) => {
    const node = view.nodes.at(pointer);
    return html`<span class="once-value"><span class="once-value-label">${titleAt(view, pointer)}</span>
      <span class="once-value-text">${shownValue(view, node, value)}</span></span>`;
  })}</span>`;
}

/** Rows that sources know of: each is taken as a whole, or left out; of those that differ one is taken. */
export function candidates(view: View, list: Pointer): unknown {
  const { state } = view.session;
  // By the place they have now, not the one they were offered for.
  const left = new Set(
    state.read(prefillSlot).decisions.flatMap(({ action, item }) => (action === 'decline' ? [item] : [])),
  );
  const groups: (readonly Offer[])[] = [],
    declined: (readonly Offer[])[] = [];
  for (let index = itemKeys(state, list).length; ; index++) {
    const offers = offersAt(state, `${list}/${index}`);
    if (offers.length === 0) break;
    (left.has(`${list}/${index}`) ? declined : groups).push(offers);
  }
  if (groups.length + declined.length === 0) return nothing;
  const { t } = view.words;
  const sure = groups.map(offers => offers.find(({ preferred, flags }) => preferred && !flags.includes('conflict')));
  const all = sure.filter(offer => offer !== undefined);
  const cards = (some: readonly (readonly Offer[])[], skip: boolean): unknown =>
    html`<ul class="once-cards">${some.map(offers => html`<li class="once-card once-candidate">${candidate(view, offers, skip)}</li>`)}</ul>`;
  return html`<section class="once-panel once-candidates">${groups.length === 0 ? nothing : html`<p><strong>${t('rows.found', { count: groups.length })}</strong></p>${cards(groups, true)}`}
    ${all.length > 1 ? html`<p><button type="button" class="once-button" data-kind="secondary" @click=${() => all.forEach(({ id }) => choose(view, useOffer(id)))}>${t('rows.useAll', { count: all.length })}</button></p>` : nothing}
    ${declined.length === 0 ? nothing : html`<details class="once-details"><summary>${t('rows.left', { count: declined.length })}</summary>${cards(declined, false)}</details>`}
  </section>`;
}

function candidate(view: View, offers: readonly Offer[], skip: boolean): unknown {
  const { t } = view.words;
  const name = (offer: Offer): string => String(offer.values[0]?.value ?? '');
  return html`${differ(view, offers)}
    ${offers.map(
      offer => html`<div>${offerText(view, offer)}
      <p><button type="button" class="once-button" data-kind="secondary" @click=${() => choose(view, useOffer(offer.id))}>${t('action.useThis')}<span class="once-hidden"> ${name(offer)}</span></button></p></div>`,
    )}
    ${skip ? html`<p><button type="button" class="once-link" @click=${() => choose(view, declineOffers(offers[0]!.item))}>${t('rows.skip')}<span class="once-hidden"> ${name(offers[0]!)}</span></button></p>` : nothing}`;
}
