// The consents of the citizen, each with a button to take it back.

import { html, nothing } from 'lit';
import { api, say, showTrouble, t, when } from './page.js';

/** The section for the signed-in citizen; nothing where no data were ever fetched. `draw` shows the page anew. */
export async function consents(draw, notice) {
  const list = await api('/api/consents');
  return list.length === 0
    ? nothing
    : html`
    <h2 id="consents">${t('consents.title')}</h2><p>${t('consents.lead')}</p>
    <p role="status" data-part="notice">${notice ?? nothing}</p>
    <ul class="cards" data-part="consents">${list.map(consent => card(consent, draw))}</ul>`;
}

function card({ draft, title, concepts, state, given, ended, keepUntil, filed }, draw) {
  return html`<li class="card">
    <h3>${say(title)}</h3>
    <p>${t(`consent.${state}`, { given: when(given), ended: ended === null ? '' : when(ended) })}</p>
    <p>${t('consent.concepts', { concepts: concepts.slice(0, 4).map(say).join(', ') })}${concepts.length > 4 ? html` <small>${t('usage.more', { count: concepts.length - 4 })}</small>` : nothing}</p>
    ${filed ? html`<p>${t('consent.filed')}</p>` : nothing}
    ${
      state !== 'given'
        ? nothing
        : html`<p>${t('consent.keepUntil', { time: when(keepUntil) })}</p>
      <p><button class="button quiet" data-act="withdraw" data-draft=${draft} @click=${() => withdraw(draft, draw)}
        aria-label=${t('consent.withdrawThis', { title: say(title) })}>${t('consent.withdraw')}</button></p>`
    }
  </li>`;
}

async function withdraw(draft, draw) {
  if (!confirm(t('consent.sure'))) return;
  try {
    await api(`/api/consents/${encodeURIComponent(draft)}/withdraw`, { method: 'POST' });
    await draw({ consents: t('consent.done') });
  } catch (error) {
    showTrouble(error);
  }
}
