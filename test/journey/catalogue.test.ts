// The catalogue in a real browser: every form is opened, prefilled, filled with the answers of its ordinary form test,
// walked page by page under axe, and filed. Two forms by default; ONCEFORM_JOURNEYS=all files all of them in both languages.

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';

type Language = 'vi' | 'en';
type Answers = { readonly [key: string]: unknown };

interface Suite {
  readonly tests: readonly {
    readonly kind: string;
    readonly persona?: string;
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
  console.log(`3 of ${slugs.length * 2} form journeys; ONCEFORM_JOURNEYS=all runs every form in both languages`);

const WORDS = {
  vi: {
    signIn: 'Đăng nhập',
    agree: 'Đồng ý và lấy thông tin',
    found: 'Thông tin tìm thấy',
    use: /^Dùng .*thông tin.*tiếp tục/,
    next: 'Tiếp tục',
    submit: 'Nộp hồ sơ',
    filed: 'Nộp hồ sơ thành công',
  },
  en: {
    signIn: 'Sign in',
    agree: 'I agree, fetch my data',
    found: 'Data found',
    use: /^Use .*continue/,
    next: 'Continue',
    submit: 'Submit',
    filed: 'The dossier was submitted',
  },
} as const;

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
    await page.goto(`${portal.url}/forms/${slug}?lang=${language}`);
    await me.rests();
    await me.follow(words.signIn);
    await me.goes(() => page.click(`button[value="${ordinary.persona}"]`));
    await me.press(words.agree);
    await me.sees(words.found);
    await me.rests();
    await me.press(words.use);
    for (const step of ordinary.steps ?? []) if (step.answer !== undefined) await answer(page, step.answer);
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
