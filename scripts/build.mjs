// Builds what is out of date: the packages (tsc -b), the single-file bundle (rollup), the example portal's pages.
// `--force` builds all of it. Nothing to do is found out in milliseconds.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import { bin, root, run, step } from './run.mjs';

const stampOf = name => join(root, 'dist', `.built-${name}`);
const SOURCES = [
  'packages',
  'examples',
  'scripts',
  'tsconfig.base.json',
  'tsconfig.json',
  'rollup.config.mjs',
  'package-lock.json',
];
const SKIP = new Set(['node_modules', 'dist', '.onceform']);

/**
 * Builds what is out of date; resolves with false when nothing was. `embed: false` leaves out the single file for
 * script tags, which the demonstration does not load and which takes longest.
 */
export async function build({ force = process.argv.includes('--force'), embed = true } = {}) {
  await install();
  const newest = String(Math.max(...SOURCES.map(path => newestTime(join(root, path)))));
  const fresh = name => !force && existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === newest;
  const done = name => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stampOf(name), newest);
  };
  if (fresh('packages') && (!embed || fresh('embed'))) return false;
  if (!fresh('packages')) {
    await buildPackages(force);
    done('packages');
  }
  if (embed && !fresh('embed') && existsSync(join(root, 'rollup.config.mjs'))) {
    await step('Single-file bundle', async () => (await run(bin('rollup'), ['-c', '--silent'])).code);
    done('embed');
  }
  return true;
}

async function buildPackages(force) {
  if (force)
    for (const name of readdirSync(join(root, 'packages')))
      rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
  await step('Packages', () => tsc());
  await step('Preview page', () => node('packages/cli/preview-page/build.mjs'));
  const portal = 'examples/portal/build.mjs';
  if (existsSync(join(root, portal))) await step('Example portal', () => node(portal));
}

const node = async script => (await run(process.execPath, [join(root, script)])).code;
const tsc = async () => (await run(bin('tsc'), ['-b', '--pretty', 'false'])).code;

function newestTime(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = 0;
  for (const name of readdirSync(path)) {
    if (!SKIP.has(name)) newest = Math.max(newest, newestTime(join(path, name)));
  }
  return newest;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!(await build())) console.log('Everything is built already (npm run build -- --force builds it anew).');
}
