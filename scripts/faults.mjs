// `npm run test:faults -- [--short] [--kills N] [--only NAME]`: kills (200, 3,000 or as many as said), lost writes and failing
// calls, against the real server. Each packages/*/faults.mjs has a default export
// `({ short, kills, only }) => AsyncIterable<{ name, result, ok }>`.

import { runHooks } from './hooks.mjs';
import { readNumber, readOptions } from './options.mjs';

const USAGE = `npm run test:faults -- [--short] [--kills N] [--only NAME]

  --short   200 kills instead of 3,000, and less of everything else
  --kills   as many as you say
  --only    the proofs with this in their names, such as PostgreSQL`;

const { short, kills, only } = readOptions(USAGE, {
  options: {
    short: { type: 'boolean', default: false },
    kills: { type: 'string' },
    only: { type: 'string', default: '' },
  },
}).values;
await runHooks('faults', {
  short,
  kills: kills === undefined ? (short ? 200 : 3000) : readNumber('--kills', kills, 1, 1_000_000),
  only,
});
