// The demonstration's panel: break a register, forge an official value on its way out, look into what was filed.

import { html, nothing, render } from 'lit';
import { deskSwitch } from './desk.js';
import { offline } from './offline.js';
import { api, say, t } from './page.js';

const STATES = ['well', 'stopped', 'slow', 'nonsense', 'error'];
const STANDINGS = ['valid', 'revoked', 'suspended'];

/** @param {HTMLElement & { client: object, currentSession: object } | null} [form] the form on this page */
export function demoPanel(form = null) {
  const aside = document.createElement('aside');
  aside.className = 'demo';
  // In the line at the top: over no text until it is opened.
  document.querySelector('header .bar').append(aside);
  const desk = deskSwitch();
  let registers = [],
    credentials = [],
    notices = [],
    message = '',
    armed = false;

  const draw = () =>
    render(
      html`
    <details>
      <summary><span class="words">${t('demo.title')}</span></summary>
      <div class="inside">
        <p>${t('demo.lead')}</p>
        <h2>${t('demo.registers')}</h2>
        ${registers.map(({ id, name: title, running, mood }) => {
          const name = say(title),
            now = running ? mood : 'stopped';
          return html`<label class="register ${now}"><span>${name}</span>
            <select data-register=${id} aria-label=${t('demo.state', { name })} @change=${event => change(id, event.target.value)}>
              ${STATES.map(state => html`<option value=${state} ?selected=${state === now}>${t(`demo.${state}`)}</option>`)}
            </select></label>`;
        })}
        <h2>${t('demo.credentials')}</h2>
        ${credentials.map(
          ({
            id,
            name,
            state: now,
          }) => html`<label class="register ${now === 'valid' ? 'well' : now}"><span>${name}</span>
            <select data-credential=${id} aria-label=${t('demo.state', { name })} @change=${event => rule(id, event.target.value)}>
              ${STANDINGS.map(state => html`<option value=${state} ?selected=${state === now}>${t(`demo.${state}`)}</option>`)}
            </select></label>`,
        )}
        ${
          form === null
            ? nothing
            : html`
          <button class="button" data-act="tamper-locked" ?disabled=${armed} @click=${tamper}>${t('demo.tamper')}</button>
          <small>${t('demo.tamper.text')}</small>
          <label><input type="checkbox" data-act="offline" .checked=${offline.on} @change=${({ target }) => keep(target.checked)}> ${t('demo.offline')}</label>`
        }
        ${desk}
        <h2>${t('demo.notices')}</h2>
        ${notices.length === 0 ? html`<p>${t('demo.notices.none')}</p>` : html`<ul data-part="notices">${notices.map(({ subject, text }) => html`<li><strong>${subject}</strong><br>${text}</li>`)}</ul>`}
        <a class="button quiet" href="/dossiers">${t('demo.verify')}</a>
        <p class="message" role="status">${message}</p>
      </div>
    </details>`,
      aside,
    );

  const attempt = async work => {
    try {
      message = '';
      await work();
    } catch (error) {
      message = t('demo.failed', { reason: error.message });
    }
    draw();
  };

  const change = (id, state) =>
    attempt(async () => {
      if (state === 'stopped') {
        registers = await api(`/api/demo/registers/${id}/stop`, { method: 'POST' });
      } else {
        await api(`/api/demo/registers/${id}/start`, { method: 'POST' });
        registers = await api(`/api/demo/registers/${id}/${state}`, { method: 'POST' });
      }
    });

  /** What the issuer's status list says of a licence from now on. */
  const rule = (id, state) =>
    attempt(async () => {
      credentials = await api(`/api/demo/credentials/${id}/${state}`, { method: 'POST' });
    });

  /** Forms that were visited open without a network from now on, on this device. */
  const keep = on =>
    attempt(async () => {
      message = t(`demo.offline.${await offline.turn(on)}`);
    });

  /** Armed once: what leaves the page next is not what the form built. */
  const tamper = () => {
    const portal = form.client,
      honest = portal.fileDossier;
    armed = true;
    message = t('demo.tamper.armed');
    draw();
    portal.fileDossier = async (id, dossier, signal) => {
      portal.fileDossier = honest;
      armed = false;
      const { forge } = await import('./tamper.js');
      const forgery = await forge(dossier, form.currentSession.form);
      if (forgery === null) {
        message = t('demo.tamper.none');
        draw();
        return honest(id, dossier, signal);
      }
      const { blob, pointer, official, forged } = forgery;
      const what = { pointer, official, forged };
      try {
        const receipt = await honest(id, blob, signal);
        message = t('demo.tamper.accepted', what);
        return receipt;
      } catch (error) {
        message = t('demo.tamper.refused', {
          ...what,
          code: error.code,
          reason: error.data?.problem ? say(error.data.problem.message) : error.message,
        });
        throw error;
      } finally {
        draw();
      }
    };
  };

  draw();
  attempt(async () => {
    [registers, credentials, notices] = await Promise.all(
      ['registers', 'credentials', 'notices'].map(part => api(`/api/demo/${part}`)),
    );
  });
}
