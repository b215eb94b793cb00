// The same bytes in a browser as in Node, under the policy of law 2. Skipped, by name, where no browser is installed.

import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { sha256 } from '@onceform/core';
import { humanCopy } from './human-copy.ts';
import { renderPdf } from './pdf.ts';

const require = createRequire(import.meta.url);
const { findBrowser, browserArgs } = (await import('../../../scripts/browser.mjs' as string)) as {
  findBrowser(): Promise<{ path: string; how: string }>;
  browserArgs: string[];
};
// Only what is there already: this test fetches no browser.
const installed =
  ['ONCEFORM_BROWSER', 'CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH'].some(name => process.env[name])
  || (await hasBrowser());
const browserTest = installed ? test : test.skip;
const skipped = installed ? '' : ' (skipped: no browser is installed)';

async function hasBrowser(): Promise<boolean> {
  const { existsSync } = await import('node:fs');
  return (process.env['PATH'] ?? '')
    .split(':')
    .some(folder =>
      ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'].some(name =>
        existsSync(`${folder}/${name}`),
      ),
    );
}

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types onceform";

let server: Server, browser: Browser, page: Page;
const violations: string[] = [];

beforeAll(async () => {
  if (!installed) return;
  const bundle = async (entry: string): Promise<string> =>
    (
      await build({
        entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
        bundle: true,
        write: false,
        format: 'esm',
        target: 'es2022',
        conditions: ['onceform-source', 'browser'],
      })
    ).outputFiles[0]!.text;
  const scripts: Record<string, string> = {
    '/page.js': await bundle('./testing/in-browser.ts'),
    '/hash-worker.js': await bundle('./hash-worker.ts'),
    '/pdf.js': await bundle('./testing/pdf-in-browser.ts'),
  };
  server = createServer((request, response) => {
    response.setHeader('content-security-policy', POLICY);
    const script = scripts[request.url ?? ''];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(
      script
        ?? '<!doctype html><title>dossier</title><script type="module" src="/page.js"></script><script type="module" src="/pdf.js"></script>',
    );
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const { default: puppeteer } = (await import(require.resolve('puppeteer-core').replace(/^(?!file:)/, 'file://'))) as {
    default: { launch(options: object): Promise<Browser> };
  };
  browser = await puppeteer.launch({ executablePath: (await findBrowser()).path, args: browserArgs });
  page = await browser.newPage();
  page.on('console', message => {
    if (/Content Security Policy|Trusted/i.test(message.text())) violations.push(message.text());
  });
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('window.onceform !== undefined');
}, 60_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

browserTest(
  `a browser builds the golden dossier byte for byte${skipped}`,
  async () => {
    const golden = await readFile(new URL('../golden/notice.zip', import.meta.url));
    const { readPackage } = await import('./read-package.ts');
    const jws = await (await readPackage(new Uint8Array(golden))).content('data/seal.jws').text();
    const result = (await page.evaluate(`onceform.build(${JSON.stringify(jws)})`)) as {
      base64: string;
      ok: boolean;
      codes: string[];
    };
    expect(Buffer.from(result.base64, 'base64').equals(golden)).toBe(true);
    expect(result).toMatchObject({ failed: [], ok: true });
    expect(result.codes).toContain('SEAL_VALID');
  },
  30_000,
);

browserTest(
  `a worker gives the same digests, tells its progress and stops when told${skipped}`,
  async () => {
    const { here, inWorker, progress, aborted } = (await page.evaluate('onceform.hash(20)')) as {
      here: { size: number };
      inWorker: { size: number };
      progress: number;
      aborted: string;
    };
    expect(inWorker).toEqual(here);
    expect(progress).toBe(20 * 1024 * 1024);
    expect(aborted).toBe('stopped');
  },
  30_000,
);

browserTest(
  `a PDF has the same bytes in a browser as in Node${skipped}`,
  async () => {
    const copy = humanCopy({
      texts: {
        language: 'en',
        title: 'Notice',
        sections: [{ title: 'All', rows: [{ pointer: '/a', label: 'Name', within: [], text: 'NGUY\u1ec4N' }] }],
      },
      data: { a: 'Nguy\u1ec5n' },
      origins: { '/a': { origin: 'manual' } },
      print: null,
      letterhead: ['THE COUNTRY'],
      components: [],
      filed: {
        id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
        created: '2026-11-22T15:00:00+07:00',
        reviewDigest: 'a'.repeat(64),
      },
    });
    const font = (path: string): Promise<Buffer> => readFile(require.resolve(`@expo-google-fonts/tinos/${path}`));
    const fonts = {
      regular: await font('400Regular/Tinos_400Regular.ttf'),
      bold: await font('700Bold/Tinos_700Bold.ttf'),
      italic: await font('400Regular_Italic/Tinos_400Regular_Italic.ttf'),
      profile: await readFile(join(dirname(require.resolve('pdfkit')), 'data', 'sRGB_IEC61966_2_1.icc')),
    };
    const created = '2026-11-22T08:00:00Z';
    const here = await sha256(await renderPdf(copy, fonts, new Date(created)));
    await page.waitForFunction('window.onceformPdf !== undefined');
    const inBase64 = Object.fromEntries(Object.entries(fonts).map(([name, bytes]) => [name, bytes.toString('base64')]));
    expect(
      await page.evaluate(
        `onceformPdf(${JSON.stringify(copy)}, ${JSON.stringify(inBase64)}, ${JSON.stringify(created)})`,
      ),
    ).toBe(here);
  },
  60_000,
);

browserTest(`nothing was stopped by the content security policy${skipped}`, () => {
  expect(violations).toEqual([]);
});
