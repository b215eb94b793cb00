// Takes pictures of the gallery: `node packages/elements/gallery/shots.mjs <folder> [name…]`. Looked at by people.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { browserArgs, findBrowser } from '../../../scripts/browser.mjs';
import { serveGallery } from './serve.mjs';

const [folder = 'test-results/gallery', ...wanted] = process.argv.slice(2);
const PHONE = { width: 360, height: 740, deviceScaleFactor: 1.5 };
const DESK = { width: 1280, height: 900 };
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

export const shots = {
  'start-phone': { size: PHONE, do: [] },
  'start-desk': { size: DESK, do: [] },
  'found-phone': { size: PHONE, do: fetchAll },
  'found-desk': { size: DESK, do: fetchAll },
  'page-desk': { size: DESK, do: [...fetchAll, press('Dùng các thông tin'), rest(300)] },
  'page-phone': { size: PHONE, do: [...fetchAll, press('Dùng các thông tin'), rest(300)] },
  'child-desk': { size: DESK, do: [...fetchAll, press('Dùng các thông tin'), rest(200), go('page:child'), rest(300)] },
  'error-phone': { size: PHONE, do: [go('page:child'), rest(200), press('Tiếp tục'), rest(300)] },
  'error-desk': { size: DESK, do: [go('page:child'), rest(200), press('Tiếp tục'), rest(300)] },
  'dark-desk': {
    size: DESK,
    query: 'dark',
    do: [...fetchAll, press('Dùng các thông tin'), rest(200), go('page:mother'), rest(200)],
  },
  'big-phone': { size: PHONE, query: 'big', do: [go('page:child'), rest(200), press('Tiếp tục'), rest(300)] },
  'en-desk': { size: DESK, query: 'locale=en', do: [go('page:child'), rest(200)] },
  'papers-desk': { size: DESK, do: [...fetchAll, press('Dùng các thông tin'), rest(200), go('papers'), rest(200)] },
  'review-desk': { size: DESK, do: [...fetchAll, press('Dùng các thông tin'), rest(200), go('review'), rest(200)] },
  'review-phone': { size: PHONE, do: [...fetchAll, press('Dùng các thông tin'), rest(200), go('review'), rest(200)] },
};

const { path } = await findBrowser();
const { url, close } = await serveGallery();
const browser = await puppeteer.launch({ executablePath: path, args: browserArgs });
await mkdir(folder, { recursive: true });
try {
  for (const [name, { size, query = '', do: steps }] of Object.entries(shots)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await browser.newPage();
    const problems = [];
    page.on('pageerror', error => problems.push(error.stack ?? String(error)));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
    });
    await page.setViewport(size);
    await page.goto(`${url}/?${query}`);
    await page.waitForSelector('.once-shell', { timeout: 10_000 }).catch(() => problems.push('The form did not open.'));
    await rest(200)();
    for (const step of steps) await Promise.resolve(step(page)).catch(error => problems.push(error.message));
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewport({ ...size, height: Math.max(size.height, height) });
    await rest(150)();
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: false });
    console.log(name, problems.length === 0 ? '' : problems.slice(0, 4).join('\n  '));
    await page.close();
  }
} finally {
  await browser.close();
  close();
}
