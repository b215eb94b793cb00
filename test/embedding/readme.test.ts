// The ten lines of HTML in the README are a page that works, as they stand there.

import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

it('the sample of the README shows a form under the strict policy', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const sample = /```html\n([\s\S]*?)```/.exec(readme)![1]!;
  expect(sample.trim().split('\n').length).toBeLessThanOrEqual(10);
  // The little back end of the example has another form than the portal.
  const { url, close } = await serve(0, { own: sample.replace('birth-registration', 'library-card') });
  const browser = await puppeteer.launch({ executablePath: (await findBrowser()).path, args: browserArgs });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().includes('favicon') && !message.text().includes('404'))
        problems.push(message.text());
    });
    await page.goto(url);
    await page.waitForSelector('once-form input');
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    await close();
  }
}, 60_000);
