// The prefill gateway, alone, in a process of its own: it asks the register, keeps consents and usage log, and seals. It
// signs nobody in and takes no dossier: that is for the portal whose tokens it believes.

import { fileURLToPath } from 'node:url';
import { childProcessCompiler, createGatewayService, createKeys, openPglite, serve } from '@onceform/server';
import { createMemorySource } from '@onceform/store/memory';
import { lagoonaPack } from '../second-country/pack.js';
import { records } from '../second-country/people.js';

const [portal, folder] = process.argv.slice(2);
const country = new URL('../second-country/', import.meta.url);

/** What the portal's tokens are for. The gateway calls itself so, too, in its seals. */
const NAME = 'https://gateway.example';

const gateway = await createGatewayService({
  pack: lagoonaPack,
  origin: NAME,
  audience: portal,
  agency: 'LG',
  sources: [createMemorySource({ id: 'registry', name: 'Island registry', records })],
  database: await openPglite(), // in memory; DATABASE_URL and openPostgres where it is meant to last
  keys: await createKeys(), // loadKeys(file) where it is meant to last
  forms: {
    definitions: fileURLToPath(country),
    folder,
    compile: childProcessCompiler({ module: new URL('pack.js', country).href, export: 'lagoonaPack' }),
  },
  subjectTokens: { issuer: portal, audience: NAME, jwks: new URL('/.well-known/jwks.json', portal) },
  onError: (error, { method, path }) => console.error(`${method} ${path}:`, error),
});
const { port } = await serve(gateway.app, { port: 0, hostname: '127.0.0.1' });
process.send({ url: `http://127.0.0.1:${port}`, audience: NAME });
process.once('disconnect', () => process.exit(0));
