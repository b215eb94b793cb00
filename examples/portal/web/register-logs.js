// What the registers themselves wrote down about uses of the citizen's data: asked on demand, register by register.

import { html, render } from 'lit';
import { api, say, t, when } from './page.js';

const SHOWN = 10;

/** The section for the signed-in citizen; nothing is asked before the button is pressed. */
export function registerLogs() {
  return html`
    <h2 id="register-logs">${t('registerLogs.title')}</h2><p>${t('registerLogs.lead')}</p>
    <p><button class="button quiet" data-act="register-logs" @click=${ask}>${t('registerLogs.ask')}</button></p>
    <div data-part="register-logs" aria-live="polite"></div>`;
}

async function ask({ target }) {
  const place = document.querySelector('[data-part="register-logs"]');
  target.disabled = true;
  render(html`<p>${t('registerLogs.asking')}</p>`, place);
  try {
    render(list(await api('/api/usage/at-sources')), place);
  } catch (error) {
    render(html`<p class="card alert">${error.message}</p>`, place);
  } finally {
    target.disabled = false;
  }
}

function list(sources) {
  return html`<ul class="cards">${sources.map(
    ({ source, rows, absent }) => html`<li class="card"><h3>${say(source.name)}</h3>
      ${
        absent !== undefined
          ? html`<p class="bad">${t('registerLogs.absent')}</p>`
          : rows.length === 0
            ? html`<p>${t('registerLogs.none')}</p>`
            : html`<ul>${rows
                .slice(0, SHOWN)
                .map(
                  ({ logtime, action, receiverName, receiverCode }) =>
                    html`<li>${when(logtime)}: ${t('registerLogs.by', { action: say(action), receiver: say(receiverName ?? receiverCode) })}</li>`,
                )}</ul>
              ${rows.length > SHOWN ? html`<p>${t('usage.more', { count: rows.length - SHOWN })}</p>` : ''}`
      }</li>`,
  )}</ul>`;
}
