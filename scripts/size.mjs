// `npm run size`: what a citizen's browser loads, minified and gzipped, beside its budget. Where a budget is exceeded
// it says which files weigh most. `--all` lists every file.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';

const language = (name, part) => path => new RegExp(`(?:core|elements)/src/locales/${name}${part}\\.ts$`).test(path);
const LATER = '-(?:later|filed|dossier)';
const GROUPS = [
  ['first view, without form module and locales', 35, path => !/locales\//.test(path)],
  ['  of it lit', null, path => /node_modules\/(?:@lit|lit)/.test(path)],
  ['  of it core', null, path => /packages\/core\/(?!src\/locales)/.test(path)],
  ['  of it elements', null, path => /packages\/elements\/(?!src\/locales)/.test(path)],
  ['locale vi, with the first page', 4, language('vi', '')],
  ['locale en, with the first page', 4, language('en', '')],
  ['locale vi, what comes later, issues', 4, path => /core\/src\/locales\/vi-later/.test(path)],
  ['locale vi, what comes later, steps', 4, path => /elements\/src\/locales\/vi-later/.test(path)],
  ['locale vi, what comes with the receipt', 4, path => /elements\/src\/locales\/vi-filed/.test(path)],
  ['locale vi, all of it', null, language('vi', `(?:${LATER})?`)],
  ['locale en, all of it', null, language('en', `(?:${LATER})?`)],
];

// The first rows are what loads at once; the others are counted wherever they are, loaded at once or on demand.
const AT_ONCE = 4;
const first = await measure("import '@onceform/elements/register';");
const rules = await measure("export { celEvaluator } from '@onceform/core/cel';");
const client = await measure("export { createPortalClient } from '@onceform/store/client';");
const run = await measure("export { DeskRun, engine } from './packages/elements/src/desk-run.ts';");
const page = await measure(
  "import '@onceform/elements/register'; export { createPortalClient } from '@onceform/store/client'; export { openDraftStore } from '@onceform/elements/drafts';",
);
const PREFILL =
  /elements\/.*\/(?:prefill|prefill-flow|recheck-flow|record|record-place|origin|parts\/start|parts\/prefill-step|parts\/dispute)\.ts$/;
const UPLOADS =
  /\/(?:file-shelf|file-digest|upload-line|held-papers|controls\/file|parts\/papers|store\/src\/upload)\.ts$|node_modules\/(?:tus-js-client|js-base64|url-parse|requires-port|querystringify)\//;
const rows = [
  ...GROUPS.map(([name, budget, belongs], index) =>
    row(
      name,
      budget,
      (index < AT_ONCE ? first.eager : first.all).filter(({ path }) => belongs(path)),
    ),
  ),
  row(
    "a portal's page: with its client and drafts",
    null,
    page.eager.filter(({ path }) => !/locales\//.test(path)),
  ),
  row(
    'prefill on demand',
    8,
    first.all.filter(({ path }) => PREFILL.test(path) && !first.eager.some(other => other.path === path)),
  ),
  row(
    'the engine, and what a form does once it is open',
    null,
    run.eager.filter(({ path }) => !/locales\//.test(path) && !first.eager.some(other => other.path === path)),
  ),
  row(
    'uploads, the client for large files included',
    18,
    [...first.all, ...client.all].filter(({ path }) => UPLOADS.test(path)),
  ),
  row(
    'rules on demand',
    26,
    rules.eager.filter(({ path }) => !first.eager.some(other => other.path === path)),
  ),
];
let exceeded = 0;
for (const { name, budget, size, files } of rows) {
  const over = budget !== null && size > budget * 1000;
  if (over) exceeded += 1;
  const mark = budget === null ? ' ' : over ? '✗' : '✓';
  console.log(
    `${mark} ${name.padEnd(46)} ${(size / 1000).toFixed(1).padStart(6)} kB${budget === null ? '' : `  (≤ ${budget})`}`,
  );
  if (over || (budget !== null && process.argv.includes('--all'))) {
    for (const { path, bytes } of process.argv.includes('--all') ? files : files.slice(0, 12))
      console.log(`    ${String(bytes).padStart(6)}  ${path}`);
  }
}
console.log(
  exceeded === 0
    ? 'Every budget holds.'
    : `${exceeded} of ${rows.filter(({ budget }) => budget !== null).length} budgets are exceeded. Numbers beside files are minified bytes.`,
);
process.exit(exceeded === 0 ? 0 : 1);

/** The files that loading an entry brings at once, and all it may bring later, with their minified bytes and their share of what is sent. */
async function measure(contents) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: '/out',
    write: false,
    metafile: true,
    conditions: ['onceform-source'],
    target: 'es2022',
    legalComments: 'none',
    absWorkingDir: root,
  });
  const entry = Object.keys(metafile.outputs).find(path => metafile.outputs[path].entryPoint === '<stdin>');
  const eager = new Set();
  const visit = path => {
    if (eager.has(path)) return;
    eager.add(path);
    for (const { kind, path: next } of metafile.outputs[path].imports) if (kind === 'import-statement') visit(next);
  };
  visit(entry);
  const now = shares([...eager]);
  const later = Object.keys(metafile.outputs)
    .filter(path => path.endsWith('.js') && !eager.has(path))
    .flatMap(path => shares([path]));
  return { eager: now, all: [...now, ...later] };

  /** A file's share of the whole, compressed: files compress together, so shares add up to what is sent. */
  function shares(paths) {
    const text = paths.map(path => outputFiles.find(file => file.path.endsWith(path.split('/').pop())).text).join('\n');
    const inputs = paths
      .flatMap(path => Object.entries(metafile.outputs[path].inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const whole = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    const gzip = gzipSync(text, { level: 9 }).length;
    return inputs.map(([path, { bytesInOutput }]) => ({
      path,
      bytes: bytesInOutput,
      gzip: (bytesInOutput * gzip) / whole,
    }));
  }
}

function row(name, budget, files) {
  return {
    name,
    budget,
    size: files.reduce((sum, file) => sum + file.gzip, 0),
    files: files.toSorted((a, b) => b.bytes - a.bytes),
  };
}
