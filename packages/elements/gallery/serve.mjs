// Serves the gallery and compiled forms: bundles with esbuild from the packages' sources, under the strict policy of
// design law 2. `node packages/elements/gallery/serve.mjs [port]`; tests and benches import `serveGallery`.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { emitModule } from '@onceform/compiler';
import { concepts, everyControl } from './every-control.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
  + "font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types onceform lit-html";

const forms = new Map();

/** Compiles a definition to its modules; the country pack is given where the definition needs it. */
export async function emitForm(definition, pack) {
  const { files } = await emitModule(definition, pack === undefined ? {} : { pack });
  return files;
}

/** A form of the gallery's own, or one of Viet Nam's catalogue. Each is compiled once, also when asked for twice at once. */
async function formFile(name, file) {
  if (!forms.has(name)) forms.set(name, makeForm(name));
  return (await forms.get(name))[file];
}

async function makeForm(name) {
  const { vnPack } = await import('@onceform/vn');
  if (name.startsWith('every-control'))
    return emitForm(everyControl({ readOnly: name.endsWith('-read-only') }), {
      ...vnPack,
      concepts: { ...vnPack.concepts, ...concepts },
    });
  const own = join(here, 'forms', `${name}.form.json`);
  const path = existsSync(own) ? own : join(root, 'packages/vn/forms', `${name}.form.json`);
  return emitForm(JSON.parse(await readFile(path, 'utf8')), path === own ? undefined : vnPack);
}

export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    splitting: true,
    outdir: '/out',
    write: false,
    target: 'es2022',
    minify: false,
    conditions: ['onceform-source'],
    logLevel: 'error',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.replace('/out', ''), contents]));
}

/** Compiled forms, code lists and the theme by path; null for any other path. For our server and the test runner's. */
export async function answer(path) {
  const { pathname, searchParams } = new URL(path, 'http://x');
  if (pathname === '/once.css')
    return { type: 'text/css', body: await readFile(join(here, '../theme/once.css'), 'utf8') };
  const form = /^\/forms\/([\w-]+)\/([\w.]+)$/.exec(pathname);
  if (form !== null) return { type: 'text/javascript', body: await formFile(form[1], form[2]) };
  const list = /^\/code-lists\/([\w-]+)$/.exec(pathname);
  if (list !== null) {
    const { vnPack } = await import('@onceform/vn');
    return {
      type: 'application/json',
      body: JSON.stringify(await vnPack.codeLists[list[1]].load(searchParams.get('within') ?? undefined)),
    };
  }
  return null;
}

/** `watch`: bundles anew for every page that is opened, so that a change is seen by loading again. */
export async function serveGallery(
  port = 0,
  { entry = join(here, 'gallery.ts'), page = join(here, 'gallery.html'), watch = true } = {},
) {
  // Whatever the entry is called, the page asks for gallery.js.
  const entryScript = `/${basename(entry).replace(/\.ts$/, '.js')}`;
  let scripts = await bundle(entry);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const send = (type, body) => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY, 'cache-control': 'no-store' });
      response.end(body);
    };
    try {
      if (pathname === '/' || pathname.endsWith('.html')) {
        if (watch) scripts = await bundle(entry);
        return send('text/html; charset=utf-8', await readFile(page));
      }
      if (pathname === '/gallery.css') return send('text/css', await readFile(join(here, 'gallery.css')));
      const found = await answer(request.url);
      if (found !== null) return send(found.type, found.body);
      const script = scripts.get(pathname === '/gallery.js' ? entryScript : pathname);
      if (script !== undefined) return send('text/javascript', script);
      response.writeHead(404).end();
    } catch (error) {
      console.error(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error.stack ?? error));
    }
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serveGallery(Number(process.argv[2] ?? 8123));
  console.log(url);
}
