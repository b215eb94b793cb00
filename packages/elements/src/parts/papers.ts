// The papers of a dossier: which are needed, which the State holds already and why they are not asked for, and a
// place for each of the others.

import { addComponentFile, componentStates, removeComponentFile, type ComponentSpec } from '@onceform/core';
import { html, nothing } from 'lit';
import { filePicker } from '../controls/file.ts';
import { paperPointer } from '../steps.ts';
import { markdown } from '../markdown.ts';
import { domId, type View } from '../view.ts';
import type { Face } from './face.ts';

type Paper = ReturnType<typeof componentStates>[number];

export function papers(face: Face): unknown {
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
    ${needed.length === 0 ? html`<p class="once-notice">${t('papers.none')}</p>` : html`<ul class="once-papers">${needed.map(paper => drawPaper(view, paper, missing.has(paperPointer(paper.spec.id))))}</ul>`}
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

function drawPaper(view: View, { spec, answer, reason }: Paper, missing: boolean): unknown {
  const { t, l } = view.words;
  const pointer = paperPointer(spec.id);
  const id = domId(view, pointer);
  const files = answer?.files ?? [];
  const full = files.length >= spec.maxFiles;
  return html`<li class="once-paper" data-pointer=${pointer} ?data-invalid=${missing}>
    <div class="once-paper-head"><label class="once-label" for=${id} ?data-required=${spec.required}>${l(spec.title)}</label>
      <span class="once-flag" data-tone=${files.length > 0 ? 'ok' : 'plain'}>${
        files.length > 0
          ? t('component.attached', { count: files.length })
          : t(spec.required ? 'component.required' : 'component.ifAny')
      }</span></div>
    ${spec.oneOf === undefined ? nothing : html`<p class="once-hint">${t('papers.oneOf', { titles: alternatives(view, spec) })}</p>`}
    ${markdown(spec.description, view.words.locale)}
    ${reason === undefined ? nothing : html`<p class="once-miss">${t(`miss.${reason}`, { source: t('miss.aSource') })}</p>`}
    ${missing ? html`<p class="once-issue" data-severity="error" id=${`${id}~issues`}><span class="once-issue-kind">${t('issue.error')}</span> ${t('component.missing', { label: l(spec.title) })}</p>` : nothing}
    ${filePicker({
      view,
      id,
      label: l(spec.title),
      describedBy: missing ? `${id}~issues` : nothing,
      invalid: missing ? 'true' : nothing,
      required: spec.required,
      readOnly: false,
      multiple: spec.maxFiles > 1 && !full,
      limits: { accept: spec.accept, maxSize: spec.maxSize },
      files,
      add: file => view.session.dispatch({ ...addComponentFile(spec.id, file), userEvent: 'attach' }),
      remove: file => view.session.dispatch({ ...removeComponentFile(spec.id, file), userEvent: 'detach' }),
    })}</li>`;
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
    })} ${l(spec.replacedBy?.scope)}</p></li>`;
}

function alternatives(view: View, spec: ComponentSpec): string {
  return view.form.components
    .filter(other => other.oneOf === spec.oneOf && other.id !== spec.id)
    .map(({ title }) => view.words.l(title))
    .join(', ');
}
