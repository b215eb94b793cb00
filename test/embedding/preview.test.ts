// `onceform preview` in a real browser: what is saved is shown, and what was typed stays.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { NAME, problemsOf } from './library-card.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let browser: Browser, command: ChildProcess, url: string, folder: string, file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-preview-'));
  file = join(folder, 'library-card.form.json');
  await cp(join(root, 'examples/html/library-card.form.json'), file);
  command = spawn(process.execPath, [join(root, 'bin/onceform.js'), 'preview', file, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { path } = (await findBrowser()) as { path: string };
  browser = await puppeteer.launch({ executablePath: path, args: browserArgs as string[] });
  for await (const line of createInterface({ input: command.stdout! })) {
    url = /http:\S+/.exec(line)?.[0] ?? '';
    if (url !== '') break;
  }
}, 120_000);
afterAll(async () => {
  command?.kill('SIGINT');
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

it('shows a form anew when it is saved, with what was typed; what cannot be shown is told beside it', async () => {
  const page = await browser.newPage();
  const problems = problemsOf(page);
  await page.goto(url);
  await page.waitForSelector(NAME);
  await page.type(NAME, 'An Nguyễn');
  const form = await readFile(file, 'utf8');

  await writeFile(file, form.replace('"Library card"', '"Reader card"'));
  await page.waitForFunction(() => document.querySelector('once-form h1, once-form h2')?.textContent === 'Reader card');
  await page.waitForFunction(name => document.querySelector<HTMLInputElement>(name)?.value === 'An Nguyễn', {}, NAME);

  await writeFile(file, form.slice(0, -30));
  await page.waitForSelector('.trouble');
  expect(await page.$eval('.trouble', part => part.textContent)).toMatch(/line \d+, column \d+: .*JSON/);
  expect(await page.$eval(NAME, input => (input as HTMLInputElement).value)).toBe('An Nguyễn');

  await writeFile(file, form);
  await page.waitForFunction(() => document.querySelector('.trouble') === null);
  expect(problems).toEqual([]);
  await page.close();
}, 120_000);
