// The first page: what this is, and the forms on offer.

import { html } from 'lit';
import { demoPanel } from './demo-panel.js';
import { client, frame, say, show, showTrouble, t } from './page.js';

await frame('/', t('nav.forms'));
try {
  const forms = await client.forms();
  show(html`
    <section class="hero">
      <div>
        <h1>${t('hero.title')}</h1>
        <p>${t('hero.text')}</p>
        ${forms.length === 0 ? '' : html`<a class="button big" href="/forms/${forms[0].slug}">${t('hero.action')}</a>`}
      </div>
      ${picture()}
    </section>
    <section aria-labelledby="forms">
      <h2 id="forms">${t('forms.title')}</h2>
      ${
        forms.length === 0
          ? html`<p>${t('forms.none')}</p>`
          : html`<ul class="cards">${forms.map(
              form => html`
        <li class="card form-card">
          <h3><a href="/forms/${form.slug}">${say(form.title)}</a></h3>
          <dl>
            ${form.procedureCode === null ? '' : html`<div><dt>${t('forms.code')}</dt><dd>${form.procedureCode}</dd></div>`}
            <div><dt>${t('forms.version')}</dt><dd>${form.version}</dd></div>
          </dl>
          <span class="go" aria-hidden="true">${t('forms.open')} →</span>
        </li>`,
            )}</ul>`
      }
    </section>
    <section aria-labelledby="how">
      <h2 id="how">${t('how.title')}</h2>
      <ol class="steps">${[1, 2, 3].map(step => html`<li class="card"><h3>${t(`how.${step}.title`)}</h3><p>${t(`how.${step}.text`)}</p></li>`)}</ol>
    </section>`);
} catch (error) {
  showTrouble(error);
}
demoPanel();

/** Two sheets: the first is written, the second fills itself from it. */
function picture() {
  return html`<svg class="picture" viewBox="0 0 320 220" aria-hidden="true" focusable="false">
    <g class="page back"><rect x="18" y="26" width="128" height="168" rx="10"></rect>
      <path d="M36 56h60M36 84h92M36 112h92M36 140h70"></path></g>
    <path class="flow" d="M150 84c40 0 36 28 58 28M150 112h58M150 140c40 0 36-28 58-28"></path>
    <g class="page front"><rect x="174" y="26" width="128" height="168" rx="10"></rect>
      <path class="known" d="M192 84h92M192 112h92M192 140h70"></path><path d="M192 56h60"></path>
      <circle cx="284" cy="176" r="22"></circle><path class="check" d="m274 176 7 8 14-16"></path></g>
  </svg>`;
}
