import { expect, test } from 'vitest';
import type { JWK } from 'jose';
import type { Receipt } from '@onceform/core';
import { checkReceipt, createReceiptSigner } from './receipt.ts';
import { exampleDossier } from './testing/notice.ts';

const { privateKey, publicKey } = (await crypto.subtle.generateKey('Ed25519', true, [
  'sign',
  'verify',
])) as CryptoKeyPair;
const secret = { ...(await crypto.subtle.exportKey('jwk', privateKey)), kid: 'portal' };
const keys = { keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'portal' }] } as {
  keys: JWK[];
};
const built = await exampleDossier();
const plain = {
  format: 'https://onceform.dev/receipt/1',
  code: 'H29.01-261122-0001',
  dossier: { id: built.manifest.id, sha256: await built.sha256(), size: built.size },
  receivedAt: '2026-11-22T15:10:00+07:00',
  agency: 'A1',
  procedure: '1.000001',
  noticeBy: null,
} as const;
const receipt = await (await createReceiptSigner(secret as JWK))(plain);
const codes = async (change: Partial<Receipt>, known: typeof keys | null = keys, blob = built.blob) =>
  (await checkReceipt({ ...receipt, ...change }, blob, built.manifest, known)).map(({ code }) => code);

test('a receipt is genuine for the package it was given for', async () => {
  expect(await codes({})).toEqual(['RECEIPT_VALID']);
});

test('without keys it is said not to be checked', async () => {
  expect(await codes({}, null)).toEqual(['NOT_CHECKED_RECEIPT']);
});

test('a receipt for another package is refused', async () => {
  const other = await exampleDossier({ language: 'vi' });
  expect(await codes({}, keys, other.blob)).toEqual(['RECEIPT_OTHER_PACKAGE']);
});

test('a receipt that was changed, signed by another key, or whose signature is for something else is refused', async () => {
  expect(await codes({ code: 'H29.01-261122-0002' })).toEqual(['RECEIPT_INVALID']);
  expect(await codes({ receivedAt: '2026-11-21T15:10:00+07:00' })).toEqual(['RECEIPT_INVALID']);
  expect(await codes({ signature: 'x' })).toEqual(['RECEIPT_INVALID']);
  expect(await codes({}, { keys: [] })).toEqual(['RECEIPT_INVALID']);
  const other = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const sign = await createReceiptSigner({
    ...(await crypto.subtle.exportKey('jwk', other.privateKey)),
    kid: 'portal',
  } as JWK);
  const forged = await sign(plain);
  expect(await codes({ signature: forged.signature })).toEqual(['RECEIPT_INVALID']);
});
