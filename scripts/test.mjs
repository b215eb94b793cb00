// `npm test`: everything that must hold, from a clean clone, with nothing installed by hand. Installs what is missing,
// finds a browser, builds, then runs unit and architecture tests, element tests in the browser, and the journeys.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { bin, root, run } from './run.mjs';

await build();
const browser = await findBrowser().catch(error => {
  console.error(error.message);
  process.exit(2);
});
console.log(`Browser: ${browser.how === 'npm' ? 'delivered by npm' : browser.how} (${browser.path})`);

const results = join(root, 'test-results');
mkdirSync(results, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
let broken = false;

await suite(
  'Unit and architecture tests',
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(results, 'unit.json')}`],
  () => {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
      readFileSync(join(results, 'unit.json'), 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  },
);
await suite('Element tests in the browser', process.execPath, ['scripts/test-browser.mjs'], lastCount);
await suite('Journeys in the browser', process.execPath, ['scripts/journey.mjs'], lastCount);

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(broken || total.failed > 0 || total.passed === 0 ? 1 : 0);

async function suite(title, command, args, count) {
  const start = Date.now();
  console.log(`\n▸ ${title}`);
  const { code, output } = await run(command, args, { capture: true, env: { ONCEFORM_BROWSER: browser.path } });
  let counted;
  try {
    counted = count(output);
  } catch {
    counted = { passed: 0, failed: 1, skipped: 0 };
    console.error(`${title} ended without saying how many tests it ran.`);
  }
  if (code !== 0) broken = true;
  for (const key of Object.keys(total)) total[key] += counted[key];
  console.log(
    `${code === 0 ? '✓' : '✗'} ${title}: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped `
      + `(${((Date.now() - start) / 1000).toFixed(0)} s)`,
  );
}

/** Reads the last "N passed, N failed[, N skipped]" of an output. */
function lastCount(output) {
  const [, passed, failed, skipped = '0'] = [...output.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(
    -1,
  );
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}
