// Runs a program and shows what it says; small things every script needs. No dependency: it works before the
// first install.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program in the project's root. Resolves with its exit code and, with `capture`, what it printed;
 * what it prints is shown as it comes unless `quiet`.
 */
export function run(command, args, { cwd = root, env = {}, quiet = false, capture = false } = {}) {
  return new Promise((resolve, reject) => {
    const piped = quiet || capture;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', piped ? 'pipe' : 'inherit', piped ? 'pipe' : 'inherit'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const [stream, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream?.on('data', chunk => {
        output += chunk;
        if (!quiet) to.write(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), output }));
  });
}

/** Runs a step and stops the whole script with its exit code when it fails. */
export async function step(title, work) {
  const start = Date.now();
  console.log(`\n▸ ${title}`);
  const code = await work();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (code) {
    console.error(`✗ ${title} failed after ${seconds} s`);
    process.exit(code);
  }
  console.log(`✓ ${title} (${seconds} s)`);
}

/** The program of an installed development dependency, by its entry in node_modules/.bin. */
export const bin = name => `${root}node_modules/.bin/${name}${process.platform === 'win32' ? '.cmd' : ''}`;
