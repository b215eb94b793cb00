// The national portal is told of each dossier: a receiver that puts the outbox's messages into its words, and a simulator of
// it, a small HTTP server that believes what this portal signed and shows what it was told. It calls itself a simulator;
// nothing of that part belongs to the product.

import { createServer } from 'node:http';
import { compactVerify, createLocalJWKSet } from 'jose';
import { webhookReceiver, wordedReceiver } from '@onceform/server';
import { nationalPortalMessage } from '@onceform/vn';

/**
 * Tells the national portal of what happens to dossiers, signed, with retries.
 *
 * @param {object} options
 * @param {string} options.url where it takes messages.
 * @param {import('@onceform/server').Database} options.database of the portal: the receipt of the dossier is there.
 * @param {import('jose').JWK} options.key what the portal signs with.
 */
export function nationalPortal({ url, database, key }) {
  return wordedReceiver(
    webhookReceiver({ id: 'national-portal', url, allowedHosts: [new URL(url).host], key }),
    async ({ kind, subject, created }) => {
      const [row] = await database.query('SELECT receipt, agency FROM dossier WHERE id = $1', [subject]);
      return row === undefined
        ? null
        : nationalPortalMessage({ kind, at: created, receipt: row.receipt, agency: row.agency });
    },
  );
}

/**
 * Starts the simulator on a free port.
 *
 * @param {() => Promise<{ keys: import('jose').JWK[] }>} keysOf gives the public keys of the portal that tells it.
 */
export async function startNationalPortal(keysOf) {
  /** What was told, in the order it came, by the id of the event: what comes twice is one message. */
  const told = new Map();
  const answer = async (request, response) => {
    const say = (status, body) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' })
        .end(JSON.stringify(body, null, 2));
    if (request.method === 'GET')
      return say(200, { simulator: 'Cổng DVCQG mô phỏng / national portal, simulated', messages: [...told.values()] });
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const [header = '', , signature = ''] = String(request.headers['onceform-signature']).split('.');
    try {
      const jws = `${header}.${body.toString('base64url')}.${signature}`;
      await compactVerify(jws, createLocalJWKSet(await keysOf()), { algorithms: ['EdDSA'] });
    } catch {
      return say(401, { error: 'The message is not signed by the portal.' });
    }
    const { id, kind, body: message } = JSON.parse(body);
    told.set(id, { kind, ...message });
    return say(200, { ok: true });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    told,
    stop: () =>
      new Promise(done => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
