// The rule against requests to places nobody meant: what we call by ourselves goes to listed hosts, over https.

/** Hosts of this machine, with or without a port. */
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * @param hosts as `URL.host` writes them: with the port where it is not the usual one.
 * @throws {RangeError} when the address is not of a listed host, carries a password, or is not https but on this machine.
 */
export function requireListed(id: string, address: string, hosts: readonly string[]): void {
  const { host, protocol, username, password } = new URL(address);
  if (!hosts.includes(host)) throw new RangeError(`${id} goes to ${host}, which is not a listed host.`);
  if (username !== '' || password !== '') throw new RangeError(`The address of ${id} carries a password.`);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOCAL.test(host)))
    throw new RangeError(`${id} has to use https.`);
}
