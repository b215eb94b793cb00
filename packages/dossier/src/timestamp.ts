// RFC 3161: asks for a time stamp over a signature, and reads the token it got.

import * as asn1 from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  MessageImprint,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { OnceFormError } from '@onceform/core';
import type { Bytes } from './cades.ts';
import { sameBytes } from './read-package.ts';

/** Sends a DER request (`application/timestamp-query`) and gives the DER response. Browsers have to go through their portal. */
export type Timestamper = (request: Bytes) => Promise<Bytes>;

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/**
 * Gets a token over bytes.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when the authority refused or stamped something else.
 */
export async function timestamp(
  over: Bytes,
  timestamper: Timestamper,
  nonce: Bytes = crypto.getRandomValues(new Uint8Array(8)),
): Promise<Bytes> {
  // The top bit is off and the next one on, so that the integer is positive and keeps its length.
  nonce[0] = (nonce[0]! & 0x3f) | 0x40;
  const request = new TimeStampReq({
    version: 1,
    certReq: true,
    nonce: new asn1.Integer({ valueHex: nonce }),
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
      hashedMessage: new asn1.OctetString({ valueHex: await digest(over) }),
    }),
  });
  const response = TimeStampResp.fromBER(await timestamper(new Uint8Array(request.toSchema().toBER())));
  if (response.status.status > 1 || response.timeStampToken === undefined)
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'The time stamping authority refused.', {
      data: { status: response.status.status },
    });
  const token = new Uint8Array(response.timeStampToken.toSchema().toBER());
  const { info } = readToken(token);
  if (
    info.nonce === undefined
    || !sameBytes(new Uint8Array(info.nonce.valueBlock.valueHexView), nonce)
    || !(await stamps(info, over))
  ) {
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'The time stamp is not over this signature.');
  }
  return token;
}

export interface CheckedTimestamp {
  readonly time: Date;
  /** DER, the authority's first. */
  readonly certificates: readonly Bytes[];
}

/** Checks imprint and signature of a token; whether its authority is trusted is for the policy. @throws {Error} in plain words. */
export async function checkTimestamp(token: Bytes, over: Bytes): Promise<CheckedTimestamp> {
  const { info, signed } = readToken(token);
  if (!(await stamps(info, over))) throw new Error('it is over something else');
  const { signatureVerified, signerCertificate } = await signed.verify({
    signer: 0,
    data: over.slice().buffer,
    checkChain: false,
    extendedMode: true,
  });
  if (signatureVerified !== true || !signerCertificate) throw new Error('its signature does not hold');
  const all = (signed.certificates ?? []).filter(certificate => certificate instanceof Certificate);
  const der = (certificate: Certificate): Bytes => new Uint8Array(certificate.toSchema(false).toBER());
  return {
    time: info.genTime,
    certificates: [signerCertificate, ...all.filter(certificate => certificate !== signerCertificate)].map(der),
  };
}

function readToken(token: Bytes): { info: TSTInfo; signed: SignedData } {
  const content = ContentInfo.fromBER(token);
  if (content.contentType !== ContentInfo.SIGNED_DATA) throw new Error('it is no time stamp');
  const signed = new SignedData({ schema: content.content });
  const inner = signed.encapContentInfo.eContent;
  if (signed.encapContentInfo.eContentType !== TST_INFO || inner === undefined || signed.signerInfos.length !== 1)
    throw new Error('it is no time stamp');
  return { info: TSTInfo.fromBER(inner.getValue()), signed };
}

async function stamps({ messageImprint }: TSTInfo, over: Bytes): Promise<boolean> {
  return (
    messageImprint.hashAlgorithm.algorithmId === SHA256
    && sameBytes(new Uint8Array(messageImprint.hashedMessage.valueBlock.valueHexView), await digest(over))
  );
}

async function digest(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
