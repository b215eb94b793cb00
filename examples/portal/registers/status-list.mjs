// The issuer of driving licences, simulated: an HTTP server that says of every licence whether it still stands, in one
// signed list (IETF Token Status List). Nothing of it is part of the product.

import { createServer } from 'node:http';
import { deflateSync } from 'node:zlib';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';

/** By their value in the list. */
export const STATES = ['valid', 'revoked', 'suspended'];

/** @param {{ clock?: () => Date }} [options] */
export async function startStatusList({ clock = () => new Date() } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const kid = 'licences-1';
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }] };
  /** Names and states by place. */
  const places = [];
  let uri = '';

  const sign = async () => {
    const bytes = new Uint8Array(Math.max(1, Math.ceil(places.length / 4)));
    places.forEach(({ state }, i) => (bytes[i >> 2] |= STATES.indexOf(state) << ((i % 4) * 2)));
    const now = Math.floor(clock().getTime() / 1000);
    const list = { bits: 2, lst: deflateSync(bytes).toString('base64url') };
    // Good for this question only: whoever changes a state wants to see it at once.
    const payload = { sub: uri, iat: now, exp: now + 3600, ttl: 0.001, status_list: list };
    return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'statuslist+jwt' })
      .sign(privateKey);
  };
  const server = createServer((_request, response) => {
    sign().then(
      token => response.writeHead(200, { 'content-type': 'application/statuslist+jwt' }).end(token),
      () => response.destroy(),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${server.address().port}/licences`;

  return {
    keys,
    host: new URL(uri).host,
    /** A place in the list for a credential; what its record has to name. */
    add: name => ({ uri, idx: places.push({ name, state: 'valid' }) - 1 }),
    list: () => places.map((place, id) => ({ id, ...place })),
    set(id, state) {
      if (places[id] === undefined || !STATES.includes(state)) return false;
      places[id].state = state;
      return true;
    },
    stop: () => new Promise(resolve => server.close(resolve).closeAllConnections()),
  };
}
