// `npm run test:browser`: the element tests (packages/**/*.browser.test.ts) in a real browser.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { install } from './install.mjs';
import { bin, root, run } from './run.mjs';

await install();
const { path } = await findBrowser();
const results = join(root, 'test-results', 'browser.json');
rmSync(results, { force: true });
const { code } = await run(bin('wtr'), ['--config', 'web-test-runner.config.mjs', ...process.argv.slice(2)], {
  env: { ONCEFORM_BROWSER: path },
});
const { passed, failed, skipped } = JSON.parse(readFileSync(results, 'utf8'));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(code);
