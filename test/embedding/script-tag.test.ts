// The script-tag example in a real browser, under the strict policy: from typing to an acknowledged dossier.

import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

let browser: Browser;
let example: { url: string; filed: Map<string, { code: string }>; close(): Promise<void> };

beforeAll(async () => {
  const { path } = (await findBrowser()) as { path: string };
  [browser, example] = await Promise.all([
    puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
    serve() as Promise<typeof example>,
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await example?.close();
});

async function open(path = '/', url = example.url): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
  });
  await page.goto(url + path);
  return { page, problems };
}

const press = (page: Page, label: string) =>
  page.evaluate(text => {
    [...document.querySelectorAll('button')].find(button => button.textContent.trim() === text)!.click();
  }, label);

describe('one script tag', () => {
  it('gives a whole form that files a dossier, without one violation of the strict policy', async () => {
    const { page, problems } = await open();
    await page.waitForSelector('[data-pointer="/name"] input');
    expect(
      await page.evaluate(() => getComputedStyle(document.querySelector('.once-button')!).cursor),
      'the theme came along',
    ).toBe('pointer');
    await page.type('[data-pointer="/name"] input', 'An Nguyễn');
    await page.click('[data-pointer="/student"] label[for$="~1"]');
    await press(page, 'Continue');
    await page.waitForSelector('.once-commitment input');
    await page.click('.once-commitment input');
    await press(page, 'Submit');
    await page.waitForSelector('a[download]');
    const [receipt] = [...example.filed.values()];
    expect(await page.evaluate(() => document.body.innerText)).toContain(receipt!.code);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('stands twice on a page when the second one brings its own prefix and policy', async () => {
    const twice = (await serve(0, { second: 'later' })) as typeof example;
    const { page, problems } = await open('/', twice.url);
    await page.waitForSelector('once-form [data-pointer="/name"]');
    await page.waitForSelector('later-form [data-pointer="/name"] input');
    await page.type('later-form [data-pointer="/name"] input', 'Second');
    await page.type('once-form [data-pointer="/name"] input', 'First');
    expect(
      await page.$$eval('[data-pointer="/name"] input', boxes => boxes.map(box => (box as HTMLInputElement).value)),
    ).toEqual(['First', 'Second']);
    expect(problems).toEqual([]);
    await page.close();
    await twice.close();
  });
});
