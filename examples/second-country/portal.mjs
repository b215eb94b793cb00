// The portal of Lagoona: its pack, its registry, its one form, on the same server and elements as any other country.

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { childProcessCompiler, createPortal, directoryStore, loadKeys, openPglite, serve } from '@onceform/server';
import { createMemorySource } from '@onceform/store/memory';
import { freePort } from '../portal/free-port.mjs';
import { startIdentity } from '../portal/identity/start-identity.mjs';
import { lagoonaPack } from './pack.js';
import { records } from './people.js';

const here = name => fileURLToPath(new URL(name, import.meta.url));

/**
 * @param {object} options
 * @param {number} [options.port] 0 takes a free one.
 * @param {string} options.dataDir where keys, database, dossiers and the built page are kept.
 * @param {() => Date} [options.clock]
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startLagoona({ port = 0, dataDir, clock = () => new Date() }) {
  const closing = [];
  const close = async () => {
    for (const stop of closing.splice(0).reverse()) await stop();
  };
  try {
    const web = join(dataDir, 'web');
    await buildPage(web);
    const chosen = await freePort(port);
    const origin = `http://localhost:${chosen}`;
    const client = { id: 'lagoona', secret: randomBytes(24).toString('base64url') };
    const identity = await startIdentity({
      redirect: `${origin}/auth/callback`,
      client,
      people: import.meta.resolve('./people.js'),
    });
    closing.push(identity.stop);
    const database = await openPglite({ directory: join(dataDir, 'database') });
    closing.push(() => database.close());
    const portal = await createPortal({
      pack: lagoonaPack,
      origin,
      agency: 'LG',
      sources: [createMemorySource({ id: 'registry', name: 'Island registry', records, clock })],
      database,
      objectStore: directoryStore(join(dataDir, 'objects')),
      keys: await loadKeys(join(dataDir, 'keys.json')),
      forms: {
        definitions: here('.'),
        folder: join(dataDir, 'forms'),
        compile: childProcessCompiler({ module: import.meta.resolve('./pack.js'), export: 'lagoonaPack' }),
        onRefused: (_file, error) => console.error(`Not offered: ${error.message}`),
      },
      oidc: {
        issuer: new URL(identity.issuer),
        clientId: client.id,
        clientSecret: client.secret,
        scope: 'openid profile phone',
        parameters: { prompt: 'login' },
        personOf: ({ personal_id: key, name, identity_level: identityLevel }) => ({
          key,
          name,
          roles: ['citizen'],
          identityLevel,
        }),
      },
      trustedTypes: ['lit-html'],
      web: { root: web, assets: '/assets', pages: { '/': 'index.html' } },
      onError: (error, { method, path }) => console.error(`${method} ${path}:`, error),
      clock,
    });
    const listener = await serve(portal.app, { port: chosen, hostname: '127.0.0.1' });
    closing.push(() => listener.close(1000));
    return { url: origin, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One module with parts on demand, and the default theme beside it. */
export async function buildPage(folder) {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [here('web/page.js'), here('web/index.html'), here('../../packages/elements/theme/once.css')],
    entryNames: '[name]',
    chunkNames: 'part-[hash]',
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    loader: { '.html': 'copy' },
    logLevel: 'warning',
    conditions: ['default'],
  });
}
