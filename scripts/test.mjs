// `npm test`: everything that must hold, from a clean clone, with nothing installed by hand. Installs what is missing,
// finds a browser, builds, then runs unit and architecture tests beside the element tests in the browser, which leave a core
// half idle, and then the journeys.
// What fails runs once more, alone, and is named: docs/decisions/087-flaky-tests-are-named.md.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { bin, root, run } from './run.mjs';

await build();
const browser = await findBrowser().catch(error => {
  console.error(error.message);
  process.exit(2);
});
console.log(`Browser: ${browser.how === 'npm' ? 'delivered by npm' : browser.how} (${browser.path})`);

/** Files. More than these did not fail by chance. */
const FEW = 3;
const results = join(root, 'test-results');
mkdirSync(results, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
const flaky = [];
let broken = false;

const units = {
  title: 'Unit and architecture tests',
  command: bin('vitest'),
  args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(results, 'unit.json')}`],
  file: 'unit.json',
  pick: files => ['--isolate', ...files],
};
const elements = {
  title: 'Element tests in the browser',
  command: process.execPath,
  args: ['scripts/test-browser.mjs'],
  file: 'browser.json',
  pick: files => files.flatMap(each => ['--files', each]),
};
const journeys = {
  title: 'Journeys in the browser',
  command: process.execPath,
  args: ['scripts/journey.mjs'],
  file: 'journey.json',
};
// What the element tests say is held back until the others have said theirs.
const beside = first(elements, { capture: true, quiet: true });
const ran = await first(units);
const { output, ...alsoRan } = await beside;
await second(units, ran);
process.stdout.write(output);
await second(elements, alsoRan);
await second(journeys, await first(journeys));

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
for (const each of flaky) console.log(`Flaky, failed once and passed alone: ${each}`);
process.exit(broken || total.failed > 0 || total.passed === 0 ? 1 : 0);

/** Runs a suite. */
async function first({ title, command, args, file }, how) {
  const start = Date.now();
  if (!how?.quiet) console.log(`\n▸ ${title}`);
  const { code, output } = await once(command, args, file, how);
  return { code, output: `\n▸ ${title}\n${output}`, counted: countOf(file), took: Date.now() - start };
}

/** Counts a suite; what failed in a few files runs once more, alone, and is named as flaky when it passes then. */
async function second({ title, command, args, file, pick = files => files }, { code, counted, took }) {
  const start = Date.now();
  const again = code === 0 ? [] : counted.files;
  if (again.length > 0 && again.length <= FEW) {
    console.log(`\n▸ ${title}: once more, alone: ${again.join(', ')}`);
    ({ code } = await once(command, [...args, ...pick(again)], file));
    const { passed, failed } = countOf(file);
    if (code === 0 && failed === 0 && passed > 0) {
      flaky.push(...counted.tests);
      counted = { ...counted, passed: counted.passed + counted.failed, failed: 0 };
    }
  }
  if (code !== 0) broken = true;
  for (const key of Object.keys(total)) total[key] += counted[key];
  console.log(
    `${code === 0 ? '✓' : '✗'} ${title}: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped `
      + `(${((took + Date.now() - start) / 1000).toFixed(0)} s)`,
  );
}

function once(command, args, file, how) {
  rmSync(join(results, file), { force: true });
  return run(command, args, { ...how, env: { ONCEFORM_BROWSER: browser.path } });
}

/** Counts, the names of the tests that failed and the files they are in; of vitest's report or of our own. */
function countOf(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(join(results, file), 'utf8'));
  } catch {
    console.error(`${file}: ended without saying how many tests it ran.`);
    return { passed: 0, failed: 1, skipped: 0, files: [], tests: [] };
  }
  if (report.testResults === undefined) return { tests: [], files: [], ...report };
  const bad = report.testResults.filter(({ status }) => status === 'failed');
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
    files: bad.map(({ name }) => relative(root, name)),
    tests: bad.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
    ),
  };
}
