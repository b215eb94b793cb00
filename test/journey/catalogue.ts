// A form of the catalogue filled with the answers of one of its form tests, as far as its review.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ElementHandle, Page } from 'puppeteer-core';
import { personas } from '@onceform/vn/personas';
import type { Citizen } from './citizen.ts';
import { dayFromNow } from './clock.ts';
import { openForm, takeFound, WORDS, type Language } from './words.ts';

type Answers = { readonly [key: string]: unknown };

interface Suite {
  readonly tests: readonly {
    readonly kind: string;
    readonly persona?: string;
    readonly today: string;
    readonly steps?: readonly ({ readonly answer?: Answers; readonly use?: string } & object)[];
  }[];
}

export const forms = fileURLToPath(new URL('../../packages/vn/forms', import.meta.url));

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

/** The first ordinary form test of a form. */
function ordinaryOf(slug: string): Suite['tests'][number] {
  const suite: Suite = JSON.parse(readFileSync(join(forms, `${slug}.tests.json`), 'utf8'));
  return suite.tests.find(each => each.kind === 'ordinary')!;
}

/** Who fills a form in its first ordinary form test. */
export function personaOf(slug: string): string {
  return ordinaryOf(slug).persona!;
}

/**
 * Opens a form, signs in as the person of its first ordinary form test, and fills it.
 *
 * @param look is called on every page on the way, and on the review.
 */
export async function fillForm(
  me: Citizen,
  url: string,
  slug: string,
  language: Language,
  look?: (page: Page) => Promise<void>,
): Promise<void> {
  const { name } = personas.find(each => each.slug === personaOf(slug))!;
  await openForm(me, `${url}/forms/${slug}`, language, new RegExp(name));
  await fillOpened(me, slug, language, look);
}

/** Takes what is found, gives the answers of the form's first ordinary form test, and walks to the review. */
export async function fillOpened(
  me: Citizen,
  slug: string,
  language: Language,
  look: (page: Page) => Promise<void> = async () => undefined,
  /** Called when what was found is shown, before it is taken. */
  found: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { page } = me,
    words = WORDS[language];
  const { steps = [], today } = ordinaryOf(slug);
  await takeFound(me, language, found);
  const given = steps.flatMap(step => (step.answer === undefined ? [] : [asOfToday(step.answer, today) as Answers]));
  for (const each of given) await answer(page, each);
  await me.settle();
  const takesRows = steps.some(({ use }) => use !== undefined && /\/\d+$/.test(use));
  for (let no = 0; no < 15 && !(await me.has('button', words.submit)); no++) {
    await attachPapers(page);
    await chooseOffers(page);
    if (takesRows) {
      await takeRows(page);
      for (const each of given) await answer(page, each, true);
      await me.settle();
    }
    await look(page);
    await me.press(words.next);
    await me.rests();
  }
  await look(page);
}

/** Presses submit, and waits for the portal's answer: of one dossier, whole or composed of what was sent ahead, or of a bundle. */
export async function submit<Body>(
  me: Citizen,
  language: Language,
): Promise<{ status: number; body: Body; path: string }> {
  const filing = me.page.waitForResponse(
    response =>
      ['PUT', 'POST'].includes(response.request().method())
      && /\/api\/(?:dossiers|bundles)\/[^/]+(?:\/compose)?$/.test(response.url()),
  );
  await me.press(WORDS[language].submit);
  const response = await filing.catch(async () => {
    throw new Error(`Nothing was filed. The page says: ${(await me.reads()).slice(0, 3000)}`);
  });
  const { pathname: path } = new URL(response.url());
  return { status: response.status(), body: (await response.json()) as Body, path };
}

/** Answers of a form test, with days around its own today moved to as far from ours: a test written once stays in time. */
function asOfToday(value: unknown, today: string): unknown {
  if (Array.isArray(value)) return value.map(item => asOfToday(item, today));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asOfToday(inner, today)]));
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const away = (Date.parse(value) - Date.parse(today)) / 86_400_000;
  return Math.abs(away) > 400 ? value : dayFromNow(away);
}

/**
 * Gives answers through the form's own session, leaf by leaf; what a register locked stays, and a row that is not there
 * yet waits.
 *
 * @param rowsOnly what is said of rows, `{ homes: { 0: … } }`, and nothing else
 */
export async function answer(page: Page, answers: Answers, rowsOnly = false): Promise<void> {
  await page.evaluate(
    (given, only) => {
      interface Session {
        readonly state: { readonly data: unknown };
        dispatch(spec: object): void;
      }
      const session = (document.querySelector('once-form') as unknown as { currentSession: Session }).currentSession;
      const visit = (value: unknown, at: string, held: unknown, inRow: boolean): void => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          if (inRow || !only) session.dispatch({ changes: { set: at, value } });
          return;
        }
        for (const [key, inner] of Object.entries(value)) {
          const isRow = /^\d+$/.test(key);
          const there = (held as Record<string, unknown> | undefined)?.[key];
          if (!isRow || there !== undefined) visit(inner, `${at}/${key}`, there, inRow || isRow);
        }
      };
      visit(given, '', session.state.data, false);
    },
    answers,
    rowsOnly,
  );
}

/** Takes every row that a source offers on the page. */
async function takeRows(page: Page): Promise<void> {
  const offered = 'once-form .once-candidate';
  for (let left = (await page.$$(offered)).length; left > 0; left--) {
    await page.$eval(`${offered} button[data-kind="secondary"]`, button => (button as HTMLElement).click());
    await page.waitForFunction(
      (rows, before) => document.querySelectorAll(rows).length < before,
      { polling: 50 },
      offered,
      left,
    );
  }
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
