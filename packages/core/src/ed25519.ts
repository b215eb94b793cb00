// Ed25519 signatures (RFC 8032) by the platform: WebCrypto, and in Node its own crypto, where handing the work to
// WebCrypto's threads and waiting for them costs more than the signature.

/** A public Ed25519 key as a JWK has it; `d` is the private half. */
export interface Ed25519Key {
  readonly x: string;
  readonly d?: string;
}

/** Makes what checks signatures; false for a signature that does not hold. @throws when the key is none. */
export async function ed25519Verifier({
  x,
}: Ed25519Key): Promise<(signed: Bytes, signature: Bytes) => boolean | Promise<boolean>> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x };
  if (nodeCrypto !== null) {
    const key = nodeCrypto.createPublicKey({ key: jwk, format: 'jwk' });
    return (signed, signature) => nodeCrypto.verify(null, signed, key, signature);
  }
  const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
  return (signed, signature) => crypto.subtle.verify('Ed25519', key, signature, signed);
}

/** Makes what signs. @throws when the key is none, or has no private half. */
export async function ed25519Signer({ x, d }: Ed25519Key): Promise<(data: Bytes) => Uint8Array | Promise<Uint8Array>> {
  if (d === undefined) throw new TypeError('Signing needs the private half of the key: the JWK has no d.');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, d };
  if (nodeCrypto !== null) {
    const key = nodeCrypto.createPrivateKey({ key: jwk, format: 'jwk' });
    return data => nodeCrypto.sign(null, data, key);
  }
  const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']);
  return async data => new Uint8Array(await crypto.subtle.sign('Ed25519', key, data));
}

type Bytes = Uint8Array<ArrayBuffer>;

interface NodeCrypto {
  createPublicKey(of: { key: object; format: 'jwk' }): object;
  createPrivateKey(of: { key: object; format: 'jwk' }): object;
  verify(algorithm: null, data: Bytes, key: object, signature: Bytes): boolean;
  sign(algorithm: null, data: Bytes, key: object): Uint8Array;
}

/** Found without importing a Node module; null in browsers and older runtimes. */
const nodeCrypto =
  (globalThis as { process?: { getBuiltinModule?: (name: 'node:crypto') => NodeCrypto } }).process?.getBuiltinModule?.(
    'node:crypto',
  ) ?? null;
