// Everything that a portal calls over the network, in one process, behind wires that can break: identity provider, register
// with its token service and status list, object store, malware scanner, payment service, mail server, receivers of events,
// and a foreign portal's keys. Each writes down what reached it. For tests.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { CompactSign, exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import S3rver from 's3rver';
import { SMTPServer } from 'smtp-server';
import type { Json } from '@onceform/core';
import { serve } from '../serve.ts';
import { createWires, type Wires } from './breaking-wire.ts';

export interface OutsideWorld {
  readonly wires: Wires;
  /** `http://localhost:1234`: the address of all that speaks HTTP, but for the object store. */
  readonly origin: string;
  readonly objectStore: string;
  /** Past the wire. */
  readonly objectStoreItself: string;
  readonly mailPort: number;
  readonly scannerPort: number;
  /** Public keys that the status list is signed with. */
  readonly statusKeys: JSONWebKeySet;
  /** What reached it, by what it is known as there; each with how often. */
  readonly told: {
    readonly disputes: Map<string, number>;
    readonly orders: Map<string, { times: number; paid: boolean }>;
    /** By receiver and id: `agency 17`. */
    readonly events: Map<string, number>;
    /** By Message-ID. */
    readonly mails: Map<string, number>;
  };
  /** The citizen says yes at the identity provider: the query that the browser brings back to the portal. */
  signIn(authorization: URL, who: string): string;
  /** A subject token of the foreign portal. */
  subjectToken(who: string, at: Date): Promise<string>;
  close(): Promise<void>;
}

export async function createOutsideWorld(): Promise<OutsideWorld> {
  const wires = createWires();
  const told: OutsideWorld['told'] = { disputes: new Map(), orders: new Map(), events: new Map(), mails: new Map() };
  const once = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  const keys = await signingKeys();

  const app = new Hono();
  const services = await serve(app as never, { port: 0, hostname: '127.0.0.1' });
  const http = await wires.http(services.port, (method, { pathname }) => {
    const [, service, what] = pathname.split('/');
    return `${service} ${method} ${what}`;
  });
  const origin = `http://localhost:${http.port}`;

  // The identity provider. A code is good for one try.
  const issuer = `${origin}/idp`;
  const codes = new Map<string, { who: string; nonce: string }>();
  app.get('/idp/.well-known/openid-configuration', c =>
    c.json({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
    }),
  );
  app.post('/idp/token', async c => {
    const code = new URLSearchParams(await c.req.text()).get('code') ?? '';
    const known = codes.get(code);
    codes.delete(code);
    if (known === undefined) return c.json({ error: 'invalid_grant' }, 400);
    const idToken = await new SignJWT({ name: known.who, nonce: known.nonce })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(issuer)
      .setSubject(known.who)
      .setAudience('portal')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(keys.privateKey);
    return c.json({ access_token: `access-${known.who}`, token_type: 'Bearer', id_token: idToken });
  });
  app.get('/idp/userinfo', c => {
    const who = c.req.header('authorization')?.replace('Bearer access-', '') ?? '';
    return c.json({ sub: who, name: `${who} by userinfo` });
  });

  // The register.
  app.post('/exchange/token', c => c.json({ access_token: 'x', token_type: 'Bearer', expires_in: 3600 }));
  app.post('/register/person', async c => {
    const { key } = (await c.req.json()) as { key: string };
    const status = { uri: `${origin}/status/list`, idx: 0 };
    return c.json({ record: { ref: `r-${key}`, key, name: `${key} Official`, born: '1990-01-02', status } });
  });
  app.post('/register/report', async c => {
    const { id } = (await c.req.json()) as { id: string };
    once(told.disputes, id);
    return c.json({ ticket: `T-${id.slice(0, 8)}` });
  });
  app.post('/register/usage', c => c.json([{ logtime: '2026-11-23T01:00:00Z', action: 'read', receiverCode: 'X01' }]));
  app.get('/status/list', async c => c.body(await keys.statusList(`${origin}/status/list`)));

  app.post('/payments/orders', async c => {
    const { reference } = (await c.req.json()) as { reference: string };
    const known = told.orders.get(reference) ?? { times: 0, paid: false };
    told.orders.set(reference, { ...known, times: known.times + 1 });
    return c.json({ url: `${origin}/pay/${reference}` });
  });
  app.get('/payments/state/:reference', c => {
    const order = told.orders.get(c.req.param('reference'));
    return c.json({ status: order === undefined ? 'unknown' : order.paid ? 'paid' : 'begun' });
  });

  app.post('/agency/events', c => {
    once(told.events, `agency ${c.req.header('onceform-event')}`);
    return c.body(null, 204);
  });
  app.post('/national-portal/messages', c => {
    once(told.events, `national-portal ${c.req.header('onceform-event')}`);
    return c.body(null, 204);
  });
  app.post('/notices/send', c => {
    once(told.events, `notices ${c.req.header('idempotency-key')}`);
    return c.body(null, 202);
  });

  app.get('/foreign-portal/keys', async c => c.json({ keys: [await keys.published()] }));

  const folder = await mkdtemp(join(tmpdir(), 'onceform-world-'));
  const objects = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'dossiers', configs: [] }],
  });
  const objectPort = (await objects.run()).port;
  const objectWire = await wires.http(objectPort, (method, { pathname, search }) => {
    const [, , , what] = pathname.split('/');
    return `objects ${method} ${what ?? (search === '' ? '' : 'list')}`;
  });

  const mail = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', chunk => (text += chunk));
      stream.on('end', () => {
        once(told.mails, /^Message-ID: (.*)$/im.exec(text)?.[1] ?? '');
        done();
      });
    },
  });
  mail.on('error', () => undefined);
  await new Promise<void>(resolve => mail.listen(0, '127.0.0.1', resolve));
  const mailWire = await wires.socket((mail.server.address() as AddressInfo).port, 'mail', sent =>
    sent.includes('\r\n.\r\n'),
  );

  // As clamd does: the answer comes after the chunk of length nought.
  const isWhole = (sent: Buffer): boolean => sent.length > 14 && sent.readUInt32BE(sent.length - 4) === 0;
  const clamd = createServer(socket => {
    let got = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', chunk => {
        got = Buffer.concat([got, chunk as Buffer]);
        if (isWhole(got)) socket.end('stream: OK\0');
      });
  });
  await new Promise<void>(resolve => clamd.listen(0, '127.0.0.1', resolve));
  const scannerWire = await wires.socket((clamd.address() as AddressInfo).port, 'scanner', isWhole);

  return {
    wires,
    origin,
    objectStore: `http://localhost:${objectWire.port}/dossiers/portal`,
    objectStoreItself: `http://localhost:${objectPort}/dossiers/portal`,
    mailPort: mailWire.port,
    scannerPort: scannerWire.port,
    statusKeys: { keys: [await keys.published()] },
    told,
    signIn(authorization, who) {
      const code = crypto.randomUUID();
      codes.set(code, { who, nonce: authorization.searchParams.get('nonce')! });
      return `code=${code}&state=${authorization.searchParams.get('state')!}`;
    },
    subjectToken: (who, at) =>
      new SignJWT({ person_key: `key-${who}`, name: who, identity_level: 2 })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer('https://foreign.example')
        .setAudience('https://gateway.example')
        .setSubject(who)
        .setIssuedAt(at)
        .setExpirationTime(new Date(at.getTime() + 300_000))
        .sign(keys.privateKey),
    async close() {
      await Promise.all([http, objectWire, mailWire, scannerWire].map(wire => wire.close()));
      await services.close(0);
      await objects.close();
      await new Promise<void>(resolve => mail.close(resolve));
      await new Promise(resolve => clamd.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function signingKeys() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    privateKey,
    published: async () => ({ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }),
    /** A list in which everything stands. */
    async statusList(uri: string): Promise<string> {
      const packed = new Blob([new Uint8Array(8)]).stream().pipeThrough(new CompressionStream('deflate'));
      const lst = Buffer.from(await new Response(packed).arrayBuffer()).toString('base64url');
      const list = { sub: uri, iat: 0, ttl: 60, status_list: { bits: 2, lst } } satisfies Json;
      return new CompactSign(new TextEncoder().encode(JSON.stringify(list)))
        .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'statuslist+jwt' })
        .sign(privateKey);
    },
  };
}
