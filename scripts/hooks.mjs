// Long proofs that packages bring along: finds packages/*/KIND.mjs, runs each, prints its rows as they come, judges by `ok`.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './run.mjs';

export async function runHooks(kind, options, only) {
  const names = readdirSync(join(root, 'packages')).filter(
    name => existsSync(join(root, 'packages', name, `${kind}.mjs`)) && (only === undefined || only === name),
  );
  if (names.length === 0) {
    console.log(only === undefined ? `No package has a ${kind} run yet.` : `packages/${only} has no ${kind} run.`);
    process.exit(only === undefined ? 0 : 2);
  }
  await build();
  let failed = 0,
    count = 0;
  for (const name of names) {
    console.log(`\n${name}`);
    const { default: hook } = await import(pathToFileURL(join(root, 'packages', name, `${kind}.mjs`)).href);
    for await (const row of await hook(options)) {
      console.log(`${row.ok ? '✓' : '✗'} ${row.name}: ${row.result}`);
      count += 1;
      if (!row.ok) failed += 1;
    }
  }
  if (failed > 0) console.error(`${failed} failed.`);
  if (count === 0) console.error('Nothing has that name.');
  process.exit(failed === 0 && count > 0 ? 0 : 1);
}
