// Starts the demonstration and prints where it is. `npm start` runs this after building.

import { parseArgs } from 'node:util';
import { clockFrom } from './clock-from.mjs';
import { startStack } from './stack.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT ?? '8080' },
    data: { type: 'string' },
    date: { type: 'string' },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port takes a number from 0 to 65535, not "${values.port}".`);
  process.exit(2);
}

let clock;
try {
  clock = clockFrom(values.date);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}

let stack;
try {
  stack = await startStack({ port, clock, ...(values.data === undefined ? {} : { dataDir: values.data }) });
} catch (error) {
  console.error(error.code === 'ERR_DIRECTORY_LOCKED' ? error.message : error);
  process.exit(1);
}
console.log(`\nOnceForm portal: ${stack.url}\n`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await stack.close();
    process.exit(0);
  });
}
