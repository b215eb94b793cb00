// An officer's side, just enough to be real: the dossiers of the agency, the answers that a desk copied from paper and
// that are marked until somebody compared them, and taking a dossier on.

import { register } from '@onceform/elements/register';
import { html, nothing, render } from 'lit';
import { demoPanel } from './demo-panel.js';
import { markedEntries } from './marked-entries.js';
import { api, frame, locale, say, show, signInLink, t, trouble, when } from './page.js';

register();
/** The agencies that the portal's tables know. */
let agencies = [];
const info = await frame('/officer', t('officer.title'));
if (!info?.person) {
  show(
    html`<h1>${t('officer.title')}</h1><section class="card"><p>${t('session.needed')}</p>${info === null ? nothing : signInLink(info)}</section>`,
  );
} else {
  try {
    const [dossiers, passedOn, editions] = await Promise.all(
      ['/api/agency/dossiers', '/api/agency/passed-on', '/api/parameters/agencies'].map(path => api(path)),
    );
    const today = new Date().toISOString().slice(0, 10);
    agencies = (editions.find(({ validFrom }) => validFrom <= today)?.rows ?? []).toSorted((a, b) =>
      say(a.name).localeCompare(say(b.name), locale),
    );
    show(html`<h1>${t('officer.title')}</h1><p class="lead">${t('officer.lead')}</p>
      ${dossiers.length === 0 ? html`<p>${t('officer.none')}</p>` : html`<ul class="plain">${dossiers.map(dossier => html`<li>${card(dossier)}</li>`)}</ul>`}
      ${
        passedOn.length === 0
          ? nothing
          : html`<h2>${t('officer.passedOn')}</h2><p>${t('officer.passedOn.lead')}</p>
      <ul class="plain passed-on">${passedOn.map(dossier => html`<li>${followed(dossier)}</li>`)}</ul>`
      }`);
  } catch (error) {
    show(html`<h1>${t('officer.title')}</h1>${trouble(error)}`);
  }
}
demoPanel();

function card({ id, status, received, receipt }) {
  const uuid = id.replace('urn:uuid:', '');
  return html`<article class="card dossier" id=${uuid}>
    <header><h2>${say(receipt.title) || receipt.code}</h2><span class="status">${t(`status.${status}`)}</span></header>
    <dl>
      <div><dt>${t('dossiers.code')}</dt><dd class="code">${receipt.code}</dd></div>
      <div><dt>${t('dossiers.received')}</dt><dd>${when(received)}</dd></div>
    </dl>
    <p class="actions">
      <button class="button quiet" data-act="entries" @click=${event => open(event, uuid)}>${t('officer.entries')}<span class="unseen"> ${receipt.code}</span></button>
      ${status === 'received' ? html`<button class="button" data-act="accept" @click=${event => accept(event, uuid)}>${t('officer.accept')}<span class="unseen"> ${receipt.code}</span></button>` : nothing}
    </p>
    ${status === 'received' ? passOnForm(receipt.code, uuid) : nothing}
    <p class="refusal" role="alert"></p>
    <div class="entries"></div>
  </article>`;
}

/** A dossier that was taken in here for another agency to decide: how far it is there. */
function followed({ code, title, status, received, agency, agencyName }) {
  return html`<article class="card dossier">
    <header><h3>${say(title) || code}</h3><span class="status">${t(`status.${status}`)}</span></header>
    <dl>
      <div><dt>${t('dossiers.code')}</dt><dd class="code">${code}</dd></div>
      <div><dt>${t('dossiers.received')}</dt><dd>${when(received)}</dd></div>
      <div><dt>${t('dossiers.decidedBy')}</dt><dd>${say(agencyName) || agency}</dd></div>
    </dl>
  </article>`;
}

/** Another agency is competent: which, and why, for the citizen to read. */
function passOnForm(code, uuid) {
  return html`<details class="pass-on">
    <summary>${t('officer.passOn')}<span class="unseen"> ${code}</span></summary>
    <form @submit=${event => passOn(event, uuid)}>
      <label>${t('officer.passOn.to')}
        <select name="agency" required>
          <option value=""></option>
          ${agencies.map(({ code: of, name }) => html`<option value=${of}>${say(name)}</option>`)}
        </select></label>
      <label>${t('officer.passOn.reason')} <textarea name="reason" rows="3" maxlength="4000" required></textarea></label>
      <p>${t('officer.passOn.lead')}</p>
      <p class="actions"><button class="button">${t('officer.passOn.do')}<span class="unseen"> ${code}</span></button></p>
    </form>
  </details>`;
}

async function passOn(event, uuid) {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(event.target));
  try {
    await api(`/api/agency/dossiers/${uuid}/pass-on`, { method: 'POST', body });
    location.reload();
  } catch (error) {
    event.target.closest('article').querySelector('.refusal').textContent = error.message;
  }
}

async function open(event, uuid) {
  const article = event.target.closest('article');
  const place = article.querySelector('.entries');
  render(html`<p role="status">${t('dossiers.working')}</p>`, place);
  try {
    await markedEntries(place, uuid, () => article.querySelector('.refusal').replaceChildren());
  } catch (error) {
    render(trouble(error), place);
  }
}

async function accept(event, uuid) {
  const article = event.target.closest('article');
  const refusal = article.querySelector('.refusal');
  refusal.textContent = '';
  try {
    await api(`/api/agency/dossiers/${uuid}/handling`, { method: 'POST', body: { action: 'accept' } });
    article.querySelector('.status').textContent = t('status.accepted');
    event.target.remove();
    article.querySelector('.pass-on')?.remove();
  } catch (error) {
    refusal.textContent = error.message;
  }
}
