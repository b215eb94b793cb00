// Builds what is out of date: the packages (tsc -b), the single-file bundle (rollup), the example portal's pages.
// `--force` builds all of it. Nothing to do is found out in milliseconds.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import { bin, root, run, step } from './run.mjs';

const STAMP = join(root, 'dist', '.built');
const SOURCES = ['packages', 'examples', 'scripts', 'tsconfig.base.json', 'tsconfig.json', 'rollup.config.mjs', 'package-lock.json'];
const SKIP = new Set(['node_modules', 'dist', '.onceform']);

export async function build({ force = process.argv.includes('--force') } = {}) {
  await install();
  const newest = Math.max(...SOURCES.map(path => newestTime(join(root, path))));
  if (!force && existsSync(STAMP) && Number(readFileSync(STAMP, 'utf8')) === newest) return false;

  if (force) for (const name of readdirSync(join(root, 'packages'))) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
  await step('Packages', () => tsc());
  if (existsSync(join(root, 'rollup.config.mjs'))) {
    await step('Single-file bundle', async () => (await run(bin('rollup'), ['-c', '--silent'])).code);
  }
  const portal = join(root, 'examples', 'portal', 'build.mjs');
  if (existsSync(portal)) await step('Example portal', async () => (await run(process.execPath, [portal])).code);

  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(STAMP, String(newest));
  return true;
}

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
  if (!await build()) console.log('Everything is built already (npm run build -- --force builds it anew).');
}
