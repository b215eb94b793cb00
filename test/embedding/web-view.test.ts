// In-app web views (Zalo, Facebook) on Android, as far as a desktop browser can stand in for them: their names, a phone's
// screen and touch, no windows of its own, no file system or share, storage that is refused, a page thrown away while the
// camera is open. What they really do is for real phones to show; what they take away must not stop anybody.

import puppeteer, { KnownDevices, type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { fileCard, NAME, problemsOf } from './library-card.ts';

const ANDROID =
  'Mozilla/5.0 (Linux; Android 13; SM-A057F Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36';
const VIEWS = {
  Zalo: `${ANDROID} Zalo android/240600 ZaloTheme/light ZaloLanguage/vi`,
  Facebook: `${ANDROID} [FB_IAB/FB4A;FBAV/470.0.0.0;]`,
};

let browser: Browser;
let example: { url: string; filed: Map<string, { code: string }>; close(): Promise<void> };
let page: Page;
let problems: string[];

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
beforeEach(async () => {
  page = await (await browser.createBrowserContext()).newPage();
  problems = problemsOf(page, []);
});
afterEach(async () => {
  await page.browserContext().close();
  expect(problems).toEqual([]);
});

/** What web views do not have. */
async function become(userAgent: string): Promise<void> {
  await page.emulate({ ...KnownDevices['Galaxy S9+'], userAgent });
  await page.evaluateOnNewDocument(() => {
    const without = globalThis as unknown as Record<string, unknown>;
    for (const name of [
      'showOpenFilePicker',
      'showSaveFilePicker',
      'showDirectoryPicker',
      'Notification',
      'BroadcastChannel',
    ])
      delete without[name];
    for (const name of ['share', 'serviceWorker', 'storage', 'locks'])
      Object.defineProperty(Navigator.prototype, name, { value: undefined });
    without['open'] = () => null;
    without['requestIdleCallback'] = undefined;
  });
}

const refuseStorage = () =>
  page.evaluateOnNewDocument(() => {
    const refuse = (): never => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
      Object.defineProperty(globalThis, name, { get: refuse });
  });

async function fileIt(): Promise<void> {
  await page.waitForSelector(NAME);
  await page.tap(NAME);
  await page.keyboard.type('An Nguyễn');
  await fileCard(page, { by: 'tap' });
  await page.waitForSelector('a[download]');
  const receipt = [...example.filed.values()].at(-1)!;
  expect(await page.evaluate(() => document.body.innerText)).toContain(receipt.code);
}

describe('an in-app web view', () => {
  for (const [name, userAgent] of Object.entries(VIEWS)) {
    it(`of ${name} fills in and files by touch, without what it lacks`, async () => {
      await become(userAgent);
      await page.goto(example.url);
      await fileIt();
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
    }, 60_000);
  }

  it('that refuses every kind of storage still fills in and files', async () => {
    await become(VIEWS.Zalo);
    await refuseStorage();
    await page.goto(example.url);
    await fileIt();
  }, 60_000);

  it('that threw the page away while another app was open comes back to the same field with everything typed', async () => {
    await become(VIEWS.Facebook);
    await page.goto(example.url);
    await page.waitForSelector(NAME);
    await page.tap(NAME);
    await page.keyboard.type('An Nguyễn');
    await page.waitForSelector('.once-draft[data-state="saved"]');
    await page.reload();
    await page.waitForSelector(NAME);
    expect(await page.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
  }, 60_000);
});
