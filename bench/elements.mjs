// `npm run bench -- elements`: what the elements cost in a real browser, beside the agreed floor (../shared/bench).
// Busy time is script + style + layout as the browser counts it; contenders take turns, medians are compared.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { browserArgs, findBrowser } from '../scripts/browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const shared = join(here, '../../shared/bench');

export default async function bench({ quick }) {
  if (!existsSync(join(shared, 'floor.js'))) throw new Error(`The agreed floor is missing: ${shared} has no floor.js.`);
  const { url, close } = await serve();
  const { path } = await findBrowser();
  const browser = await puppeteer.launch({
    executablePath: path,
    args: [...browserArgs, '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
  const rounds = quick ? 3 : 15;
  try {
    const rows = [];
    const mounts = {};
    for (const size of [50, 500, 2000]) {
      mounts[size] = await measure(browser, url, 'sections', size, rounds, async (page, contender, busy) => {
        // The first mount compiles the code as it goes; the later ones show what a form itself costs.
        const cold = await busy(() => page.evaluate(name => bench.mount(name), contender));
        const ready = [],
          total = [];
        for (let i = 0; i < 4; i++) {
          await page.evaluate(() => bench.complete());
          await page.evaluate(() => bench.unmount());
          const first = await busy(() => page.evaluate(name => bench.mount(name), contender));
          const rest = await busy(() => page.evaluate(() => bench.complete()));
          ready.push(first);
          total.push(`${first}+${rest}`);
        }
        const fields = await page.evaluate(() => bench.fields());
        const { targets } = specs.spec('sections', size);
        await page.evaluate(at => bench.scrollTo(at), targets.text);
        const keys = [];
        for (let i = 0; i < 6; i++)
          keys.push(
            await busy(() =>
              page.evaluate(
                (at, text) => bench.key(at, text),
                targets.text,
                'Anna'.slice(0, 1 + (i % 4)) + (i > 3 ? 'x' : ''),
              ),
            ),
          );
        await page.evaluate(at => bench.scrollTo(at), targets.toggle);
        const toggles = [];
        for (let i = 0; i < 4; i++)
          toggles.push(await busy(() => page.evaluate(at => bench.toggle(at), targets.toggle)));
        const submit = size === 2000 ? await busy(() => page.evaluate(() => bench.submit())) : 0;
        const errors = size === 2000 ? await page.evaluate(() => bench.submit()) : 0;
        return { cold, ready, total, key: keys.slice(1), toggle: toggles.slice(1), submit, errors, fields };
      });
    }
    const bounds = { 50: 1.2, 500: 0.7, 2000: 0.5 };
    for (const size of [50, 500, 2000]) {
      const { ours, floor, 'floor-cv': contained } = mounts[size];
      rows.push({
        name: `mount ${size} fields, ready to type`,
        ratio: ours.ready / floor.ready,
        bound: bounds[size],
        note: note(ours.ready, floor.ready),
      });
      rows.push({
        name: `mount ${size} fields, all in the document`,
        ratio: ours.total / floor.total,
        bound: null,
        note: note(ours.total, floor.total),
      });
      rows.push({
        name: `mount ${size} fields, ready, the first time on a page`,
        ratio: ours.cold / floor.cold,
        bound: null,
        note: note(ours.cold, floor.cold),
      });
      rows.push({
        name: `mount ${size} fields, ready, beside floor-cv`,
        ratio: ours.ready / contained.ready,
        bound: null,
        note: note(ours.ready, contained.ready),
      });
    }
    rows.push({
      name: 'one key at 2,000 fields, beside its own at 50',
      ratio: mounts[2000].ours.key / mounts[50].ours.key,
      bound: 1.3,
      note: note(mounts[2000].ours.key, mounts[50].ours.key),
    });
    rows.push({
      name: 'one key at 2,000 fields, beside the floor',
      ratio: mounts[2000].ours.key / mounts[2000].floor.key,
      bound: null,
      note: note(mounts[2000].ours.key, mounts[2000].floor.key),
    });
    rows.push({
      name: 'toggle of a ten-field section at 2,000 fields',
      ratio: mounts[2000].ours.toggle / mounts[2000].floor.toggle,
      bound: 1.5,
      note: note(mounts[2000].ours.toggle, mounts[2000].floor.toggle),
    });
    rows.push({
      name: `submit of 2,000 fields with ${mounts[2000].ours.errors} errors`,
      ratio: mounts[2000].ours.submit / mounts[2000].floor.submit,
      bound: 1.5,
      note: `${note(mounts[2000].ours.submit, mounts[2000].floor.submit)}, floor finds ${mounts[2000].floor.errors}`,
    });

    const lists = {};
    for (const size of [10, 500]) {
      lists[size] = await measure(browser, url, 'rows', size, rounds, async (page, contender, busy) => {
        await page.evaluate(name => bench.mount(name), contender);
        await page.evaluate(() => bench.complete());
        const { targets } = specs.spec('rows', size);
        await page.evaluate(at => bench.scrollTo(at), targets.text);
        const keys = [];
        for (let i = 0; i < 6; i++)
          keys.push(
            await busy(() =>
              page.evaluate(
                (at, text) => bench.key(at, text),
                targets.text,
                'Anna'.slice(0, 1 + (i % 4)) + (i > 3 ? 'x' : ''),
              ),
            ),
          );
        const adds = [];
        for (let i = 0; i < 3; i++) adds.push(await busy(() => page.evaluate(() => bench.addRow())));
        return { key: keys.slice(1), add: adds };
      });
    }
    rows.push({
      name: 'one key at 500 rows, beside its own at 10 rows',
      ratio: lists[500].ours.key / lists[10].ours.key,
      bound: 1.3,
      note: note(lists[500].ours.key, lists[10].ours.key),
    });
    rows.push({
      name: 'adding a row to 500, beside adding to 10',
      ratio: lists[500].ours.add / lists[10].ours.add,
      bound: 2,
      note: note(lists[500].ours.add, lists[10].ours.add),
    });

    const heaps = await heap(browser, url, quick ? 1 : 3);
    rows.push({
      name: 'heap at 2,000 fields',
      ratio: heaps.ours / heaps.floor,
      bound: 10,
      note: `${(heaps.ours / 1e6).toFixed(1)} MB against ${(heaps.floor / 1e6).toFixed(2)} MB`,
    });
    return { rows, rounds, browser: await browser.version() };
  } finally {
    await browser.close();
    close();
  }
}

const specs = await import(pathToFileURL(join(shared, 'spec.js')).href).catch(() => ({}));
const note = (ours, other) => `${ours.toFixed(2)} ms against ${other.toFixed(2)} ms`;

/** Runs every contender in turn, each time on a fresh page, and takes the median of each figure. */
export async function measure(browser, url, kind, size, rounds, run) {
  const contenders = ['floor', 'ours', 'floor-cv'];
  const seen = Object.fromEntries(contenders.map(name => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const page = await open(browser, url);
      await page.evaluate((name, form, fields) => bench.load(name, form, fields), contender, kind, size);
      const trace = await startTrace(page);
      let steps = 0;
      /** Names a stretch of the trace; its busy time is known when the trace is read. */
      const busy = async work => {
        const name = `step${steps++}`;
        await page.evaluate(mark => performance.mark(`${mark}:start`), name);
        await work();
        await page.evaluate(mark => performance.mark(`${mark}:end`), name);
        return name;
      };
      const result = await run(page, contender, busy);
      // The first round warms caches on disk.
      if (round > 0) seen[contender].push(figures(result, await trace.stop()));
      else await trace.stop();
      await page.close();
    }
  }
  return Object.fromEntries(
    Object.entries(seen).map(([name, results]) => [
      name,
      Object.fromEntries(Object.keys(results[0]).map(key => [key, median(results.map(result => result[key]))])),
    ]),
  );
}

/** Records what the main thread does. */
export async function startTrace(page) {
  const client = await page.createCDPSession();
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'blink.user_timing', 'v8'], excludedCategories: ['*'] },
  });
  return {
    async stop() {
      const done = new Promise(resolve => client.once('Tracing.tracingComplete', resolve));
      await client.send('Tracing.end');
      await done;
      return events;
    },
  };
}

export const BUSY = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'v8.callFunction',
  'v8.run',
  'TimerFire',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'v8.compile',
  'UpdateLayoutTree',
  'Layout',
  'MinorGC',
  'MajorGC',
  'V8.GC_SCAVENGER',
  'V8.GC_MARK_COMPACTOR',
]);

/** Processor time of script, style and layout between each pair of marks, in ms; what is nested counts once. */
function busyTimes(events) {
  const marks = new Map(
    events
      .filter(({ cat }) => cat?.includes('blink.user_timing'))
      .map(({ name, ts, pid, tid }) => [name, { ts, pid, tid }]),
  );
  return name => {
    const start = marks.get(`${name}:start`),
      end = marks.get(`${name}:end`);
    const work = events
      .filter(
        event =>
          event.ph === 'X'
          && BUSY.has(event.name)
          && event.pid === start.pid
          && event.tid === start.tid
          && event.ts >= start.ts
          && event.ts < end.ts,
      )
      .sort((x, y) => x.ts - y.ts || y.dur - x.dur);
    let sum = 0,
      until = 0;
    for (const event of work) {
      if (event.ts < until) continue;
      sum += event.tdur ?? event.dur;
      until = event.ts + event.dur;
    }
    return sum / 1000;
  };
}

/** Replaces the names of stretches by their times; lists become medians, `a+b` sums. */
function figures(result, events) {
  const time = busyTimes(events);
  const read = value =>
    Array.isArray(value)
      ? median(value.map(read))
      : typeof value === 'string'
        ? value.split('+').reduce((sum, name) => sum + time(name), 0)
        : value;
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, read(value)]));
}

async function heap(browser, url, rounds) {
  const found = { floor: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    for (const contender of ['floor', 'ours']) {
      const page = await open(browser, url);
      await page.evaluate(name => bench.load(name, 'sections', 2000), contender);
      const used = () =>
        page.evaluate(() => {
          gc();
          return performance.memory.usedJSHeapSize;
        });
      const before = await used();
      await page.evaluate(name => bench.mount(name), contender);
      await page.evaluate(() => bench.complete());
      found[contender].push((await used()) - before);
      await page.close();
    }
  }
  return { floor: median(found.floor), ours: median(found.ours) };
}

async function open(browser, url) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  return page;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0
    ? NaN
    : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** The page, the shared floor, and forms compiled from the floor's own specification. */
export async function serve() {
  const { emitModule } = await import('@onceform/compiler');
  const { outputFiles } = await build({
    entryPoints: [join(here, 'elements/page.ts')],
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: !process.env.NOMIN,
    outdir: '/out',
    write: false,
    target: 'es2022',
    conditions: ['onceform-source'],
    logLevel: 'error',
    nodePaths: [join(here, '../node_modules')],
  });
  const scripts = new Map(outputFiles.map(({ path, contents }) => [path.replace('/out', ''), contents]));
  const forms = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
    try {
      if (pathname === '/') {
        return send(
          'text/html',
          '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/once.css"><script type="module" src="/page.js"></script><body>',
        );
      }
      if (pathname === '/once.css')
        return send('text/css', await readFile(join(here, '../packages/elements/theme/once.css')));
      const compiled = /^\/bench\/forms\/(sections|rows)-(\d+)\/(\w+\.js)$/.exec(pathname);
      if (compiled !== null) {
        const [, kind, size, file] = compiled;
        const key = `${kind}-${size}`;
        if (!forms.has(key)) forms.set(key, (await emitModule(definitionOf(specs.spec(kind, Number(size))))).files);
        return send('text/javascript', forms.get(key)[file]);
      }
      if (/^\/bench\/[\w-]+\.js$/.test(pathname))
        return send('text/javascript', await readFile(join(shared, pathname.slice('/bench/'.length))));
      if (scripts.has(pathname)) return send('text/javascript', scripts.get(pathname));
      response.writeHead(404).end();
    } catch (error) {
      console.error(error);
      response.writeHead(500).end(String(error.stack ?? error));
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The floor's form in our vocabulary: one page, a section for each of its sections, `when` for the conditional ones. */
export function definitionOf(spec) {
  if (spec.kind === 'rows')
    return {
      $schema: 'https://onceform.dev/form/1',
      $id: 'https://bench.example/forms/rows',
      title: 'Rows',
      ...spec.schema,
    };
  const objects = {
    ...spec.schema.properties,
    ...Object.assign({}, ...spec.schema.allOf.map(({ then }) => then.properties)),
  };
  const properties = Object.fromEntries(
    spec.sections.map(section => {
      const [owner, field] = section.showIf?.split('.') ?? [];
      return [
        section.id,
        section.showIf === null
          ? objects[section.id]
          : {
              ...objects[section.id],
              when: {
                type: 'object',
                properties: {
                  [owner]: { type: 'object', properties: { [field]: { const: true } }, required: [field] },
                },
                required: [owner],
              },
            },
      ];
    }),
  );
  return {
    $schema: 'https://onceform.dev/form/1',
    $id: `https://bench.example/forms/sections-${spec.size}`,
    title: 'Sections',
    type: 'object',
    properties,
    form: {
      version: '1',
      locale: 'en',
      pages: [{ id: 'all', title: 'All', sections: spec.sections.map(({ id }) => ({ id, fields: [`/${id}`] })) }],
    },
  };
}
