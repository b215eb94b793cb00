// A form with a map in it: `node examples/map-picker/serve.mjs [port]`. Bundles the page and puts it before the small back
// end of examples/html, under the same strict policy.

import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serve as servePortal } from '../html/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A street lamp is broken</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/once.css">
    <link rel="stylesheet" href="/assets/map.css">
    <script type="module" src="/assets/main.js"></script>
  </head>
  <body>
    <once-form src="/api/forms/broken-lamp" locale="en"></once-form>
  </body>
</html>`;

export async function serve(port = 0) {
  const { outputFiles } = await build({
    entryPoints: ['main.js', 'map.css']
      .map(file => join(here, file))
      .concat(fileURLToPath(import.meta.resolve('@onceform/elements/theme/once.css'))),
    outdir: '/assets',
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    conditions: ['default'],
    logLevel: 'error',
  });
  return servePortal(port, {
    own: PAGE,
    definition: join(here, 'broken-lamp.form.json'),
    assets: Object.fromEntries(
      outputFiles.map(({ path, contents }) => [
        `/assets/${basename(path)}`,
        [path.endsWith('.css') ? 'text/css' : 'text/javascript', contents],
      ]),
    ),
    policies: 'onceform lit-html',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(process.argv[2] ?? 8094));
  console.log(`Open ${url}`);
}
