// Pages of a real browser for the journeys, which report every policy violation, script error and failed request.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HTTPRequest, Page } from 'puppeteer-core';
import { ahead } from './clock.ts';
import { browser } from './stage.ts';

export const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
/** Milliseconds that a page may take to show what is waited for. It bounds a failure; nothing is measured by it. */
export const WAIT = 60_000;

export const DESKTOP = { width: 1280, height: 900 };

/** The calls of each page that are under way. Modules are not counted: what a preload has served is never reported as done. */
const asked = new WeakMap<Page, Set<HTTPRequest>>();

/** Resolves once a page has had no call under way for half a second. */
export async function rest(page: Page): Promise<void> {
  const deadline = Date.now() + WAIT;
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise(resolve => setTimeout(resolve, 50));
    if ((asked.get(page)?.size ?? 0) > 0) quiet = -1;
    if (Date.now() > deadline)
      throw new Error(`Still under way: ${[...asked.get(page)!].map(each => each.url()).join(' ')}`);
  }
}

export interface WatchedPage {
  readonly page: Page;
  /** What went against the policy or broke: must stay empty. */
  readonly complaints: string[];
  close(): Promise<void>;
}

const open = new Set<WatchedPage>();

/** Closes what a file of journeys left open. */
export async function closePages(): Promise<void> {
  for (const each of open) await each.close();
}

/** Opens a page of its own cookie jar, on the clock of the journeys, and writes down what nobody should ever see. */
export async function openPage(viewport: typeof PHONE | typeof DESKTOP): Promise<WatchedPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(viewport);
  page.setDefaultTimeout(WAIT);
  const complaints: string[] = [];
  const calls = new Set<HTTPRequest>();
  asked.set(page, calls);
  page.on('request', request => void (['fetch', 'xhr'].includes(request.resourceType()) && calls.add(request)));
  for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end, request => void calls.delete(request));
  page.on('framenavigated', frame => void (frame === page.mainFrame() && calls.clear()));
  await page.exposeFunction('onceformComplain', (text: string) => void complaints.push(text));
  await page.evaluateOnNewDocument(milliseconds => {
    const real = Date.now;
    Date.now = () => real() + milliseconds;
    globalThis.Date = new Proxy(Date, {
      construct: (target, given: unknown[], itself) =>
        Reflect.construct(target, given.length === 0 ? [target.now()] : given, itself),
    });
  }, ahead);
  await page.evaluateOnNewDocument(() => {
    document.addEventListener('securitypolicyviolation', event => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event;
      (globalThis as unknown as { onceformComplain(text: string): void }).onceformComplain(
        `policy: ${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber} ${sample}`,
      );
    });
  });
  page.on('pageerror', error => complaints.push(`script: ${error instanceof Error ? error.stack : String(error)}`));
  page.on('console', message => {
    if (message.type() === 'error' && !/status of 4\d\d|status of 5\d\d/.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  page.on('request', request => {
    const url = new URL(request.url());
    if (!['localhost', '127.0.0.1'].includes(url.hostname) && !['data:', 'blob:', 'about:'].includes(url.protocol)) {
      complaints.push(`third party: ${request.url()}`);
    }
  });
  const watched: WatchedPage = {
    page,
    complaints,
    close: async () => void (open.delete(watched) && (await context.close())),
  };
  open.add(watched);
  return watched;
}

/**
 * ONCEFORM_SHOTS names a folder for pictures of what is seen.
 *
 * @param around a selector: the screen around this, not the whole page.
 */
export async function shot(page: Page, name: string, around?: string): Promise<void> {
  const folder = process.env['ONCEFORM_SHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  if (around !== undefined) await page.$eval(around, element => element.scrollIntoView({ block: 'center' }));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: around === undefined });
}
