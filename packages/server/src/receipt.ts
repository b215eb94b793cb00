// Receipts: what a portal hands back for a dossier, signed, and able to be checked without the portal.

import { canonicalBytes, OnceFormError, type Json, type Receipt } from '@onceform/core';
import { CompactSign, compactVerify, importJWK, type JWK } from 'jose';

export const RECEIPT_TYPE = 'onceform-receipt+jwt';

export type ReceiptSigner = (receipt: Omit<Receipt, 'signature'>) => Promise<Receipt>;

/** Signs receipts: a compact JWS (EdDSA) whose payload is the canonical JSON of all other members. */
export async function createReceiptSigner(key: JWK): Promise<ReceiptSigner> {
  const privateKey = await importJWK(key, 'EdDSA');
  return async receipt => ({
    ...receipt,
    signature: await new CompactSign(canonicalBytes(receipt as unknown as Json))
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid!, typ: RECEIPT_TYPE })
      .sign(privateKey),
  });
}

/**
 * Checks a receipt against a portal's published keys.
 *
 * @throws {OnceFormError} ERR_SEAL_KEY_UNKNOWN, ERR_SEAL_INVALID when the signature does not hold or covers other content.
 */
export async function verifyReceipt(receipt: Receipt, keys: { readonly keys: readonly JWK[] }): Promise<void> {
  const { signature, ...signed } = receipt;
  try {
    const { payload } = await compactVerify(
      signature,
      async header => {
        const jwk = keys.keys.find(key => key.kid === header.kid);
        if (jwk === undefined)
          throw new OnceFormError('ERR_SEAL_KEY_UNKNOWN', 'The receipt is signed with a key that is not known.');
        return importJWK(jwk, 'EdDSA');
      },
      { algorithms: ['EdDSA'] },
    );
    if (!Buffer.from(payload).equals(Buffer.from(canonicalBytes(signed as unknown as Json))))
      throw new Error('other content');
  } catch (cause) {
    if (cause instanceof OnceFormError) throw cause;
    throw new OnceFormError('ERR_SEAL_INVALID', 'The signature of the receipt does not hold.', { cause });
  }
}
