// Two sites on two ports: a town's page, and the library's portal whose form stands in an iframe of it.
// `node examples/iframe/serve.mjs [port]`. The portal is that of examples/html, with a page that answers this host only.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serve as servePortal } from '../html/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const read = file => readFileSync(join(here, file), 'utf8');

/** `frames`: whom the portal's server lets show the form; by default the same host that its page answers. */
export async function serve(port = 0, { allow, frames } = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'host.js')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    conditions: ['default'],
    logLevel: 'warning',
  });
  let portalUrl = '';
  const server = createServer((request, response) => {
    const send = (type, body) =>
      response
        .writeHead(200, {
          'content-type': type,
          'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-src ${portalUrl}`,
        })
        .end(body);
    switch (request.url) {
      case '/':
        return send('text/html; charset=utf-8', read('host.html').replace('{portal}', portalUrl));
      case '/host.js':
        return send('text/javascript', outputFiles[0].contents);
      case '/host.css':
        return send('text/css', read('host.css'));
      default:
        response.writeHead(404).end();
    }
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}`;
  const bundle = JSON.parse(readFileSync(join(here, '../../dist/once-form.json'), 'utf8'));
  const fill = text =>
    text
      .replace('{path}', bundle.path)
      .replace('{integrity}', bundle.integrity)
      .replace('{host}', allow ?? url);
  const portal = await servePortal(0, {
    own: fill(read('form.html')),
    assets: { '/form.js': ['text/javascript', fill(read('form.js'))] },
    ancestors: frames ?? url,
  });
  portalUrl = portal.url;
  return {
    url,
    portal: portal.url,
    filed: portal.filed,
    close: () => {
      server.closeAllConnections();
      return Promise.all([portal.close(), new Promise(done => server.close(done))]);
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(process.argv[2] ?? 8092));
  console.log(`Open ${url}`);
}
