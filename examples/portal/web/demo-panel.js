// The demonstration's panel: break a register, overwrite a locked value, look into what was filed.

import { html, nothing, render } from 'lit';
import { api, t } from './page.js';

const STATES = ['well', 'stopped', 'slow', 'nonsense', 'error'];

/** @param {HTMLElement & { currentSession?: unknown } | null} [form] the form on this page */
export function demoPanel(form = null) {
  const aside = document.createElement('aside');
  aside.className = 'demo';
  document.body.append(aside);
  let registers = [], message = '';

  const draw = () => render(html`
    <details>
      <summary>${t('demo.title')}</summary>
      <div class="inside">
        <p>${t('demo.lead')}</p>
        <h2>${t('demo.registers')}</h2>
        ${registers.map(({ id, running, mood }) => {
          const name = t(`demo.${id}`), now = running ? mood : 'stopped';
          return html`<label class="register ${now}"><span>${name}</span>
            <select data-register=${id} aria-label=${t('demo.state', { name })} @change=${event => change(id, event.target.value)}>
              ${STATES.map(state => html`<option value=${state} ?selected=${state === now}>${t(`demo.${state}`)}</option>`)}
            </select></label>`;
        })}
        ${form === null ? nothing : html`
          <button class="button" data-act="tamper-locked" @click=${tamper}>${t('demo.tamper')}</button>
          <small>${t('demo.tamper.text')}</small>`}
        <a class="button quiet" href="/dossiers">${t('demo.verify')}</a>
        <p class="message" role="status">${message}</p>
      </div>
    </details>`, aside);

  const attempt = async work => {
    try {
      message = '';
      await work();
    } catch (error) {
      message = t('demo.failed', { reason: error.message });
    }
    draw();
  };

  const change = (id, state) => attempt(async () => {
    if (state === 'stopped') {
      registers = await api(`/api/demo/registers/${id}/stop`, { method: 'POST' });
    } else {
      await api(`/api/demo/registers/${id}/start`, { method: 'POST' });
      registers = await api(`/api/demo/registers/${id}/${state}`, { method: 'POST' });
    }
  });

  /** Does what somebody with the browser's tools could do: unlocks an input and types something else into it. */
  const tamper = () => attempt(async () => {
    const input = form.querySelector('input[readonly]:not([type=hidden])');
    if (input === null) {
      message = t('demo.tamper.none');
      return;
    }
    const kept = input.value, text = '??? 001', label = form.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.innerText.split('\n')[0] ?? input.name;
    input.readOnly = false;
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    message = t('demo.tamper.done', { label, text, kept });
  });

  draw();
  attempt(async () => { registers = await api('/api/demo/registers'); });
}
