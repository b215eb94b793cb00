// The part of pdfkit that pdf.ts uses; the library brings no types.

declare module 'pdfkit' {
  interface TextOptions {
    width?: number;
    align?: 'left' | 'center' | 'right' | 'justify';
    indent?: number;
    continued?: boolean;
    lineBreak?: boolean;
    lineGap?: number;
    underline?: boolean;
  }
  export default class PDFDocument {
    constructor(options: {
      size: string;
      margins: { top: number; bottom: number; left: number; right: number };
      compress: boolean;
      bufferPages: boolean;
      font: string | null;
      info: Record<string, string | Date>;
      lang: string;
      displayTitle: boolean;
      pdfVersion: '1.4' | '1.7';
      subset?: 'PDF/A-1b';
      tagged: boolean;
    });
    /** A part of the file; `end` writes it. */
    ref(data: object): { end(content?: Uint8Array): void };
    /** The catalog. */
    readonly _root: { readonly data: Record<string, unknown> };
    /** Called at the end of a PDF/A file. */
    _addColorOutputIntent: () => void;
    x: number;
    y: number;
    readonly page: {
      width: number;
      height: number;
      margins: { top: number; bottom: number; left: number; right: number };
    };
    registerFont(name: string, bytes: Uint8Array): this;
    font(name: string): this;
    fontSize(size: number): this;
    text(text: string, x?: number, y?: number, options?: TextOptions): this;
    text(text: string, options?: TextOptions): this;
    widthOfString(text: string): number;
    heightOfString(text: string, options?: TextOptions): number;
    /** Height of a line in the font in use; with `true`, including the gap the font asks for. */
    currentLineHeight(includeGap?: boolean): number;
    moveDown(lines?: number): this;
    addPage(): this;
    switchToPage(index: number): this;
    bufferedPageRange(): { start: number; count: number };
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    lineWidth(width: number): this;
    rect(x: number, y: number, width: number, height: number): this;
    stroke(): this;
    fill(): this;
    fillColor(color: string): this;
    fillOpacity(opacity: number): this;
    save(): this;
    restore(): this;
    rotate(angle: number, options: { origin: [number, number] }): this;
    on(event: 'data', listener: (chunk: Uint8Array) => void): this;
    on(event: 'end', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    end(): void;
  }
}
