// A form of one site in an iframe of another: the host hears that it stands, how tall it is and that it was filed, and
// never an answer. Hosts that are not on the list hear nothing; what does not fit the protocol is ignored and said.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../examples/iframe/serve.mjs';
import { isHello, readNews } from '../../packages/elements/src/frame-messages.ts';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { fileCard, NAME, press, problemsOf } from './library-card.ts';

type Example = { url: string; portal: string; filed: Map<string, { code: string }>; close(): Promise<unknown> };
let browser: Browser;
let example: Example;

beforeAll(async () => {
  const { path } = (await findBrowser()) as { path: string };
  [browser, example] = await Promise.all([
    puppeteer.launch({ executablePath: path, args: browserArgs as string[] }),
    serve() as Promise<Example>,
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await example?.close();
});

async function open(url: string): Promise<{ page: Page; problems: string[]; form(): Promise<Frame> }> {
  const page = await browser.newPage();
  const problems = problemsOf(page);
  await page.goto(url);
  return { page, problems, form: async () => (await (await page.waitForSelector('iframe'))!.contentFrame())! };
}

const status = (page: Page) => page.$eval('[role="status"]', line => line.textContent);
const height = (page: Page) => page.$eval('iframe', frame => Number(frame.height));

describe('a form in an iframe of another site', () => {
  it('is as tall as its content, takes a language, is filed, and tells the host the code alone', async () => {
    const { page, problems, form } = await open(example.url);
    await page.evaluate(() => {
      const heard: unknown[] = ((globalThis as { heard?: unknown[] }).heard = []);
      addEventListener('message', ({ data }) => heard.push(data));
    });
    await page.waitForSelector('body[data-frame="ready"]');
    const frame = await form();
    await frame.waitForSelector(NAME);
    await page.waitForFunction(() => Number(document.querySelector('iframe')!.height) > 450);
    expect(await frame.evaluate(() => document.documentElement.scrollHeight - innerHeight), 'nothing scrolls').toBe(0);
    await press(page, 'Tiếng Việt');
    await frame.waitForFunction(() => document.querySelector('once-form')!.textContent!.includes('Tiếp tục'));
    const before = await height(page);
    await press(frame, 'Tiếp tục');
    await frame.waitForSelector('.once-summary');
    await page.waitForFunction(old => Number(document.querySelector('iframe')!.height) > old, {}, before);
    await frame.type(NAME, 'An Nguyễn');
    await fileCard(frame, { next: 'Tiếp tục', submit: 'Nộp hồ sơ' });
    await page.waitForFunction(() => document.querySelector('[role="status"]')!.textContent!.startsWith('Filed as'));
    const [receipt] = [...example.filed.values()];
    expect(await status(page)).toBe(`Filed as ${receipt!.code}`);
    expect(
      await page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard),
      'nothing past the port',
    ).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  }, 60_000);

  it('is not shown at all by a host that the portal does not name, and such a host is told that nothing answers', async () => {
    const stranger = (await serve(0, { allow: 'https://elsewhere.example', frames: "'none'" })) as Example;
    const { page } = await open(stranger.url);
    await page.waitForFunction(() => document.querySelector('[role="status"]')!.textContent !== '', {
      timeout: 20_000,
    });
    expect(await status(page)).toBe('The form does not answer (silent).');
    await page.close();
    await stranger.close();
  }, 60_000);

  it('says nothing to a host that is not on the list, even when the server let it be shown', async () => {
    const { host, url } = await hostile();
    // This portal's server lets anybody show it, so only the page itself is left to refuse.
    const careless = (await serve(0, { allow: 'https://elsewhere.example', frames: '*' })) as Example;
    const { page, form } = await open(`${url}/?${encodeURIComponent(careless.portal)}`);
    const frame = await form();
    await frame.waitForSelector(NAME);
    await frame.type(NAME, 'An');
    await new Promise(done => setTimeout(done, 700));
    expect(await page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard)).toEqual([]);
    await page.close();
    await careless.close();
    host.closeAllConnections();
    await new Promise(done => host.close(done));
  }, 60_000);
});

/** A site that greets the frame in every way it can, and writes down all it hears. */
async function hostile(): Promise<{ host: Server; url: string }> {
  const script = `
    globalThis.heard = [];
    addEventListener('message', event => heard.push(event.data));
    const frame = document.querySelector('iframe');
    setInterval(() => {
      for (const hello of [{ onceform: 1, type: 'hello' }, { onceform: 2, type: 'hello' }, 'hello', null, { onceform: 1 }]) {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = event => heard.push(event.data);
        frame.contentWindow.postMessage(hello, '*', [port2]);
      }
      frame.contentWindow.postMessage({ onceform: 1, type: 'hello' }, '*');
    }, 50);`;
  const host = createServer((request, response) => {
    const portal = decodeURIComponent(request.url!.split('?')[1] ?? '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>x</title><iframe src="${portal}/"></iframe><script>${script}</script>`);
  });
  await new Promise<void>(done => host.listen(0, '127.0.0.1', done));
  return { host, url: `http://127.0.0.1:${(host.address() as AddressInfo).port}` };
}

describe('messages between a frame and its host', () => {
  it('are read field by field; anything else is none, however it looks', () => {
    expect(readNews({ type: 'resize', height: 812.4, extra: 'x' })).toEqual({ type: 'resize', height: 812.4 });
    for (const bad of [
      null,
      undefined,
      'ready',
      7,
      [],
      {},
      { type: 'answers', data: {} },
      { type: 'resize' },
      { type: 'resize', height: '400' },
      { type: 'resize', height: -1 },
      { type: 'resize', height: Number.NaN },
      { type: 'resize', height: 1e9 },
      { type: 'submit', code: 'A', dossier: 'B' },
      { type: 'submit', code: 'A'.repeat(201), dossier: 'B', sha256: 'C' },
      { type: 'show', top: Infinity },
      { type: 'draft', state: {} },
    ])
      expect(readNews(bad), JSON.stringify(bad)).toBeUndefined();
  });

  it('begin with a greeting that names its version', () => {
    expect(isHello({ onceform: 2, type: 'hello' })).toBe(true);
    for (const bad of [null, 1, 'hello', {}, { type: 'hello' }, { onceform: '1', type: 'hello' }, { onceform: 1 }])
      expect(isHello(bad)).toBe(false);
  });
});
