// `node examples/foreign-portal/start.mjs`: a portal of another make with the prefill gateway behind it, until it is stopped.

import { fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNumber, readOptions } from '../../scripts/options.mjs';
import { buildPage } from '../second-country/portal.mjs';
import { startPortal } from './portal.mjs';

const USAGE = 'node examples/foreign-portal/start.mjs [--port 8095] [--data FOLDER]';

const { values } = readOptions(USAGE, {
  options: { port: { type: 'string', default: '8095' }, data: { type: 'string' } },
});
const data = values.data ?? (await mkdtemp(join(tmpdir(), 'foreign-portal-')));

await buildPage(join(data, 'web'));
const portal = await startPortal({
  web: join(data, 'web'),
  folder: join(data, 'dossiers'),
  port: readNumber('--port', values.port, 0, 65_535),
});
const gateway = fork(fileURLToPath(new URL('gateway.mjs', import.meta.url)), [portal.url, join(data, 'forms')], {
  execArgv: ['--disallow-code-generation-from-strings', '--disable-warning=ExperimentalWarning'],
});
portal.connect(
  await new Promise((resolve, reject) =>
    gateway.once('message', resolve).once('exit', status => reject(new Error(`The gateway ended with ${status}.`))),
  ),
);
console.log(`\nOnceForm portal: ${portal.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    gateway.removeAllListeners('exit').disconnect();
    await portal.close();
    process.exit(0);
  });
