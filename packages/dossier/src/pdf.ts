// @onceform/dossier/pdf: the human copy as a PDF in the layout of an official declaration. Uncompressed and without a
// clock, so that the same copy and fonts give the same bytes everywhere. What was filed is PDF/A-1b where a colour profile
// is given: Apache PDFBox Preflight confirms that level, and no other is claimed.

import PDFDocument from 'pdfkit';
import type { HumanCopy, HumanCopyAnswer, HumanCopyBlock } from './human-copy.ts';

export { copyInputOf } from './copy-of-package.ts';
export { humanCopy, type HumanCopy, type HumanCopyBlock, type HumanCopyInput } from './human-copy.ts';

/** So that a verifier knows whether it can make a copy again. */
export const PDF_RENDERER = 'pdfkit-0.20/4';

/** TrueType or OpenType files with every letter that may occur: Tinos or another of Times' widths. */
export interface PdfFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
  readonly italic: Uint8Array;
  /** An sRGB ICC profile: an archive wants to know what black is. Without it the file claims no PDF/A level. */
  readonly profile?: Uint8Array;
}

const MM = 72 / 25.4;
const MARGINS = { top: 20 * MM, bottom: 25 * MM, left: 30 * MM, right: 18 * MM };
const BODY = 13;
const CODE = 18 * MM;

/** Lays the copy out on A4. `created` goes into the file's properties: the time of completion. */
export async function renderPdf(copy: HumanCopy, fonts: PdfFonts, created: Date): Promise<Uint8Array<ArrayBuffer>> {
  const { profile } = fonts;
  // The mark across a draft is transparent, which PDF/A-1 has not; a draft is for no archive either.
  const archival = profile !== undefined && copy.watermark === '';
  const doc = new PDFDocument({
    size: 'A4',
    margins: MARGINS,
    compress: false,
    bufferPages: true,
    font: null,
    pdfVersion: archival ? '1.4' : '1.7',
    ...(archival ? { subset: 'PDF/A-1b' } : {}),
    tagged: true,
    lang: copy.language,
    displayTitle: true,
    info: {
      // It is written into XML as it is.
      Title: copy.title.replace(/[<>&]/g, ' '),
      Creator: `@onceform/dossier ${PDF_RENDERER}`,
      Producer: 'pdfkit',
      CreationDate: created,
      ModDate: created,
    },
  });
  // The library reads its profile from a disk, which a browser has not.
  if (archival) doc._addColorOutputIntent = () => outputIntent(doc, profile);
  const chunks: Uint8Array[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    doc
      .on('data', chunk => chunks.push(chunk))
      .on('end', resolve)
      .on('error', reject);
  });
  doc.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold).registerFont('italic', fonts.italic);
  letterhead(doc, copy);
  form(doc, copy);
  signatures(doc, copy);
  annex(doc, copy);
  onEveryPage(doc, copy);
  doc.end();
  await finished;
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Says in which colours the file is (ISO 19005-1, 6.2.2). */
function outputIntent(doc: PDFDocument, profile: Uint8Array): void {
  const colours = doc.ref({ Length: profile.length, N: 3 });
  colours.end(profile);
  // Text objects, not names: what the library writes in brackets.
  const name = Object('sRGB IEC61966-2.1') as object;
  const intent = doc.ref({
    Type: 'OutputIntent',
    S: 'GTS_PDFA1',
    Info: name,
    OutputConditionIdentifier: name,
    DestOutputProfile: colours,
  });
  intent.end();
  doc._root.data['OutputIntents'] = [intent];
}

function width(doc: PDFDocument): number {
  return doc.page.width - MARGINS.left - MARGINS.right;
}

function letterhead(doc: PDFDocument, { formNumber, letterhead: lines }: HumanCopy): void {
  if (formNumber !== '') {
    doc
      .font('italic')
      .fontSize(10)
      .text(formNumber, MARGINS.left, doc.y, { width: width(doc), align: 'right' });
    doc.moveDown(0.6);
  }
  doc.font('bold').fontSize(BODY);
  for (const line of lines) doc.text(line, MARGINS.left, doc.y, { width: width(doc), align: 'center' });
  const last = lines.at(-1);
  if (last === undefined) return;
  // The rule is as long as the text above it.
  const length = doc.widthOfString(last);
  const from = MARGINS.left + (width(doc) - length) / 2;
  doc
    .lineWidth(0.75)
    .moveTo(from, doc.y + 2)
    .lineTo(from + length, doc.y + 2)
    .stroke();
  doc.moveDown(1.5);
}

function form(doc: PDFDocument, copy: HumanCopy): void {
  const centred = (text: string): void =>
    void doc.text(text, MARGINS.left, doc.y, { width: width(doc), align: 'center' });
  doc.font('bold').fontSize(14);
  centred(copy.title);
  doc.fontSize(BODY);
  if (copy.subtitle !== '') centred(copy.subtitle);
  doc.moveDown(0.8).font('regular');
  if (copy.addressee !== '') {
    centred(copy.addressee);
    doc.moveDown(0.4);
  }
  for (const block of copy.blocks) drawBlock(doc, block);
  // The signatures are never alone on a page: the commitment goes with them.
  keepTogether(doc, doc.heightOfString(copy.commitment, { width: width(doc) }) + SIGNATURES);
  if (copy.commitment !== '') paragraph(doc, copy.commitment);
}

function paragraph(doc: PDFDocument, text: string): void {
  doc.text(text, MARGINS.left, doc.y, { width: width(doc), align: 'justify', lineGap: 2 }).moveDown(0.4);
}

function drawBlock(doc: PDFDocument, block: HumanCopyBlock): void {
  if (block.kind === 'line') {
    drawLine(doc, block.items);
  } else if (block.kind === 'table') {
    doc.fontSize(11);
    drawTable(doc, block.columns, block.rows, naturalShares(doc, block));
    doc.fontSize(BODY).moveDown(0.4);
  } else if (block.kind === 'text') {
    paragraph(doc, block.text);
  } else {
    doc.moveDown(0.4).font('bold');
    paragraph(doc, block.text);
    doc.font('regular');
  }
}

/** Answers on one line stand in columns of equal width; one that needs more lines makes room for itself. */
function drawLine(doc: PDFDocument, items: readonly HumanCopyAnswer[]): void {
  const [first] = items;
  if (items.length === 1 && first !== undefined && first.boxes === undefined && first.choices === undefined) {
    paragraph(doc, `${first.label}: ${first.text === '' ? leader(doc, `${first.label}: `, width(doc)) : first.text}`);
    return;
  }
  const gap = 10;
  const column = (width(doc) - gap * (items.length - 1)) / items.length;
  const heights = items.map(item => heightOf(doc, item, column));
  keepTogether(doc, Math.max(...heights));
  const top = doc.y;
  for (const [i, item] of items.entries()) drawAnswer(doc, item, MARGINS.left + i * (column + gap), top, column);
  doc.x = MARGINS.left;
  doc.y = top + Math.max(...heights);
  doc.moveDown(0.4);
}

const BOX = 6 * MM;
const BOX_HEIGHT = 7 * MM;

function plain(doc: PDFDocument, { label, text }: HumanCopyAnswer, column: number): string {
  return `${label}: ${text === '' ? leader(doc, `${label}: `, column) : text}`;
}

function heightOf(doc: PDFDocument, item: HumanCopyAnswer, column: number): number {
  if (item.choices !== undefined) return doc.heightOfString(choiceLine(item), { width: column });
  if (item.boxes === undefined) return doc.heightOfString(plain(doc, item, column), { width: column, lineGap: 2 });
  return boxesFit(doc, item, column)
    ? BOX_HEIGHT
    : doc.heightOfString(`${item.label}:`, { width: column }) + BOX_HEIGHT + 2;
}

function boxesFit(doc: PDFDocument, { label, boxes = [] }: HumanCopyAnswer, column: number): boolean {
  return doc.widthOfString(`${label}: `) + boxes.length * BOX <= column;
}

function drawAnswer(doc: PDFDocument, item: HumanCopyAnswer, x: number, top: number, column: number): void {
  if (item.choices !== undefined) drawChoices(doc, item, x, top, column);
  else if (item.boxes !== undefined) drawBoxes(doc, item, x, top, column);
  else doc.text(plain(doc, item, column), x, top, { width: column, lineGap: 2 });
}

function drawBoxes(doc: PDFDocument, item: HumanCopyAnswer, x: number, top: number, column: number): void {
  const { label, boxes = [] } = item;
  const beside = boxesFit(doc, item, column);
  doc.text(`${label}:`, x, beside ? top + 2 : top, { width: column });
  const left = beside ? x + doc.widthOfString(`${label}: `) : x;
  const line = beside ? top : doc.y + 2;
  for (const [i, character] of boxes.entries()) {
    doc
      .lineWidth(0.75)
      .rect(left + i * BOX, line, BOX, BOX_HEIGHT)
      .stroke();
    doc.text(character, left + i * BOX, line + 3, { width: BOX, align: 'center', lineBreak: false });
  }
}

/** Room for the square before each choice. */
const TICK = '\u2003 ';

function choiceLine({ label, choices = [] }: HumanCopyAnswer): string {
  return `${label}:   ${choices.map(({ text }) => `${TICK}${text}`).join('   ')}`;
}

function drawChoices(
  doc: PDFDocument,
  { label, choices = [] }: HumanCopyAnswer,
  x: number,
  top: number,
  column: number,
): void {
  let at = x + doc.widthOfString(`${label}:   `);
  doc.text(`${label}:`, x, top, { width: column });
  let line = top;
  const size = 9;
  for (const { text, chosen } of choices) {
    const needs = size + 4 + doc.widthOfString(text);
    if (at + needs > x + column && at > x) {
      at = x;
      line += doc.currentLineHeight(true);
    }
    doc
      .lineWidth(0.75)
      .rect(at, line + 2.5, size, size)
      .stroke();
    if (chosen) {
      doc
        .moveTo(at, line + 2.5)
        .lineTo(at + size, line + 2.5 + size)
        .stroke();
      doc
        .moveTo(at + size, line + 2.5)
        .lineTo(at, line + 2.5 + size)
        .stroke();
    }
    doc.text(text, at + size + 4, line, { lineBreak: false });
    at += needs + doc.widthOfString('   ');
  }
}

/** Room for place, date and signatures. */
const SIGNATURES = 46 * MM;

/** Place and date, then the signatures side by side. */
function signatures(doc: PDFDocument, copy: HumanCopy): void {
  const half = width(doc) / 2;
  doc.moveDown(0.6).font('italic');
  if (copy.dateline !== '') {
    // One line, over the middle of the last signature as far as the margin lets it.
    const wide = Math.max(half, doc.widthOfString(copy.dateline) + 2);
    doc.text(copy.dateline, doc.page.width - MARGINS.right - wide, doc.y, { width: wide, align: 'center' });
  }
  const column = Math.min(half, width(doc) / copy.signatures.length);
  const from = doc.page.width - MARGINS.right - column * copy.signatures.length;
  const top = doc.y;
  let bottom = top;
  for (const [i, { dateline, title, note, name }] of copy.signatures.entries()) {
    const place = { width: column - 6, align: 'center' as const };
    const x = from + i * column + 3;
    doc.y = top;
    if (dateline !== '') doc.font('italic').fontSize(11).text(dateline, x, top, place).fontSize(BODY);
    doc.font('bold').text(title, x, doc.y, place);
    if (note !== '') doc.font('italic').fontSize(11).text(note, x, doc.y, place).fontSize(BODY);
    if (name !== '') doc.font('regular').text(name, x, Math.max(doc.y, top + 22 * MM), place);
    bottom = Math.max(bottom, doc.y);
  }
  doc.font('regular');
  doc.x = MARGINS.left;
  doc.y = Math.max(bottom, top + 28 * MM);
  if (copy.footnotes.length === 0) return;
  doc.moveDown(0.5).fontSize(11);
  for (const note of copy.footnotes) doc.text(note, MARGINS.left, doc.y, { width: width(doc) });
  doc.fontSize(BODY);
}

function keepTogether(doc: PDFDocument, height: number): void {
  if (doc.y + height > doc.page.height - MARGINS.bottom) doc.addPage();
}

/** Dots to the end of the line, to write on. */
function leader(doc: PDFDocument, label: string, room: number): string {
  const used = doc.widthOfString(label) % room;
  return '.'.repeat(Math.max(8, Math.floor((room - used) / doc.widthOfString('.')) - 1));
}

function annex(doc: PDFDocument, { annex: { title, columns, rows }, components, note }: HumanCopy): void {
  doc
    .addPage()
    .font('bold')
    .fontSize(BODY)
    .text(title, MARGINS.left, doc.y, { width: width(doc) })
    .moveDown(0.5)
    .fontSize(10);
  drawTable(doc, columns, rows, [0.32, 0.33, 0.35]);
  doc.moveDown();
  if (components.items.length > 0) {
    doc
      .font('bold')
      .fontSize(BODY)
      .text(components.title, MARGINS.left, doc.y, { width: width(doc) })
      .font('regular')
      .fontSize(11);
    for (const [i, item] of components.items.entries())
      doc.text(`${i + 1}. ${item}`, MARGINS.left, doc.y, { width: width(doc) });
  }
  doc
    .moveDown()
    .font('italic')
    .fontSize(10)
    .text(note, MARGINS.left, doc.y, { width: width(doc) });
}

/** As wide as what stands in a column asks for, so that a counting column stays narrow. */
function naturalShares(
  doc: PDFDocument,
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] },
): number[] {
  const least = width(doc) / 16;
  return columns.map((title, i) => {
    const texts = [...title.split(' '), ...rows.map(row => row[i] ?? '')];
    return Math.min(width(doc) / 3, Math.max(least, ...texts.map(text => doc.widthOfString(text) + 12)));
  });
}

/** The head is repeated on each page, and no row is broken. */
function drawTable(
  doc: PDFDocument,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  shares: readonly number[],
): void {
  const all = shares.reduce((sum, share) => sum + share, 0);
  const widths = shares.map(share => (share / all) * width(doc));
  const heightOfRow = (cells: readonly string[]): number =>
    Math.max(...cells.map((cell, i) => doc.heightOfString(cell, { width: widths[i]! - 8 }))) + 6;
  const head = (): void => {
    doc.font('bold');
    drawRow(doc, columns, widths, heightOfRow(columns));
    doc.font('regular');
  };
  keepTogether(doc, heightOfRow(columns));
  head();
  for (const cells of rows) {
    const height = heightOfRow(cells);
    if (doc.y + height > doc.page.height - MARGINS.bottom) {
      doc.addPage();
      head();
    }
    drawRow(doc, cells, widths, height);
  }
}

function drawRow(doc: PDFDocument, cells: readonly string[], widths: readonly number[], height: number): void {
  const top = doc.y;
  let x = MARGINS.left;
  for (const [i, cell] of cells.entries()) {
    doc.lineWidth(0.5).rect(x, top, widths[i]!, height).stroke();
    doc.text(cell, x + 4, top + 3, { width: widths[i]! - 8 });
    x += widths[i]!;
  }
  doc.x = MARGINS.left;
  doc.y = top + height;
}

/** Page numbers from the second page on, the line at the foot, the code, and the mark of a draft. */
function onEveryPage(doc: PDFDocument, copy: HumanCopy): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = start; index < start + count; index++) {
    doc.switchToPage(index);
    // Without a bottom margin nothing written there opens a new page.
    doc.page.margins.bottom = 0;
    const foot = doc.page.height - MARGINS.bottom + 4 * MM;
    const left = copy.code === null ? MARGINS.left : MARGINS.left + CODE + 4;
    if (index > start)
      doc
        .font('regular')
        .fontSize(BODY)
        .text(String(index - start + 1), MARGINS.left, 9 * MM, {
          width: width(doc),
          align: 'center',
          lineBreak: false,
        });
    if (copy.code !== null) drawCode(doc, copy.code, MARGINS.left, foot);
    doc
      .font('regular')
      .fontSize(8)
      .text(copy.footer, left, foot + 4, { width: doc.page.width - left - MARGINS.right });
    if (copy.watermark !== '') {
      doc
        .save()
        .fillOpacity(0.15)
        .font('bold')
        .fontSize(44)
        .rotate(-45, { origin: [doc.page.width / 2, doc.page.height / 2] });
      doc
        .text(copy.watermark, 0, doc.page.height / 2 - 22, { width: doc.page.width, align: 'center', lineBreak: false })
        .restore();
    }
  }
}

function drawCode(doc: PDFDocument, code: readonly (readonly boolean[])[], x: number, y: number): void {
  const square = CODE / code.length;
  for (const [row, squares] of code.entries()) {
    for (const [column, dark] of squares.entries())
      if (dark) doc.rect(x + column * square, y + row * square, square, square);
  }
  doc.fillColor('black').fill();
}
