// What the citizen has filed: receipts, the package, and its verification in this very browser.

import { readPackage } from '@onceform/dossier';
import { register } from '@onceform/elements/register';
import { html, nothing, render } from 'lit';
import { until } from 'lit/directives/until.js';
import { demoPanel } from './demo-panel.js';
import { disputes } from './disputes.js';
import { api, client, frame, locale, say, show, showTrouble, signInLink, t, trouble, when } from './page.js';

register();
const info = await frame('/dossiers', t('dossiers.title'));
if (!info?.person) {
  show(
    html`<h1>${t('dossiers.title')}</h1><section class="card"><p>${t('session.needed')}</p>${info === null ? nothing : signInLink(info)}</section>`,
  );
} else {
  try {
    const dossiers = await api('/api/dossiers');
    show(html`<h1>${t('dossiers.title')}</h1>
      ${dossiers.length === 0 ? html`<p>${t('dossiers.none')}</p>` : html`<ul class="plain">${dossiers.map(dossier => html`<li>${card(dossier)}</li>`)}</ul>`}
      ${await disputes()}`);
    const wanted = location.hash.slice(1);
    if (wanted !== '') document.getElementById(wanted)?.scrollIntoView();
  } catch (error) {
    showTrouble(error);
  }
}
demoPanel();

function card({ id, status, title, receipt, passedOn }) {
  const uuid = id.replace('urn:uuid:', '');
  const path = `/api/dossiers/${uuid}/package`;
  return html`<article class="card dossier" id=${uuid}>
    <header><h2>${say(title)}</h2><span class="status">${t(`status.${status}`)}</span></header>
    <dl>
      <div><dt>${t('dossiers.code')}</dt><dd class="code">${receipt.code}</dd></div>
      <div><dt>${t('dossiers.received')}</dt><dd>${when(receipt.receivedAt)}</dd></div>
      ${agency('dossiers.receivedBy', receipt, receipt.receivingAgency)}${
        passedOn === undefined
          ? agency('dossiers.decidedBy', receipt, receipt.agency)
          : html`<div><dt>${t('dossiers.decidedBy')}</dt><dd>${say(passedOn.agencyName)}</dd></div>
      <div class="wide"><dt>${t('dossiers.passedOn')}</dt><dd>${t('dossiers.passedOn.why', { time: when(passedOn.at), reason: passedOn.reason })}</dd></div>`
      }
      ${receipt.noticeBy === null ? nothing : html`<div><dt>${t('dossiers.notice')}</dt><dd>${when(receipt.noticeBy)}</dd></div>`}
      ${receipt.due === undefined ? nothing : html`<div><dt>${t('dossiers.due')}</dt><dd>${when(receipt.due.by)}</dd></div>`}
      ${fee(receipt)}
      <div class="wide"><dt>${t('dossiers.digest')}</dt><dd class="digest">${receipt.dossier.sha256}</dd></div>
    </dl>
    <p class="actions">
      <a class="button" href=${path} download>${t('dossiers.download')}</a>
      <button class="button quiet" data-act="verify" @click=${event => verify(event, path, receipt, false)}>${t('dossiers.verify')}</button>
      <button class="button quiet" data-act="tamper" @click=${event => verify(event, path, receipt, true)}>${t('dossiers.tamper')}</button>
    </p>
    <div class="verdict" aria-live="polite"></div>
  </article>`;
}

function agency(key, { agencyNames = {} }, code) {
  const name = agencyNames[code];
  return name === undefined ? nothing : html`<div><dt>${t(key)}</dt><dd>${say(name)}</dd></div>`;
}

/** What it costs; whether it was paid is asked of the portal, and filled in when it answers. */
function fee({ fee: about, dossier }) {
  if (about === undefined || about.total === null) return nothing;
  const amount = new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', {
    style: 'currency',
    currency: about.currency,
  }).format(about.total);
  return html`<div><dt>${t('dossiers.fee')}</dt><dd>${about.total === 0 ? t('dossiers.free') : amount}
    ${about.payment === undefined ? nothing : until(payment(dossier.id), '…')}</dd></div>`;
}

async function payment(id) {
  const { status } = await client.payment(id).catch(() => ({ status: 'unknown' }));
  if (status === 'paid') return html`<strong class="good">${t('payment.paid')}</strong>`;
  if (status === 'unknown') return t('payment.unknown');
  return html`<button class="button quiet" @click=${async () => location.assign((await client.beginPayment(id)).url)}>${t('payment.pay')}</button>`;
}

async function verify(event, path, receipt, tampered) {
  const place = event.target.closest('article').querySelector('.verdict');
  render(html`<p>${t('dossiers.working')}</p>`, place);
  try {
    const bytes = new Uint8Array(await api(path, { as: 'arrayBuffer' }));
    const changed = tampered ? await changeOneCharacter(bytes) : null;
    const checks = { audience: location.origin, now: new Date(receipt.receivedAt) };
    render(
      html`${changed === null ? nothing : html`<p>${t('dossiers.tampered')} ${t('dossiers.changed', { path: changed })}</p>`}
        <once-dossier locale=${locale} .checks=${checks} .dossier=${new Blob([bytes])}></once-dossier>`,
      place,
    );
  } catch (error) {
    render(trouble(error), place);
  }
}

/** Changes the last letter or digit of the answers in the package. */
async function changeOneCharacter(bytes) {
  const path = 'data/form.json';
  const { offset, size } = (await readPackage(bytes)).entries.get(path);
  for (let at = offset + size - 1; at > offset; at--) {
    if (/[a-z0-9]/.test(String.fromCharCode(bytes[at]))) {
      bytes[at] ^= 1;
      return path;
    }
  }
  throw new Error(path);
}
