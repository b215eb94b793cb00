// Code that is loaded on demand and does not come: the network is lost after the first page stands. What is missing says
// so in plain words with a way to try again, and nothing that was typed is lost.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { emitModule } from '@onceform/compiler';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const definition = {
  $schema: 'https://onceform.dev/form/1',
  $id: 'https://portal.example/forms/late',
  title: 'Late code',
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name' },
    town: { type: 'string', title: 'Town', enum: Array.from({ length: 30 }, (_, i) => `Town ${i + 1}`) },
  },
  required: ['name', 'town'],
  form: { version: '1', locale: 'en' },
};
const page = `import '@onceform/elements/register';
import form from '/form.js';
const element = document.createElement('once-form');
Object.assign(element, { locale: 'en', form });
document.body.append(element);`;

describe('code that does not come', () => {
  let server: Server, browser: Browser, tab: Page;
  let connected = false;
  const refused = new Set<string>();

  beforeAll(async () => {
    const { files } = await emitModule(definition as never);
    const { outputFiles, metafile } = await build({
      stdin: { contents: page, resolveDir: root, loader: 'js', sourcefile: 'page.js' },
      bundle: true,
      splitting: true,
      format: 'esm',
      outdir: '/out',
      write: false,
      metafile: true,
      external: ['/form.js'],
      conditions: ['onceform-source'],
      absWorkingDir: root,
      target: 'es2022',
      logLevel: 'error',
    });
    const entry = Object.keys(metafile.outputs).find(path => metafile.outputs[path]!.entryPoint === 'page.js')!;
    // What a first page needs: the entry, its imports, and its language.
    const first = new Set<string>();
    const visit = (path: string): void => {
      if (first.has(path)) return;
      first.add(path);
      for (const { kind, path: next } of metafile.outputs[path]?.imports ?? [])
        if (kind === 'import-statement') visit(next);
    };
    visit(entry);
    for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
      if (entryPoint?.endsWith('/locales/en.ts')) visit(path);
    const name = (path: string) => `/${path.split('/').pop()!}`;
    const scripts = new Map<string, string>([
      ...outputFiles.map(({ path, text }) => [name(path), text] as const),
      ...Object.entries(files).map(([file, text]) => [`/${file}`, text] as const),
    ]);
    const always = new Set([...[...first].map(name), '/form.js', ...Object.keys(files).map(file => `/${file}`)]);
    server = createServer((request, response) => {
      const path = request.url!;
      if (path === '/')
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${name(entry)}"></script><body>`,
          );
      if (!connected && !always.has(path)) {
        refused.add(path);
        return request.socket.destroy();
      }
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(scripts.get(path) ?? '');
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { path } = (await findBrowser()) as { path: string };
    browser = await puppeteer.launch({ executablePath: path, args: browserArgs as string[] });
    tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const TOWN = '[data-pointer="/town"]';
  const text = (selector: string) =>
    tab.$eval(selector, element => element.textContent!.replaceAll(/\s+/g, ' ').trim());

  it('is missed in plain words, where it is missing, and the rest of the form works', async () => {
    await tab.waitForSelector('[data-pointer="/name"] input');
    await tab.type('[data-pointer="/name"] input', 'An');
    await tab.waitForSelector(`${TOWN} [role="alert"]`);
    expect(await text(`${TOWN} [role="alert"]`)).toBe(
      'The system cannot be reached. What you typed is kept; please try again. Try again',
    );
    expect(refused.size).toBeGreaterThan(0);
  }, 60_000);

  it('comes when it is tried again with the network back, and every answer is there', async () => {
    connected = true;
    await tab.click(`${TOWN} [role="alert"] button`);
    await tab.waitForSelector(`${TOWN} [role="combobox"]`);
    expect(await tab.$(`${TOWN} [role="alert"]`)).toBeNull();
    expect(await tab.$eval('[data-pointer="/name"] input', box => (box as HTMLInputElement).value)).toBe('An');
    await tab.type(`${TOWN} [role="combobox"]`, 'Town 7');
    await tab.keyboard.press('Tab');
    expect(
      await tab.$eval(
        'once-form',
        element => (element as unknown as { currentSession: { state: { data: object } } }).currentSession.state.data,
      ),
    ).toMatchObject({ name: 'An', town: 'Town 7' });
  }, 60_000);

  it('is not missed by the steps that follow', async () => {
    await tab.evaluate(() =>
      [...document.querySelectorAll('button')].find(button => button.textContent!.trim() === 'Continue')!.click(),
    );
    await tab.waitForSelector('.once-commitment input');
  }, 60_000);
});
