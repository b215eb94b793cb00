// `npm run test:embedding`: every example of embedding in a real browser, also those whose frameworks are installed only for
// this (Angular). Tests that `npm test` leaves out, for their weight, are run here.

import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { bin, root, run } from './run.mjs';

await build();
await install(join(root, 'examples', 'angular'));
const { code } = await run(bin('vitest'), ['run', 'test/embedding', ...process.argv.slice(2)], {
  env: { ONCEFORM_EMBEDDING: 'all' },
});
process.exit(code);
