// The Angular example, built by Angular's own tools, in a real browser under the strict policy. Its build takes a while and
// its tools are no part of the workspace: `npm run test:embedding` installs and runs it, `npm test` leaves it out.

import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../examples/angular/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

const wanted = process.env['ONCEFORM_EMBEDDING'] === 'all';
if (!wanted) console.log('The Angular example is left out: npm run test:embedding installs Angular and runs it');

describe.skipIf(!wanted)('a form in an Angular page', () => {
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let example: { url: string; filed: Map<string, { code: string }>; close(): Promise<void> };

  beforeAll(async () => {
    const { path } = (await findBrowser()) as { path: string };
    example = (await serve()) as typeof example;
    browser = await puppeteer.launch({ executablePath: path, args: browserArgs as string[] });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await example?.close();
  });
  beforeEach(async () => {
    page = await (await browser.createBrowserContext()).newPage();
    problems = [];
    page.on('pageerror', error => problems.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
    });
    const response = await page.goto(example.url);
    expect(response!.headers()['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self';",
    );
    await page.waitForSelector(NAME);
  });
  afterEach(async () => {
    await page.browserContext().close();
    expect(problems).toEqual([]);
  });

  const NAME = '[data-pointer="/name"] input';
  const press = (label: string) =>
    page.evaluate(text => {
      [...document.querySelectorAll('button')].find(button => button.textContent.trim() === text)!.click();
    }, label);
  const said = (text: string) =>
    page.waitForFunction(wanted => document.querySelector('p[role="status"]')!.textContent === wanted, {}, text);

  it('tells Angular of every answer and of the receipt, and files a dossier', async () => {
    await page.type(NAME, 'An Nguyễn');
    await said('A card for An Nguyễn');
    await page.click('[data-pointer="/student"] label[for$="~1"]');
    await press('Continue');
    await page.waitForSelector('.once-commitment input');
    await page.click('.once-commitment input');
    await press('Submit');
    await page.waitForSelector('a[download]');
    const [receipt] = [...example.filed.values()];
    await said(`Filed as ${receipt!.code}`);
  });

  it('changes its language by a property, in the same element, and keeps the answers', async () => {
    await page.type(NAME, 'An');
    const element = (await page.$('once-form'))!;
    await press('Other language');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('once-form button')].some(button => button.textContent.trim() === 'Tiếp tục'),
    );
    expect(await element.evaluate(form => form.isConnected)).toBe(true);
    expect(await page.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An');
  });

  it('comes back with its draft after Angular took it away', async () => {
    await page.type(NAME, 'An Nguyễn');
    await press('Close the form');
    await page.waitForSelector('once-form', { hidden: true });
    await press('Open the form');
    await page.waitForSelector(NAME);
    expect(await page.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
  });
});
