// One shape of CMS signature: CAdES-B-B detached, one signer, optionally with an RFC 3161 time stamp (B-T).
// A signature is read by taking out what matters, writing it again with the same function and comparing bytes, so
// that nothing unauthenticated in it can be changed unnoticed. See RFC 5652, RFC 5035, ETSI EN 319 122-1.

import * as asn1 from 'asn1js';
import { createCMSECDSASignature, createECDSASignatureFromCMS } from 'pkijs';
import { OnceFormError } from '@onceform/core';
import { sameBytes } from './read-package.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** ECDSA P-256, RSASSA-PSS, RSASSA-PKCS1-v1_5; all with SHA-256. */
export type SignatureAlgorithm = 'ES256' | 'PS256' | 'RS256';

export interface CadesParts {
  readonly algorithm: SignatureAlgorithm;
  /** DER, the signer's first. */
  readonly certificates: readonly Bytes[];
  /** Whole seconds. */
  readonly signingTime: Date;
  /** SHA-256 of the signed content. */
  readonly messageDigest: Bytes;
  /** As WebCrypto makes it: for ES256 r and s, 32 bytes each. */
  readonly signature: Bytes;
  /** An RFC 3161 token over the signature as it stands in the CMS. */
  readonly timestamp?: Bytes;
}

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  data: '1.2.840.113549.1.7.1',
  sha256: '2.16.840.1.101.3.4.2.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  mgf1: '1.2.840.113549.1.1.8',
} as const;

const ALGORITHM_OID: Readonly<Record<SignatureAlgorithm, string>> = {
  ES256: '1.2.840.10045.4.3.2',
  PS256: '1.2.840.113549.1.1.10',
  RS256: '1.2.840.113549.1.1.11',
};

/** The bytes a signer signs: the signed attributes as a DER SET. */
export async function signedAttributes(
  parts: Pick<CadesParts, 'certificates' | 'signingTime' | 'messageDigest'>,
): Promise<Bytes> {
  return der(new asn1.Set({ value: await attributes(parts) }));
}

/** Writes the CMS. */
export async function writeCades(parts: CadesParts): Promise<Bytes> {
  const [signer] = parts.certificates;
  if (signer === undefined) throw new RangeError('A signature comes with the certificate of its signer.');
  const signerInfo = new asn1.Sequence({
    value: [
      new asn1.Integer({ value: 1 }),
      issuerAndSerial(signer),
      algorithmIdentifier(OID.sha256),
      new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: await attributes(parts) }),
      signatureAlgorithm(parts.algorithm),
      new asn1.OctetString({ valueHex: signatureValue(parts) }),
      ...(parts.timestamp === undefined
        ? []
        : [
            new asn1.Constructed({
              idBlock: { tagClass: 3, tagNumber: 1 },
              value: [attribute(OID.timestampToken, raw(parts.timestamp))],
            }),
          ]),
    ],
  });
  const signedData = new asn1.Sequence({
    value: [
      new asn1.Integer({ value: 1 }),
      new asn1.Set({ value: [algorithmIdentifier(OID.sha256)] }),
      new asn1.Sequence({ value: [new asn1.ObjectIdentifier({ value: OID.data })] }),
      new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: parts.certificates.map(raw) }),
      new asn1.Set({ value: [signerInfo] }),
    ],
  });
  return der(
    new asn1.Sequence({
      value: [
        new asn1.ObjectIdentifier({ value: OID.signedData }),
        new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [signedData] }),
      ],
    }),
  );
}

/** The signature as it stands in the CMS: what a time stamp is taken over. */
export function signatureValue({ algorithm, signature }: Pick<CadesParts, 'algorithm' | 'signature'>): Bytes {
  return algorithm === 'ES256' ? new Uint8Array(createCMSECDSASignature(signature.slice().buffer)) : signature;
}

/**
 * Reads a CMS of exactly this shape.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when writing what was read does not give the same bytes.
 */
export async function readCades(bytes: Bytes): Promise<CadesParts> {
  let parts: CadesParts;
  try {
    parts = takeApart(bytes);
    if (sameBytes(await writeCades(parts), bytes)) return parts;
  } catch (cause) {
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'The signature is no CAdES signature of this profile.', { cause });
  }
  throw new OnceFormError('ERR_DOSSIER_INVALID', 'The signature holds something that its profile does not have.');
}

function takeApart(bytes: Bytes): CadesParts {
  const root = asn1.fromBER(bytes);
  if (root.offset === -1) throw new TypeError(root.result.error);
  const signedData = child(child(root.result, 1), 0);
  const certificates = children(child(signedData, 3)).map(rawBytes);
  const signerInfo = child(child(signedData, 4), 0);
  const signed = children(child(signerInfo, 3));
  const oid = (child(child(signerInfo, 4), 0) as asn1.ObjectIdentifier).valueBlock.toString();
  const algorithm = (Object.keys(ALGORITHM_OID) as SignatureAlgorithm[]).find(name => ALGORITHM_OID[name] === oid);
  if (algorithm === undefined) throw new TypeError(`The algorithm ${oid} is not one of ours.`);
  const value = octets(child(signerInfo, 5));
  const unsigned = children(signerInfo)[6];
  return {
    algorithm,
    certificates,
    signingTime: (valueOf(signed, OID.signingTime) as asn1.UTCTime).toDate(),
    messageDigest: octets(valueOf(signed, OID.messageDigest)),
    signature:
      algorithm === 'ES256' ? new Uint8Array(createECDSASignatureFromCMS(asn1.fromBER(value).result, 32)) : value,
    ...(unsigned === undefined ? {} : { timestamp: rawBytes(valueOf(children(unsigned), OID.timestampToken)) }),
  };
}

async function attributes({
  certificates,
  signingTime,
  messageDigest,
}: Pick<CadesParts, 'certificates' | 'signingTime' | 'messageDigest'>): Promise<asn1.BaseBlock[]> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', certificates[0]!));
  const certId = new asn1.Sequence({ value: [new asn1.OctetString({ valueHex: hash })] });
  const all = [
    attribute(OID.contentType, new asn1.ObjectIdentifier({ value: OID.data })),
    attribute(
      OID.signingTime,
      signingTime.getUTCFullYear() < 2050
        ? new asn1.UTCTime({ valueDate: signingTime })
        : new asn1.GeneralizedTime({ valueDate: signingTime }),
    ),
    attribute(OID.messageDigest, new asn1.OctetString({ valueHex: messageDigest })),
    attribute(OID.signingCertificateV2, new asn1.Sequence({ value: [new asn1.Sequence({ value: [certId] })] })),
  ];
  // DER puts the members of a SET OF in the order of their bytes.
  return all
    .map(block => ({ block, bytes: der(block) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ block }) => block);
}

function attribute(type: string, value: asn1.BaseBlock): asn1.Sequence {
  return new asn1.Sequence({ value: [new asn1.ObjectIdentifier({ value: type }), new asn1.Set({ value: [value] })] });
}

function algorithmIdentifier(oid: string, ...parameters: asn1.BaseBlock[]): asn1.Sequence {
  return new asn1.Sequence({ value: [new asn1.ObjectIdentifier({ value: oid }), ...parameters] });
}

function signatureAlgorithm(algorithm: SignatureAlgorithm): asn1.Sequence {
  const oid = ALGORITHM_OID[algorithm];
  if (algorithm === 'ES256') return algorithmIdentifier(oid);
  if (algorithm === 'RS256') return algorithmIdentifier(oid, new asn1.Null());
  const tagged = (tagNumber: number, value: asn1.BaseBlock): asn1.BaseBlock =>
    new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
  return algorithmIdentifier(
    oid,
    new asn1.Sequence({
      value: [
        tagged(0, algorithmIdentifier(OID.sha256)),
        tagged(1, algorithmIdentifier(OID.mgf1, algorithmIdentifier(OID.sha256))),
        tagged(2, new asn1.Integer({ value: 32 })),
      ],
    }),
  );
}

/** Issuer and serial number, copied from the certificate as they stand there. */
function issuerAndSerial(certificate: Bytes): asn1.Sequence {
  const tbs = children(child(asn1.fromBER(certificate).result, 0));
  const serial = tbs[0]!.idBlock.tagClass === 3 ? 1 : 0;
  return new asn1.Sequence({ value: [raw(rawBytes(tbs[serial + 2]!)), raw(rawBytes(tbs[serial]!))] });
}

function children(block: asn1.BaseBlock): asn1.BaseBlock[] {
  return (block as asn1.Constructed).valueBlock.value as asn1.BaseBlock[];
}

function child(block: asn1.BaseBlock, index: number): asn1.BaseBlock {
  const found = children(block)[index];
  if (found === undefined) throw new TypeError('A part of the signature is missing.');
  return found;
}

function valueOf(list: readonly asn1.BaseBlock[], type: string): asn1.BaseBlock {
  const found = list.find(block => (child(block, 0) as asn1.ObjectIdentifier).valueBlock.toString() === type);
  if (found === undefined) throw new TypeError(`The attribute ${type} is missing.`);
  return child(child(found, 1), 0);
}

function octets(block: asn1.BaseBlock): Bytes {
  return new Uint8Array((block as asn1.OctetString).valueBlock.valueHexView);
}

function rawBytes(block: asn1.BaseBlock): Bytes {
  return new Uint8Array(block.valueBeforeDecodeView);
}

/** A structure taken over as it stands. */
function raw(bytes: Bytes): asn1.BaseBlock {
  const { result, offset } = asn1.fromBER(bytes);
  if (offset !== bytes.length || !sameBytes(der(result), bytes))
    throw new RangeError('A certificate or time stamp is not DER.');
  return result;
}

function der(block: { toBER(): ArrayBuffer }): Bytes {
  return new Uint8Array(block.toBER());
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
