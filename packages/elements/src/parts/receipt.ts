// The end: the code, what happens next, what it costs, and the package for the citizen to keep. A declaration that starts
// several procedures ends in as many receipts.

import { html, nothing } from 'lit';
import type { FiledDossier } from '../filing.ts';
import type { FormDesk } from '../form-desk.ts';
import type { Face } from './face.ts';
import { fee } from './fee.ts';
import { keptNote } from './keep.ts';
import { paper } from './print.ts';

export function receipt(face: Face, desk: FormDesk): unknown {
  const { filing } = face.journey;
  if (filing.kind !== 'filed') return nothing;
  const { t } = face.view.words;
  const { receipt: acknowledged, parts } = filing;
  return html`<div class="once-panel once-done" data-tone="ok">
      <p class="once-done-title">${t(acknowledged === null ? 'receipt.built' : 'submit.success')}</p>
      ${filing.earlier ? html`<p>${t('receipt.earlier')}</p>` : nothing}
      ${
        parts === undefined
          ? acknowledged === null
            ? nothing
            : html`<p class="once-done-code">${t('submit.code', { code: acknowledged.code })}</p>`
          : html`<p>${t('receipt.parts', { count: parts.length })}</p>`
      }
    </div>
    ${(parts ?? [filing]).map(part => (parts === undefined ? facts(face, part) : partOf(face, part)))}
    ${acknowledged === null ? nothing : html`<p>${t('submit.next')}</p>`}
    ${keptNote(face)}${paper(face, desk)}
    <p class="once-hint">${t('submit.receiptNote')}</p>`;
}

function partOf(face: Face, filed: FiledDossier): unknown {
  const { t, l } = face.view.words;
  const { receipt: acknowledged } = filed;
  const { bundle, title, code } = acknowledged ?? {};
  return html`<section class="once-panel"><h3 class="once-panel-title">${bundle === undefined ? '' : `${bundle.no}. `}${l(title) || t('receipt.built')}</h3>
    ${code === undefined ? nothing : html`<p class="once-done-code">${t('submit.code', { code })}</p>`}
    ${facts(face, filed)}</section>`;
}

function facts(face: Face, filed: FiledDossier): unknown {
  const { view } = face;
  const { t, time } = view.words;
  const { receipt: acknowledged, dossier } = filed;
  const url = view.files.keep(dossier.blob, dossier.sha256);
  const name = `${acknowledged?.code ?? dossier.id.replace(/^urn:uuid:/, '')}.${dossier.blob.type.includes('asic') ? 'asice' : 'zip'}`;
  const fact = (key: string, text: unknown): unknown =>
    html`<div class="once-fact"><dt>${t(key)}</dt><dd>${text}</dd></div>`;
  return html`<dl class="once-facts">
      ${
        acknowledged === null
          ? nothing
          : html`${fact('receipt.receivedAt', time(acknowledged.receivedAt))}
        ${agencies(face, acknowledged).map(([key, name]) => fact(key, name))}
        ${acknowledged.noticeBy === null ? nothing : fact('receipt.noticeBy', time(acknowledged.noticeBy))}
        ${acknowledged.due === undefined ? nothing : fact('receipt.dueBy', due(face, acknowledged.due))}
        ${fee(face, filed)}`
      }
      ${fact('receipt.dossier', html`<code class="once-code">${dossier.id}</code>`)}
      ${fact('receipt.digest', html`<code class="once-code">${dossier.sha256}</code>`)}
    </dl>
    ${acknowledged !== null && acknowledged.dossier.sha256 !== dossier.sha256 ? html`<div class="once-notice" data-tone="error" role="alert"><p>${t('receipt.differs')}</p></div>` : nothing}
    <div class="once-actions"><a class="once-button" data-kind="primary" href=${url} download=${name}><span>${t('action.downloadPackage')}</span></a></div>`;
}

/** Who took it in and who decides, where the portal gives them names: a code tells a citizen nothing. */
function agencies(
  { view: { words } }: Face,
  { agency, receivingAgency, agencyNames = {} }: NonNullable<FiledDossier['receipt']>,
): readonly (readonly [key: string, name: string])[] {
  const named = { 'receipt.receivedBy': receivingAgency, 'receipt.decidedBy': agency };
  return Object.entries(named).flatMap(([key, code]) => {
    const name = agencyNames[code ?? ''];
    return name === undefined ? [] : [[key, words.l(name)] as const];
  });
}

/** The date, and how much earlier that is than at the counter. */
function due(
  { view: { words } }: Face,
  { by, workingDays, counterWorkingDays }: NonNullable<NonNullable<FiledDossier['receipt']>['due']>,
): unknown {
  return html`${words.time(by)}${
    workingDays < counterWorkingDays
      ? html`<p>${words.t('receipt.faster', { days: words.number(workingDays), counter: words.number(counterWorkingDays) })}</p>`
      : nothing
  }`;
}
