// The server that faults.mjs kills: a portal with the hand-compiled notice form, and a way in without an identity provider.
// Arguments: data folder, database address or "".

import { join } from 'node:path';
import { directoryStore, loadKeys, openPglite, openPostgres, serve, createPortal } from '@onceform/server';
import { noticeCompiler } from './dist/testing/notice-form.js';
import { citizen, testPack, testRegister } from './dist/testing/test-portal.js';

const [folder, url] = process.argv.slice(2);
const database = url
  ? await openPostgres({ url })
  : await openPglite({ directory: join(folder, 'database'), onDamaged: () => undefined });
const keys = await loadKeys(join(folder, 'keys.json'));
const portal = await createPortal({
  pack: testPack,
  origin: 'http://localhost',
  agency: 'X01',
  sources: [testRegister()],
  database,
  keys,
  objectStore: directoryStore(join(folder, 'objects')),
  forms: {
    definitions: join(folder, 'definitions'),
    folder: join(folder, 'forms'),
    compile: noticeCompiler,
    toolchain: 'faults',
  },
  onError: error => console.error(error),
});
portal.app.get('/fault/sign-in', async c => {
  await portal.sessions.begin(c, citizen('an'));
  return c.body(null, 204);
});
portal.app.get('/fault/index', async c => c.json(await database.query('SELECT id, sha256, code, bundle FROM dossier')));
const { port } = await serve(portal.app, { port: 0, hostname: '127.0.0.1' });
process.send({ port });
process.on('disconnect', () => process.exit(0));
