// The smallest portal: `node examples/html/serve.mjs [port]`. Serves one page, one form and the script-tag file under
// the strict policy, checks what is filed, and keeps it in memory. The real back end is @onceform/server.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emitModule } from '@onceform/compiler';
import { verifyDossier } from '@onceform/dossier';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../../dist');
const policyOf = (names, ancestors) =>
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
  + "worker-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
  + `frame-ancestors ${ancestors}; trusted-types ${names}`;

/**
 * @param {number} port
 * @param {object} options
 * @param {string} [options.second] A prefix: puts the file into the page a second time, as another version would be.
 * @param {string} [options.own] Another page instead of ours, before the same back end.
 * @param {Record<string, [type: string, content: string | Uint8Array]>} [options.assets] What that page loads, by path.
 * @param {string} [options.policies] The Trusted Types policies the page makes.
 * @param {string} [options.ancestors] Who may show the page in a frame.
 * @param {string} [options.definition] Another form, by its file.
 */
export async function serve(
  port = 0,
  {
    second,
    own,
    assets = {},
    policies = second === undefined ? 'onceform' : `onceform onceform-${second}`,
    ancestors = "'none'",
    definition = join(here, 'library-card.form.json'),
  } = {},
) {
  if (!existsSync(join(dist, 'once-form.js')))
    throw new Error('dist/once-form.js is missing: run `npm run build` first.');
  const bundle = JSON.parse(readFileSync(join(dist, 'once-form.json'), 'utf8'));
  const { files, compiled, digest } = await emitModule(JSON.parse(readFileSync(definition, 'utf8')));
  const tag = (prefix, path) =>
    `<script type="module" src="${path}" integrity="${bundle.integrity}" crossorigin="anonymous"></script>`
    + (prefix === 'once' ? '' : `\n<${prefix}-form src="/api/forms/library-card" locale="en"></${prefix}-form>`);
  const page =
    own
    ?? readFileSync(join(here, 'index.html'), 'utf8')
      .replace('{path}', bundle.path)
      .replace('{integrity}', bundle.integrity)
      .replace(
        '</body>',
        second === undefined ? '</body>' : `${tag(second, `${bundle.path}?prefix=${second}`)}\n</body>`,
      );
  const slug = basename(definition, '.form.json');
  const info = {
    slug,
    id: compiled.id,
    version: compiled.version,
    digest,
    title: compiled.title,
    procedureCode: null,
    module: `/forms/${digest}/form.js`,
    integrity: '',
  };
  // What may be kept of this site for use without a network: the same for everybody, and another one with every version.
  const offline = {
    version: `${bundle.integrity.slice(-12)} ${digest.slice(0, 12)}`,
    files: [bundle.path, '/keep.js'],
    pages: ['/'],
    data: ['/api/forms/', '/forms/'],
  };
  const filed = new Map();

  const server = createServer(async (request, response) => {
    const send = (status, type, body) => {
      response.writeHead(status, {
        'content-type': type,
        'content-security-policy': policyOf(policies, ancestors),
        'x-content-type-options': 'nosniff',
      });
      response.end(body);
    };
    const json = (value, status = 200) =>
      send(status, status < 400 ? 'application/json' : 'application/problem+json', JSON.stringify(value));
    const { pathname } = new URL(request.url, 'http://x');
    if (request.method === 'GET' && Object.hasOwn(assets, pathname)) return send(200, ...assets[pathname]);
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return send(200, 'text/html; charset=utf-8', page);
      case `GET ${bundle.path}`:
        return send(200, 'text/javascript', readFileSync(join(dist, 'once-form.js')));
      case 'GET /once-offline.js':
        return send(200, 'text/javascript', readFileSync(join(dist, 'once-offline.js')));
      case 'GET /offline.json':
        return json(offline);
      case 'GET /keep.js':
        return send(200, 'text/javascript', readFileSync(join(here, 'keep.js'), 'utf8').replace('{path}', bundle.path));
      case 'GET /api/session':
        return json({ csrf: 'demo', person: null, signInPath: '/', signOutPath: '/' });
      case `GET /api/forms/${slug}`:
        return json(info);
      case 'GET /api/sources':
        return json([]);
    }
    const module = new RegExp(`^/forms/${digest}/([\\w.-]+\\.js)$`).exec(pathname)?.[1];
    if (request.method === 'GET' && module !== undefined && Object.hasOwn(files, module))
      return send(200, 'text/javascript', files[module]);
    const id = /^\/api\/dossiers\/(.+)$/.exec(pathname)?.[1];
    if (request.method !== 'PUT' || id === undefined)
      return json(
        { type: 'about:blank', title: 'Not found', status: 404, code: 'ERR_NOT_FOUND', message: 'Not found' },
        404,
      );
    const parts = [];
    for await (const part of request) parts.push(part);
    const bytes = new Uint8Array(Buffer.concat(parts));
    const { ok, manifest } = await verifyDossier(bytes, { knownForms: new Set([digest]) });
    if (!ok || manifest.id !== decodeURIComponent(id)) {
      return json(
        {
          type: 'about:blank',
          title: 'Invalid',
          status: 422,
          code: 'ERR_DOSSIER_INVALID',
          message: { en: 'The dossier is damaged.' },
        },
        422,
      );
    }
    const receipt = filed.get(manifest.id) ?? {
      format: 'https://onceform.dev/receipt/1',
      code: `LIB-${String(filed.size + 1).padStart(4, '0')}`,
      dossier: { id: manifest.id, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length },
      receivedAt: new Date().toISOString(),
      agency: null,
      procedure: null,
      noticeBy: null,
      signature: '',
    };
    filed.set(manifest.id, receipt);
    return json(receipt, 201);
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    filed,
    close: () =>
      new Promise(done => {
        server.close(done);
        // Browsers keep connections that they may need again.
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(process.argv[2] ?? 8090));
  console.log(`Open ${url}`);
}
