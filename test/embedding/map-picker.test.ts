// The example of a widget of one's own: a place on a map, by pointer, by keyboard and by typing, under the strict policy.

import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve } from '../../examples/map-picker/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

let browser: Browser;
let page: Page;
const problems: string[] = [];
let example: { url: string; close(): Promise<void> };
const BOX = '[data-pointer="/place"] input';
const place = () =>
  page.evaluate(
    () =>
      (document.querySelector('once-form') as unknown as { currentSession: { state: { data: { place?: string } } } })
        .currentSession.state.data.place,
  );

beforeAll(async () => {
  const { path } = (await findBrowser()) as { path: string };
  [browser, example] = await Promise.all([
    puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
    serve() as Promise<typeof example>,
  ]);
  page = await browser.newPage();
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
  });
  await page.goto(example.url);
  await page.waitForSelector(BOX);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await example?.close();
});

it('takes a press on the map, the arrow keys and what is typed as one answer, and refuses what is none', async () => {
  const map = (await page.$('.map'))!;
  const { x, y, width, height } = (await map.boundingBox())!;
  await page.mouse.click(x + width / 3, y + height / 2);
  expect(await place()).toBe('33, 30');
  expect(await page.$eval(BOX, box => (box as HTMLInputElement).value)).toBe('33, 30');
  await page.focus(BOX);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  expect(await place()).toBe('34, 31');
  expect(await page.$eval('.map circle', pin => [pin.getAttribute('cx'), pin.getAttribute('cy')])).toEqual([
    '34',
    '29',
  ]);
  await page.$eval(BOX, box => (box as HTMLInputElement).select());
  await page.keyboard.type('behind the church');
  await page.keyboard.press('Tab');
  await page.waitForSelector('[data-pointer="/place"] .once-issue');
  expect(await page.$eval(BOX, box => box.getAttribute('aria-invalid'))).toBe('true');
  const told = await page.accessibility.snapshot({ root: (await page.$(BOX))! });
  expect(told).toMatchObject({ role: 'textbox', name: 'Where is it?', required: true });
  expect(problems).toEqual([]);
}, 60_000);
