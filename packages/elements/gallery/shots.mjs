// Takes the gallery's pictures, for people to look at: `npm run gallery [-- word…]`. Every control in every state, in both
// languages, light and dark, at both widths, in the light and in the shadow; then the screens of a journey. Words choose:
// `npm run gallery -- locked vi 320` takes the pictures whose names have all three. Writes test-results/gallery, with
// an index.html that shows them side by side. A script error, or a message on the console, fails it.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { browserArgs, findBrowser } from '../../../scripts/browser.mjs';
import { serveGallery } from './serve.mjs';

const folder = fileURLToPath(new URL('../../../test-results/gallery', import.meta.url));
const words = process.argv.slice(2);
const PHONE = { width: 320, height: 640 };
const DESK = { width: 1280, height: 900 };
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

const press = text => page =>
  page.evaluate(label => {
    const button = [...document.querySelectorAll('button')].find(
      item => item.textContent.trim().startsWith(label) && item.getClientRects().length > 0,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
  }, text);
const rest = ms => () => new Promise(done => setTimeout(done, ms));
const go = id => page => page.evaluate(step => document.querySelector('once-form').desk.journey.goTo(step), id);
const fetchAll = [press('Đồng ý và lấy'), rest(300)];
const used = [...fetchAll, press('Dùng các thông tin'), rest(300)];

/** `name → { size, query, media, do }`. */
const shots = {};
for (const state of [...STATES, 'read-only'])
  for (const locale of ['vi', 'en'])
    for (const look of ['light', 'dark'])
      for (const [width, size] of Object.entries({ 320: PHONE, 1280: DESK }))
        for (const tree of ['page', 'shadow'])
          shots[`${state} ${locale} ${look} ${width} ${tree}`] = {
            size,
            query: new URLSearchParams({
              form: state === 'read-only' ? 'every-control-read-only' : 'every-control',
              state: state === 'read-only' ? 'empty' : state,
              locale,
              ...(look === 'dark' ? { dark: '' } : {}),
              ...(tree === 'shadow' ? { shadow: '' } : {}),
            }),
          };
for (const state of ['empty', 'error', 'locked', 'conflict']) {
  const query = new URLSearchParams({ form: 'every-control', state, locale: 'vi' });
  shots[`${state} large-text`] = { size: { width: 640, height: 900 }, query: `${query}&big` };
  shots[`${state} forced-colours`] = { size: DESK, query, forced: true };
}
Object.assign(shots, {
  'journey start 320': { size: PHONE, do: [] },
  'journey start 1280': { size: DESK, do: [] },
  'journey found 320': { size: PHONE, do: fetchAll },
  'journey found 1280': { size: DESK, do: fetchAll },
  'journey page 320': { size: PHONE, do: used },
  'journey page 1280': { size: DESK, do: used },
  'journey child 1280': { size: DESK, do: [...used, go('page:child'), rest(300)] },
  'journey error 320': { size: PHONE, do: [go('page:child'), rest(200), press('Tiếp tục'), rest(300)] },
  'journey error 1280': { size: DESK, do: [go('page:child'), rest(200), press('Tiếp tục'), rest(300)] },
  'journey mother dark 1280': { size: DESK, query: 'dark', do: [...used, go('page:mother'), rest(200)] },
  'journey papers 320': { size: PHONE, do: [...used, go('papers'), rest(200)] },
  'journey papers 1280': { size: DESK, do: [...used, go('papers'), rest(200)] },
  'journey review 320': { size: PHONE, do: [...used, go('review'), rest(200)] },
  'journey review 1280': { size: DESK, do: [...used, go('review'), rest(200)] },
  'journey review paper': { size: DESK, print: true, do: [...used, go('review'), rest(200)] },
});

const { path } = await findBrowser();
const { url, close } = await serveGallery(0, { watch: false });
const browser = await puppeteer.launch({ executablePath: path, args: browserArgs });
await mkdir(folder, { recursive: true });
let troubled = 0;
let taken = 0;
try {
  for (const [name, shot] of Object.entries(shots)) {
    if (!words.every(word => name.split(' ').includes(word))) continue;
    const problems = await take(name, shot);
    taken += 1;
    if (problems.length > 0) troubled += 1;
    console.log([name, ...problems.slice(0, 4)].join('\n  '));
  }
} finally {
  await browser.close();
  close();
}
await writeFile(join(folder, 'index.html'), sheet((await readdir(folder)).filter(file => file.endsWith('.png'))));
console.log(`${taken} pictures in test-results/gallery, ${troubled} with problems`);
process.exit(troubled > 0 || taken === 0 ? 1 : 0);

async function take(name, { size, query = '', forced, print, do: steps }) {
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', error => problems.push(error.stack ?? String(error)));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
  });
  await page.setViewport(size);
  const client = await page.createCDPSession();
  const features = [{ name: 'prefers-reduced-motion', value: 'reduce' }];
  if (forced) features.push({ name: 'forced-colors', value: 'active' });
  await client.send('Emulation.setEmulatedMedia', { media: '', features });
  await page.goto(`${url}/?${query}`);
  const ready = steps === undefined ? 'html[data-ready]' : '.once-main';
  await page.waitForSelector(ready, { timeout: 15_000 }).catch(() => problems.push('The form did not open.'));
  await rest(150)();
  for (const step of steps ?? []) await Promise.resolve(step(page)).catch(error => problems.push(error.message));
  if (print) await client.send('Emulation.setEmulatedMedia', { media: 'print', features });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  if (wide) problems.push('It scrolls sideways.');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ ...size, height: Math.max(size.height, height) });
  await rest(100)();
  await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '_')}.png`) });
  await page.close();
  return problems;
}

function sheet(files) {
  const figures = files.map(
    file =>
      `<figure><figcaption>${file.replace('.png', '').replaceAll('_', ' ')}</figcaption><a href="${file}"><img src="${file}" alt="" loading="lazy"></a></figure>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>OnceForm: the gallery</title>
<style>body{display:flex;flex-wrap:wrap;gap:1rem;font:14px sans-serif}figure{margin:0}img{max-width:22rem;border:1px solid #999}</style>
${figures.join('\n')}\n`;
}
