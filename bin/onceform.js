#!/usr/bin/env node
// The onceform command. It runs the built command line; a fresh checkout has to be built first.
import { existsSync } from 'node:fs';

const built = new URL('../packages/cli/dist/index.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write('onceform is not built yet: run "npm run build" first.\n');
  process.exitCode = 2;
}
