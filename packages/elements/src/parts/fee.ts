// What a filed dossier costs: the lines, what was saved, and the way to pay. Whether it was paid is the portal's word.

import { isOnceFormError, type FeeLine, type Problem, type ReceiptFee } from '@onceform/core';
import { html, nothing } from 'lit';
import type { FiledDossier } from '../filing.ts';
import type { Words } from '../words.ts';
import type { Face } from './face.ts';

export function fee(face: Face, filed: FiledDossier): unknown {
  const about = filed.receipt?.fee;
  if (about === undefined) return nothing;
  const { words } = face.view;
  const { t } = words;
  const told = about.lines.filter(({ amount, exemption }) => amount !== 0 || exemption !== undefined);
  // A single amount says nothing that the total does not say.
  const shown = told.length === 1 && told[0]!.amount === about.total && about.total !== 0 ? [] : told;
  return html`<div class="once-fact"><dt>${t('review.fee')}</dt><dd>
      ${
        about.total === null
          ? t('fee.unknown')
          : html`<strong>${about.total === 0 ? t('fee.nothing') : money(words, about, about.total)}</strong>`
      }
      ${shown.length === 0 ? nothing : html`<ul class="once-list-plain">${shown.map(line => html`<li>${lineText(words, about, line)}</li>`)}</ul>`}
      ${savings(about).map(([said, amount]) => html`<p>${t(said, { amount: money(words, about, amount) })}</p>`)}
      ${payment(face, filed, about)}</dd></div>`;
}

/** What an exemption spared, and what filing online did. A receipt of before has one sum for both. */
function savings({ saved, savedBy, lines }: ReceiptFee): readonly (readonly [string, number])[] {
  const exempt = lines.some(({ exemption }) => exemption !== undefined);
  const all: readonly (readonly [string, number])[] =
    savedBy === undefined
      ? [[exempt ? 'fee.exempted' : 'fee.saved', saved ?? 0]]
      : [
          ['fee.byExemption', savedBy.exemption],
          ['fee.byOnline', savedBy.online],
        ];
  return all.filter(([, amount]) => amount > 0);
}

function lineText(words: Words, about: ReceiptFee, { label, amount, quantity, exemption }: FeeLine): string {
  const { t, l } = words;
  const what = quantity === 1 ? l(label) : t('fee.times', { what: l(label), count: quantity });
  if (amount === null) return t('fee.line', { what, amount: t('fee.unknown') });
  const sum = money(words, about, amount * quantity);
  if (exemption === undefined) return t('fee.line', { what, amount: sum });
  const reason = [l(exemption.label), exemption.basis].filter(Boolean).join(', ');
  return amount === 0 ? t('fee.free', { what, reason }) : t('fee.line', { what: `${what} (${reason})`, amount: sum });
}

function money({ locale }: Words, { currency }: ReceiptFee, amount: number): string {
  return new Intl.NumberFormat(locale === 'en' ? 'en-GB' : locale, { style: 'currency', currency }).format(amount);
}

function payment({ view, journey }: Face, { dossier }: FiledDossier, about: ReceiptFee): unknown {
  if (about.payment === undefined || about.total === null) return nothing;
  const { t, l } = view.words;
  const { reference, provider } = about.payment;
  const { portal } = journey;
  const begin = async ({ target }: Event): Promise<void> => {
    const button = target as HTMLButtonElement;
    const note = button.closest('dd')!.querySelector('[role=status]')!;
    button.disabled = true;
    note.textContent = '';
    try {
      location.assign((await portal!.beginPayment!(dossier.id)).url);
    } catch (error) {
      const problem = isOnceFormError(error) ? (error.data['problem'] as Problem | undefined) : undefined;
      note.textContent = l(problem?.message) || t('fee.payLater');
    }
    button.disabled = false;
  };
  return html`<p>${t('fee.reference', { reference })}</p>
    ${
      portal?.beginPayment === undefined
        ? nothing
        : html`<button type="button" class="once-button" data-kind="secondary" @click=${begin}>${t('fee.pay', { amount: money(view.words, about, about.total), provider: l(provider.name) })}</button>
      <p role="status"></p>`
    }`;
}
