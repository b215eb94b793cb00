// What the State and this portal hold of the citizen: papers, results, earlier answers. Each says where it lies, since
// when, whether it still stands and where it was used; what is the citizen's own to delete has a button.

import { html, nothing } from 'lit';
import { demoPanel } from './demo-panel.js';
import { kept } from './kept.js';
import { api, frame, say, show, showTrouble, signInLink, t, trouble, when } from './page.js';

const info = await frame('/papers', t('papers.title'));
await draw().catch(error => showTrouble(error));
demoPanel();

async function draw(notices = {}) {
  if (!info?.person) {
    show(html`<h1>${t('papers.title')}</h1><p class="lead">${t('papers.lead')}</p>
      <section class="card"><p>${t('session.needed')}</p>${info === null ? nothing : signInLink(info)}</section>`);
    return;
  }
  // One part that does not come leaves the others.
  const [papers, answers] = await Promise.all([part(papersHeld), part(() => kept(draw, notices.kept))]);
  show(html`<h1>${t('papers.title')}</h1><p class="lead">${t('papers.lead')}</p>
    ${papers}${answers}
    <p><a href="/usage">${t('papers.usage')}</a></p>`);
}

async function part(load) {
  try {
    return await load();
  } catch (error) {
    return trouble(error);
  }
}

async function papersHeld() {
  const { papers, unavailable } = await api('/api/documents');
  const dossiers = papers.filter(({ kind }) => kind === 'dossier');
  const others = papers.filter(({ kind }) => kind !== 'dossier');
  return html`
    <h2 id="held">${t('papers.held')}</h2>
    ${ending(others)}
    ${unavailable.map(source => html`<p class="card alert" role="status">${t('papers.unavailable', { source: say(source.name) })}</p>`)}
    ${others.length === 0 ? html`<p>${t('papers.none')}</p>` : html`<ul class="cards" data-part="papers">${others.map(paper)}</ul>`}
    <h2 id="filed">${t('papers.filed')}</h2>
    <p>${dossiers.length === 0 ? t('dossiers.none') : html`${t('papers.filedCount', { count: dossiers.length })} <a href="/dossiers">${t('papers.filedOpen')}</a>`}</p>`;
}

/** What ends soon is said first: a list may be long. */
function ending(papers) {
  const soon = papers.filter(({ standing }) => standing === 'ending');
  return soon.length === 0
    ? nothing
    : html`<div class="card alert" role="status" data-part="ending"><p><strong>${t('papers.endingSoon')}</strong></p>
      <ul>${soon.map(({ title, validUntil }) => html`<li>${t('papers.endsOn', { title: say(title), date: when(validUntil) })}</li>`)}</ul></div>`;
}

function paper({ id, source, kind, title, issuer, issuedAt, validUntil, standing: state, mediaType, uses }) {
  return html`<li class="card" data-state=${state}>
    <h3>${say(title)}</h3>
    <p><strong class=${state === 'good' ? 'status' : 'status over'}>${t(`papers.${state}`)}</strong></p>
    <dl>
      <div><dt>${t('papers.kind')}</dt><dd>${t(`papers.kind.${kind}`)}</dd></div>
      <div><dt>${t('papers.source')}</dt><dd>${say(source.name)}</dd></div>
      ${say(issuer) === '' ? nothing : html`<div><dt>${t('papers.issuer')}</dt><dd>${say(issuer)}</dd></div>`}
      <div><dt>${t('papers.issued')}</dt><dd>${when(issuedAt)}</dd></div>
      ${validUntil === undefined ? nothing : html`<div><dt>${t('papers.until')}</dt><dd>${when(validUntil)}</dd></div>`}
    </dl>
    ${used(uses)}
    <p><a class="button quiet" download href="/api/documents/${encodeURIComponent(source.id)}/${encodeURIComponent(id)}"
      aria-label=${t('papers.downloadThis', { title: say(title), type: mediaType })}>${t('papers.download')}</a></p>
  </li>`;
}

function used(uses) {
  return uses.length === 0
    ? html`<p>${t('papers.unused')}</p>`
    : html`<p>${t('papers.used')}</p><ul>${uses.map(
        ({ dossier, code, title, received }) =>
          html`<li><a href="/dossiers#${dossier.replace('urn:uuid:', '')}">${say(title)} – ${code}</a>, ${when(received)}</li>`,
      )}</ul>`;
}
