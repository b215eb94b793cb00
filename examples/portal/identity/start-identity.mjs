// Starts the simulated identity provider as a process of its own, which ends with this one.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @param {object} options
 * @param {string} options.redirect where the portal waits for those who signed in.
 * @param {{ id: string, secret: string }} options.client
 * @param {string} options.people module whose `personas` may be picked: `{ slug, name, about: { [language]: text },
 *   claims }`.
 * @returns {Promise<{ issuer: string, stop(): Promise<void> }>}
 */
export async function startIdentity(options) {
  const child = fork(fileURLToPath(new URL('./provider.mjs', import.meta.url)), [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', chunk => {
    errors = (errors + chunk).slice(-4000);
  });
  const issuer = await new Promise((resolve, reject) => {
    child.once('message', message => resolve(message.issuer));
    child.once('error', reject);
    child.once('exit', status => reject(new Error(`The identity provider ended with status ${status}.\n${errors}`)));
  });
  child.removeAllListeners('exit');
  return {
    issuer,
    stop: () =>
      new Promise(resolve => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}
