// `npm run test:postgres`: the tests of the store's SQL adapters on a real PostgreSQL beside PGlite. Takes the one that
// DATABASE_URL names, or starts one of its own from whatever installation there is. (The server's tests start their own.)

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { bin, root, run } from './run.mjs';

await build({ embed: false });
const cluster = process.env.DATABASE_URL === undefined ? await startCluster() : null;
if (typeof cluster === 'string') {
  console.error(`Nothing was tested: ${cluster}. Set DATABASE_URL, or install PostgreSQL 15 or newer.`);
  process.exit(2);
}
try {
  const { code } = await run(bin('vitest'), ['run', 'packages/store/src/adapters/sql'], {
    env: cluster === null ? {} : { DATABASE_URL: await cluster.database() },
  });
  process.exitCode = code;
} finally {
  await cluster?.stop();
}

async function startCluster() {
  const kit = join(root, 'packages', 'server', 'dist', 'testing', 'postgres-cluster.js');
  return (await import(pathToFileURL(kit).href)).startPostgresCluster();
}
