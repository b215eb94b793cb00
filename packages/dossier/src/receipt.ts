// @onceform/dossier/receipt: what a portal hands back. A document of its own beside the package, which it never changes;
// a compact JWS (EdDSA) over the canonical JSON of all its other members.

import {
  canonicalBytes,
  ed25519Signer,
  type DossierManifest,
  type Finding,
  type Json,
  type Receipt,
} from '@onceform/core';
import { base64url, compactVerify, importJWK, type JWK } from 'jose';
import { digestOnce } from './build-dossier.ts';
import { finding } from './finding.ts';
import { sameBytes } from './read-package.ts';

export const RECEIPT_TYPE = 'onceform-receipt+jwt';

/** Signs receipts with a private Ed25519 JWK that has a `kid`. */
export async function createReceiptSigner(
  key: JWK,
): Promise<(receipt: Omit<Receipt, 'signature'>) => Promise<Receipt>> {
  const { kid, crv, x, d } = key;
  if (kid === undefined) throw new TypeError('The key of a receipt has a kid, so that it can be found again.');
  if (crv !== 'Ed25519' || x === undefined) throw new TypeError('The key of a receipt is an Ed25519 key.');
  const sign = await ed25519Signer({ x, ...(d === undefined ? {} : { d }) });
  const encoder = new TextEncoder();
  const header = base64url.encode(JSON.stringify({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE }));
  return async receipt => {
    const signed = `${header}.${base64url.encode(canonicalBytes(receipt as unknown as Json))}`;
    return { ...receipt, signature: `${signed}.${base64url.encode(await sign(encoder.encode(signed)))}` };
  };
}

/**
 * Checks a receipt against the package it should be for, and against the portal's keys (a JWK Set; null: not at hand).
 * Findings as the verifier gives them.
 */
export async function checkReceipt(
  receipt: Receipt,
  source: Blob,
  manifest: Pick<DossierManifest, 'id'> | null,
  keys: { readonly keys: readonly JWK[] } | null,
): Promise<Finding[]> {
  const { sha256, size } = await digestOnce(source);
  const { dossier, code, receivedAt } = receipt;
  if (dossier?.sha256 !== sha256 || dossier.size !== size || dossier.id !== manifest?.id)
    return [finding('RECEIPT_OTHER_PACKAGE', 'failed')];
  if (keys === null) return [finding('NOT_CHECKED_RECEIPT', 'not-checked', { code })];
  const wrong = await forged(receipt, keys.keys);
  return [
    wrong === null
      ? finding('RECEIPT_VALID', 'ok', { code, time: receivedAt })
      : finding('RECEIPT_INVALID', 'failed', { detail: wrong }),
  ];
}

async function forged({ signature, ...signed }: Receipt, keys: readonly JWK[]): Promise<string | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      signature,
      async header => {
        const key = keys.find(
          ({ kid, kty, crv, x }) => kid === header.kid && kty === 'OKP' && crv === 'Ed25519' && x !== undefined,
        );
        if (key === undefined) throw new Error('it is signed with a key that is not known');
        // Only the public half counts, whatever else the set says about the key.
        return importJWK({ kty: 'OKP', crv: 'Ed25519', x: key.x! }, 'EdDSA');
      },
      { algorithms: ['EdDSA'] },
    );
    if (protectedHeader.typ !== RECEIPT_TYPE) return 'what was signed is no receipt';
    return sameBytes(payload, canonicalBytes(signed as unknown as Json))
      ? null
      : 'it says something else than what was signed';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
