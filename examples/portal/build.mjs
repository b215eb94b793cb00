// Bundles the portal's pages into dist/: one module per page with shared chunks, style sheets beside them, no inline code.

import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = fileURLToPath(new URL('./web/', import.meta.url));
const dist = fileURLToPath(new URL('./dist/', import.meta.url));
const theme = fileURLToPath(new URL('../../packages/elements/theme/once.css', import.meta.url));
const pages = ['index', 'form', 'dossiers', 'usage', 'papers', 'invitation', 'reuse', 'officer'];

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const entryPoints = [...pages.map(page => join(web, `${page}.js`)), join(web, 'portal.css'), theme];
const { metafile } = await build({
  entryPoints,
  outdir: dist,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  minify: true,
  sourcemap: 'linked',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  // One graph of one version: the packages' published files, not their sources.
  conditions: ['default'],
});

// What is imported on demand counts as an entry point as well: only ours have an address in the pages.
const names = new Map();
for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint !== undefined && entryPoints.includes(resolve(entryPoint)))
    names.set(`/assets/${basename(entryPoint)}`, `/assets/${basename(output)}`);
}
const addressOf = output => `/assets/${basename(output)}`;
const outputOf = name => Object.keys(metafile.outputs).find(path => addressOf(path) === names.get(`/assets/${name}`));
/** The words that a form's first page says, in the language that the pages begin in. */
const firstWords = Object.keys(metafile.outputs).filter(path =>
  /(?:core|elements)\/dist\/locales\/vi\.js$/.test(metafile.outputs[path].entryPoint ?? ''),
);
// All pages have one head and no text: their module draws them. What it imports is named in the head: a browser would
// find out piece by piece, one round trip after the other.
const shell = await readFile(join(web, 'page.html'), 'utf8');
for (const page of pages) {
  const entry = outputOf(`${page}.js`);
  const [, ...pieces] = reached([entry, ...(page === 'form' ? firstWords : [])], ['import-statement']);
  const ahead = pieces.map(path => `    <link rel="modulepreload" href="${addressOf(path)}" />\n`).join('');
  const html = shell
    .replace('/assets/page.js', `/assets/${page}.js`)
    .replaceAll(/\/assets\/[\w.-]+/g, path => names.get(path) ?? path)
    .replace('  </head>', `${ahead}  </head>`);
  await writeFile(join(dist, `${page}.html`), html);
}
await cp(join(web, 'icon.svg'), join(dist, 'icon.svg'));
await writeOffline();

/** The service worker, and what it keeps: all that a form's page may load, whenever it does. */
async function writeOffline() {
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('@onceform/elements/once-offline'))],
    outfile: join(dist, 'once-offline.js'),
    bundle: true,
    format: 'iife',
    target: ['es2022'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const found = reached(['form.js', 'portal.css', 'once.css'].map(outputOf));
  const files = [...found.map(addressOf).sort(), '/assets/icon.svg'];
  const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 12);
  const kept = { version, files, pages: ['/forms/'], data: ['/api/forms/', '/api/code-lists/'] };
  await writeFile(join(dist, 'offline.json'), JSON.stringify(kept));
}

/** These outputs and all that they bring, at once or on demand unless it is said which. */
function reached(outputs, kinds = ['import-statement', 'dynamic-import']) {
  const found = new Set();
  const visit = path => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind, external } of metafile.outputs[path].imports)
      if (!external && kinds.includes(kind)) visit(next);
  };
  outputs.forEach(visit);
  return [...found];
}
