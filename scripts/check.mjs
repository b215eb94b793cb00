// `npm run check`: types, lint, documents in sync, lockfile clean. Quick; before the tests.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { bin, root, run, step } from './run.mjs';

await build();
await step(
  'Types, tests included',
  async () => (await run(bin('tsc'), ['-p', 'tsconfig.check.json', '--pretty', 'false'])).code,
);
await step('Lint', async () => (await run(bin('eslint'), ['.', '--max-warnings=0'])).code);
await step('Formatting', async () => (await run(bin('prettier'), ['--check', '--log-level', 'warn', '.'])).code);
await step('Documents in sync', async () => (await run(process.execPath, ['scripts/docs.mjs', '--check'])).code);
await step('Lockfiles name no registry', async () => {
  const bad = ['package-lock.json', 'test/browser/package-lock.json'].filter(file =>
    /"resolved": "https?:/.test(readFileSync(join(root, file), 'utf8')),
  );
  for (const file of bad)
    console.error(`${file} holds addresses of a registry: run npm install with the project's .npmrc`);
  return bad.length;
});
