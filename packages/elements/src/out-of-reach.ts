// Code that is loaded at the moment it is needed, and does not come.

import { isOnceFormError, OnceFormError } from '@onceform/core/engine';

/**
 * For what loads code: `import('./filing.ts').catch(outOfReach)`. Browsers say it each in their own words, also while they
 * take themselves to be online; here it is the network, so that what can wait does.
 *
 * @throws {OnceFormError} ERR_NETWORK
 */
export function outOfReach(cause: unknown): never {
  if (isOnceFormError(cause)) throw cause;
  throw new OnceFormError('ERR_NETWORK', 'Code that is needed now could not be loaded.', { cause });
}
