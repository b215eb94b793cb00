// The catalogue in a real browser: every form is opened, prefilled, filled with the answers of its ordinary form test,
// walked page by page under axe, and filed. Two forms by default; `npm run test:journey -- --all` files every form in both
// languages.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import { DESKTOP, openPage, shot } from './browser.ts';
import { fillForm, forms, personaOf, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
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
    `3 of ${slugs.length * 2} form journeys, and half of the looks at the pages around; npm run test:journey -- --all runs every form in both languages`,
  );

/** The screens that everything has to fit on, in the light and in the dark. */
const SIGHTS = {
  wide: { viewport: DESKTOP, scheme: 'light' },
  narrow: { viewport: { width: 320, height: 640 }, scheme: 'dark' },
} as const;
type Sight = keyof typeof SIGHTS;
/** How the pages around the forms are looked at: each language and each screen once, or all of them. */
const LOOKS: readonly (readonly [Language, readonly Sight[]])[] = all
  ? [
      ['vi', ['wide', 'narrow']],
      ['en', ['wide', 'narrow']],
    ]
  : [
      ['vi', ['wide']],
      ['en', ['narrow']],
    ];

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

describe.each(cases)('%s in %s', (slug, language) => {
  test('is filed, with nothing for axe or the policy to report', async () => {
    const { page, complaints, close } = await openPage(DESKTOP);
    const me = new Citizen(page);
    const violations: string[] = [];
    await fillForm(me, portal.url, slug, language, async shown => {
      violations.push(...(await examine(shown)), ...(await sticksOut(shown)));
    });
    expect((await submit(me, language)).status).toBe(201);
    await me.sees(WORDS[language].filed);
    // Whatever language it was filed in, the paper is the official form, addressed to who decides.
    const paper = await page.waitForSelector('.once-print');
    expect(await paper!.evaluate(sheet => (sheet as HTMLElement).lang)).toBe('vi');
    const text = await paper!.evaluate(sheet => sheet.textContent);
    expect(text).toMatch(/Kính gửi ?(\(1\))?: (\(1\) )?(Ủy ban nhân dân|Công an|\.{20})/);
    expect(text).toMatch(/Nguồn dữ liệu.*lấy từ nguồn chính thức/s);
    for (const { viewport } of Object.values(SIGHTS)) {
      await page.setViewport(viewport);
      await me.settle();
      violations.push(...(await examine(page)).map(found => `receipt: ${found}`));
    }
    expect([...new Set(violations)]).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

// The pages around the forms, for a visitor, for the citizen who filed above, and for an officer.
test.each(LOOKS)(
  'the pages around the forms have nothing for axe or the policy to report, in %s, %s',
  async (language, sights) => {
    const { page, complaints, close } = await openPage(DESKTOP);
    const me = new Citizen(page);
    const violations: string[] = [];
    const look = async (what: string): Promise<void> => {
      for (const how of sights) {
        const { viewport, scheme } = SIGHTS[how];
        await page.setViewport(viewport);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await me.settle();
        const found = [...(await examine(page)), ...(await sticksOut(page))];
        violations.push(...found.map(each => `${what}, ${how}: ${each}`));
        await shot(page, `${language}-${what.replaceAll(/\W+/g, '-')}-${how}`);
      }
    };
    const open = async (path: string): Promise<void> => {
      await page.goto(`${portal.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      await me.rests();
    };
    const signIn = async (persona: string, to: string): Promise<void> => {
      await page.goto(`${portal.url}/auth/sign-in?return=${encodeURIComponent(to)}`);
      await me.goes(() => page.click(`button[value="${persona}"]`));
      await me.rests();
    };

    for (const path of ['/', '/reuse', '/usage', '/forms/there-is-none']) {
      await open(path);
      await look(path);
    }
    // A form that somebody began before.
    const form = '/forms/driving-licence-exchange';
    await open(form);
    await me.press(WORDS[language].start);
    await page.type('once-form input[data-once="text"]', 'An');
    await me.sees(WORDS[language].draftSaved);
    await page.evaluate(() => sessionStorage.clear());
    await open(form);
    await me.seesButton(WORDS[language].anew);
    await look('a draft that was found');

    await page.goto(`${portal.url}/auth/sign-in?return=/dossiers`);
    await look('sign-in');
    // Whoever agrees to a fetch has something in the log, also where nothing was filed before.
    await signIn(personaOf(cases[0]![0]), form);
    await me.seesButton(WORDS[language].agree, WORDS[language].anew);
    if (await me.has('button', WORDS[language].anew)) await me.press(WORDS[language].anew);
    await me.press(WORDS[language].agree);
    await me.sees(WORDS[language].found);
    await me.rests();
    for (const path of ['/dossiers', '/papers', '/invitation', '/officer']) {
      await open(path);
      await look(path);
    }
    await open('/usage');
    await page.click('.complain summary');
    await page.type('.complain textarea', 'Ai đã xem? Who has looked?');
    await look('a complaint');
    await page.click('.complain form button');
    await page.waitForSelector('[data-part="complaints"]');
    await look('/usage');

    await signIn('can-bo', '/officer');
    // Run alone, this test finds no dossier there.
    await (await page.$('[data-act="entries"]'))?.click();
    await me.rests();
    await page.$eval('aside.demo details', panel => ((panel as HTMLDetailsElement).open = true));
    await look('the officer, and the panel');
    expect([...new Set(violations)]).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },
);

/** What is wider than the box it stands in, on the narrowest phone that WCAG 2.2 (1.4.10) asks for. */
async function sticksOut(page: Page): Promise<string[]> {
  const before = page.viewport();
  await page.setViewport({ width: 320, height: 640 });
  const found = await page.evaluate(() => {
    const scrolls = (box: Element): boolean => getComputedStyle(box).overflowX !== 'visible';
    const isSeen = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true }) && element.closest('.once-hidden, [popover], svg') === null;
    const wide: string[] = [];
    for (const element of document.querySelectorAll('main *')) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width < 2 || !isSeen(element)) continue;
      for (let box = element.parentElement; box !== null && !scrolls(box); box = box.parentElement) {
        const outer = box.getBoundingClientRect();
        if (getComputedStyle(box).display === 'inline' || (left > outer.left - 2 && right < outer.right + 2)) continue;
        wide.push(
          `sticks out of .${box.className} at 320 px: <${element.localName} class="${element.className}"> ${element.textContent!.trim().slice(0, 40)}`,
        );
        break;
      }
    }
    return wide;
  });
  await page.setViewport(before);
  return found;
}

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
