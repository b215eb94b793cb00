// The papers of a dossier: which are needed, which the State holds already and why they are not asked for, and a
// place for each of the others.

import {
  addComponentFile,
  componentStates,
  originAt,
  referComponent,
  removeComponentFile,
  type ComponentSpec,
} from '@onceform/core';
import type { HeldOffers } from '@onceform/store/client';
import { html, nothing } from 'lit';
import { filePicker } from '../controls/file.ts';
import { paperPointer } from '../steps.ts';
import type { FormDesk } from '../form-desk.ts';
import { askAgain, heldPapers } from '../held-papers.ts';
import { markdown } from '../markdown.ts';
import { domId, type View } from '../view.ts';
import type { Face } from './face.ts';

type Paper = ReturnType<typeof componentStates>[number];

export function papers(face: Face, desk: FormDesk): unknown {
  const { view, journey } = face;
  const { t } = view.words;
  const all = componentStates(journey.session.state);
  const needed = all.filter(
    ({ needed, replacedByData, spec }) => needed && !replacedByData && spec.handling === 'submit',
  );
  const held = all.filter(({ replacedByData }) => replacedByData);
  const shown = all.filter(
    ({ needed, replacedByData, spec }) => needed && !replacedByData && spec.handling === 'present',
  );
  const missing = new Set(journey.summary?.map(({ pointer }) => pointer));
  return html`
    ${needed.length === 0 ? html`<p class="once-notice">${t('papers.none')}</p>` : html`<ul class="once-papers">${needed.map(paper => drawPaper(face, desk, paper, missing.has(paperPointer(paper.spec.id))))}</ul>`}
    ${
      held.length === 0
        ? nothing
        : html`<section class="once-panel"><h3 class="once-panel-title">${t('papers.held')}</h3>
      <ul class="once-papers">${held.map(paper => heldPaper(view, paper))}</ul></section>`
    }
    ${
      shown.length === 0
        ? nothing
        : html`<section class="once-panel"><h3 class="once-panel-title">${t('component.present')}</h3>
      <ul class="once-list-plain">${shown.map(({ spec }) => html`<li>${view.words.l(spec.title)}</li>`)}</ul></section>`
    }`;
}

function drawPaper(face: Face, desk: FormDesk, { spec, answer, reason, evidence }: Paper, missing: boolean): unknown {
  const { view } = face;
  const { t, l } = view.words;
  const pointer = paperPointer(spec.id);
  const id = domId(view, pointer);
  const files = answer?.files ?? [];
  const full = files.length >= spec.maxFiles;
  const given = files.length > 0 || answer?.reference !== undefined;
  const required = spec.required || evidence;
  return html`<li class="once-paper" data-pointer=${pointer} ?data-invalid=${missing}>
    <div class="once-paper-head"><label class="once-label" for=${id} ?data-required=${required}>${l(spec.title)}</label>
      <span class="once-flag" data-tone=${given ? 'ok' : 'plain'}>${
        given
          ? t(files.length > 0 ? 'component.attached' : 'papers.fromStore', { count: files.length })
          : t(required ? 'component.required' : 'component.ifAny')
      }</span></div>
    ${spec.oneOf === undefined ? nothing : html`<p class="once-hint">${t('papers.oneOf', { titles: alternatives(view, spec) })}</p>`}
    ${markdown(spec.description, view.words.locale)}
    ${evidence ? html`<p class="once-miss">${t('papers.evidence')}</p>` : nothing}
    ${reason === undefined ? nothing : html`<p class="once-miss">${t(`miss.${reason}`, { source: t('miss.aSource') })}</p>`}
    ${missing ? html`<p class="once-issue" data-severity="error" id=${`${id}~issues`}><span class="once-issue-kind">${t('issue.error')}</span> ${t('component.missing', { label: l(spec.title) })}</p>` : nothing}
    ${fromStore(face, desk, spec, answer?.reference?.documentId)}
    ${
      answer?.reference !== undefined && files.length === 0
        ? nothing
        : filePicker({
            view,
            id,
            label: l(spec.title),
            describedBy: missing ? `${id}~issues` : nothing,
            invalid: missing ? 'true' : nothing,
            required,
            readOnly: view.readOnly,
            multiple: spec.maxFiles > 1 && !full,
            limits: { accept: spec.accept, maxSize: spec.maxSize },
            files,
            add: file => view.session.dispatch({ ...addComponentFile(spec.id, file), userEvent: 'attach' }),
            remove: file => view.session.dispatch({ ...removeComponentFile(spec.id, file), userEvent: 'detach' }),
          })
    }</li>`;
}

/** Papers that the State holds already: one of them may stand in place of a file. */
function fromStore(
  { journey, view }: Face,
  desk: FormDesk,
  { id, title }: ComponentSpec,
  chosen: string | undefined,
): unknown {
  const held = heldPapers(journey, id, desk.redraw);
  const { t, l } = view.words;
  if (held === undefined) return nothing;
  if (held === 'asking') return html`<p class="once-hint" role="status">${t('papers.asking')}</p>`;
  const again = (): void => {
    askAgain(journey, id);
    desk.redraw();
  };
  const retry = html`<button type="button" class="once-link" @click=${again}>${t('action.tryAgain')}<span class="once-hidden"> ${l(title)}</span></button>`;
  if (held === 'failed') return html`<p class="once-miss">${t('papers.notAsked')} ${retry}</p>`;
  const { offers, unavailable } = held;
  const down =
    unavailable.length === 0
      ? nothing
      : html`<p class="once-miss">${t('miss.unavailable', { source: unavailable.map(({ name }) => l(name)).join(', ') })} ${retry}</p>`;
  if (offers.length === 0) return down;
  const name = domId(view, paperPointer(id), '~held');
  const refer = (offer: HeldOffers['offers'][number] | null) => () =>
    view.session.dispatch({ ...referComponent(id, offer?.reference ?? null), userEvent: 'refer' });
  return html`<fieldset class="once-chooser"><legend class="once-chooser-title">${t('prefill.chooseDocument')}<span class="once-hidden">: ${l(title)}</span></legend>
    <div class="once-cards">${offers.map(
      (offer, index) => html`<div class="once-card" ?data-chosen=${offer.document.id === chosen}>
      <input type="radio" class="once-radio" id=${`${name}${index}`} name=${name} form=${view.detached ? '' : nothing}
        .checked=${offer.document.id === chosen} @change=${refer(offer)}>
      <label for=${`${name}${index}`}>${documentText(view, offer.document)}</label></div>`,
    )}
      <div class="once-card" ?data-chosen=${chosen === undefined}>
        <input type="radio" class="once-radio" id=${`${name}-none`} name=${name} form=${view.detached ? '' : nothing}
          .checked=${chosen === undefined} @change=${refer(null)}>
        <label for=${`${name}-none`}><span class="once-card-title">${t('papers.ownFile')}</span></label></div></div></fieldset>${down}`;
}

function documentText(
  view: View,
  { title, issuer, issuedAt, validUntil, source }: HeldOffers['offers'][number]['document'],
): unknown {
  const { t, l, date } = view.words;
  return html`<span class="once-card-title">${l(title)}</span>
    <span class="once-card-note">${t('papers.issued', { issuer: l(issuer), date: date(issuedAt) })}${validUntil === undefined ? nothing : ` · ${t('papers.validUntil', { date: date(validUntil) })}`}</span>
    <span class="once-card-note">${t('badge.from', { source: l(source.name) })}</span>`;
}

/** Why a paper is not asked for: which source stands in its place. */
function heldPaper(view: View, { spec, answer }: Paper): unknown {
  const { t, l } = view.words;
  return html`<li class="once-paper" data-held><div class="once-paper-head"><span class="once-label">${l(spec.title)}</span>
    <span class="once-flag" data-tone="ok">${t('component.notRequired')}</span></div>
    <p class="once-hint">${t('papers.because', {
      labels: (answer?.data ?? spec.replacedBy?.pointers ?? [])
        .map(pointer => {
          const node = view.nodes.at(pointer);
          return node ? l(node.title) : pointer;
        })
        .join(', '),
    })} ${heldFrom(view, spec)} ${l(spec.replacedBy?.scope)}</p></li>`;
}

/** The source whose data make a paper unnecessary, and when they were read. */
function heldFrom(view: View, { replacedBy }: ComponentSpec): string {
  const entry = originAt(view.session.state, replacedBy?.pointers[0] ?? '');
  if (entry?.source === undefined) return '';
  const { t, l, time } = view.words;
  return t('component.notRequiredWhy', {
    source: l(entry.source.name),
    time: entry.retrievedAt === undefined ? '' : time(entry.retrievedAt),
  });
}

function alternatives(view: View, spec: ComponentSpec): string {
  return view.form.components
    .filter(other => other.oneOf === spec.oneOf && other.id !== spec.id)
    .map(({ title }) => view.words.l(title))
    .join(', ');
}
