// `node examples/second-country/start.mjs`: Lagoona's portal, until it is stopped.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clockFrom } from '../portal/clock-from.mjs';
import { startLagoona } from './portal.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8090' }, data: { type: 'string' }, date: { type: 'string' } },
});
const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'lagoona-')));
const lagoona = await startLagoona({ port: Number(values.port), dataDir, clock: clockFrom(values.date) });
console.log(`\nOnceForm portal: ${lagoona.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await lagoona.close();
    process.exit(0);
  });
