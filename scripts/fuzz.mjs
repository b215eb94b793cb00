// `npm run fuzz [-- NAME] [--runs N]`: hostile input until N runs or a fault. Each packages/*/fuzz.mjs has a default
// export `({ runs }) => { rows: [{ name, result, ok }] }`.

import { parseArgs } from 'node:util';
import { runHooks } from './hooks.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '1000000' } },
});
await runHooks('fuzz', { runs: Number(values.runs) }, positionals[0]);
