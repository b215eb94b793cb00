// Who used the citizen's data, when and why; what they complained of, reported as wrong and agreed to; and which sources
// there are.

import { html, nothing } from 'lit';
import { complainButton, complaints } from './complaints.js';
import { consents } from './consents.js';
import { demoPanel } from './demo-panel.js';
import { disputes } from './disputes.js';
import { registerLogs } from './register-logs.js';
import { api, client, frame, say, show, showTrouble, signInLink, t, when } from './page.js';

const info = await frame('/usage', t('usage.title'));
try {
  await draw();
} catch (error) {
  showTrouble(error);
}
demoPanel();

async function draw(notices = {}) {
  const sources = await client.sources();
  const named = new Map(sources.map(source => [source.id, say(source.name)]));
  const entries = info?.person ? await api('/api/usage') : null;
  show(html`
    <h1>${t('usage.title')}</h1><p class="lead">${t('usage.lead')} <a href="/papers">${t('usage.papers')}</a></p>
    ${
      entries === null
        ? html`<section class="card"><p>${t('session.needed')}</p>${signInLink(info)}</section>`
        : entries.length === 0
          ? html`<p>${t('usage.none')}</p>`
          : html`<div class="scroll log" tabindex="0" role="region" aria-label=${t('usage.title')}><table role="table">
        <thead role="rowgroup"><tr role="row">${['time', 'said', 'outcome'].map(key => html`<th role="columnheader" scope="col">${t(`usage.${key}`)}</th>`)}</tr></thead>
        <tbody role="rowgroup">${entries.map(
          ({ no, event, said }) => html`<tr role="row" data-outcome=${event.outcome}>
          <td role="cell">${when(event.time)}</td>
          <td role="cell">${say(said)}<details><summary>${t('usage.concepts')}</summary>
            <p>${t(`action.${event.action}`)}. ${t('usage.sources')}: ${event.sources.map(id => named.get(id) ?? id).join(', ') || '–'}</p>
            <p><code>${(event.used.length > 0 ? event.used : event.asked).join(', ')}</code></p></details>${complainButton({ no, said }, draw)}</td>
          <td role="cell">${t(`outcome.${event.outcome}`)}</td>
        </tr>`,
        )}</tbody></table></div>`
    }
    ${
      entries === null
        ? nothing
        : [
            html`<p><a href="/api/usage/find-usage" download="usage.json">${t('usage.export')}</a></p>`,
            await complaints(notices.complaints),
            await disputes(),
            await consents(draw, notices.consents),
            registerLogs(),
          ]
    }
    <h2>${t('usage.sourcesTitle')}</h2>
    <ul class="cards">${sources.map(
      source => html`<li class="card">
      <h3>${say(source.name)}</h3>
      <p class=${source.healthy ? 'good' : 'bad'}>${source.healthy ? t('usage.healthy') : t('usage.down')}</p>
      <p>${t('usage.gives', { count: source.concepts.length })}</p></li>`,
    )}</ul>`);
}
