// The keys of seals and receipts by the same policy as signatures: where a JWS brings its certificate (`x5c`), the
// certificate is judged, and its key is one the receiver may use.

import { Certificate } from 'pkijs';
import type { Bytes } from './cades.ts';
import { distrust, summarize, type TrustPolicy } from './trust.ts';

export interface TrustedKey {
  /** A public JWK with the `kid` of the JWS; null when it is not trusted. */
  readonly key: Readonly<Record<string, unknown>> | null;
  readonly owner: string;
  /** Why it is not trusted; empty when it is. */
  readonly detail: string;
}

/** Judges the certificate of a compact JWS at a time. The signature itself is checked by who uses the key. */
export async function trustedKeyOf(jws: string, policy: TrustPolicy, at: Date): Promise<TrustedKey> {
  let chain: Bytes[];
  let kid: unknown;
  try {
    const header = JSON.parse(new TextDecoder().decode(decode(jws.split('.')[0]!))) as { kid?: unknown; x5c?: unknown };
    if (!Array.isArray(header.x5c) || header.x5c.length === 0)
      return { key: null, owner: '', detail: 'it comes without a certificate' };
    chain = header.x5c.map(certificate => decode(String(certificate)));
    kid = header.kid;
  } catch {
    return { key: null, owner: '', detail: 'it is no JWS' };
  }
  try {
    const owner = summarize(chain[0]!).subject;
    const revoked = (await policy.isRevoked?.(chain[0]!, at)) ?? null;
    const detail =
      revoked === true
        ? 'its certificate was revoked'
        : ((await distrust(chain, policy.anchors, at)) ?? policy.accepts?.(summarize(chain[0]!)) ?? null);
    if (detail !== null) return { key: null, owner, detail };
    const spki = new Uint8Array(Certificate.fromBER(chain[0]!).subjectPublicKeyInfo.toSchema().toBER());
    const { kty, crv, x } = await crypto.subtle.exportKey(
      'jwk',
      await crypto.subtle.importKey('spki', spki, 'Ed25519', true, ['verify']),
    );
    return { key: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }, owner, detail: '' };
  } catch (error) {
    return { key: null, owner: '', detail: error instanceof Error ? error.message : String(error) };
  }
}

function decode(base64: string): Bytes {
  return Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
}
