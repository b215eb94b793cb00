// `npm start`: installs what is missing, builds what is out of date, and opens the demonstration portal.

import { spawn } from 'node:child_process';
import { demoOptions } from '../examples/portal/demo-options.mjs';
import { build } from './build.mjs';
import { checkNode } from './install.mjs';
import { root } from './run.mjs';

checkNode();
demoOptions();
console.log('OnceForm – khai một lần, declare once');
await build({ embed: false });

const portal = spawn(
  process.execPath,
  ['--disallow-code-generation-from-strings', 'examples/portal/start.mjs', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => portal.kill(signal));
portal.on('exit', code => process.exit(code ?? 0));
