// `npm run test:faults [-- --short]`: kills, lost writes and failing calls, against the real server. Each
// packages/*/faults.mjs has a default export `({ short }) => { rows: [{ name, result, ok }] }`.

import { runHooks } from './hooks.mjs';

await runHooks('faults', { short: process.argv.includes('--short') });
