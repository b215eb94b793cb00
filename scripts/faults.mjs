// `npm run test:faults [-- --short | --kills N]`: kills (200, 3,000 or as many as said), lost writes and failing calls,
// against the real server. Each packages/*/faults.mjs has a default export
// `({ short, kills }) => { rows: [{ name, result, ok }] }`.

import { parseArgs } from 'node:util';
import { runHooks } from './hooks.mjs';

const { short, kills } = parseArgs({
  options: { short: { type: 'boolean', default: false }, kills: { type: 'string' } },
}).values;
if (kills !== undefined && !/^[1-9]\d*$/.test(kills)) {
  console.error('--kills takes a number of kills: 400.');
  process.exit(2);
}
await runHooks('faults', { short, kills: Number(kills ?? (short ? 200 : 3000)) });
