// The portal's own pages and assets: files of one folder, nothing computed.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Context, Hono } from 'hono';
import { answerCompressed } from './compressed.ts';
import type { PortalEnv } from './session.ts';

export interface WebPages {
  /** The folder; every file in it is public. */
  readonly root: string;
  /** Addresses of pages to files: `{ '/': 'index.html', '/forms/:slug': 'form.html' }`. */
  readonly pages: { readonly [path: string]: string };
  /** Where assets are found: `/assets`. A name that holds its digest, `app-1a2b3c4d.js`, is cached for ever. */
  readonly assets: string;
}

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Reads the folder once; what is not in it then is not served. */
export async function webPages(app: Hono<PortalEnv>, { root, pages, assets }: WebPages): Promise<void> {
  const files = new Map<
    string,
    { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly etag: string }
  >();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(await readFile(path));
    files.set(relative(root, path).split(sep).join('/'), {
      bytes,
      type,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    });
  }
  const serve =
    (name: string, cacheControl: string) =>
    (c: Context<PortalEnv>): Response | Promise<Response> => {
      const file = files.get(name);
      if (file === undefined) return c.notFound();
      c.header('etag', file.etag);
      c.header('cache-control', cacheControl);
      if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
      c.header('content-type', file.type);
      return file.type.startsWith('image/png') || file.type.startsWith('font/')
        ? c.body(file.bytes)
        : answerCompressed(c, file.bytes);
    };
  for (const [path, name] of Object.entries(pages)) {
    if (!files.has(name)) throw new TypeError(`The page ${name} is not in ${root}: build the front end first.`);
    // Not `no-cache`: a browser would set the page aside behind Back, as it stood. Then somebody's data can be read after
    // they signed out, and requests under way are frozen with it and hold up the same ones of the next page, for 20 s.
    app.get(path, serve(name, 'no-store'));
  }
  for (const name of files.keys()) {
    if (name.endsWith('.html')) continue;
    const forEver = /-[A-Za-z0-9]{8,}\.\w+(?:\.map)?$/.test(name);
    app.get(`${assets}/${name}`, serve(name, forEver ? 'public, max-age=31536000, immutable' : 'no-cache'));
  }
}
