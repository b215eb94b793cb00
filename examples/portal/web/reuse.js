// How much citizens were spared: the indices R1 to R21 of a month, with what they were counted over. Public: a cell with
// fewer than ten cases is not there.

import { html, nothing } from 'lit';
import { api, frame, locale, show, showTrouble, t } from './page.js';

await frame('/reuse', t('reuse.title'));
const asked = new URLSearchParams(location.search).get('month');
const month = /^\d{4}-\d{2}$/.test(asked ?? '') ? asked : new Date().toISOString().slice(0, 7);
try {
  const { indices, forms, k } = await api(`/api/reuse-metrics/${month}`);
  show(html`
    <h1>${t('reuse.title')}</h1><p class="lead">${t('reuse.lead', { month, k })}</p>
    <p>${forms === null ? t('reuse.few', { k }) : t('reuse.forms', { forms })} <a href="/api/reuse-metrics/${month}">JSON</a></p>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('reuse.title')}><table>
      <thead><tr>${['id', 'name', 'value', 'of'].map(key => html`<th scope="col">${t(`reuse.${key}`)}</th>`)}</tr></thead>
      <tbody>${indices.map(row)}</tbody></table></div>`);
} catch (error) {
  showTrouble(error);
}

function row({ id, name, unit, total, by, parts = {} }) {
  const inner = Object.entries(parts).filter(([, cell]) => !cell.suppressed && cell.of !== null);
  return html`<tr><th scope="row">${id}</th><td>${t(`reuse.${id}`) === `reuse.${id}` ? name : t(`reuse.${id}`)}
    ${inner.length === 0 ? nothing : html`<ul>${inner.map(([part, cell]) => html`<li>${t(`reuse.by.${by}`)} ${part}: ${text(cell, unit)}</li>`)}</ul>`}</td>
    <td>${text(total, unit)}</td><td>${total.of ?? '–'}</td></tr>`;
}

function text({ value, suppressed }, unit) {
  if (suppressed) return t('reuse.suppressed');
  if (value === null) return '–';
  const number = new Intl.NumberFormat(
    locale,
    unit === 'share' ? { style: 'percent', maximumFractionDigits: 1 } : { maximumFractionDigits: 1 },
  );
  return `${number.format(value)} ${unit === 'share' || unit === 'count' ? '' : t(`reuse.unit.${unit}`)}`.trim();
}
