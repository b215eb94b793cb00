// Who signs: a port, and the reference signer over a WebCrypto key. A token, a card or a remote service is another one.

import type { Bytes, SignatureAlgorithm } from './cades.ts';

export interface Signer {
  /** RS256 is only verified, never made. */
  readonly algorithm: Exclude<SignatureAlgorithm, 'RS256'>;
  /** DER, the signer's own first, then up to but without the root. */
  readonly certificates: readonly Bytes[];
  /** Signs bytes (hashing them itself), as WebCrypto does: for ES256 r and s, 32 bytes each. */
  sign(bytes: Bytes): Promise<Bytes>;
}

/** A signer over a private key that WebCrypto holds, extractable or not. */
export function webCryptoSigner(key: CryptoKey, certificates: readonly Bytes[]): Signer {
  const { name } = key.algorithm;
  if (name !== 'ECDSA' && name !== 'RSA-PSS')
    throw new TypeError(`A key for ${name} does not sign dossiers: use ECDSA P-256 or RSA-PSS.`);
  const parameters = name === 'ECDSA' ? { name, hash: 'SHA-256' } : { name, saltLength: 32 };
  return {
    algorithm: name === 'ECDSA' ? 'ES256' : 'PS256',
    certificates,
    sign: async bytes => new Uint8Array(await crypto.subtle.sign(parameters, key, bytes)),
  };
}

/** Reads PEM: every `CERTIFICATE` as DER, in order, and the private key (PKCS #8) if there is one. */
export function readPem(text: string): { readonly certificates: Bytes[]; readonly privateKey: Bytes | null } {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g)].map(
    ([, label, body]) => ({
      label,
      bytes: Uint8Array.from(atob(body!.replace(/\s/g, '')), c => c.charCodeAt(0)),
    }),
  );
  return {
    certificates: blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ bytes }) => bytes),
    privateKey: blocks.find(({ label }) => label === 'PRIVATE KEY')?.bytes ?? null,
  };
}

/** A signer from a PKCS #8 key and its certificates: what a key file holds. The key's kind decides the algorithm. */
export async function keyFileSigner(pem: string): Promise<Signer> {
  const { certificates, privateKey } = readPem(pem);
  if (privateKey === null || certificates.length === 0)
    throw new TypeError('A key file holds a PRIVATE KEY (PKCS #8, not encrypted) and the CERTIFICATEs of its chain.');
  const load = (algorithm: EcKeyImportParams | RsaHashedImportParams): Promise<CryptoKey> =>
    crypto.subtle.importKey('pkcs8', privateKey, algorithm, false, ['sign']);
  const key = await load({ name: 'ECDSA', namedCurve: 'P-256' }).catch(() =>
    load({ name: 'RSA-PSS', hash: 'SHA-256' }),
  );
  return webCryptoSigner(key, certificates);
}
