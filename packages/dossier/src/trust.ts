// Which certificates count: chains to the receiver's anchors, at a time, for a purpose. One policy for signatures,
// time stamps, and the keys of seals and receipts that come with certificates.

import { Certificate, CertificateChainValidationEngine } from 'pkijs';
import { ExtKeyUsage } from 'pkijs';
import type { Bytes, SignatureAlgorithm } from './cades.ts';

export interface TrustPolicy {
  /** Root certificates, DER. Nothing else is trusted, not even the system's. */
  readonly anchors: readonly Bytes[];
  /** Roots of time stamping authorities; those of `anchors` when left out. */
  readonly timestampAnchors?: readonly Bytes[];
  /** ES256 and PS256 when left out; RS256 has to be allowed by name. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** A further demand on the signer; a sentence says why not. */
  accepts?(signer: CertificateSummary): string | null;
  /** Was the certificate revoked at that time? Null when it is not known, which the verifier says. */
  isRevoked?(certificate: Bytes, at: Date): boolean | null | Promise<boolean | null>;
}

export interface CertificateSummary {
  /** `CN=…, O=…` */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export const DEFAULT_ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'PS256'];

/** Purpose of a time stamping authority, RFC 3161 2.3. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** @throws {Error} when the bytes are no certificate. */
export function summarize(certificate: Bytes): CertificateSummary {
  const parsed = Certificate.fromBER(certificate);
  return {
    subject: nameOf(parsed.subject),
    issuer: nameOf(parsed.issuer),
    serial: Array.from(new Uint8Array(parsed.serialNumber.valueBlock.valueHexView), byte =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
    notBefore: parsed.notBefore.value,
    notAfter: parsed.notAfter.value,
  };
}

/** Says why a certificate is not trusted at a time, or null when it is. */
export async function distrust(
  chain: readonly Bytes[],
  anchors: readonly Bytes[],
  at: Date,
  purpose: 'sign' | 'timestamp' = 'sign',
): Promise<string | null> {
  const [leaf] = chain;
  if (leaf === undefined) return 'no certificate';
  const parsed = Certificate.fromBER(leaf);
  if (at < parsed.notBefore.value || at > parsed.notAfter.value)
    return `the certificate was not valid on ${at.toISOString()}`;
  const usage = keyUsage(parsed);
  // digitalSignature or nonRepudiation; a certificate without the extension may do anything.
  if (usage !== null && (usage & 0xc0) === 0) return 'the certificate is not for signing';
  const purposes = extendedUsage(parsed);
  if (purpose === 'timestamp' && !(purposes?.length === 1 && purposes[0] === TIME_STAMPING))
    return 'the certificate is not for time stamps';
  if (anchors.length === 0) return 'no anchors are given';
  const engine = new CertificateChainValidationEngine({
    trustedCerts: anchors.map(anchor => Certificate.fromBER(anchor)),
    // The engine judges the last one.
    certs: [...chain.slice(1), leaf].map(certificate => Certificate.fromBER(certificate)),
    checkDate: at,
  });
  const { result, resultMessage } = await engine.verify({ passedWhenNotRevValues: true });
  return result ? null : resultMessage || 'no chain to an anchor';
}

function nameOf({ typesAndValues }: Certificate['subject']): string {
  const short: Readonly<Record<string, string>> = {
    '2.5.4.3': 'CN',
    '2.5.4.6': 'C',
    '2.5.4.10': 'O',
    '2.5.4.11': 'OU',
    '2.5.4.7': 'L',
    '2.5.4.5': 'SERIALNUMBER',
  };
  return typesAndValues.map(({ type, value }) => `${short[type] ?? type}=${String(value.valueBlock.value)}`).join(', ');
}

/** The first byte of keyUsage, digitalSignature on top; null when there is none. */
function keyUsage(certificate: Certificate): number | null {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === '2.5.29.15');
  const bits = (extension?.parsedValue as { valueBlock?: { valueHexView?: Uint8Array } } | undefined)?.valueBlock
    ?.valueHexView;
  return extension === undefined ? null : (bits?.[0] ?? 0);
}

function extendedUsage(certificate: Certificate): readonly string[] | null {
  const value: unknown = certificate.extensions?.find(({ extnID }) => extnID === '2.5.29.37')?.parsedValue;
  return value instanceof ExtKeyUsage ? value.keyPurposes : null;
}
