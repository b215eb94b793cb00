// Code that is loaded on demand. The first page stands and takes what is typed before the engine has come. What does not
// come says so in plain words where it is missing, with a way to try again, and nothing that was typed is lost.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { emitModule } from '@onceform/compiler';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const definition = {
  $schema: 'https://onceform.dev/form/1',
  $id: 'https://portal.example/forms/late',
  title: 'Late code',
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name' },
    born: { type: 'string', format: 'date', title: 'Born' },
    member: { type: 'boolean', title: 'Member' },
    since: {
      type: 'string',
      title: 'Member since',
      minLength: 4,
      when: { properties: { member: { const: true } }, required: ['member'] },
    },
    town: { type: 'string', title: 'Town', enum: Array.from({ length: 30 }, (_, i) => `Town ${i + 1}`) },
  },
  required: ['name', 'born', 'member', 'since', 'town'],
  form: { version: '1', locale: 'en' },
};
const page = `import '@onceform/elements/register';
import { openDraftStore } from '@onceform/elements/drafts';
import form from '/form.js';
const asked = location.search;
const explained = { ...form, procedure: { code: '1.000000', name: 'What this is for' } };
const drafts = asked.includes('drafts') ? openDraftStore() : undefined;
globalThis.putForm = () => {
  const element = document.createElement('once-form');
  const sharedDevice = asked.includes('shared');
  Object.assign(element, { locale: 'en', form: asked === '?explained' ? explained : form, drafts, sharedDevice });
  document.body.append(element);
};
putForm();`;

/** A bound of failures: nothing is measured by it. */
const PATIENCE = { timeout: 30_000, interval: 50 };

describe('code that does not come', () => {
  let server: Server, browser: Browser, tab: Page, address: string;
  /** What becomes of a request for code that no first page needs. */
  let network: 'slow' | 'lost' | 'only the engine' | 'there' = 'slow';
  const held: (() => void)[] = [];
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
    const isFirst = new Set(first);
    // The engine, with what it brings.
    for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
      if (entryPoint?.endsWith('/desk-run.ts')) visit(path);
    const engine = new Set([...first].filter(path => !isFirst.has(path)));
    for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
      if (entryPoint?.endsWith('/locales/en.ts')) visit(path);
    const name = (path: string) => `/${path.split('/').pop()!}`;
    const scripts = new Map<string, string>([
      ...outputFiles.map(({ path, text }) => [name(path), text] as const),
      ...Object.entries(files).map(([file, text]) => [`/${file}`, text] as const),
    ]);
    const ofEngine = new Set([...engine].map(name));
    const always = new Set([
      ...[...first].filter(path => !engine.has(path)).map(name),
      '/form.js',
      ...Object.keys(files).map(file => `/${file}`),
    ]);
    server = createServer((request, response) => {
      const path = request.url!.split('?')[0]!;
      if (path === '/')
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${name(entry)}"></script><body>`,
          );
      const give = (): unknown =>
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(scripts.get(path) ?? '');
      if (network === 'there' || always.has(path) || (network === 'only the engine' && ofEngine.has(path)))
        return give();
      if (network === 'slow') return held.push(give);
      refused.add(path);
      return request.socket.destroy();
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { path } = (await findBrowser()) as { path: string };
    browser = await puppeteer.launch({ executablePath: path, args: browserArgs as string[] });
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const TOWN = '[data-pointer="/town"]';
  const text = (selector: string) =>
    tab.$eval(selector, element => element.textContent!.replaceAll(/\s+/g, ' ').trim());

  const open = async (search = '', stands = NAME): Promise<void> => {
    await tab?.close();
    tab = await browser.newPage();
    await tab.goto(address + search);
    await tab.waitForSelector(stands);
  };
  const NAME = '[data-pointer="/name"] input';
  const press = (label: string): Promise<void> =>
    tab.evaluate(
      words => [...document.querySelectorAll('button')].find(button => button.textContent!.trim() === words)!.click(),
      label,
    );
  const data = (): Promise<object> =>
    tab.$eval(
      'once-form',
      element => (element as unknown as { currentSession: { state: { data: object } } }).currentSession.state.data,
    );
  const hasEngine = (): Promise<boolean> =>
    tab.$eval('once-form', element => (element as unknown as { currentSession?: object }).currentSession !== undefined);

  it('is not waited for by the first page: it stands, and takes what is typed, chosen and pressed meanwhile', async () => {
    network = 'slow';
    await open();
    await tab.type(NAME, 'An Nguyen');
    for (const [part, digits] of [
      ['day', '18'],
      ['month', '2'],
      ['year', '2021'],
    ])
      await tab.type(`[data-pointer="/born"] [data-part="${part}"]`, digits!);
    await tab.evaluate(() => {
      const [yes] = document.querySelectorAll<HTMLLabelElement>('[data-pointer="/member"] .once-option label');
      yes!.click();
    });
    await tab.focus(NAME);
    await tab.evaluate(() => {
      const box = document.activeElement as HTMLInputElement & { isSame?: boolean };
      box.isSame = true;
      box.setSelectionRange(2, 2);
    });
    await tab.keyboard.type('h');
    await press('Continue');
    await tab.waitForSelector('.once-main .once-loading');
    expect(await hasEngine()).toBe(false);
    expect(await tab.$('[data-pointer="/since"]')).toBeNull();
    expect(held.length).toBeGreaterThan(0);
  }, 60_000);

  it('takes over when it comes: everything that happened, in turn, and nothing on the page is drawn anew', async () => {
    network = 'there';
    for (const give of held.splice(0)) give();
    // To go on was wished for: the page says what is missing, as it would have done at once.
    await tab.waitForFunction(() => document.activeElement?.classList.contains('once-summary'));
    expect(await hasEngine()).toBe(true);
    expect(await tab.$$eval('.once-summary a', links => links.map(link => link.getAttribute('href')))).toHaveLength(2);
    expect(
      await tab.$eval(NAME, box => [(box as HTMLInputElement).value, (box as { isSame?: boolean }).isSame]),
    ).toEqual(['Anh Nguyen', true]);
    expect(await tab.$('[data-pointer="/since"] input')).not.toBeNull();
    expect(await tab.$('.once-main > .once-loading')).toBeNull();
    expect(await data()).toMatchObject({ name: 'Anh Nguyen', born: '2021-02-18', member: true });
  }, 60_000);

  it('is not waited for by what a form is for either: from there the first page is reached, and stays', async () => {
    network = 'slow';
    await open('?explained', '.once-facts');
    expect(await text('.once-facts')).toBe('Procedure code1.000000');
    await press('Start');
    await tab.waitForSelector(NAME);
    await tab.waitForFunction(() => document.activeElement?.matches('h2'));
    await tab.type(NAME, 'An');
    expect(await hasEngine()).toBe(false);
    network = 'there';
    for (const give of held.splice(0)) give();
    await tab.waitForFunction(
      () =>
        (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
    );
    await tab.type(NAME, 'h');
    expect(await data()).toMatchObject({ name: 'Anh' });
  }, 60_000);

  it('leaves the focus and the caret where they are', async () => {
    network = 'slow';
    await open();
    await tab.type(NAME, 'An');
    await tab.evaluate(() => (document.activeElement as HTMLInputElement).setSelectionRange(1, 1));
    network = 'there';
    for (const give of held.splice(0)) give();
    await tab.waitForFunction(
      () =>
        (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
    );
    await tab.keyboard.type('x');
    expect(await tab.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('Axn');
    expect(await data()).toMatchObject({ name: 'Axn' });
  }, 60_000);

  it('breaks no syllable that is being composed', async () => {
    network = 'slow';
    await open();
    await tab.type(NAME, 'An ');
    const keyboard = await tab.createCDPSession();
    await keyboard.send('Input.imeSetComposition', { text: 'Nguye', selectionStart: 5, selectionEnd: 5 });
    network = 'there';
    for (const give of held.splice(0)) give();
    await tab.waitForFunction(
      () =>
        (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
    );
    expect(await tab.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguye');
    await keyboard.send('Input.imeSetComposition', { text: 'Nguyễn', selectionStart: 6, selectionEnd: 6 });
    await keyboard.send('Input.insertText', { text: 'Nguyễn' });
    expect(await tab.$eval(NAME, box => (box as HTMLInputElement).value)).toBe('An Nguyễn');
    expect(await data()).toMatchObject({ name: 'An Nguyễn' });
  }, 60_000);

  it('is not started for a form that was taken away meanwhile', async () => {
    network = 'slow';
    await open();
    await tab.evaluate(() => {
      const gone = document.querySelector('once-form') as HTMLElement & { form: unknown };
      gone.remove();
      const next = Object.assign(document.createElement('once-form'), { locale: 'en', form: gone.form });
      document.body.append(next);
      Object.assign(globalThis, { gone });
    });
    network = 'there';
    for (const give of held.splice(0)) give();
    await tab.waitForFunction(
      () =>
        (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
    );
    expect(
      await tab.evaluate(() => (globalThis as unknown as { gone: { currentSession?: object } }).gone.currentSession),
    ).toBeUndefined();
  }, 60_000);

  /** What is kept of the form on this device. */
  const kept = (): Promise<{ content: { draft: object | null; typed?: { text?: string }[] } } | undefined> =>
    tab.$eval('once-form', element =>
      (element as unknown as { drafts: { load(key: string): Promise<never> } }).drafts.load(
        'https://portal.example/forms/late ',
      ),
    );
  const keeps = (text: string): Promise<unknown> =>
    vi.waitFor(async () => expect((await kept())?.content.typed?.at(-1)?.text).toBe(text), PATIENCE);
  const standsWith = (name: string): Promise<unknown> =>
    tab.waitForFunction((box, text) => document.querySelector<HTMLInputElement>(box)?.value === text, {}, NAME, name);
  const whole = (): Promise<unknown> => vi.waitFor(async () => expect(await hasEngine()).toBe(true), PATIENCE);

  it('is not needed to keep what was typed: it stands there again when the page is loaded anew', async () => {
    network = 'slow';
    await open('?drafts');
    await tab.type(NAME, 'An Nguye');
    await tab.type('[data-pointer="/born"] [data-part="year"]', '2021');
    await tab.type(NAME, 'n');
    await keeps('An Nguyen');
    await tab.reload();
    await standsWith('An Nguyen');
    expect(await hasEngine()).toBe(false);
    expect(await tab.$eval('[data-part="year"]', box => (box as HTMLInputElement).value)).toBe('2021');
    const atRest = await tab.evaluate(
      () =>
        new Promise<string>(done => {
          indexedDB.open('onceform').onsuccess = ({ target }) => {
            const { result: db } = target as IDBOpenDBRequest;
            db.transaction('drafts').objectStore('drafts').getAll().onsuccess = event => {
              db.close();
              const [{ box }] = (event.target as IDBRequest<{ box: ArrayBuffer }[]>).result as [{ box: ArrayBuffer }];
              done(new TextDecoder().decode(box));
            };
          };
        }),
    );
    expect(atRest.length).toBeGreaterThan(0);
    expect(atRest, 'encrypted').not.toContain('Nguyen');

    await tab.type(NAME, 'h');
    network = 'there';
    for (const give of held.splice(0)) give();
    await whole();
    expect(await data()).toMatchObject({ name: 'An Nguyenh' });
    await vi.waitFor(async () => expect((await kept())?.content.draft).not.toBeNull(), PATIENCE);
    expect((await kept())?.content.typed).toBeUndefined();
  }, 60_000);

  it('is not needed by a form that is taken away and put in again either', async () => {
    network = 'slow';
    await open('?drafts', '.once-panel');
    await press('Start a new dossier');
    await tab.waitForSelector(NAME);
    await tab.type(NAME, 'Bi');
    await tab.evaluate(() => {
      document.querySelector('once-form')!.remove();
      (globalThis as unknown as { putForm(): void }).putForm();
    });
    await standsWith('Bi');
    await tab.type(NAME, 'nh');
    await tab.evaluate(() => {
      const element = document.querySelector('once-form')!;
      element.remove();
      document.body.append(element);
    });
    await standsWith('Binh');
    expect(await hasEngine()).toBe(false);
    network = 'there';
    for (const give of held.splice(0)) give();
    await whole();
    expect(await data()).toMatchObject({ name: 'Binh' });
  }, 60_000);

  it('is not needed to find it in another tab after a crash', async () => {
    network = 'slow';
    await open('?drafts', '.once-panel');
    await press('Start a new dossier');
    await tab.waitForSelector(NAME);
    await tab.type(NAME, 'Chi');
    await keeps('Chi');
    const renderer = await tab.createCDPSession();
    await Promise.race([new Promise(gone => tab.once('error', gone)), renderer.send('Page.crash')]).catch(
      () => undefined,
    );
    await open('?drafts', '.once-panel');
    expect(await text('.once-panel-title')).toContain('draft');
    await press('Continue the draft');
    await standsWith('Chi');
    expect(await hasEngine()).toBe(false);
    await tab.evaluate(() =>
      (document.querySelector('once-form') as unknown as { drafts: { clear(): Promise<void> } }).drafts.clear(),
    );
  }, 60_000);

  it('is not needed to keep nothing on a device that is shared', async () => {
    network = 'slow';
    await open('?drafts&shared');
    await tab.type(NAME, 'Dung');
    network = 'there';
    for (const give of held.splice(0)) give();
    await whole();
    expect(await data()).toMatchObject({ name: 'Dung' });
    expect(await tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
  }, 60_000);

  it('is missed in plain words when the engine does not come, and what was typed is there when it does', async () => {
    network = 'lost';
    await open();
    await tab.type(NAME, 'An');
    await tab.waitForSelector('.once-main > [role="alert"]');
    expect(await text('.once-main > [role="alert"]')).toBe(
      'The system cannot be reached. What you typed is kept; please try again. Try again',
    );
    await tab.type(NAME, 'h');
    network = 'there';
    await tab.click('.once-main > [role="alert"] button');
    await tab.waitForFunction(
      () =>
        (document.querySelector('once-form') as unknown as { currentSession?: object }).currentSession !== undefined,
    );
    expect(await tab.$('.once-main > [role="alert"]')).toBeNull();
    expect(await data()).toMatchObject({ name: 'Anh' });
  }, 60_000);

  it('is missed in plain words, where it is missing, and the rest of the form works', async () => {
    network = 'only the engine';
    await open();
    await tab.type(NAME, 'An');
    await tab.waitForSelector(`${TOWN} [role="alert"]`);
    expect(await text(`${TOWN} [role="alert"]`)).toBe(
      'The system cannot be reached. What you typed is kept; please try again. Try again',
    );
    expect(refused.size).toBeGreaterThan(0);
  }, 60_000);

  it('comes when it is tried again with the network back, and every answer is there', async () => {
    network = 'there';
    await tab.click(`${TOWN} [role="alert"] button`);
    await tab.waitForSelector(`${TOWN} [role="combobox"]`);
    expect(await tab.$(`${TOWN} [role="alert"]`)).toBeNull();
    expect(await tab.$eval('[data-pointer="/name"] input', box => (box as HTMLInputElement).value)).toBe('An');
    await tab.type(`${TOWN} [role="combobox"]`, 'Town 7');
    await tab.keyboard.press('Tab');
    expect(await data()).toMatchObject({ name: 'An', town: 'Town 7' });
  }, 60_000);

  it('is not missed by the steps that follow', async () => {
    await tab.evaluate(() => {
      const [, no] = document.querySelectorAll<HTMLLabelElement>('[data-pointer="/member"] .once-option label');
      no!.click();
    });
    for (const part of ['day', 'month', 'year'])
      await tab.type(`[data-pointer="/born"] [data-part="${part}"]`, part === 'year' ? '2021' : '11');
    await press('Continue');
    await tab.waitForSelector('.once-commitment input');
  }, 60_000);
});
