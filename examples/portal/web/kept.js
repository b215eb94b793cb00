// What the citizen let the portal keep for the next form: each answer with a button to forget it, and one for all.

import { html, nothing } from 'lit';
import { client, say, show, t, trouble, when } from './page.js';

/** The section for the signed-in citizen. `draw` shows the page anew with a notice. */
export async function kept(draw, notice) {
  const answers = await client.keptAnswers();
  return html`
    <h2 id="kept">${t('kept.title')}</h2><p>${t('kept.lead')}</p>
    <p role="status" data-part="kept-notice">${notice ?? nothing}</p>
    ${
      answers.length === 0
        ? html`<p>${t('kept.none')}</p>`
        : html`<ul class="cards" data-part="kept">${answers.map(
            ({ concept, label, value, kept: time }) => html`<li class="card">
        <h3>${say(label)}</h3><p>${text(value)}</p>${time === null ? nothing : html`<p><small>${t('kept.since', { time: when(time) })}</small></p>`}
        <p><button class="button quiet" data-act="forget" aria-label=${t('kept.forgetThis', { label: say(label) })} @click=${() => forget(draw, concept)}>${t('kept.forget')}</button></p></li>`,
          )}</ul>
      <p><button class="button" data-act="forget-all" @click=${() => forget(draw)}>${t('kept.forgetAll')}</button></p>`
    }`;
}

async function forget(draw, concept) {
  if (!confirm(t('kept.sure'))) return;
  try {
    await client.forgetAnswers(concept);
    await draw({ kept: t('kept.forgotten') });
  } catch (error) {
    show(trouble(error));
  }
}

function text(value) {
  return typeof value === 'object' && value !== null ? Object.values(value).map(text).join(', ') : String(value);
}
