// `npm run bench -- peers [--quick]`: the same form in other form libraries, beside ours and the agreed floor. They are
// not ours to install: `npm install --prefix bench/peers --ignore-scripts`, once. Slow cases are kept in.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { browserArgs, findBrowser } from '../scripts/browser.mjs';
import { figures, median, startTrace, stopwatch } from './elements/browser-time.mjs';
import { benchPages, bundle, serve, specs } from './elements/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const installed = join(here, 'peers/node_modules');
const PEERS = {
  rjsf: '@rjsf/core',
  jsonforms: '@jsonforms/react',
  survey: 'survey-js-ui',
  formio: '@formio/js',
  'json-editor': '@json-editor/json-editor',
};
const SIZES = [50, 500, 2000];

export default async function bench({ quick }) {
  if (!existsSync(installed))
    throw new Error('The peers are not installed: npm install --prefix bench/peers --ignore-scripts');
  const script = await bundle([join(here, 'peers/page.ts')], {
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl', '.css': 'empty' },
  });
  const { url, close } = await serve(await benchPages(script));
  const { path } = await findBrowser();
  const browser = await puppeteer.launch({ executablePath: path, args: browserArgs, protocolTimeout: 600_000 });
  const rounds = quick ? 1 : 3;
  const contenders = ['floor', 'ours', ...Object.keys(PEERS)];
  try {
    const rows = [];
    for (const size of SIZES) {
      const seen = Object.fromEntries(contenders.map(name => [name, []]));
      for (let round = 0; round < rounds; round++)
        for (const name of contenders) seen[name].push(await turn(browser, url, size, name));
      for (const figure of ['mount', 'total', 'key']) {
        const time = name => median(seen[name].map(found => found[figure]));
        const say = name => `${name} ${time(name).toFixed(1)} ms`;
        const fastest = Object.keys(PEERS).reduce((a, b) => (time(b) < time(a) ? b : a));
        rows.push({
          name: `${TITLES[figure]} at ${size} fields, beside the fastest peer (${fastest})`,
          ratio: time('ours') / time(fastest),
          bound: figure === 'mount' ? 1 : null,
          note: contenders.map(say).join(', '),
        });
      }
    }
    const versions = Object.fromEntries(
      Object.values(PEERS).map(name => [
        name,
        JSON.parse(readFileSync(join(installed, name, 'package.json'), 'utf8')).version,
      ]),
    );
    return { rows, rounds, versions, date: new Date().toISOString().slice(0, 10), browser: await browser.version() };
  } finally {
    await browser.close();
    close();
  }
}

const TITLES = { mount: 'mount, ready to type,', total: 'mount, all in the document,', key: 'one key' };

/** Mounts twice on a fresh page, the second time counts, and types a few keys into the field in the middle. */
async function turn(browser, url, size, contender) {
  const page = await browser.newPage();
  page.on('pageerror', error => console.error(contender, String(error).slice(0, 300)));
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  await page.evaluate((name, fields) => bench.load(name, 'sections', fields), contender, size);
  await page.evaluate(name => bench.mount(name), contender);
  await page.evaluate(() => bench.complete());
  await page.evaluate(() => bench.unmount());
  const trace = await startTrace(page);
  const busy = stopwatch(page);
  const mount = await busy('mount', contender);
  const rest = await busy('complete');
  const fields = await page.evaluate(() => bench.fields());
  if (fields < size * 0.8) throw new Error(`${contender} shows ${fields} controls of ${size}.`);
  const { targets } = specs.spec('sections', size);
  await page
    .evaluate(at => bench.scrollTo(at), targets.text)
    .catch(error => {
      throw new Error(`${contender} has no control at ${targets.text}: ${error.message}`);
    });
  const keys = [];
  for (const text of ['An', 'Ann', 'Anna', 'Anna L']) keys.push(await busy('key', targets.text, text));
  const found = figures({ mount, total: `${mount}+${rest}`, key: keys.slice(1) }, await trace.stop());
  await page.close();
  return found;
}
