// The portal's own keys: one signs seals, one signs receipts, one secret encrypts what lies at rest.

import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** Private Ed25519 JWKs, each with its `kid`, and 32 secret bytes from which every use derives a key of its own. */
export interface PortalKeys {
  readonly seal: JWK;
  readonly receipt: JWK;
  readonly secret: Uint8Array;
}

/** Makes new keys: for tests, and for a portal's first start. */
export async function createKeys(): Promise<PortalKeys> {
  return { seal: await createSigningKey(), receipt: await createSigningKey(), secret: randomBytes(32) };
}

/** Reads the keys from a file that only its owner may read; makes them when there is none. */
export async function loadKeys(file: string): Promise<PortalKeys> {
  try {
    const { seal, receipt, secret } = JSON.parse(await readFile(file, 'utf8')) as {
      seal: JWK;
      receipt: JWK;
      secret: string;
    };
    return { seal, receipt, secret: Buffer.from(secret, 'base64url') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const keys = await createKeys();
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'wx', 0o600);
  await handle.writeFile(JSON.stringify({ ...keys, secret: Buffer.from(keys.secret).toString('base64url') }));
  await handle.sync();
  await handle.close();
  return keys;
}

/** A 32-byte key for one purpose. Different purposes never share key material. */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), `onceform/${purpose}`, 32));
}

/** An id that only this portal can connect with the issuer's subject. */
export function pairwiseId(secret: Uint8Array, issuer: string, subject: string): string {
  return createHmac('sha256', deriveKey(secret, 'pairwise')).update(`${issuer}\n${subject}`).digest('base64url');
}

/** The public half, as it is published at `/api/keys`. */
export function publicKeyOf({ kty, crv, x, kid }: JWK): JWK {
  return { kty: kty!, crv: crv!, x: x!, kid: kid!, alg: 'EdDSA', use: 'sig' };
}

async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}
