// The official form on paper: what a person gets who prints the review or the receipt. It is the human copy of the
// dossier, laid out by the same model; on the screen it is not seen.

import { submissionOf, type DossierComponent, type FormDocuments, type FormState } from '@onceform/core';
import type { HumanCopy, HumanCopyAnswer, HumanCopyBlock } from '@onceform/dossier/html';
import { html, nothing, svg } from 'lit';
import { dossierTexts } from '../dossier-texts.ts';
import type { FormDesk } from '../form-desk.ts';
import type { Journey } from '../journey.ts';
import type { Face } from './face.ts';

/** What the copy needs and the page does not: loaded once the citizen has come this far. */
interface Press {
  readonly documents: FormDocuments;
  readonly dossier: typeof import('@onceform/dossier');
  readonly html: typeof import('@onceform/dossier/html');
}

/** Of the state it was asked for; undefined while its words are on the way. */
type Sheet = { readonly state: FormState; copy?: HumanCopy };

const presses = new WeakMap<Journey, Press | 'loading' | 'failed'>();
const sheets = new WeakMap<Journey, Sheet>();
const filedCopies = new WeakMap<Blob, HumanCopy>();

/** The button, and beside it the paper that only a printer sees. */
export function paper(face: Face, desk: FormDesk): unknown {
  const { journey, view } = face;
  const press = presses.get(journey);
  if (press === undefined) void load(journey, desk);
  if (press === undefined || typeof press === 'string') return nothing;
  const copy = copyOf(face, desk, press);
  if (copy === undefined) return nothing;
  const { t } = view.words;
  return html`<div class="once-actions"><button type="button" class="once-button" data-kind="secondary" @click=${() => print()}>${t('action.print')}</button></div>
    ${sheet(copy)}`;
}

async function load(journey: Journey, desk: FormDesk): Promise<void> {
  presses.set(journey, 'loading');
  try {
    const [documents, dossier, page] = await Promise.all([
      journey.session.form.documents(),
      import('@onceform/dossier'),
      import('@onceform/dossier/html'),
    ]);
    presses.set(journey, { documents, dossier, html: page });
  } catch {
    presses.set(journey, 'failed');
  }
  desk.redraw();
}

function copyOf({ journey, view }: Face, desk: FormDesk, press: Press): HumanCopy | undefined {
  const { filing } = journey;
  if (filing.kind === 'filed') {
    const { blob } = filing.dossier;
    if (!filedCopies.has(blob))
      void readCopy(blob, press).then(copy => copy !== undefined && (filedCopies.set(blob, copy), desk.redraw()));
    return filedCopies.get(blob);
  }
  const { state } = journey.session;
  const known = sheets.get(journey);
  if (known?.state === state) return known.copy;
  // The sheet before stands until this one is there.
  const sheet: Sheet = { state, ...(known?.copy && { copy: known.copy }) };
  sheets.set(journey, sheet);
  void draftCopy(journey, state, view.words.locale, press).then(
    copy => ((sheet.copy = copy), desk.redraw()),
    () => sheets.delete(journey),
  );
  return sheet.copy;
}

/** The paper of what would be filed now. */
async function draftCopy(journey: Journey, state: FormState, locale: string, press: Press): Promise<HumanCopy> {
  const { form } = state;
  const { data, origins, components } = submissionOf(state);
  const texts = await dossierTexts(state, locale, journey.speaker, press.dossier);
  const input = press.html.copyInputOf({
    manifest: {
      id: '',
      created: '',
      reviewDigest: '',
      language: locale,
      components: components.map((answer): DossierComponent => ({
        ...answer,
        title: form.components.find(({ id }) => id === answer.id)?.title ?? answer.id,
        files: answer.files.map(({ name }) => name),
      })),
    },
    data,
    origins,
    documents: press.documents,
    texts,
  });
  return press.html.humanCopy({ ...input, filed: null });
}

/** What was filed is printed from the package itself. */
async function readCopy(blob: Blob, { dossier, html: page }: Press): Promise<HumanCopy | undefined> {
  const reader = await dossier.readPackage(blob);
  const manifest = dossier.readManifest(await reader.bytes('dossier.json'));
  const json = async <T>(path: string): Promise<T> =>
    JSON.parse(new TextDecoder().decode(await reader.bytes(path))) as T;
  const { data, definition, provenance, texts } = dossier.CONTENT_FILES;
  return page.humanCopy(
    page.copyInputOf({
      manifest,
      data: await json(data),
      origins: (await json<{ answers: Parameters<typeof page.copyInputOf>[0]['origins'] }>(provenance)).answers,
      documents: { definition: await json(definition) },
      texts: await json(texts),
    }),
  );
}

function sheet(copy: HumanCopy): unknown {
  const lines = (list: readonly string[]): unknown => list.map(line => html`<p>${line}</p>`);
  return html`<article class="once-print" lang=${copy.language}>
    ${copy.watermark === '' ? nothing : html`<p class="once-print-mark">${copy.watermark}</p>`}
    ${copy.formNumber === '' ? nothing : html`<p class="once-print-number">${copy.formNumber}</p>`}
    ${copy.letterhead.length === 0 ? nothing : html`<header>${lines(copy.letterhead)}</header>`}
    <h1>${copy.title}</h1>
    ${copy.subtitle === '' ? nothing : html`<p class="once-print-subtitle">${copy.subtitle}</p>`}
    ${copy.addressee === '' ? nothing : html`<p>${copy.addressee}</p>`}
    ${copy.blocks.map(block)}
    ${copy.commitment === '' ? nothing : html`<p>${copy.commitment}</p>`}
    <div class="once-print-end">${copy.dateline === '' ? nothing : html`<p class="once-print-date">${copy.dateline}</p>`}
      <div class="once-print-signs">${copy.signatures.map(
        ({ dateline, title, note, name }) =>
          html`<div>${dateline === '' ? nothing : html`<p><em>${dateline}</em></p>`}<p><strong>${title}</strong></p><p><em>${note}</em></p><p>${name}</p></div>`,
      )}</div></div>
    ${copy.footnotes.length === 0 ? nothing : html`<div class="once-print-notes">${lines(copy.footnotes)}</div>`}
    ${
      copy.components.items.length === 0
        ? nothing
        : html`<section><h2>${copy.components.title}</h2><ol>${copy.components.items.map(item => html`<li>${item}</li>`)}</ol></section>`
    }
    <section class="once-print-annex"><h2>${copy.annex.title}</h2>${table(copy.annex.columns, copy.annex.rows)}</section>
    <footer>${copy.code === null ? nothing : square(copy.code)}<p>${copy.footer}<br />${copy.note}</p></footer>
  </article>`;
}

function block(of: HumanCopyBlock): unknown {
  switch (of.kind) {
    case 'line':
      return html`<div class="once-print-line">${of.items.map(answer)}</div>`;
    case 'table':
      return table(of.columns, of.rows);
    case 'heading':
      return html`<h2>${of.text}</h2>`;
    default:
      return html`<p>${of.text}</p>`;
  }
}

function answer({ label, text, boxes, choices }: HumanCopyAnswer): unknown {
  const written =
    boxes !== undefined
      ? html`<span class="once-print-boxes">${boxes.map(box => html`<span>${box === '' ? '\u00a0' : box}</span>`)}</span>`
      : choices !== undefined
        ? html`<span class="once-print-choices">${choices.map(choice => html`<span>${choice.chosen ? '☒' : '☐'} ${choice.text}</span>`)}</span>`
        : html`<span class="once-print-answer">${text}</span>`;
  return html`<div><span>${label}:</span> ${written}</div>`;
}

/** The first cell of a row names it. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): unknown {
  return html`<table><thead><tr>${columns.map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
    <tbody>${rows.map(
      ([item = '', ...cells]) =>
        html`<tr><th scope="row">${item}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table>`;
}

function square(code: readonly (readonly boolean[])[]): unknown {
  const path = code.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  const side = code.length + 8;
  return html`<svg viewBox=${`-4 -4 ${side} ${side}`} shape-rendering="crispEdges" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
}
