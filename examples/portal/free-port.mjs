// Finds a port for a demonstration: the one asked for, or the next that nobody has.

import { createServer } from 'node:net';

/**
 * @param {number} port 0 takes any.
 * @param {(taken: number) => void} [onTaken]
 */
export async function freePort(port, onTaken = () => {}) {
  for (let candidate = port; ; candidate++) {
    const probe = createServer();
    try {
      await new Promise((resolve, reject) => probe.once('error', reject).listen(candidate, '127.0.0.1', resolve));
      const { port: found } = probe.address();
      await new Promise(resolve => probe.close(resolve));
      return found;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || candidate >= 65_535) throw error;
      onTaken(candidate);
    }
  }
}
