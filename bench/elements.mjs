// `npm run bench -- elements [--quick]`: what the elements cost in a real browser, beside the agreed floor
// (../shared/bench). Busy time is script + style + layout as the browser counts it. Contenders take turns within each
// round; a figure is the median, over the rounds, of the ratio within a round, so that a busy machine slows both sides.
// What other form libraries cost is a bench of its own: `npm run bench -- peers`.

import puppeteer from 'puppeteer-core';
import { browserArgs, findBrowser } from '../scripts/browser.mjs';
import { figures, median, startTrace, stopwatch } from './elements/browser-time.mjs';
import { benchPages, serve, specs } from './elements/serve.mjs';
import { slowPhone } from './elements/slow-phone.mjs';

const CONTENDERS = ['floor', 'ours', 'floor-cv'];

export default async function bench({ quick, rounds = quick ? 1 : 15 }) {
  if (specs === null) throw new Error('The agreed floor is missing: ../shared/bench has no floor.js.');
  const { url, close } = await serve(await benchPages());
  const { path } = await findBrowser();
  const browser = await puppeteer.launch({
    executablePath: path,
    args: [...browserArgs, '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
  try {
    const seen = [];
    // The round before the first warms caches on disk and is thrown away.
    for (let round = 0; round <= rounds; round++) {
      const now = {};
      for (const size of [50, 500, 2000])
        now[`sections ${size}`] = await turn(browser, url, 'sections', size, sections);
      for (const size of [10, 50, 500]) now[`rows ${size}`] = await turn(browser, url, 'rows', size, rowsOf);
      now.heap = await turn(browser, url, 'sections', 2000, heap);
      if (round > 0 || quick) seen.push(now);
    }
    const at = (kind, who, figure) => round => round[kind][who][figure];
    const rows = [];
    const compare = (name, bound, upper, lower, unit = 'ms') =>
      rows.push({
        name,
        ratio: median(seen.map(round => upper(round) / lower(round))),
        bound,
        note: `${median(seen.map(upper)).toFixed(2)} ${unit} against ${median(seen.map(lower)).toFixed(2)} ${unit}`,
      });
    const bounds = { 50: 1.2, 500: 0.7, 2000: 0.5 };
    for (const size of [50, 500, 2000]) {
      const kind = `sections ${size}`;
      const beside = (what, bound, figure, other = 'floor') =>
        compare(`mount at ${size} fields, ${what}`, bound, at(kind, 'ours', figure), at(kind, other, figure));
      beside('ready to type', bounds[size], 'ready');
      beside('all in the document', null, 'total');
      beside('ready, the first time on a page', null, 'cold');
      beside('ready, beside floor-cv', null, 'ready', 'floor-cv');
    }
    const ours = (kind, figure) => at(kind, 'ours', figure);
    compare(
      'one key at 2,000 fields, beside its own at 50',
      1.3,
      ours('sections 2000', 'key'),
      ours('sections 50', 'key'),
    );
    compare('one key at 500 rows, beside its own at 50', 1.3, ours('rows 500', 'key'), ours('rows 50', 'key'));
    compare(
      'one key at 2,000 fields, beside the floor',
      null,
      ours('sections 2000', 'key'),
      at('sections 2000', 'floor', 'key'),
    );
    compare(
      'toggle of a ten-field section',
      1.5,
      ours('sections 2000', 'toggle'),
      at('sections 2000', 'floor', 'toggle'),
    );
    compare('adding a row to 500, beside adding to 10', 2, ours('rows 500', 'add'), ours('rows 10', 'add'));
    compare(
      `submit of 2,000 fields with ${seen[0]['sections 2000'].ours.errors} errors (the floor finds ${seen[0]['sections 2000'].floor.errors})`,
      1.5,
      ours('sections 2000', 'submit'),
      at('sections 2000', 'floor', 'submit'),
    );
    compare('heap at 2,000 fields', 10, ours('heap', 'used'), at('heap', 'floor', 'used'), 'MB');
    rows.push(await slowPhone(browser, quick ? 1 : 5));
    return { rows, rounds: seen.length, browser: await browser.version() };
  } finally {
    await browser.close();
    close();
  }
}

/** Every contender once, each on a fresh page: contender → figures. */
async function turn(browser, url, kind, size, run) {
  const found = {};
  for (const contender of run === heap ? CONTENDERS.slice(0, 2) : CONTENDERS) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(url);
    await page.waitForFunction(() => globalThis.bench !== undefined);
    await page.evaluate((name, form, fields) => bench.load(name, form, fields), contender, kind, size);
    if (run === heap) found[contender] = await heap(page, contender);
    else {
      const trace = await startTrace(page);
      const result = await run(page, contender, stopwatch(page), specs.spec(kind, size).targets, size);
      found[contender] = figures(result, await trace.stop());
    }
    await page.close();
  }
  return found;
}

async function sections(page, contender, busy, targets, size) {
  // The first mount compiles the code as it goes; the later ones show what a form itself costs.
  const cold = await busy('mount', contender);
  const ready = [],
    total = [];
  for (let i = 0; i < (size === 2000 ? 2 : 4); i++) {
    await page.evaluate(() => bench.complete());
    await page.evaluate(() => bench.unmount());
    const first = await busy('mount', contender);
    const rest = await busy('complete');
    ready.push(first);
    total.push(`${first}+${rest}`);
  }
  const key = await keys(page, busy, targets.text);
  await page.evaluate(at => bench.scrollTo(at), targets.toggle);
  const toggles = [];
  for (let i = 0; i < 6; i++) toggles.push(await busy('toggle', targets.toggle));
  const large = size === 2000;
  const submit = large ? await busy('submit') : 0;
  const errors = large ? await page.evaluate(() => bench.submit()) : 0;
  return { cold, ready, total, key, toggle: toggles.slice(2), submit, errors };
}

async function rowsOf(page, contender, busy, targets) {
  await page.evaluate(name => bench.mount(name), contender);
  await page.evaluate(() => bench.complete());
  const key = await keys(page, busy, targets.text);
  const adds = [];
  for (let i = 0; i < 5; i++) adds.push(await busy('addRow'));
  return { key, add: adds.slice(1) };
}

/** Scrolls to a text box and types into it; the first keys warm up. */
async function keys(page, busy, path) {
  await page.evaluate(at => bench.scrollTo(at), path);
  const names = [];
  for (let i = 0; i < 12; i++) names.push(await busy('key', path, 'Anna Lindqvist'.slice(0, 2 + i)));
  return names.slice(3);
}

async function heap(page, contender) {
  const used = () =>
    page.evaluate(() => {
      gc();
      return performance.memory.usedJSHeapSize;
    });
  const before = await used();
  await page.evaluate(name => bench.mount(name), contender);
  await page.evaluate(() => bench.complete());
  return { used: ((await used()) - before) / 1e6 };
}
