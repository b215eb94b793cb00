// @onceform/dossier/html: the human copy as one self-contained, accessible page. It loads nothing and runs nothing, and
// says so in its own content security policy.

import type { DossierFile } from '@onceform/core';
import type { ExtraFile } from './build-dossier.ts';
import type { HumanCopySource } from './check-components.ts';
import { copyInputOf } from './copy-of-package.ts';
import { humanCopy, type HumanCopy, type HumanCopyAnswer, type HumanCopyBlock } from './human-copy.ts';

export { copyInputOf } from './copy-of-package.ts';
export {
  humanCopy,
  type HumanCopy,
  type HumanCopyAnswer,
  type HumanCopyBlock,
  type HumanCopyInput,
} from './human-copy.ts';

/** Part of the path of a copy, so that a verifier knows whether it can make it again. */
export const HTML_RENDERER = 'html-3';

const HTML_PATH = `data/form-${HTML_RENDERER}.html`;

/** The page as a file of the package it is a copy of: what `buildDossier` takes as `humanCopy`. */
export async function htmlCopy(about: HumanCopySource): Promise<ExtraFile> {
  const page = await renderHtml(humanCopy(copyInputOf(about)));
  return { path: HTML_PATH, role: 'human-copy', type: 'text/html', content: new Blob([page]) };
}

/** What `verifyDossier` takes as `renderAgain`; null for a copy that another version or kind of renderer made. */
export async function htmlAgain({ path }: DossierFile, about: HumanCopySource): Promise<Uint8Array | null> {
  return path === HTML_PATH ? new TextEncoder().encode(await renderHtml(humanCopy(copyInputOf(about)))) : null;
}

const STYLE = `:root{color-scheme:light}body{font:13pt/1.4 "Times New Roman",Tinos,"Liberation Serif",serif;color:#000;background:#fff;max-width:162mm;margin:20mm auto}
header,h1,.subtitle{text-align:center}header p{margin:0;font-weight:700}header p:last-child{width:max-content;margin:0 auto 18pt;border-bottom:.75pt solid}
.number{text-align:right;font-size:10pt;margin:0 0 8pt}h1{font-size:14pt;margin:12pt 0}h2{font-size:13pt;margin:14pt 0 4pt}dl{margin:0}.line{display:flex;flex-wrap:wrap;gap:0 1em;margin:0 0 6pt}.line>div{display:flex;gap:.3em;flex:1 1 auto}dt{flex:none;max-width:60%}dd{margin:0;flex:1;border-bottom:1pt dotted;min-width:3em}
dd.boxes,dd.choices{border:0}.boxes span{display:inline-block;width:6mm;height:7mm;line-height:7mm;border:.75pt solid;margin-left:-.75pt;text-align:center;vertical-align:middle}.choices span{margin-right:1em}
.signs{display:flex;justify-content:flex-end;text-align:center;margin-top:12pt;break-inside:avoid}.signs>div{flex:0 1 50%;min-height:34mm}.signs p,.date{margin:0}.date{margin:12pt 0 0 50%;text-align:center;font-style:italic}.notes{font-size:11pt;margin-top:12pt}.notes p{margin:0 0 2pt}table{border-collapse:collapse;width:100%;font-size:11pt}th,td{border:.75pt solid;padding:2pt 4pt;text-align:left;vertical-align:top}
tr{break-inside:avoid}thead{display:table-header-group}.annex{break-before:page}footer{margin-top:18pt;border-top:.75pt solid;font-size:9pt;display:flex;gap:8pt;align-items:center;overflow-wrap:anywhere}svg{width:24mm;height:24mm;flex:none}
.watermark{text-align:center;font-weight:700;border:2pt solid;padding:4pt}@page{size:A4 portrait;margin:20mm 18mm 20mm 30mm}@media print{body{margin:0;max-width:none}}`;

/** Writes the page. The same copy gives the same text. */
export async function renderHtml(copy: HumanCopy): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE)));
  const policy = `default-src 'none'; style-src 'sha256-${btoa(String.fromCharCode(...hash))}'`;
  return [
    '<!doctype html>',
    `<html lang="${e(copy.language)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${e(policy)}">`,
    `<meta name="viewport" content="width=device-width"><meta name="generator" content="@onceform/dossier ${HTML_RENDERER}"><title>${e(copy.title)}</title><style>${STYLE}</style></head><body>`,
    copy.watermark === '' ? '' : `<p class="watermark" role="note">${e(copy.watermark)}</p>`,
    copy.formNumber === '' ? '' : `<p class="number">${e(copy.formNumber)}</p>`,
    copy.letterhead.length === 0 ? '' : `<header>${copy.letterhead.map(line => `<p>${e(line)}</p>`).join('')}</header>`,
    '<main>',
    `<h1>${e(copy.title)}</h1>`,
    copy.subtitle === '' ? '' : `<p class="subtitle">${e(copy.subtitle)}</p>`,
    copy.addressee === '' ? '' : `<p>${e(copy.addressee)}</p>`,
    ...blocks(copy.blocks),
    copy.commitment === '' ? '' : `<p>${e(copy.commitment)}</p>`,
    copy.dateline === '' ? '' : `<p class="date">${e(copy.dateline)}</p>`,
    `<div class="signs">${copy.signatures.map(({ dateline, title, note, name }) => `<div>${dateline === '' ? '' : `<p><em>${e(dateline)}</em></p>`}<p><strong>${e(title)}</strong></p>${note === '' ? '' : `<p><em>${e(note)}</em></p>`}${name === '' ? '' : `<p>${e(name)}</p>`}</div>`).join('')}</div>`,
    copy.footnotes.length === 0
      ? ''
      : `<div class="notes">${copy.footnotes.map(note => `<p>${e(note)}</p>`).join('')}</div>`,
    '</main>',
    copy.components.items.length === 0
      ? ''
      : `<section><h2>${e(copy.components.title)}</h2><ol>${copy.components.items.map(item => `<li>${e(item)}</li>`).join('')}</ol></section>`,
    `<section class="annex"><h2>${e(copy.annex.title)}</h2>${table(copy.annex.columns, copy.annex.rows)}</section>`,
    `<footer>${copy.code === null ? '' : svg(copy.code, copy.footer)}<p>${e(copy.footer)}<br>${e(copy.note)}</p></footer>`,
    '</body></html>\n',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Lines that follow each other are one description list. */
function blocks(all: readonly HumanCopyBlock[]): string[] {
  const out: string[] = [];
  let open = false;
  for (const block of all) {
    const line = block.kind === 'line';
    if (open !== line) out.push(line ? '<dl>' : '</dl>');
    open = line;
    if (line) out.push(`<div class="line">${block.items.map(answer).join('')}</div>`);
    else if (block.kind === 'table') out.push(table(block.columns, block.rows));
    else out.push(block.kind === 'heading' ? `<h2>${e(block.text)}</h2>` : `<p>${e(block.text)}</p>`);
  }
  if (open) out.push('</dl>');
  return out;
}

function answer({ label, text, boxes, choices }: HumanCopyAnswer): string {
  const written =
    boxes !== undefined
      ? `<dd class="boxes">${boxes.map(box => `<span>${e(box) || '&#160;'}</span>`).join('')}</dd>`
      : choices !== undefined
        ? `<dd class="choices">${choices.map(choice => `<span>${choice.chosen ? '☒' : '☐'} ${e(choice.text)}</span>`).join('')}</dd>`
        : `<dd>${e(text)}</dd>`;
  return `<div><dt>${e(label)}:</dt>${written}</div>`;
}

/** The first cell of a row names it. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map(title => `<th scope="col">${e(title)}</th>`).join('');
  const body = rows
    .map(
      ([item = '', ...cells]) =>
        `<tr><th scope="row">${e(item)}</th>${cells.map(cell => `<td>${e(cell)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function svg(code: readonly (readonly boolean[])[], label: string): string {
  const size = code.length;
  const path = code.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return `<svg role="img" aria-label="${e(label)}" viewBox="-4 -4 ${size + 8} ${size + 8}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

function e(text: string): string {
  return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
