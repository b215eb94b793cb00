// Mutual TLS (RFC 8446 §4.4.2) for registers behind a national exchange platform: the portal shows a certificate of its own.
// Node only; a browser's certificates are its user's business.

import { createSecureContext } from 'node:tls';
import { Agent, fetch as fetchThrough } from 'undici';

export interface MutualTlsOptions {
  /** PEM: the portal's certificate, then what leads from it to the platform's root. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  readonly passphrase?: string;
  /** PEM: who may vouch for the register; instead of Node's own list, not beside it. */
  readonly authorities?: string | readonly string[];
}

export interface MutualTls {
  /** Hand it to `createHttpSource`, `createClientCredentials` or `createStatusLists`. */
  readonly fetch: typeof globalThis.fetch;
  /** Ends the connections; what is under way is finished first. */
  close(): Promise<void>;
}

/**
 * Makes a `fetch` that shows the portal's certificate and asks for the register's. To renew a certificate make another one
 * and close this.
 *
 * @throws {Error} at once when certificate and key are no PEM or do not belong together.
 */
export function mutualTls({ certificate, key, passphrase, authorities }: MutualTlsOptions): MutualTls {
  const secured = {
    cert: certificate,
    key,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(authorities === undefined ? {} : { ca: typeof authorities === 'string' ? authorities : [...authorities] }),
  };
  // Said when the portal starts, not when the first citizen asks.
  createSecureContext(secured);
  const dispatcher = new Agent({ connect: secured });
  return {
    fetch: (input, init) => fetchThrough(input as never, { ...(init as object), dispatcher }) as never,
    close: () => dispatcher.close(),
  };
}
