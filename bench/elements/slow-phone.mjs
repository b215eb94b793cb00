// A cheap phone on a poor line: processor ÷ 6, 400 kbit/s. How long from opening the address until the first box can be
// typed into, beside the floor's page of the same bytes on the wire.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { median } from './browser-time.mjs';
import { bundle, formFiles, SCRIPT, serve } from './serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const SIZE = 50;
/** 400 kbit/s in bytes per second, and a poor line's delay in ms. */
const LINE = { offline: false, downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 150 };

export async function slowPhone(browser, rounds) {
  const pages = await twoPages();
  const { url, close } = await serve(pages.files, { gzip: true });
  try {
    const times = [];
    for (let round = 0; round <= rounds; round++) {
      const now = {};
      for (const who of ['floor', 'ours']) now[who] = await ready(browser, `${url}/${who}.html`);
      if (round > 0) times.push(now);
    }
    return {
      name: 'CPU ÷ 6 and 400 kbit/s, ready to type, beside the floor page of the same bytes',
      ratio: median(times.map(({ ours, floor }) => ours / floor)),
      bound: 1.3,
      note: `${median(times.map(({ ours }) => ours)).toFixed(0)} ms against ${median(times.map(({ floor }) => floor)).toFixed(0)} ms, ${(pages.bytes / 1000).toFixed(1)} kB each`,
    };
  } finally {
    close();
  }
}

/** Opens a page with an empty cache and gives the time until `ready` was told, in ms since navigation. */
async function ready(browser, address) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
  const client = await page.createCDPSession();
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  await client.send('Network.emulateNetworkConditions', LINE);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 60_000 });
  const time = await page.waitForFunction(() => globalThis.readyToType, { timeout: 60_000 }).then(it => it.jsonValue());
  await context.close();
  return time;
}

/** What ours loads until it stands is loaded at once by both; the floor's page makes up the difference in a comment. */
async function twoPages() {
  const { files, eager } = await bundleAsPortal('phone-page');
  const form = await formFiles('sections', SIZE);
  const css = await readFile(join(root, 'packages/elements/theme/once.css'));
  const preload = [...eager, '/form.js'].map(path => `<link rel="modulepreload" href="${path}">`).join('');
  const head = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="/once.css">`;
  const served = new Map([
    ['/once.css', ['text/css', css]],
    ['/form.js', [SCRIPT, form['form.js']]],
    ...Object.entries(form).map(([name, text]) => [`/${name}`, [SCRIPT, text]]),
    ...[...files].map(([path, text]) => [path, [SCRIPT, text]]),
    ['/ours.html', ['text/html', `${head}${preload}<script type="module" src="/phone-page.js"></script><body>`]],
  ]);
  const wire = path => gzipSync(served.get(path)[1], { level: 9 }).length;
  const bytes = [...eager, '/form.js', '/once.css'].reduce((sum, path) => sum + wire(path), 0);
  const floor = await bundle([join(here, 'phone-floor.js')], { splitting: false });
  const script = [...floor.files.values()][0].toString();
  const missing = bytes - wire('/once.css') - gzipSync(script, { level: 9 }).length;
  // Base64 of random bytes shrinks to the bytes it was made of.
  served.set('/floor.js', [SCRIPT, `${script}\n//${randomBytes(Math.max(0, missing)).toString('base64')}`]);
  served.set('/floor.html', ['text/html', `${head}<script type="module" src="/floor.js"></script><body>`]);
  return { files: served, bytes };
}

/**
 * Bundles a page with rollup, from the published files, as Vite and most portals do: what is loaded together anyway comes
 * in one file. `eager`: the entry, what it imports at once, and the language of the page.
 */
async function bundleAsPortal(name) {
  const typed = {
    name: 'typed',
    transform: async (text, id) =>
      id.endsWith('.ts') ? { code: (await transform(text, { loader: 'ts' })).code, map: null } : null,
  };
  const built = await rollup({
    input: join(here, `${name}.ts`),
    plugins: [typed, nodeResolve({ browser: true }), commonjs(), terser({ module: true })],
  });
  const { output } = await built.generate({ format: 'es' });
  await built.close();
  const chunks = new Map(output.map(chunk => [chunk.fileName, chunk]));
  const eager = new Set();
  const visit = file => {
    if (eager.has(file)) return;
    eager.add(file);
    chunks.get(file).imports.forEach(visit);
  };
  for (const { fileName, isEntry, facadeModuleId } of output)
    if (isEntry || /locales\/en\.js$/.test(facadeModuleId ?? '')) visit(fileName);
  return {
    files: new Map(output.map(({ fileName, code }) => [`/${fileName}`, Buffer.from(code)])),
    eager: [...eager].map(file => `/${file}`),
  };
}
