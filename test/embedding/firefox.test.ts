// The script-tag example in Firefox, where it is installed: a second engine reads the same form.

import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';

const firefox = [process.env['ONCEFORM_FIREFOX'], '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  path => path !== undefined && existsSync(path),
);

const press = (page: Page, label: string) =>
  page.evaluate(text => {
    [...document.querySelectorAll('button')].find(button => button.textContent.trim() === text)!.click();
  }, label);

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
      const problems: string[] = [];
      page.on('pageerror', error => problems.push(String(error)));
      page.on('console', message => void (message.type() === 'error' && problems.push(message.text())));
      await page.goto(example.url);
      await page.waitForSelector('[data-pointer="/name"] input');
      await page.type('[data-pointer="/name"] input', 'An Nguyễn');
      await press(page, 'Continue');
      await page.waitForSelector('.once-summary');
      expect(await page.$eval('.once-summary', summary => summary.textContent)).toContain('Are you a student?');
      await page.waitForSelector('.once-draft[data-state="saved"]');

      await page.reload();
      await page.waitForSelector('[data-pointer="/name"] input');
      expect(await page.$eval('[data-pointer="/name"] input', box => (box as HTMLInputElement).value)).toBe(
        'An Nguyễn',
      );
      await page.click('[data-pointer="/student"] label[for$="~1"]');
      await press(page, 'Continue');
      await page.waitForSelector('.once-commitment input');
      await page.click('.once-commitment input');
      await press(page, 'Submit');
      await page.waitForSelector('a[download]');
      const [receipt] = [...example.filed.values()];
      expect(await page.evaluate(() => document.body.innerText)).toContain(receipt!.code);
      expect(problems).toEqual([]);
    });
  },
);
