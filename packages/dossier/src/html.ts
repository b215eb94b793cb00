// @onceform/dossier/html: the human copy as one self-contained, accessible page. It loads nothing and runs nothing, and
// says so in its own content security policy.

import type { HumanCopy, HumanCopyBlock } from './human-copy.ts';

export { copyInputOf } from './copy-of-package.ts';
export { humanCopy, type HumanCopy, type HumanCopyBlock, type HumanCopyInput } from './human-copy.ts';

/** Part of the path or name of a copy, so that a verifier knows whether it can make it again. */
export const HTML_RENDERER = 'html/1';

const STYLE = `:root{color-scheme:light}body{font:13pt/1.4 "Times New Roman",Tinos,"Liberation Serif",serif;color:#000;background:#fff;max-width:162mm;margin:20mm auto}
header,h1,.subtitle{text-align:center}header p{margin:0;font-weight:700}header p:last-child{width:max-content;margin:0 auto 18pt;border-bottom:.75pt solid}
h1{font-size:14pt;margin:12pt 0}h2{font-size:13pt;margin:14pt 0 4pt}dl{margin:0}.line{display:flex;gap:.3em;margin:0 0 6pt}dt{flex:none;max-width:60%}dd{margin:0;flex:1;border-bottom:1pt dotted;min-width:3em}
.sign{margin:12pt 0 0 50%;text-align:center;min-height:28mm;break-inside:avoid}table{border-collapse:collapse;width:100%;font-size:11pt}th,td{border:.75pt solid;padding:2pt 4pt;text-align:left;vertical-align:top}
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
    copy.letterhead.length === 0 ? '' : `<header>${copy.letterhead.map(line => `<p>${e(line)}</p>`).join('')}</header>`,
    `<main><h1>${e(copy.title)}</h1>`,
    copy.subtitle === '' ? '' : `<p class="subtitle">${e(copy.subtitle)}</p>`,
    copy.addressee === '' ? '' : `<p>${e(copy.addressee)}</p>`,
    ...blocks(copy.blocks),
    copy.commitment === '' ? '' : `<p>${e(copy.commitment)}</p>`,
    `<div class="sign"><p>${e(copy.completed)}</p><p><strong>${e(copy.signer)}</strong></p></div></main>`,
    copy.components.items.length === 0
      ? ''
      : `<section><h2>${e(copy.components.title)}</h2><ol>${copy.components.items.map(item => `<li>${e(item)}</li>`).join('')}</ol></section>`,
    `<section class="annex"><h2>${e(copy.annex.title)}</h2><table><thead><tr>${copy.annex.columns.map(title => `<th scope="col">${e(title)}</th>`).join('')}</tr></thead>`,
    `<tbody>${copy.annex.rows.map(([item = '', ...cells]) => `<tr><th scope="row">${e(item)}</th>${cells.map(cell => `<td>${e(cell)}</td>`).join('')}</tr>`).join('\n')}</tbody></table></section>`,
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
    if (line) out.push(`<div class="line"><dt>${e(block.label)}:</dt><dd>${e(block.text)}</dd></div>`);
    else out.push(block.kind === 'heading' ? `<h2>${e(block.text)}</h2>` : `<p>${e(block.text)}</p>`);
  }
  if (open) out.push('</dl>');
  return out;
}

function svg(code: readonly (readonly boolean[])[], label: string): string {
  const size = code.length;
  const path = code.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return `<svg role="img" aria-label="${e(label)}" viewBox="-4 -4 ${size + 8} ${size + 8}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

function e(text: string): string {
  return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
