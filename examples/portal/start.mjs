// Starts the demonstration and prints where it is. `npm start` runs this after building.

import { demoOptions } from './demo-options.mjs';
import { startStack } from './stack.mjs';

let stack;
try {
  stack = await startStack(demoOptions());
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
