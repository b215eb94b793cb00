// `npm run size`: what a citizen's browser loads, minified and gzipped, beside its budget. Where a budget is exceeded
// it says which files weigh most. `--all` lists every file.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';

const GROUPS = [
  ['first view, without form module and locales', 35, path => !/locales\//.test(path)],
  ['locale vi', 4, path => /(?:core|elements)\/src\/locales\/vi\.ts$/.test(path)],
  ['locale en', 4, path => /(?:core|elements)\/src\/locales\/en\.ts$/.test(path)],
  [
    'prefill',
    8,
    path => /\/(?:prefill-flow|record|origin|parts\/start|parts\/dispute)\.ts$/.test(path) && /elements/.test(path),
  ],
  ['uploads', 18, path => /\/(?:file-shelf|controls\/file|parts\/papers)\.ts$/.test(path)],
];

// The first row is what loads at once; the others are counted wherever they are, loaded at once or on demand.
const first = await measure("import '@onceform/elements/register';");
const rules = await measure("export { celEvaluator } from '@onceform/core/cel';");
const rows = [
  ...GROUPS.map(([name, budget, belongs], index) =>
    row(
      name,
      budget,
      (index === 0 ? first.eager : first.all).filter(({ path }) => belongs(path)),
    ),
  ),
  row(
    'rules on demand',
    26,
    rules.eager.filter(({ path }) => !first.eager.some(other => other.path === path)),
  ),
];
let exceeded = 0;
for (const { name, budget, size, files } of rows) {
  const over = size > budget * 1000;
  if (over) exceeded += 1;
  console.log(`${over ? '✗' : '✓'} ${name.padEnd(46)} ${(size / 1000).toFixed(1).padStart(6)} kB  (≤ ${budget})`);
  if (over || process.argv.includes('--all')) {
    for (const { path, bytes } of process.argv.includes('--all') ? files : files.slice(0, 12))
      console.log(`    ${String(bytes).padStart(6)}  ${path}`);
  }
}
console.log(
  exceeded === 0
    ? 'Every budget holds.'
    : `${exceeded} of ${rows.length} budgets are exceeded. Numbers beside files are minified bytes.`,
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
