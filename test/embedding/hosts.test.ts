// Pages of others around a form: Bootstrap 5, and a stylesheet that takes every look away. Neither changes the form, in
// the page or in the shadow; the form changes nothing of theirs. Pictures are compared, byte by byte.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/html/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

const require = createRequire(import.meta.url);
const sheets = {
  plain: '',
  bootstrap: readFileSync(require.resolve('bootstrap/dist/css/bootstrap.css'), 'utf8'),
  hostile: readFileSync(new URL('hosts/hostile.css', import.meta.url), 'utf8'),
  small: 'html { font-size: 62.5%; }',
};
type Sheet = keyof typeof sheets;
const bundle = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../dist/once-form.json', import.meta.url)), 'utf8'),
) as { path: string };

let browser: Browser;
beforeAll(async () => {
  const { path } = (await findBrowser()) as { path: string };
  browser = await puppeteer.launch({ executablePath: path, args: browserArgs as string[] });
}, 60_000);
afterAll(async () => {
  await browser?.close();
});

interface Look {
  readonly sheet: Sheet;
  readonly shadow?: boolean;
  /** A form stands on the page. */
  readonly form?: boolean;
  readonly extra?: string;
}

/** Opens a host's page, with its form in error, and hands it to a test. */
async function inside<T>(
  { sheet, shadow, form = true, extra = '' }: Look,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const own = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title>
    <link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css">
    ${form ? `<script type="module" src="${bundle.path}"></script>` : ''}</head>
    <body><section class="card"><div class="card-body"><h1>Host</h1><form><label class="form-label">Name
    <input class="form-control" value="host"></label><label><input type="radio" checked> One</label>
    <button type="button" class="btn btn-primary">Host button</button></form><ul><li><a href="#x">A link</a></li></ul>
    <dl><dt>Term</dt><dd>Text</dd></dl></div></section>
    <main>${form ? `<once-form ${shadow ? 'isolation="shadow"' : ''} src="/api/forms/library-card" locale="en"></once-form>` : ''}</main>
    </body></html>`;
  // The place is the same on every page, whatever the host's own rules for it are.
  const place =
    'main { display: block !important; position: absolute; inset: 400px auto auto 0; width: 700px !important; } section { height: 380px; overflow: hidden; }';
  const { url, close } = await serve(0, {
    own,
    assets: { '/host.css': ['text/css', `${sheets[sheet]}\n${place}\n${extra}`] },
  });
  const page = await browser.newPage();
  try {
    await page.setViewport({ width: 760, height: 1100 });
    await page.goto(url);
    if (form) {
      await page.waitForFunction(() => root().querySelector('[data-pointer="/name"] input') !== null && !!root());
      await page.evaluate(() => {
        [...root().querySelectorAll('button')].find(button => button.textContent.trim() === 'Continue')!.click();
      });
      await page.waitForFunction(() => root().querySelector('.once-summary') !== null);
      // The line about the draft changes with time.
      await page.waitForFunction(() => root().querySelector('.once-draft')!.textContent!.includes('aved'));
    }
    return await look(page);
  } finally {
    await page.close();
    await close();
  }
}

/** In the page: the tree that the form is drawn in. */
declare function root(): ParentNode;
const ROOT =
  'globalThis.root = () => { const form = document.querySelector("once-form"); return form.shadowRoot ?? form; };';

async function pictureOf(page: Page, selector: string): Promise<string> {
  await page.evaluate(() => {
    for (const line of document.querySelector('once-form') === null ? [] : root().querySelectorAll('.once-draft'))
      line.remove();
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  const clip =
    selector === 'section' ? { x: 0, y: 0, width: 760, height: 380 } : { x: 0, y: 400, width: 700, height: 640 };
  return page.screenshot({ encoding: 'base64', clip });
}

describe('a form in the page of others', () => {
  beforeAll(async () => {
    browser.on('targetcreated', () => undefined);
    const newPage = browser.newPage.bind(browser);
    browser.newPage = async () => {
      const page = await newPage();
      await page.evaluateOnNewDocument(ROOT);
      return page;
    };
  });

  for (const sheet of ['bootstrap', 'hostile', 'small'] as const) {
    for (const shadow of [false, true]) {
      it(`looks inside ${sheet} as on an empty page, ${shadow ? 'in the shadow' : 'in the page itself'}`, async () => {
        const [plain, host] = [
          await inside({ sheet: 'plain', shadow }, page => pictureOf(page, 'main')),
          await inside({ sheet, shadow }, page => pictureOf(page, 'main')),
        ];
        expect(host.length).toBeGreaterThan(10_000);
        expect(host === plain, 'the same picture').toBe(true);
      }, 60_000);
    }
  }

  for (const sheet of ['plain', 'bootstrap', 'hostile'] as const) {
    it(`changes nothing of the host's own look: ${sheet}`, async () => {
      const [without, withForm] = [
        await inside({ sheet, form: false }, page => pictureOf(page, 'section')),
        await inside({ sheet }, page => pictureOf(page, 'section')),
      ];
      expect(withForm === without, 'the same picture').toBe(true);
    }, 60_000);
  }

  it('shows where the focus is, also where the host takes every outline away', async () => {
    const outline = await inside({ sheet: 'hostile' }, async page => {
      await page.focus('[data-pointer="/name"] input');
      return page.$eval('[data-pointer="/name"] input', box => getComputedStyle(box).outline);
    });
    expect(outline).toContain('solid 3px');
  }, 60_000);

  for (const shadow of [false, true]) {
    it(`takes the tokens of the host ${shadow ? 'into the shadow' : 'in the page'}, and in the page its rules for our classes`, async () => {
      const extra = ':root { --once-accent: rgb(0, 100, 0); } .once.once .once-button { border-radius: 20px; }';
      const [colour, radius] = await inside({ sheet: 'bootstrap', shadow, extra }, page =>
        page.evaluate(() => {
          const { backgroundColor, borderRadius } = getComputedStyle(
            root().querySelector('.once-button[data-kind="primary"]')!,
          );
          return [backgroundColor, borderRadius];
        }),
      );
      expect(colour).toBe('rgb(0, 100, 0)');
      expect(radius).toBe(shadow ? '6px' : '20px');
    }, 60_000);
  }
});
