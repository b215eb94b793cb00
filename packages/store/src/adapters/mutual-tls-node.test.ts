import 'reflect-metadata';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClientCredentials } from './client-credentials.ts';
import { mutualTls, type MutualTls } from './mutual-tls-node.ts';

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const during = { notBefore: new Date('2026-01-01'), notAfter: new Date('2036-01-01'), signingAlgorithm: ES256 };

interface Party {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

/** PEM of certificate and key, as they lie in a portal's configuration. */
const pem = async ({ certificate, keys }: Party) => ({
  certificate: certificate.toString('pem'),
  key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
});
const pair = () => crypto.subtle.generateKey(ES256, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

async function authority(name: string): Promise<Party> {
  const keys = await pair();
  const extensions = [new x509.BasicConstraintsExtension(true, undefined, true)];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...during,
    name: `CN=${name}`,
    serialNumber: '01',
    keys,
    extensions,
  });
  return { certificate, keys };
}

async function issued(by: Party, name: string): Promise<Party> {
  const keys = await pair();
  const certificate = await x509.X509CertificateGenerator.create({
    ...during,
    subject: `CN=${name}`,
    issuer: by.certificate.subject,
    serialNumber: '02',
    publicKey: keys.publicKey,
    signingKey: by.keys.privateKey,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  return { certificate, keys };
}

describe('mutual TLS', () => {
  let server: Server, platform: Party, stranger: Party, portal: Party, tokenUrl: string;
  const opened: MutualTls[] = [];

  beforeAll(async () => {
    x509.cryptoProvider.set(crypto);
    [platform, stranger] = await Promise.all([authority('Platform'), authority('Stranger')]);
    portal = await issued(platform, 'Portal');
    const { certificate, key } = await pem(await issued(platform, 'Register'));
    server = createServer(
      { cert: certificate, key, ca: platform.certificate.toString('pem'), requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ access_token: `for ${subject.CN}`, token_type: 'Bearer', expires_in: 60 }));
      },
    );
    await new Promise<void>(done => server.listen(0, 'localhost', done));
    tokenUrl = `https://localhost:${(server.address() as AddressInfo).port}/token`;
  });
  afterAll(async () => {
    await Promise.all(opened.map(each => each.close()));
    server.closeAllConnections();
    server.close();
  });

  /** What a portal is told that speaks to the register with this `fetch`. */
  const token = (made: MutualTls): Promise<string> => {
    opened.push(made);
    return createClientCredentials({
      tokenUrl,
      allowedHosts: [new URL(tokenUrl).host],
      clientId: 'portal',
      clientSecret: 'secret',
      fetch: made.fetch,
    })(AbortSignal.timeout(30_000));
  };
  const roots = () => ({ authorities: platform.certificate.toString('pem') });

  it('shows the portal’s certificate, and the register knows whom it speaks with', async () => {
    expect(await token(mutualTls({ ...(await pem(portal)), ...roots() }))).toBe('Bearer for Portal');
  });

  it('is refused with a certificate that somebody else issued', async () => {
    const foreign = await pem(await issued(stranger, 'Portal'));
    await expect(token(mutualTls({ ...foreign, ...roots() }))).rejects.toThrow();
  });

  it('speaks to no register that somebody else vouches for', async () => {
    const authorities = [stranger.certificate.toString('pem')];
    await expect(token(mutualTls({ ...(await pem(portal)), authorities }))).rejects.toThrow();
  });

  it('says at once when certificate and key are no pair, or no PEM', async () => {
    const { certificate } = await pem(portal);
    const { key } = await pem(stranger);
    expect(() => mutualTls({ certificate, key })).toThrow(/mismatch/);
    expect(() => mutualTls({ certificate: 'no PEM', key })).toThrow(/PEM/);
  });
});
