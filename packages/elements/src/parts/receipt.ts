// The end: the code, what happens next, and the package for the citizen to keep.

import { html, nothing } from 'lit';
import type { Face } from './face.ts';
import { keptNote } from './keep.ts';

export function receipt(face: Face): unknown {
  const { view, journey } = face;
  const { filing } = journey;
  if (filing.kind !== 'filed') return nothing;
  const { t, time } = view.words;
  const { receipt: acknowledged, dossier } = filing;
  const url = view.files.keep(dossier.blob, dossier.sha256);
  const name = `${acknowledged?.code ?? dossier.id.replace(/^urn:uuid:/, '')}.${dossier.blob.type.includes('asic') ? 'asice' : 'zip'}`;
  return html`<div class="once-panel once-done" data-tone="ok">
      <p class="once-done-title">${t(acknowledged === null ? 'receipt.built' : 'submit.success')}</p>
      ${filing.earlier ? html`<p>${t('receipt.earlier')}</p>` : nothing}
      ${acknowledged === null ? nothing : html`<p class="once-done-code">${t('submit.code', { code: acknowledged.code })}</p>`}
    </div>
    <dl class="once-facts">
      ${
        acknowledged === null
          ? nothing
          : html`<div class="once-fact"><dt>${t('receipt.receivedAt')}</dt><dd>${time(acknowledged.receivedAt)}</dd></div>
        ${acknowledged.noticeBy === null ? nothing : html`<div class="once-fact"><dt>${t('receipt.noticeBy')}</dt><dd>${time(acknowledged.noticeBy)}</dd></div>`}`
      }
      <div class="once-fact"><dt>${t('receipt.dossier')}</dt><dd><code class="once-code">${dossier.id}</code></dd></div>
      <div class="once-fact"><dt>${t('receipt.digest')}</dt><dd><code class="once-code">${dossier.sha256}</code></dd></div>
    </dl>
    ${acknowledged !== null && acknowledged.dossier.sha256 !== dossier.sha256 ? html`<div class="once-notice" data-tone="error" role="alert"><p>${t('receipt.differs')}</p></div>` : nothing}
    ${acknowledged === null ? nothing : html`<p>${t('submit.next')}</p>`}
    ${keptNote(face)}
    <div class="once-actions"><a class="once-button" data-kind="primary" href=${url} download=${name}><span>${t('action.downloadPackage')}</span></a></div>
    <p class="once-hint">${t('submit.receiptNote')}</p>`;
}
