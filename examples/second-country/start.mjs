// `node examples/second-country/start.mjs`: Lagoona's portal, until it is stopped.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumber, readOptions, stop } from '../../scripts/options.mjs';
import { clockFrom } from '../portal/clock-from.mjs';
import { startLagoona } from './portal.mjs';

const USAGE = 'node examples/second-country/start.mjs [--port 8090] [--data FOLDER] [--date 2027-03-01]';

const { values } = readOptions(USAGE, {
  options: { port: { type: 'string', default: '8090' }, data: { type: 'string' }, date: { type: 'string' } },
});
const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'lagoona-')));
const port = readNumber('--port', values.port, 0, 65_535);
let clock;
try {
  clock = clockFrom(values.date);
} catch (error) {
  stop(error.message);
}
const lagoona = await startLagoona({ port, dataDir, clock });
console.log(`\nOnceForm portal: ${lagoona.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await lagoona.close();
    process.exit(0);
  });
