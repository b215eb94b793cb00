// axe over the gallery: every form, in every state, at every step, in both languages, in the page and in the shadow, at
// both widths, light and dark. `npm run test:a11y` runs all of it (hours on two cores), `-- --sample` every form in every
// state once, `-- conflict en` what has those words; audit.test.ts runs a few pages with `npm test`. A violation fails; so
// does an `incomplete`, something axe could not decide, that no entry of triaged.json accounts for.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { serveGallery } from '../../packages/elements/gallery/serve.mjs';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const at = path => fileURLToPath(new URL(path, import.meta.url));
/** `{ rule, selector, why }`: what axe could not decide, where, and why it is in order. */
export const triaged = JSON.parse(readFileSync(at('triaged.json'), 'utf8'));

const CATALOGUE = readdirSync(at('../../packages/vn/forms'))
  .filter(name => name.endsWith('.form.json'))
  .map(name => name.replace('.form.json', ''));
const STATES = [
  'empty',
  'filled',
  'error',
  'locked',
  'correctable',
  'free',
  'changed',
  'conflict',
  'missing',
  'loading',
];
const WIDTHS = { 320: { width: 320, height: 640 }, 1280: { width: 1280, height: 900 } };

/** Every page to look at: `{ form, state, locale, tree }`. */
export function everything() {
  const forms = [
    ...['every-control', 'every-control-read-only', 'library-card'].map(form => ({ form, states: STATES })),
    ...CATALOGUE.map(form => ({
      form,
      states: ['empty', 'filled', 'error', 'locked', 'changed', 'conflict', 'missing'],
    })),
  ];
  return forms.flatMap(({ form, states }) =>
    states
      .filter(state => form !== 'every-control-read-only' || state === 'empty')
      .flatMap(state =>
        ['vi', 'en'].flatMap(locale => ['page', 'shadow'].map(tree => ({ form, state, locale, tree }))),
      ),
  );
}

/** One page for each form and state, in turn Vietnamese and English, in the page and in the shadow. */
export function sample() {
  const combinations = ['vi page', 'en shadow', 'en page', 'vi shadow'];
  const seen = new Map();
  for (const page of everything()) {
    const key = `${page.form} ${page.state}`;
    if (!seen.has(key)) seen.set(key, combinations[seen.size % combinations.length]);
  }
  return everything().filter(({ form, state, locale, tree }) => seen.get(`${form} ${state}`) === `${locale} ${tree}`);
}

/**
 * Looks at each of the pages, at every step.
 *
 * @param {ReturnType<typeof everything>} pages
 * @param {(line: string) => void} [say] Told of each page that was looked at.
 * @returns {Promise<{ looks: number; violations: string[]; untriaged: string[]; used: Set<number> }>} `used`: which
 *   entries of triaged.json were needed.
 */
export async function audit(pages, say = () => undefined) {
  const { path } = await findBrowser();
  const [{ url, close }, browser] = await Promise.all([
    serveGallery(0, { watch: false }),
    puppeteer.launch({ executablePath: path, args: browserArgs, protocolTimeout: 120_000 }),
  ]);
  const result = { looks: 0, violations: new Set(), untriaged: new Set(), used: new Set() };
  try {
    for (const { form, state, locale, tree } of pages) {
      const before = result.looks;
      const page = await browser.newPage();
      page.on('pageerror', error => result.violations.add(`script error at ${form} ${state}: ${error.stack ?? error}`));
      await page.setViewport(WIDTHS[1280]);
      await page.goto(`${url}/?form=${form}&state=${state}&locale=${locale}${tree === 'shadow' ? '&shadow' : ''}`);
      await page.waitForSelector('html[data-ready]', { timeout: 30_000 });
      await page.evaluate(axe);
      const steps = await page.evaluate(() =>
        document.querySelector('once-form').desk.journey.steps.map(({ id }) => id),
      );
      if (state === 'filled') steps.push('receipt');
      for (const step of steps) {
        await page.evaluate(id => goToStep(id), step);
        for (const [width, size] of Object.entries(WIDTHS)) {
          await page.setViewport(size);
          await look(page, `${form} › ${step} (${state}, ${locale}, ${tree}, ${width} px)`, result);
        }
        await page.evaluate(() => document.documentElement.classList.add('dark'));
        await look(page, `${form} › ${step} (${state}, ${locale}, ${tree}, dark)`, result, ['color-contrast']);
        await page.evaluate(() => document.documentElement.classList.remove('dark'));
      }
      await page.close();
      say(`${form} ${state} ${locale} ${tree}: ${steps.length} steps, ${result.looks - before} looks`);
    }
  } finally {
    await browser.close();
    close();
  }
  return { ...result, violations: [...result.violations], untriaged: [...result.untriaged] };
}

/** Waits until nothing is drawn any more: what stands in the document while axe looks is what stands there when it ends. */
const rested = () =>
  new Promise(resolve => {
    const done = () => {
      observer.disconnect();
      resolve();
    };
    let timer = setTimeout(done, 150);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(done, 150);
    });
    for (const root of [document, document.querySelector('once-form').shadowRoot ?? []].flat())
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  });

async function look(page, where, result, rules) {
  await page.evaluate(rested);
  const found = await page.evaluate(
    async (only, known) => {
      const { violations, incomplete } = await globalThis.axe.run(document, {
        resultTypes: ['violations', 'incomplete'],
        preload: false,
        elementRef: true,
        ...(only === undefined ? {} : { runOnly: { type: 'rule', values: only } }),
      });
      const flat = list =>
        list.flatMap(({ id, nodes }) =>
          nodes.map(node => ({
            id,
            html: node.html.slice(0, 200),
            why: [...node.any, ...node.all, ...node.none].map(({ message }) => message).join(' '),
            accounted: known.findIndex(({ rule, selector }) => rule === id && node.element?.matches(selector)),
          })),
        );
      return { violations: flat(violations), incomplete: flat(incomplete) };
    },
    rules,
    triaged,
  );
  result.looks += 1;
  for (const { id, html, why } of found.violations) result.violations.add(`${id} at ${where}: ${html} – ${why}`);
  for (const { id, html, why, accounted } of found.incomplete) {
    if (accounted < 0) result.untriaged.add(`${id} at ${where}: ${html} – ${why}`);
    else result.used.add(accounted);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2).filter(word => word !== '--sample');
  const pages = (process.argv.includes('--sample') ? sample() : everything()).filter(page =>
    words.every(word => Object.values(page).includes(word)),
  );
  const start = Date.now();
  const { looks, violations, untriaged, used } = await audit(pages, line => console.log(line));
  for (const line of [...violations.map(text => `✗ ${text}`), ...untriaged.map(text => `? ${text}`)])
    console.error(line);
  const idle = words.length > 0 ? [] : triaged.filter((_, index) => !used.has(index));
  for (const { rule, selector } of idle)
    console.error(`! triaged.json accounts for ${rule} at ${selector}, which was not seen`);
  console.log(
    `${pages.length} pages, ${looks} looks, ${violations.length} violations, ${untriaged.length} untriaged `
      + `(${Math.round((Date.now() - start) / 1000)} s)`,
  );
  process.exit(violations.length + untriaged.length + idle.length > 0 || looks === 0 ? 1 : 0);
}
