// Answers held for the next form: the citizen's own words, each with a button to forget it, and facts that officers
// decided, which are not theirs to delete.

import { html, nothing } from 'lit';
import { api, client, say, showTrouble, t, when } from './page.js';

/** The section for the signed-in citizen. `draw` shows the page anew with a notice. */
export async function kept(draw, notice) {
  const [answers, entries] = await Promise.all([client.keptAnswers(), api('/api/usage')]);
  const own = answers.filter(({ kind }) => kind !== 'officer-entered');
  const decided = answers.filter(({ kind }) => kind === 'officer-entered');
  return html`
    <h2 id="kept">${t('kept.title')}</h2><p>${t('kept.lead')}</p>
    <p role="status" data-part="kept-notice">${notice ?? nothing}</p>
    ${
      own.length === 0
        ? html`<p>${t('kept.none')}</p>`
        : html`<ul class="cards" data-part="kept">${own.map(answer => card(answer, entries, draw))}</ul>
      <p><button class="button" data-act="forget-all" @click=${() => forget(draw)}>${t('kept.forgetAll')}</button></p>`
    }
    ${
      decided.length === 0
        ? nothing
        : html`<h2 id="decided">${t('kept.decided')}</h2><p>${t('kept.decidedLead')}</p>
      <ul class="cards" data-part="decided">${decided.map(answer => card(answer, entries))}</ul>`
    }`;
}

function card({ concept, label, value, text, source, kept: time, validUntil, standing }, entries, draw) {
  const uses = entries.filter(
    ({ event }) => event.action === 'seal' && event.used.includes(concept) && event.sources.includes(source.id),
  );
  return html`<li class="card">
    <h3>${say(label)}</h3><p>${text ?? plain(value)}</p>
    <p><small>${say(source.name)}${time === null ? nothing : html` · ${t('kept.since', { time: when(time) })}`}</small></p>
    ${validUntil === null ? nothing : html`<p data-standing=${standing}>${t('papers.until')} ${when(validUntil)} <strong class=${standing === 'good' ? 'status' : 'status over'}>${t(`papers.${standing}`)}</strong></p>`}
    ${uses.length === 0 ? html`<p>${t('papers.unused')}</p>` : html`<p>${t('kept.used')}</p><ul>${uses.map(({ event }) => html`<li>${say(event.purpose.text)}, ${when(event.time)}</li>`)}</ul>`}
    ${
      draw === undefined
        ? nothing
        : html`<p><button class="button quiet" data-act="forget" aria-label=${t('kept.forgetThis', { label: say(label) })}
      @click=${() => forget(draw, concept)}>${t('kept.forget')}</button></p>`
    }</li>`;
}

async function forget(draw, concept) {
  if (!confirm(t('kept.sure'))) return;
  try {
    await client.forgetAnswers(concept);
    await draw({ kept: t('kept.forgotten') });
  } catch (error) {
    showTrouble(error);
  }
}

/** Parts that no paper says in one sentence follow each other. */
function plain(value) {
  if (typeof value === 'boolean') return t(value ? 'kept.yes' : 'kept.no');
  return typeof value === 'object' && value !== null
    ? Object.values(value).map(plain).filter(Boolean).join(', ')
    : String(value ?? '');
}
