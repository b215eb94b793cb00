// `npm run test:journey`: whole journeys through the demonstration portal in a real browser. Two forms of the catalogue
// are filed by default; `npm run test:journey -- --all` files every form in both languages.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { bin, root, run } from './run.mjs';

await build({ embed: false });
const { path } = await findBrowser();
const args = process.argv.slice(2);
const all = args.includes('--all');
/** One file needs one portal. */
const named = args.filter(arg => !arg.startsWith('-'));
const results = join(root, 'test-results', 'journey.json');
mkdirSync(join(root, 'test-results'), { recursive: true });
const { code } = await run(
  bin('vitest'),
  [
    'run',
    '--config',
    'test/journey/vitest.config.ts',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...(named.length === 1 ? ['--maxWorkers=1'] : []),
    ...args.filter(arg => arg !== '--all'),
  ],
  { env: { ONCEFORM_BROWSER: path, ...(all ? { ONCEFORM_JOURNEYS: 'all' } : {}) } },
);
const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
process.exit(code);
