// Bundles the page of `onceform preview` into dist/preview-page/: one module with its parts, two style sheets, no inline code.

import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('./', import.meta.url));
const dist = fileURLToPath(new URL('../dist/preview-page/', import.meta.url));

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  entryPoints: [
    join(here, 'preview.js'),
    join(here, 'preview.css'),
    fileURLToPath(new URL('../../elements/theme/once.css', import.meta.url)),
  ],
  outdir: dist,
  entryNames: '[name]',
  chunkNames: 'part-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  conditions: ['default'],
});
await cp(join(here, 'index.html'), join(dist, 'index.html'));
