// `npm run fuzz [-- NAME] [--runs N]`: hostile input until N runs or a fault. Each packages/*/fuzz.mjs has a default
// export `({ runs }) => [{ name, result, ok }]`.

import { runHooks } from './hooks.mjs';
import { readNumber, readOptions } from './options.mjs';

const USAGE = `npm run fuzz -- [PACKAGE] [--runs 1000000]`;

const { values, positionals } = readOptions(USAGE, {
  allowPositionals: true,
  options: { runs: { type: 'string', default: '1000000' } },
});
await runHooks('fuzz', { runs: readNumber('--runs', values.runs, 1, Number.MAX_SAFE_INTEGER) }, positionals[0]);
