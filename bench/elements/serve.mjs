// The pages of the elements' benches: a server with the shared floor, our bundle, and forms compiled from the floor's
// own specification.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const shared = join(root, '../shared/bench');

export const specs = await import(pathToFileURL(join(shared, 'spec.js')).href).catch(() => null);

/** Bundles entries as a portal would, with chunks for what is loaded on demand: `/name.js` → text. */
export async function bundle(entryPoints, options = {}) {
  const { outputFiles, metafile } = await build({
    entryPoints,
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: !process.env.NOMIN,
    outdir: '/out',
    write: false,
    metafile: true,
    target: 'es2022',
    conditions: ['onceform-source'],
    logLevel: 'error',
    nodePaths: [join(root, 'node_modules')],
    ...options,
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [path.replace('/out', ''), Buffer.from(contents)])),
    metafile,
  };
}

const forms = new Map();

/** The files of a compiled form: `form.js` and what it loads later. */
export async function formFiles(kind, size) {
  const key = `${kind}-${size}`;
  if (!forms.has(key)) {
    const { emitModule } = await import('@onceform/compiler');
    forms.set(key, (await emitModule(definitionOf(specs.spec(kind, size)))).files);
  }
  return forms.get(key);
}

/**
 * Serves `pages` (path → [type, text]), the shared bench, and compiled forms.
 *
 * @param delay How the network is: see slow-phone.mjs; absent: as it is.
 */
export async function serve(pages, { gzip = false } = {}) {
  const packed = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    try {
      const found = pages.get(pathname) ?? (await sharedFile(pathname));
      if (found === undefined) return response.writeHead(404).end();
      const [type, body] = found;
      if (!gzip) return response.writeHead(200, { 'content-type': type }).end(body);
      if (!packed.has(pathname)) packed.set(pathname, gzipSync(body, { level: 9 }));
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(packed.get(pathname));
    } catch (error) {
      console.error(error);
      response.writeHead(500).end(String(error.stack ?? error));
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function sharedFile(pathname) {
  const compiled = /^\/bench\/forms\/(sections|rows)-(\d+)\/(\w+\.js)$/.exec(pathname);
  if (compiled !== null) {
    const [, kind, size, file] = compiled;
    return [SCRIPT, (await formFiles(kind, Number(size)))[file]];
  }
  if (/^\/bench\/[\w-]+\.js$/.test(pathname))
    return [SCRIPT, await readFile(join(shared, pathname.slice('/bench/'.length)))];
  return undefined;
}

export const SCRIPT = 'text/javascript';

/** The page of the timings: see page.ts. Peers bring their own script and styles. */
export async function benchPages(given, css = '') {
  const script = given ?? (await bundle([join(here, 'page.ts')]));
  const theme = await readFile(join(root, 'packages/elements/theme/once.css'), 'utf8');
  const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/once.css"><script type="module" src="/page.js"></script><body>`;
  return new Map([
    ['/', ['text/html', page]],
    ['/once.css', ['text/css', theme + css]],
    ...[...script.files].map(([path, text]) => [path, [SCRIPT, text]]),
  ]);
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
