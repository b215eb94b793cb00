// The script-tag example in a real browser, under the strict policy: from typing to an acknowledged dossier.

import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { keptPaths, lineOf } from '../offline.ts';
import { fileCard, NAME, press, problemsOf } from './library-card.ts';

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
  const problems = problemsOf(page);
  await page.goto(url + path);
  return { page, problems };
}

describe('one script tag', () => {
  it('gives a whole form that files a dossier, without one violation of the strict policy', async () => {
    const { page, problems } = await open();
    await page.waitForSelector(NAME);
    expect(
      await page.evaluate(() => getComputedStyle(document.querySelector('.once-button')!).cursor),
      'the theme came along',
    ).toBe('pointer');
    await page.type(NAME, 'An Nguyễn');
    await fileCard(page);
    await page.waitForSelector('a[download]');
    const [receipt] = [...example.filed.values()];
    expect(await page.evaluate(() => document.body.innerText)).toContain(receipt!.code);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('opens without a network where its worker was asked for, with the draft of this device, and files when it is back', async () => {
    const { page, problems } = await open();
    await page.waitForSelector(NAME);
    await page.type(NAME, 'An');
    await page.click('#keep');
    await page.waitForFunction(() => document.querySelector('#said')!.textContent!.startsWith('Kept'));
    const kept = await keptPaths(page);
    expect(kept).toEqual(expect.arrayContaining(['/', '/keep.js', '/api/forms/library-card']));
    expect(kept.filter(path => path.startsWith('/api/') && !path.startsWith('/api/forms/'))).toEqual([]);
    await page.type(NAME, ' Nguyễn');
    await page.waitForSelector('.once-draft[data-state="saved"]');
    await page.close();

    // Another tab, later, without a network.
    const filed = example.filed.size;
    const later = await browser.newPage();
    const cut = await lineOf(later);
    await cut(true);
    await later.goto(example.url);
    await later.waitForSelector('.once-panel button');
    await press(later, 'Continue the draft');
    await later.waitForSelector(NAME);
    expect(await later.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
    await fileCard(later);
    await later.waitForFunction(() => document.body.innerText.includes('sent when the connection is back'));
    await cut(false);
    await later.waitForSelector('a[download]');
    expect(example.filed.size).toBe(filed + 1);
    expect(problems).toEqual([]);
    await later.close();
  });

  it('stands twice on a page when the second one brings its own prefix and policy', async () => {
    const twice = (await serve(0, { second: 'later' })) as typeof example;
    const { page, problems } = await open('/', twice.url);
    await page.waitForSelector('once-form [data-pointer="/name"]');
    await page.waitForSelector('later-form [data-pointer="/name"] input');
    await page.type('later-form [data-pointer="/name"] input', 'Second');
    await page.type('once-form [data-pointer="/name"] input', 'First');
    expect(await page.$$eval(NAME, boxes => boxes.map(box => (box as HTMLInputElement).value))).toEqual([
      'First',
      'Second',
    ]);
    expect(problems).toEqual([]);
    await page.close();
    await twice.close();
  });
});
