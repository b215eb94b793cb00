// Test certificates by @peculiar/x509: a root, a signer of each kind, and whatever a test wants wrong.

import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { Bytes } from '../cades.ts';
import { webCryptoSigner, type Signer } from '../signer.ts';

x509.cryptoProvider.set(crypto);

export const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
export const PS256 = {
  name: 'RSA-PSS',
  hash: 'SHA-256',
  publicExponent: Uint8Array.of(1, 0, 1),
  modulusLength: 2048,
} as const;
export const RS256 = { ...PS256, name: 'RSASSA-PKCS1-v1_5' } as const;

export interface Authority {
  readonly certificate: Bytes;
  readonly keys: CryptoKeyPair;
}

export async function authority(name: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ES256,
    serialNumber: '01',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2036-01-01'),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: new Uint8Array(certificate.rawData), keys };
}

export interface Issue {
  readonly algorithm?:
    typeof ES256 | typeof PS256 | typeof RS256 | (Omit<typeof PS256, 'modulusLength'> & { modulusLength: number });
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly usage?: x509.KeyUsageFlags;
  readonly purposes?: readonly string[];
  readonly serial?: string;
  readonly keys?: CryptoKeyPair;
}

export async function issue(
  root: Authority,
  name: string,
  change: Issue = {},
): Promise<{ certificate: Bytes; keys: CryptoKeyPair; signer: Signer }> {
  const {
    algorithm = ES256,
    notBefore = '2026-06-01',
    notAfter = '2028-01-01',
    usage = x509.KeyUsageFlags.digitalSignature,
    purposes,
  } = change;
  const keys = change.keys ?? ((await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}, O=Test`,
    issuer: new x509.X509Certificate(root.certificate).subject,
    signingKey: root.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ES256,
    serialNumber: change.serial ?? '0102',
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usage, true),
      ...(purposes === undefined ? [] : [new x509.ExtendedKeyUsageExtension([...purposes], true)]),
    ],
  });
  const der = new Uint8Array(certificate.rawData);
  return {
    certificate: der,
    keys,
    signer:
      algorithm.name === RS256.name || keys.privateKey.algorithm.name === 'Ed25519'
        ? {
            algorithm: 'PS256',
            certificates: [der],
            sign: () => {
              throw new Error('Such a key makes no signature of ours.');
            },
          }
        : webCryptoSigner(keys.privateKey, [der]),
  };
}

export function pem(label: string, bytes: Bytes): string {
  return `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...bytes)).replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
}
