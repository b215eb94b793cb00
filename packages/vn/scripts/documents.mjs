// Writes docs/catalogue.md and docs/conformance.md anew from the forms, the tests and conformance.json.
//   node packages/vn/scripts/documents.mjs
// The same test that writes them fails when they are out of step.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync('npx', ['vitest', 'run', 'packages/vn/src/documents.test.ts', '-u'], {
  cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  stdio: 'inherit',
});
process.exit(status ?? 1);
