// The form in a React page: `node examples/react/serve.mjs [port]`. Bundles web/ and puts it before the small back end
// of examples/html, under the same strict policy.

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serve as serveWith } from '../html/serve.mjs';

const web = join(dirname(fileURLToPath(import.meta.url)), 'web');
const theme = fileURLToPath(import.meta.resolve('@onceform/elements/theme/once.css'));

export async function serve(port = 0) {
  const { outputFiles } = await build({
    entryPoints: [join(web, 'main.tsx'), join(web, 'page.css'), theme],
    outdir: '/assets',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    jsx: 'automatic',
    tsconfigRaw: {},
    conditions: ['default'],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return serveWith(port, {
    own: readFileSync(join(web, 'index.html'), 'utf8'),
    assets: Object.fromEntries(
      outputFiles.map(({ path, contents }) => [
        `/assets/${basename(path)}`,
        [path.endsWith('.css') ? 'text/css' : 'text/javascript', contents],
      ]),
    ),
    // Lit comes from npm here, and calls its policy by its own name.
    policies: 'onceform lit-html',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(process.argv[2] ?? 8091));
  console.log(`Open ${url}`);
}
