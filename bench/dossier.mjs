// `npm run bench -- dossier`: what building and verifying cost beside the hashing nobody can avoid. Ratios, measured in
// one run; without PDF and signatures.

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { digestJson, sha256, substitute } from '@onceform/core';
import { buildDossier, verifyDossier } from '@onceform/dossier';
import { openFile } from '@onceform/dossier/node';

const MB = 1024 * 1024;

/** A submission with one answer and these files as components. */
async function submissionOf(files) {
  const documents = { definition: { $id: 'https://bench.test/f' }, dataSchema: { type: 'object' }, rules: [] };
  const form = {
    id: 'https://bench.test/f',
    version: '1',
    digest: await digestJson(documents),
    procedure: null,
    components: [],
    computed: [],
  };
  const components = [];
  const blobs = new Map();
  for (const [i, { blob, digest }] of files.entries()) {
    components.push({
      id: `c${i}`,
      fulfilledBy: 'file',
      files: [{ name: `${i}.bin`, type: 'application/octet-stream', size: blob.size, sha256: digest }],
    });
    blobs.set(digest, blob);
  }
  return {
    submission: substitute({ form, answers: { name: 'A' }, seal: null, components, decisions: [] }),
    form,
    documents,
    files: blobs,
    id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
    created: '2026-11-22T15:00:00+07:00',
    recipient: { audience: 'https://bench.test', agency: null, nonce: null },
    submitter: null,
    language: 'en',
  };
}

/** Milliseconds on the clock, and those that the processors worked for this process. */
async function timed(body) {
  const before = process.cpuUsage(),
    start = performance.now();
  await body();
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { clock, work: (user + system) / 1000 };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * Alternates the two, so that a busy machine disturbs both alike; the median of their ratios. The clock is what is
 * judged; the work beside it shows what another process took away.
 */
async function ratio(times, ours, floor, prepare = async () => {}) {
  const ratios = [],
    work = [];
  for (let i = -1; i < times; i++) {
    const below = await timed(floor);
    const input = await prepare();
    const above = await timed(() => ours(input));
    // The first round warms up.
    if (i < 0) continue;
    ratios.push(above.clock / below.clock);
    work.push(above.work / below.work);
  }
  return { ratio: median(ratios), note: `${median(work).toFixed(2)} × the processors' work` };
}

async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * MB })) hash.update(chunk);
  return hash.digest('hex');
}

export default async function bench({ quick }) {
  // Large files first: what they take of memory is not to be mixed with what small ones left behind.
  const rows = await largeFiles(quick);
  const tenBytes = Array.from({ length: 5 }, () => randomBytes(2 * MB));
  const tenDigests = await Promise.all(tenBytes.map(bytes => sha256(new Uint8Array(bytes))));
  // New Blobs each time: a digest that is remembered would not be measured.
  const prepare = () => submissionOf(tenBytes.map((bytes, i) => ({ blob: new Blob([bytes]), digest: tenDigests[i] })));
  const build = async input => {
    const built = await buildDossier(input);
    await built.sha256();
    return built;
  };
  rows.push({
    name: 'build 10 MB and digest the package / SHA-256 + CRC-32 of the same bytes',
    bound: 3,
    ...(await ratio(
      quick ? 5 : 15,
      build,
      async () => {
        for (const bytes of tenBytes) {
          createHash('sha256').update(bytes).digest();
          crc32(bytes);
        }
      },
      prepare,
    )),
  });
  const ten = await build(await prepare());
  const tenPackage = await ten.bytes();
  rows.push({
    name: 'verify 10 MB / SHA-256 of the package',
    bound: null,
    ...(await ratio(
      quick ? 5 : 15,
      () => verifyDossier(tenPackage),
      async () => createHash('sha256').update(tenPackage).digest(),
    )),
    note: 'shown only: the bound is for 1 GiB',
  });

  const empty = await buildDossier(await submissionOf([]));
  const many = await buildDossier(
    await submissionOf(
      await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const bytes = new TextEncoder().encode(`file ${i}`);
          return { blob: new Blob([bytes]), digest: await sha256(bytes) };
        }),
      ),
    ),
  );
  const contents = many.manifest.files
    .filter(({ role }) => role === 'component')
    .reduce((sum, { size }) => sum + size, 0);
  rows.push({ name: 'overhead per file / 1 KB', ratio: (many.size - empty.size - contents) / 100 / 1024, bound: 1 });

  rows.push(...(await inBrowser(quick ? 20 : 100)));
  return { rows };
}

/** Building and verifying one large file, from disk to disk, and the memory it takes. */
async function largeFiles(quick) {
  const rows = [];
  const folder = await mkdtemp(join(tmpdir(), 'onceform-bench-'));
  try {
    const size = (quick ? 64 : 1024) * MB;
    const path = join(folder, 'large.bin');
    const file = await open(path, 'w');
    const chunk = randomBytes(8 * MB);
    for (let at = 0; at < size; at += chunk.length) await file.write(chunk);
    await file.close();
    const digest = await hashFile(path);
    let rss = 0;
    const watch = setInterval(() => {
      rss = Math.max(rss, process.memoryUsage.rss());
    }, 20);
    const before = process.memoryUsage.rss();
    const target = join(folder, 'package.zip');
    const buildLarge = async () => {
      const built = await buildDossier(await submissionOf([{ blob: await openFile(path), digest }]));
      await pipeline(built.chunks(), createWriteStream(target, { highWaterMark: 4 * MB }));
    };
    const floor = async () => {
      await hashFile(path);
      await pipeline(
        createReadStream(path, { highWaterMark: 4 * MB }),
        createWriteStream(join(folder, 'copy.bin'), { highWaterMark: 4 * MB }),
      );
    };
    const label = quick ? '64 MiB' : '1 GiB';
    rows.push({
      name: `build ${label} to disk / read, hash and copy it`,
      bound: 1.5,
      ...(await ratio(5, buildLarge, floor)),
    });
    const packed = await openFile(target);
    if ((await stat(target)).size !== packed.size) throw new Error('The package was not written whole.');
    rows.push({
      name: `verify ${label} / hash the package`,
      bound: 1.5,
      ...(await ratio(
        5,
        async () => {
          if (!(await verifyDossier(await openFile(target))).ok) throw new Error('The package does not verify.');
        },
        () => hashFile(target),
      )),
    });
    clearInterval(watch);
    rows.push({
      name: `resident memory while doing that / 250 MB`,
      ratio: rss / 250e6,
      bound: quick ? null : 1,
      note: `${Math.round(before / 1e6)} MB before, ${Math.round(rss / 1e6)} MB at most`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Building in Chromium, and what the page's process needs for it. Nothing where no browser is installed. */
async function inBrowser(megabytes) {
  let browser, server;
  try {
    const { findBrowser, browserArgs } = await import('../scripts/browser.mjs');
    const { path } = await findBrowser();
    const { build: bundle } = await import('esbuild');
    const { default: puppeteer } = await import('puppeteer-core');
    const {
      outputFiles: [script],
    } = await bundle({
      entryPoints: [fileURLToPath(new URL('../packages/dossier/src/testing/in-browser.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions: ['onceform-source', 'browser'],
    });
    server = createServer((request, response) => {
      response.setHeader('content-type', request.url === '/page.js' ? 'text/javascript' : 'text/html');
      response.end(
        request.url === '/page.js' ? script.text : '<!doctype html><script type="module" src="/page.js"></script>',
      );
    });
    await new Promise(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    browser = await puppeteer.launch({ executablePath: path, args: browserArgs });
    const page = await browser.newPage();
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction('window.onceform !== undefined');
    await page.evaluate(`onceform.prepare(${megabytes})`);
    const session = await browser.target().createCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const before = anonymous(renderers);
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, anonymous(renderers));
    }, 10);
    await page.evaluate('onceform.buildOnly()');
    clearInterval(watch);
    const measure = async whole => {
      const ratios = [];
      for (let i = 0; i < 3; i++) {
        const hash = await page.evaluate(`onceform.hashOnly(${whole})`);
        ratios.push((await page.evaluate('onceform.buildOnly()')) / hash);
      }
      return median(ratios);
    };
    return [
      {
        name: `build ${megabytes} MB in Chromium / read and hash it in slices`,
        ratio: await measure(false),
        bound: 1.5,
      },
      {
        name: `build ${megabytes} MB in Chromium / hash it whole by WebCrypto`,
        ratio: await measure(true),
        bound: null,
        note: 'shown only: WebCrypto takes no stream and needs twice the file in memory; up to 64 MiB it is what hashes',
      },
      {
        name: 'extra memory of the page while doing that / 150 MB',
        ratio: (peak - before) / 150e6,
        bound: before === 0 ? null : 1,
        note: `${Math.round((peak - before) / 1e6)} MB`,
      },
    ];
  } catch (error) {
    return [{ name: 'Chromium', ratio: 0, bound: null, note: `not measured: ${error.message}` }];
  } finally {
    await browser?.close();
    server?.close();
  }
}

/** Bytes of the processes' own memory; 0 where the system does not tell. */
function anonymous(processes) {
  return processes.reduce((sum, id) => {
    try {
      return sum + Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    } catch {
      return sum;
    }
  }, 0);
}
