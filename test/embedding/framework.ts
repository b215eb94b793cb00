// What a form must do in the page of any framework, in a real browser, under the strict policy: properties go in, events
// come out, and nothing stays behind when the framework takes the form away. Each example runs the same suite.

import puppeteer, { type Browser, type BrowserContext, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { fileCard, NAME, press, problemsOf } from './library-card.ts';

/** How often the form is opened and taken away before anybody counts what is left. */
const ROUNDS = 8;

export interface Example {
  readonly url: string;
  readonly filed: Map<string, { code: string }>;
  close(): Promise<void>;
}

/** @param left Why this framework is left out of this run. */
export function worksIn(framework: string, serve: () => Promise<Example>, left?: string): void {
  if (left !== undefined) console.log(left);
  describe.skipIf(left !== undefined)(`a form in a page of ${framework}`, () => {
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let problems: string[];
    let example: Example;

    beforeAll(async () => {
      const { path } = (await findBrowser()) as { path: string };
      [browser, example] = await Promise.all([
        puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
        serve(),
      ]);
    }, 300_000);
    afterAll(async () => {
      await browser?.close();
      await example?.close();
    });

    beforeEach(async () => {
      context = await browser.createBrowserContext();
      page = await context.newPage();
      problems = problemsOf(page);
      const response = await page.goto(example.url);
      expect(response!.headers()['content-security-policy']).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self';",
      );
      await appears(NAME);
    });
    afterEach(async () => {
      await context.close();
      expect(problems).toEqual([]);
    });

    // A handle to an element would keep it alive, which the last test would take for a leak.
    const appears = async (selector: string) => (await page.waitForSelector(selector))!.dispose();
    const nameShown = () => page.$eval(NAME, box => (box as HTMLInputElement).value);
    /** Resolves once the framework shows this line; it draws in a task of its own. */
    const frameworkSays = (text: string) =>
      page.waitForFunction(wanted => document.querySelector('p[role="status"]')!.textContent === wanted, {}, text);

    /** Drafts are kept from the moment the engine is there; the first page stands before. */
    const isRunning = () =>
      page.waitForFunction(
        () =>
          (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
      );

    async function closeForm(): Promise<void> {
      await press(page, 'Close the form');
      await page.waitForSelector('once-form', { hidden: true });
    }
    async function openForm(): Promise<void> {
      await press(page, 'Open the form');
      await appears(NAME);
    }

    it(`tells ${framework} of every answer and of the receipt, and files a dossier`, async () => {
      await page.type(NAME, 'An Nguyễn');
      await frameworkSays('A card for An Nguyễn');
      await fileCard(page);
      await page.waitForSelector('a[download]');
      const [receipt] = [...example.filed.values()];
      await frameworkSays(`Filed as ${receipt!.code}`);
    });

    it('changes its language by a property, in the same element, and keeps the answers', async () => {
      await page.type(NAME, 'An');
      const element = (await page.$('once-form'))!;
      await press(page, 'Other language');
      await page.waitForFunction(() =>
        [...document.querySelectorAll('once-form button')].some(button => button.textContent.trim() === 'Tiếp tục'),
      );
      expect(await element.evaluate(form => form.isConnected)).toBe(true);
      expect(await nameShown()).toBe('An');
    });

    it(`comes back with its draft after ${framework} took it away, in the middle of typing too`, async () => {
      await page.type(NAME, 'An Nguyễn');
      await isRunning();
      await closeForm();
      await openForm();
      expect(await nameShown()).toBe('An Nguyễn');
      await page.type(NAME, ' Thị');
      await frameworkSays('A card for An Nguyễn Thị');
    });

    it('still saves drafts after it was taken away in the moment it appeared', async () => {
      await closeForm();
      await page.evaluate(
        () =>
          new Promise<void>(done => {
            const button = () => document.querySelector<HTMLButtonElement>('nav button:last-child')!;
            new MutationObserver((_, observer) => {
              if (document.querySelector('[data-pointer="/name"]') === null) return;
              observer.disconnect();
              button().click();
              done();
            }).observe(document.body, { childList: true, subtree: true });
            button().click();
          }),
      );
      await page.waitForSelector('once-form', { hidden: true });
      await page.evaluate(() =>
        document.addEventListener('once-draft', event => {
          document.documentElement.dataset.draft = (event as CustomEvent<{ state: string }>).detail.state;
        }),
      );
      await openForm();
      await page.type(NAME, 'An');
      await page.waitForFunction(() => document.documentElement.dataset.draft === 'saved', { timeout: 20_000 });
    });

    it('leaves no element and no listener behind, however often it comes and goes', async () => {
      const left = async () => {
        await closeForm();
        // The last save of a draft may still hold its form for a moment, so this looks again before it calls it a leak.
        for (const late = Date.now() + 30_000; ;) {
          const prototype = await page.evaluateHandle(() => customElements.get('once-form')!.prototype as Element);
          // Collects what nobody holds any more, then counts.
          const forms = await page.queryObjects(prototype);
          const elements = await forms.evaluate(list => (list as unknown as Element[]).length);
          await Promise.all([forms.dispose(), prototype.dispose()]);
          if (elements === 0 || Date.now() > late)
            return { elements, listeners: (await page.metrics()).JSEventListeners! };
          await new Promise(done => setTimeout(done, 100));
        }
      };
      const open = (await page.metrics()).JSEventListeners!;
      const first = await left();
      expect(first.elements).toBe(0);
      expect(first.listeners).toBeLessThan(open);
      for (let round = 0; round < ROUNDS; round += 1) {
        await openForm();
        await page.type(NAME, 'x');
        await closeForm();
      }
      await openForm();
      const last = await left();
      expect(last.elements).toBe(0);
      // Code that is loaded when the page rests may listen once more; what each opening left would add up to more.
      expect(last.listeners - first.listeners).toBeLessThan(ROUNDS);
    });
  });
}
