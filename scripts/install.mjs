// Installs what is missing: nothing at all when node_modules already fits the lockfile.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);

export function checkNode() {
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
  console.error(`OnceForm needs Node 20.19, 22.12, 24 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Installs the dependencies of a folder from its lockfile, unless they stand there already. */
export async function install(folder = root, { quiet = false } = {}) {
  checkNode();
  if (fits(folder)) return false;
  if (!quiet) console.log('Installing dependencies from the lockfile (once; about a minute) …');
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    quiet: true,
  });
  if (code !== 0) {
    console.error(output);
    console.error('The dependencies could not be installed. Is the npm registry reachable from here?');
    process.exit(code);
  }
  return true;
}

/** Whether what npm last finished installing here, in whatever way, is what the lockfile asks for. */
function fits(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const [asked, found] = [join(folder, 'package-lock.json'), installed].map(
    path => JSON.parse(readFileSync(path, 'utf8')).packages,
  );
  return Object.entries(asked).every(
    ([path, { version, integrity, optional }]) =>
      path === ''
      || (path in found ? found[path].version === version && found[path].integrity === integrity : optional),
  );
}
