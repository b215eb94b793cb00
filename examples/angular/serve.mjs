// The form in an Angular page: `npm start` in this folder, after `npm install` here and `npm run build` at the root. Builds
// with Angular's own builder and puts the result before the small back end of examples/html, under the same strict policy.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve as servePortal } from '../html/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const TYPES = { js: 'text/javascript', css: 'text/css' };

/** False when `npm install` has not run in this folder: it is no part of the workspace, so that others need not. */
export const installed = () => existsSync(join(here, 'node_modules/@angular/build'));

export async function serve(port = 0) {
  execFileSync(process.execPath, ['node_modules/@angular/cli/bin/ng.js', 'build'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const dist = join(here, 'dist');
  const files = readdirSync(dist).filter(name => /\.(js|css)$/.test(name));
  return servePortal(port, {
    own: readFileSync(join(dist, 'index.html'), 'utf8'),
    assets: Object.fromEntries(
      files.map(name => [`/${name}`, [TYPES[name.split('.').pop()], readFileSync(join(dist, name))]]),
    ),
    // Lit comes from npm here, and Angular makes a policy for its own templates.
    policies: 'onceform lit-html angular angular#bundler',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!installed()) {
    console.error('Run npm install in examples/angular first.');
    process.exit(2);
  }
  const { url } = await serve(Number(process.argv[2] ?? 8093));
  console.log(`Open ${url}`);
}
