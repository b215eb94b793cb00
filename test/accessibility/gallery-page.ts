// Opens the gallery for tests: one server and one browser for all of them, a page of its own for each.

import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { serveGallery } from '../../packages/elements/gallery/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

export interface Gallery {
  /** Opens `?form=…&state=…`, and waits until the form stands in that state. */
  open(query: Readonly<Record<string, string>>): Promise<Page>;
  close(): Promise<void>;
}

export async function openGallery(): Promise<Gallery> {
  const { path } = (await findBrowser()) as { path: string };
  const [browser, { url, close }]: [Browser, { url: string; close(): void }] = await Promise.all([
    puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
    serveGallery(0, { watch: false, entry: fileURLToPath(new URL('reader.ts', import.meta.url)) }),
  ]);
  return {
    async open(query) {
      const page = await (await browser.createBrowserContext()).newPage();
      page.setDefaultTimeout(60_000);
      await page.setViewport({ width: 800, height: 900 });
      await page.goto(`${url}/?${new URLSearchParams(query)}`);
      await page.waitForSelector('state' in query ? 'html[data-ready]' : '.once-main');
      return page;
    },
    async close() {
      await browser.close();
      close();
    },
  };
}
