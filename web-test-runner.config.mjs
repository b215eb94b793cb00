// The element tests in a real browser, under the policy of design law 2 as far as a test runner can have it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { emulateMediaPlugin, sendKeysPlugin, setViewportPlugin } from '@web/test-runner-commands/plugins';
import { chromeLauncher } from '@web/test-runner-chrome';
import { browserArgs, findBrowser } from './scripts/browser.mjs';
import { root } from './scripts/run.mjs';
import { answer } from './packages/elements/gallery/serve.mjs';

const { path } = await findBrowser();

/** Leaves the counts for `npm run test:browser`. */
const counting = {
  onTestRunFinished({ sessions }) {
    const tests = sessions.flatMap(session => (session.testResults === undefined ? [] : testsOf(session.testResults)));
    const broken = sessions.filter(
      session =>
        !session.passed
        && !(session.testResults && testsOf(session.testResults).some(test => !test.passed && !test.skipped)),
    ).length;
    mkdirSync('test-results', { recursive: true });
    writeFileSync(
      'test-results/browser.json',
      JSON.stringify({
        passed: tests.filter(test => test.passed && !test.skipped).length,
        failed: tests.filter(test => !test.passed && !test.skipped).length + broken,
        skipped: tests.filter(test => test.skipped).length,
        files: sessions.filter(session => !session.passed).map(({ testFile }) => relative(root, testFile)),
        tests: sessions.flatMap(({ passed, testFile, testResults }) => {
          const names = testResults ? testsOf(testResults).filter(test => !test.passed && !test.skipped) : [];
          return passed ? [] : [`${relative(root, testFile)}: ${names.map(({ name }) => name).join('; ')}`];
        }),
      }) + '\n',
    );
  },
};

/** The command `ax-node`: what the accessibility tree has for one element, groups included. */
const axPlugin = {
  name: 'ax-node',
  async executeCommand({ command, payload, session }) {
    if (command !== 'ax-node') return undefined;
    const page = session.browser.getPage(session.id);
    const root = await page.$(payload.selector);
    return await page.accessibility.snapshot({ root, interestingOnly: false });
  },
};

/** The command `forced-colors`, `active` or `none`: the runner's own commands cannot emulate it. */
const forcedColors = new WeakMap();
const forcedColorsPlugin = {
  name: 'forced-colors',
  async executeCommand({ command, payload: value, session }) {
    if (command !== 'forced-colors') return undefined;
    const page = session.browser.getPage(session.id);
    // Lasts as long as the session that asked for it.
    if (!forcedColors.has(page)) forcedColors.set(page, await page.createCDPSession());
    await forcedColors.get(page).send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value }] });
    return true;
  },
};

/** The command `picture`: a PNG of one element in base64, for what styles cannot tell. */
const picturePlugin = {
  name: 'picture',
  async executeCommand({ command, payload, session }) {
    if (command !== 'picture') return undefined;
    const item = await session.browser.getPage(session.id).$(payload.selector);
    return await item.screenshot({ encoding: 'base64' });
  },
};

function testsOf(suite) {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

const { defaultReporter, summaryReporter } = await import('@web/test-runner');

export default {
  files: 'packages/elements/src/**/*.browser.test.ts',
  nodeResolve: { exportConditions: ['onceform-source', 'browser', 'import', 'default'], preferBuiltins: false },
  plugins: [
    esbuildPlugin({ ts: true, target: 'es2022' }),
    axPlugin,
    forcedColorsPlugin,
    picturePlugin,
    emulateMediaPlugin(),
    sendKeysPlugin(),
    setViewportPlugin(),
  ],
  middleware: [
    async (context, next) => {
      const found = await answer(context.url);
      if (found === null) return next();
      context.type = found.type;
      context.body = found.body;
    },
  ],
  browsers: [chromeLauncher({ launchOptions: { executablePath: path, args: browserArgs } })],
  concurrency: 1,
  testsFinishTimeout: 120_000,
  testFramework: { config: { timeout: 60_000 } },
  reporters: [
    process.env.ONCEFORM_VERBOSE
      ? summaryReporter()
      : defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    counting,
  ],
};
