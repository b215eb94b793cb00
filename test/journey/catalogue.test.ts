// The catalogue in a real browser: every form is opened, prefilled, filled with the answers of its ordinary form test,
// walked page by page under axe, and filed. Two forms by default; `npm run test:journey -- --all` files every form in both
// languages.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openPage } from './browser.ts';
import { fillForm, forms, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';
import { WORDS, type Language } from './words.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const slugs = readdirSync(forms)
  .filter(name => name.endsWith('.form.json'))
  .map(name => name.replace('.form.json', ''));
const all = process.env['ONCEFORM_JOURNEYS'] === 'all';
const cases: readonly (readonly [string, Language])[] = all
  ? slugs.flatMap(
      slug =>
        [
          [slug, 'vi'],
          [slug, 'en'],
        ] as const,
    )
  : [
      ['permanent-residence', 'vi'],
      // Three dossiers, taken in together.
      ['linked-birth-registration', 'vi'],
      ['household-business', 'en'],
    ];
if (!all)
  console.log(
    `3 of ${slugs.length * 2} form journeys; npm run test:journey -- --all runs every form in both languages`,
  );

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

let portal: Portal, browser: Browser;

beforeAll(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await portal?.close();
});

describe.each(cases)('%s in %s', (slug, language) => {
  test('is filed, with nothing for axe or the policy to report', async () => {
    const { page, complaints, close } = await openPage(browser, DESKTOP);
    const me = new Citizen(page);
    const violations: string[] = [];
    await fillForm(me, portal.url, slug, language, async shown => {
      violations.push(...(await examine(shown)));
    });
    expect((await submit(me, language)).status).toBe(201);
    await me.sees(WORDS[language].filed);
    // Whatever language it was filed in, the paper is the official form, addressed to who decides.
    const paper = await page.waitForSelector('.once-print');
    expect(await paper!.evaluate(sheet => (sheet as HTMLElement).lang)).toBe('vi');
    const text = await paper!.evaluate(sheet => sheet.textContent);
    expect(text).toMatch(/Kính gửi ?(\(1\))?: (\(1\) )?(Ủy ban nhân dân|Công an|\.{20})/);
    expect(text).toMatch(/Nguồn dữ liệu.*lấy từ nguồn chính thức/s);
    expect([...new Set(violations)]).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

/** What axe finds on the page, as `rule target`. The library runs as the browser's own script, beside the page's policy. */
async function examine(page: Page): Promise<string[]> {
  const session = await page.createCDPSession();
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
  const { result } = await session.send('Runtime.evaluate', {
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.flatMap(each => each.nodes.map(node => each.id + ' ' + node.target.join(' '))))`,
  });
  await session.detach();
  return result.value as string[];
}
