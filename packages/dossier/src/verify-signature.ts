// Judges one detached signature: its mathematics first, then its certificate, then whether its signer counts here.

import { Certificate } from 'pkijs';
import { readCades, signatureValue, signedAttributes, type Bytes, type CadesParts } from './cades.ts';
import type { SignatureChecker, SignatureJudgement } from './check-signatures.ts';
import { sameBytes } from './read-package.ts';
import { checkTimestamp } from './timestamp.ts';
import { DEFAULT_ALGORITHMS, distrust, summarize, type TrustPolicy } from './trust.ts';

/** A signer's clock may be this far ahead of the receiver's or the time stamp's, milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

/** The port of `verifyDossier` for signatures, with a policy. */
export function signatureChecker(policy: TrustPolicy): SignatureChecker {
  return async (signature, content, now) => {
    let parts: CadesParts;
    try {
      parts = await readCades(signature);
    } catch (error) {
      return { status: 'invalid', signer: '', detail: reason(error) };
    }
    let signer = '';
    try {
      signer = summarize(parts.certificates[0]!).subject;
      const wrong = await brokenBy(parts, content);
      if (wrong !== null) return { status: 'invalid', signer, detail: wrong };
      return await judge(parts, signer, policy, now);
    } catch (error) {
      return { status: 'invalid', signer, detail: reason(error) };
    }
  };
}

/** What is wrong with the signature itself; null when it holds. */
async function brokenBy(parts: CadesParts, content: Bytes): Promise<string | null> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  if (!sameBytes(digest, parts.messageDigest)) return 'it is over something else';
  // The signed attributes name the certificate by its digest (ESS signing-certificate-v2), so it cannot be swapped.
  const spki = new Uint8Array(Certificate.fromBER(parts.certificates[0]!).subjectPublicKeyInfo.toSchema().toBER());
  const [imported, verified] = {
    ES256: [
      { name: 'ECDSA', namedCurve: 'P-256' },
      { name: 'ECDSA', hash: 'SHA-256' },
    ],
    PS256: [
      { name: 'RSA-PSS', hash: 'SHA-256' },
      { name: 'RSA-PSS', saltLength: 32 },
    ],
    RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, { name: 'RSASSA-PKCS1-v1_5' }],
  }[parts.algorithm] as [EcKeyImportParams | RsaHashedImportParams, EcdsaParams | RsaPssParams];
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', spki, imported, true, ['verify']);
  } catch {
    return `the key is not one for ${parts.algorithm}`;
  }
  const { modulusLength, publicExponent } = key.algorithm as { modulusLength?: number; publicExponent?: Uint8Array };
  if (modulusLength !== undefined && modulusLength < 2048) return `the key has only ${modulusLength} bits`;
  if (publicExponent !== undefined && publicExponent.length === 1 && publicExponent[0]! <= 3)
    return 'the key has a weak exponent';
  const holds = await crypto.subtle.verify(verified, key, parts.signature, await signedAttributes(parts));
  return holds ? null : 'the signature does not hold';
}

async function judge(
  parts: CadesParts,
  signer: string,
  policy: TrustPolicy,
  now: Date | undefined,
): Promise<SignatureJudgement> {
  const { notBefore, notAfter } = summarize(parts.certificates[0]!);
  const { signingTime, timestamp } = parts;
  if (signingTime < notBefore || signingTime > notAfter)
    return { status: 'invalid', signer, detail: 'it was made outside the validity of its certificate' };
  if (now !== undefined && signingTime.getTime() > now.getTime() + CLOCK_SKEW)
    return { status: 'invalid', signer, detail: 'it was made in the future' };

  let stamp: SignatureJudgement['timestamp'];
  let at = signingTime;
  if (timestamp !== undefined) {
    try {
      const { time, certificates } = await checkTimestamp(timestamp, signatureValue(parts));
      const untrusted = await distrust(certificates, policy.timestampAnchors ?? policy.anchors, time, 'timestamp');
      if (untrusted !== null) stamp = { ok: false, detail: untrusted };
      else if (time < notBefore || time > notAfter)
        stamp = { ok: false, detail: "it is outside the validity of the signer's certificate" };
      else if (time.getTime() + CLOCK_SKEW < signingTime.getTime())
        stamp = { ok: false, detail: 'it is older than the signature' };
      else {
        stamp = { ok: true, time };
        at = time;
      }
    } catch (error) {
      stamp = { ok: false, detail: reason(error) };
    }
  }
  const revoked = (await policy.isRevoked?.(parts.certificates[0]!, at)) ?? null;
  const untrusted = (policy.algorithms ?? DEFAULT_ALGORITHMS).includes(parts.algorithm)
    ? revoked === true
      ? 'its certificate was revoked'
      : ((await distrust(parts.certificates, policy.anchors, at))
        ?? policy.accepts?.(summarize(parts.certificates[0]!))
        ?? null)
    : `${parts.algorithm} is not allowed`;
  return {
    status: untrusted === null ? 'valid' : 'untrusted',
    signer,
    detail: untrusted ?? '',
    time: at,
    revocationChecked: revoked !== null,
    ...(stamp === undefined ? {} : { timestamp: stamp }),
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
