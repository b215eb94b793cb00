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
const bundle = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../dist/once-form.json', import.meta.url)), 'utf8'),
) as { path: string };

/** The place of the form is the same on every page, whatever the host's own rules for it are. */
const PLACE = `main { display: block !important; position: absolute; inset: 400px auto auto 0; width: 700px !important; }
section { height: 380px; overflow: hidden; }`;
const OWN = ':root { --once-accent: rgb(0, 100, 0); } .once.once .once-button { border-radius: 20px; }';

let browser: Browser;
let site: { url: string; close(): Promise<void> };
beforeAll(async () => {
  const { path } = (await findBrowser()) as { path: string };
  const assets: Record<string, [string, string]> = {};
  for (const [name, css] of Object.entries({ ...sheets, own: `${sheets.bootstrap}\n${OWN}` })) {
    assets[`/${name}.css`] = ['text/css', `${css}\n${PLACE}`];
    for (const form of ['none', 'page', 'shadow'])
      assets[`/${name}-${form}`] = ['text/html; charset=utf-8', host(name, form)];
  }
  [browser, site] = await Promise.all([
    puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
    serve(0, { assets }) as Promise<typeof site>,
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

function host(sheet: string, form: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title>
    <link rel="icon" href="data:,"><link rel="stylesheet" href="/${sheet}.css">
    ${form === 'none' ? '' : `<script type="module" src="${bundle.path}"></script>`}</head>
    <body><section class="card"><div class="card-body"><h1>Host</h1><form><label class="form-label">Name
    <input class="form-control" value="host"></label><label><input type="radio" checked> One</label>
    <button type="button" class="btn btn-primary">Host button</button></form><ul><li><a href="#x">A link</a></li></ul>
    <dl><dt>Term</dt><dd>Text</dd></dl></div></section>
    <main>${form === 'none' ? '' : `<once-form ${form === 'shadow' ? 'isolation="shadow"' : ''} src="/api/forms/library-card" locale="en"></once-form>`}</main>
    </body></html>`;
}

/** In the page: the tree that the form is drawn in. */
declare function root(): ParentNode;
const ROOT = `globalThis.root = () => {
  const form = document.querySelector('once-form');
  return form.shadowRoot ?? form;
};`;

/** Opens a host's page, brings its form into error, and hands it to a look. */
async function inside<T>(sheet: string, form: string, look: (page: Page) => Promise<T>): Promise<T> {
  // A context of its own: no page finds the draft of the one before.
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  try {
    await page.setViewport({ width: 760, height: 1100 });
    await page.evaluateOnNewDocument(ROOT);
    await page.goto(`${site.url}/${sheet}-${form}`);
    if (form !== 'none') {
      await page.waitForFunction(() => root().querySelector('[data-pointer="/name"] input') !== null);
      await page.evaluate(() => {
        [...root().querySelectorAll('button')].find(button => button.textContent.trim() === 'Continue')!.click();
      });
      await page.waitForFunction(() => root().querySelector('.once-summary') !== null);
    }
    return await look(page);
  } finally {
    await context.close();
  }
}

async function pictureOf(page: Page, of: 'host' | 'form'): Promise<string> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
    // The line about the draft changes with time.
    if (document.querySelector('once-form')) root().querySelector('.once-draft')?.classList.add('once-hidden');
  });
  const clip = of === 'host' ? { y: 0, width: 760, height: 380 } : { y: 400, width: 700, height: 640 };
  return page.screenshot({ encoding: 'base64', clip: { x: 0, ...clip } });
}

const seen = new Map<string, Promise<string>>();
/** A picture, taken once. */
function picture(sheet: string, form: string, of: 'host' | 'form'): Promise<string> {
  const key = `${sheet} ${form} ${of}`;
  if (!seen.has(key))
    seen.set(
      key,
      inside(sheet, form, page => pictureOf(page, of)),
    );
  return seen.get(key)!;
}

describe('a form in the page of others', () => {
  for (const sheet of ['bootstrap', 'hostile', 'small']) {
    for (const tree of ['page', 'shadow']) {
      it(`looks inside ${sheet} as on an empty page, drawn in the ${tree}`, async () => {
        const [plain, there] = [await picture('plain', tree, 'form'), await picture(sheet, tree, 'form')];
        expect(there.length).toBeGreaterThan(10_000);
        expect(there === plain, 'the same picture').toBe(true);
      }, 60_000);
    }
  }

  for (const sheet of ['plain', 'bootstrap', 'hostile']) {
    it(`changes nothing of the host's own look: ${sheet}`, async () => {
      const [without, there] = [await picture(sheet, 'none', 'host'), await picture(sheet, 'page', 'host')];
      expect(there === without, 'the same picture').toBe(true);
    }, 60_000);
  }

  it('shows where the focus is, also where the host takes every outline away', async () => {
    const outline = await inside('hostile', 'page', async page => {
      await page.focus('[data-pointer="/name"] input');
      return page.$eval('[data-pointer="/name"] input', box => getComputedStyle(box).outline);
    });
    expect(outline).toContain('solid 3px');
  }, 60_000);

  for (const tree of ['page', 'shadow']) {
    it(`takes the tokens of the host, drawn in the ${tree}${tree === 'page' ? ', and its rules for our classes' : ''}`, async () => {
      const [colour, radius] = await inside('own', tree, page =>
        page.evaluate(() => {
          const button = root().querySelector('.once-button[data-kind="primary"]')!;
          const { backgroundColor, borderRadius } = getComputedStyle(button);
          return [backgroundColor, borderRadius];
        }),
      );
      expect(colour).toBe('rgb(0, 100, 0)');
      expect(radius).toBe(tree === 'shadow' ? '6px' : '20px');
    }, 60_000);
  }
});
