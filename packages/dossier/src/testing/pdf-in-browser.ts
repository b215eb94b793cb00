// Runs in a page, for browser.test.ts: lays a copy out as PDF from fonts it is given, and tells the digest of the bytes.

import { sha256 } from '@onceform/core';
import { renderPdf, type HumanCopy } from '../pdf.ts';

declare const window: { onceformPdf: unknown };

window.onceformPdf = async (
  copy: HumanCopy,
  fonts: Readonly<Record<'regular' | 'bold' | 'italic' | 'profile', string>>,
  created: string,
): Promise<string> => {
  const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const pdf = await renderPdf(
    copy,
    {
      regular: bytes(fonts.regular),
      bold: bytes(fonts.bold),
      italic: bytes(fonts.italic),
      profile: bytes(fonts.profile),
    },
    new Date(created),
  );
  return sha256(pdf);
};
