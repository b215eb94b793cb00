// @onceform/dossier/pdf: the human copy as a PDF in the layout of an official declaration. Uncompressed and without a
// clock, so that the same copy and fonts give the same bytes everywhere. It claims no PDF/A level: none was checked.

import PDFDocument from 'pdfkit';
import type { HumanCopy } from './human-copy.ts';

export { copyInputOf } from './copy-of-package.ts';
export { humanCopy, type HumanCopy, type HumanCopyBlock, type HumanCopyInput } from './human-copy.ts';

/** So that a verifier knows whether it can make a copy again. */
export const PDF_RENDERER = 'pdfkit-0.20/1';

/** TrueType or OpenType files with every letter that may occur: Tinos or another of Times' widths. */
export interface PdfFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
  readonly italic: Uint8Array;
}

const MM = 72 / 25.4;
const MARGINS = { top: 20 * MM, bottom: 25 * MM, left: 30 * MM, right: 18 * MM };
const BODY = 13;
const CODE = 18 * MM;

/** Lays the copy out on A4. `created` goes into the file's properties: the time of completion. */
export async function renderPdf(copy: HumanCopy, fonts: PdfFonts, created: Date): Promise<Uint8Array<ArrayBuffer>> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: MARGINS,
    compress: false,
    bufferPages: true,
    font: null,
    pdfVersion: '1.7',
    tagged: true,
    lang: copy.language,
    displayTitle: true,
    info: {
      Title: copy.title,
      Creator: `@onceform/dossier ${PDF_RENDERER}`,
      Producer: 'pdfkit',
      CreationDate: created,
      ModDate: created,
    },
  });
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

function width(doc: PDFDocument): number {
  return doc.page.width - MARGINS.left - MARGINS.right;
}

function letterhead(doc: PDFDocument, { letterhead: lines }: HumanCopy): void {
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
  const paragraph = (text: string): void =>
    void doc.text(text, MARGINS.left, doc.y, { width: width(doc), align: 'justify', lineGap: 2 }).moveDown(0.4);
  doc.font('bold').fontSize(14);
  centred(copy.title);
  doc.fontSize(BODY);
  if (copy.subtitle !== '') centred(copy.subtitle);
  doc.moveDown(0.8).font('regular');
  if (copy.addressee !== '') {
    centred(copy.addressee);
    doc.moveDown(0.4);
  }
  for (const block of copy.blocks) {
    if (block.kind === 'line') {
      paragraph(`${block.label}: ${block.text === '' ? leader(doc, `${block.label}: `) : block.text}`);
    } else if (block.kind === 'heading') {
      doc.moveDown(0.4).font('bold');
      paragraph(block.text);
      doc.font('regular');
    } else {
      paragraph(block.text);
    }
  }
  if (copy.commitment !== '') paragraph(copy.commitment);
  const half = width(doc) / 2;
  // The place for the signature is never alone on a page.
  if (doc.y + 35 * MM > doc.page.height - MARGINS.bottom) doc.addPage();
  doc
    .moveDown(0.6)
    .font('italic')
    .text(copy.completed, MARGINS.left + half, doc.y, { width: half, align: 'center' });
  doc
    .font('bold')
    .text(copy.signer, MARGINS.left + half, doc.y, { width: half, align: 'center' })
    .font('regular');
}

/** Dots to the end of the line, to write on. */
function leader(doc: PDFDocument, label: string): string {
  const used = doc.widthOfString(label) % width(doc);
  return '.'.repeat(Math.max(8, Math.floor((width(doc) - used) / doc.widthOfString('.')) - 1));
}

function annex(doc: PDFDocument, { annex: { title, columns, rows }, components, note }: HumanCopy): void {
  doc
    .addPage()
    .font('bold')
    .fontSize(BODY)
    .text(title, MARGINS.left, doc.y, { width: width(doc) })
    .moveDown(0.5)
    .fontSize(10);
  const widths = [0.32, 0.33, 0.35].map(part => part * width(doc));
  const row = (cells: readonly string[]): void => {
    const heights = cells.map((cell, i) => doc.heightOfString(cell, { width: widths[i]! - 8 }));
    const height = Math.max(...heights) + 6;
    if (doc.y + height > doc.page.height - MARGINS.bottom) {
      doc.addPage().font('bold').fontSize(10);
      drawRow(
        doc,
        columns,
        widths,
        Math.max(...columns.map((cell, i) => doc.heightOfString(cell, { width: widths[i]! - 8 }))) + 6,
      );
      doc.font('regular');
    }
    drawRow(doc, cells, widths, height);
  };
  row(columns);
  doc.font('regular');
  for (const cells of rows) row(cells);
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
