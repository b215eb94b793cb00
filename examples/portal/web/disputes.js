// What the citizen reported as wrong, and what became of it: a section of several pages.

import { html, nothing } from 'lit';
import { api, say, t, when } from './page.js';

/** The section for the signed-in citizen; nothing where nothing was reported. */
export async function disputes() {
  const list = await api('/api/disputes');
  return list.length === 0
    ? nothing
    : html`
    <h2 id="disputes">${t('disputes.title')}</h2><p>${t('disputes.lead')}</p>
    <ul class="cards" data-part="disputes">${list.map(
      ({ label, source, ticket, status, opened, closed, reason, value }) => html`<li class="card">
      <h3>${say(label)}</h3>
      <p><strong class="status">${t(`dispute.${status}`)}</strong></p>
      <p>${t(`dispute.${status}.text`, { source: say(source.name) })}</p>
      <dl>
        <div><dt>${t('dispute.ticket')}</dt><dd class="code">${ticket}</dd></div>
        <div><dt>${t('dispute.opened')}</dt><dd>${when(opened)}</dd></div>
        ${closed === null ? nothing : html`<div><dt>${t('dispute.closed')}</dt><dd>${when(closed)}</dd></div>`}
        ${value === null ? nothing : html`<div><dt>${t('dispute.value')}</dt><dd>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd></div>`}
        <div><dt>${t('dispute.reason')}</dt><dd>${reason}</dd></div>
      </dl></li>`,
    )}</ul>`;
}
