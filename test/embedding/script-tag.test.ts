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

  it('opens without a network where its worker was asked for, with the draft of this device, and files when it is back', async () => {
    const { page, problems } = await open();
    await page.waitForSelector('[data-pointer="/name"] input');
    await page.type('[data-pointer="/name"] input', 'An');
    await page.click('#keep');
    await page.waitForFunction(() => document.querySelector('#said')!.textContent!.startsWith('Kept'));
    const kept = await page.evaluate(async () =>
      (
        await Promise.all(
          (await caches.keys()).map(async name => (await (await caches.open(name)).keys()).map(({ url }) => url)),
        )
      )
        .flat()
        .map(url => new URL(url).pathname),
    );
    expect(kept).toEqual(expect.arrayContaining(['/', '/keep.js', '/api/forms/library-card']));
    expect(kept.filter(path => path.startsWith('/api/') && !path.startsWith('/api/forms/'))).toEqual([]);
    await page.type('[data-pointer="/name"] input', ' Nguyễn');
    await page.waitForSelector('.once-draft[data-state="saved"]');
    await page.close();

    // Another tab, later, without a network.
    const filed = example.filed.size;
    const later = await browser.newPage();
    const worker = await browser.waitForTarget(target => target.type() === 'service_worker');
    // The worker's first: a page that hears of the network sends through it at once.
    const lines = [await worker.createCDPSession(), await later.createCDPSession()];
    const cut = async (offline: boolean): Promise<void> => {
      for (const line of lines)
        await line.send('Network.emulateNetworkConditions', {
          offline,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: -1,
        });
    };
    for (const line of lines) await line.send('Network.enable');
    await cut(true);
    await later.goto(example.url);
    await later.waitForSelector('.once-panel button');
    await press(later, 'Continue the draft');
    await later.waitForSelector('[data-pointer="/name"] input');
    expect(await later.$eval('[data-pointer="/name"] input', box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
    await later.click('[data-pointer="/student"] label[for$="~1"]');
    await press(later, 'Continue');
    await later.waitForSelector('.once-commitment input');
    await later.click('.once-commitment input');
    await press(later, 'Submit');
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
    expect(
      await page.$$eval('[data-pointer="/name"] input', boxes => boxes.map(box => (box as HTMLInputElement).value)),
    ).toEqual(['First', 'Second']);
    expect(problems).toEqual([]);
    await page.close();
    await twice.close();
  });
});
