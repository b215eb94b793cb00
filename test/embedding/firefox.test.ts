// The script-tag example in Firefox, where it is installed: a second engine reads the same form.

import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { fileCard, NAME, press, problemsOf } from './library-card.ts';

const firefox = [process.env['ONCEFORM_FIREFOX'], '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  path => path !== undefined && existsSync(path),
);

describe.skipIf(firefox === undefined)(
  `Firefox${firefox === undefined ? ' (skipped: it is not installed)' : ''}`,
  () => {
    let browser: Browser;
    let example: { url: string; filed: Map<string, { code: string }>; close(): Promise<void> };

    beforeAll(async () => {
      [browser, example] = await Promise.all([
        puppeteer.launch({ browser: 'firefox', executablePath: firefox! }),
        serve() as Promise<typeof example>,
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await example?.close();
    });

    it('names what is missing, keeps what was typed over a reload, and files, under the strict policy', async () => {
      const page = await browser.newPage();
      const problems = problemsOf(page, ['error']);
      await page.goto(example.url);
      await page.waitForSelector(NAME);
      await page.type(NAME, 'An Nguyễn');
      await press(page, 'Continue');
      await page.waitForSelector('.once-summary');
      expect(await page.$eval('.once-summary', summary => summary.textContent)).toContain('Are you a student?');
      await page.waitForSelector('.once-draft[data-state="saved"]');

      await page.reload();
      await page.waitForSelector(NAME);
      expect(await page.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
      await fileCard(page);
      await page.waitForSelector('a[download]');
      const [receipt] = [...example.filed.values()];
      expect(await page.evaluate(() => document.body.innerText)).toContain(receipt!.code);
      expect(problems).toEqual([]);
    });
  },
);
