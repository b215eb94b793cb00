// What a screen reader says on the screens that matter, in both languages, kept in transcripts/ to be read by people. A
// virtual one reads here, which is no substitute for a real one; what it says is looked at when it changes.
// `npx vitest run test/accessibility/transcripts.test.ts -u` writes them anew.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGallery, type Gallery } from './gallery-page.ts';

declare function read(selector: string): Promise<readonly string[]>;

/** `until`: what comes a moment later, and is part of the screen. */
const SCREENS: Readonly<Record<string, { query: Readonly<Record<string, string>>; selector: string; until?: string }>> =
  {
    'first-page': { query: { form: 'birth-registration', state: 'empty' }, selector: '.once-main' },
    'error-summary': { query: { form: 'birth-registration', state: 'error' }, selector: '.once-summary' },
    'choose-a-record': {
      query: { form: 'birth-registration', state: 'conflict', step: 'start' },
      selector: '.once-offer',
    },
    'repeat-group': { query: { form: 'every-control', state: 'filled' }, selector: '[data-pointer="/rows"]' },
    review: {
      query: { form: 'civil-status-extract', state: 'filled', step: 'review' },
      selector: '.once-main',
      until: '.once-print',
    },
    receipt: {
      query: { form: 'civil-status-extract', state: 'filled', step: 'receipt' },
      selector: '.once-main',
      until: '.once-print',
    },
  };

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
}, 60_000);
afterAll(async () => {
  await gallery?.close();
});

describe('a screen reader', () => {
  for (const [screen, { query, selector, until }] of Object.entries(SCREENS)) {
    for (const locale of ['vi', 'en']) {
      it(`reads ${screen} in ${locale}`, async () => {
        const page = await gallery.open({ ...query, locale });
        if (until !== undefined) await page.waitForSelector(until);
        // A commune stands there by its code until the list of communes has come.
        await page.waitForFunction(
          where => !/, \d{5},/.test(document.querySelector<HTMLElement>(where)!.innerText),
          {},
          selector,
        );
        // The reader's own code makes no promises about policies.
        const said = await page.evaluate(async where => read(where), selector);
        expect(said.length).toBeGreaterThan(5);
        // Ids and digests differ each time.
        const text = said
          .join('\n')
          .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
          .replace(/[0-9a-f]{64}/g, '<sha256>')
          .replace(/\d+(\.|,)?\d* (kB|MB)/g, '<size>');
        await expect(`${text}\n`).toMatchFileSnapshot(`transcripts/${screen}.${locale}.txt`);
        await page.close();
      }, 120_000);
    }
  }
});
