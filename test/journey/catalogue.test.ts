// The catalogue in a real browser: every form is opened, prefilled, filled with the answers of its ordinary form test,
// walked page by page under axe, and filed. Two forms by default; `npm run test:journey -- --all` files every form in both
// languages.

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { personas } from '@onceform/vn/personas';
import type { Browser, ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';
import { openForm, takeFound, WORDS, type Language } from './words.ts';

type Answers = { readonly [key: string]: unknown };

interface Suite {
  readonly tests: readonly {
    readonly kind: string;
    readonly persona?: string;
    readonly today: string;
    readonly steps?: readonly ({ readonly answer?: Answers } & object)[];
  }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const forms = join(root, 'packages/vn/forms');
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

const scratch = mkdtempSync(join(tmpdir(), 'onceform-papers-'));
const paper = join(scratch, 'giay-to.pdf'),
  picture = join(scratch, 'anh.png');
writeFileSync(
  paper,
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);
writeFileSync(
  picture,
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
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
  const words = WORDS[language];

  test('is filed, with nothing for axe or the policy to report', async () => {
    const suite: Suite = JSON.parse(readFileSync(join(forms, `${slug}.tests.json`), 'utf8'));
    const ordinary = suite.tests.find(each => each.kind === 'ordinary')!;
    const { page, complaints, close } = await openPage(browser, DESKTOP);
    const me = new Citizen(page);
    const persona = personas.find(each => each.slug === ordinary.persona)!;
    await openForm(me, `${portal.url}/forms/${slug}`, language, new RegExp(persona.name));
    await takeFound(me, language);
    for (const step of ordinary.steps ?? [])
      if (step.answer !== undefined) await answer(page, asOfToday(step.answer, ordinary.today) as Answers);
    await me.settle();

    const violations: string[] = [];
    for (let no = 0; no < 15 && !(await me.has('button', words.submit)); no++) {
      await attachPapers(page);
      await chooseOffers(page);
      violations.push(...(await examine(page)));
      await me.press(words.next);
      await me.rests();
    }
    violations.push(...(await examine(page)));
    const filing = page.waitForResponse(
      response => response.request().method() === 'PUT' && /\/api\/(?:dossiers|bundles)\//.test(response.url()),
    );
    await me.press(words.submit);
    expect((await filing).status()).toBe(201);
    await me.sees(words.filed);
    expect([...new Set(violations)]).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

/** Answers of a form test, with days around its own today moved to as far from ours: a test written once stays in time. */
function asOfToday(value: unknown, today: string): unknown {
  if (Array.isArray(value)) return value.map(item => asOfToday(item, today));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asOfToday(inner, today)]));
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const away = Date.parse(value) - Date.parse(today);
  if (Math.abs(away) > 400 * 86_400_000) return value;
  return new Date(Date.parse(new Date().toISOString().slice(0, 10)) + away).toISOString().slice(0, 10);
}

/** Gives answers through the form's own session, leaf by leaf; what a register locked stays. */
async function answer(page: Page, answers: Answers): Promise<void> {
  await page.evaluate(given => {
    const session = (
      document.querySelector('once-form') as unknown as { currentSession: { dispatch(spec: object): void } }
    ).currentSession;
    const visit = (value: unknown, at: string): void => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        for (const [key, inner] of Object.entries(value)) visit(inner, `${at}/${key}`);
      else session.dispatch({ changes: { set: at, value } });
    };
    visit(given, '');
  }, answers);
}

/** Takes the first record wherever the page offers some and none was taken. */
async function chooseOffers(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const group of document.querySelectorAll('once-form fieldset')) {
      const radios = [...group.querySelectorAll<HTMLInputElement>('input[type=radio][name*="offer"]')];
      if (radios.length > 0 && !radios.some(radio => radio.checked)) radios[0]!.click();
    }
  });
}

async function attachPapers(page: Page): Promise<void> {
  for (const input of (await page.$$('once-form input[type=file]')) as ElementHandle<HTMLInputElement>[]) {
    const { shown, accept, filled } = await input.evaluate(element => ({
      shown: element.checkVisibility(),
      accept: element.accept,
      filled: element.files?.length ?? 0,
    }));
    if (shown && filled === 0) await input.uploadFile(accept.includes('pdf') || accept === '' ? paper : picture);
  }
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
