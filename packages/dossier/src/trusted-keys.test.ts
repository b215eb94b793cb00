import { expect, test } from 'vitest';
import { createSigner, openSeal, signSeal } from '@onceform/store';
import { authority, issue } from './testing/certificates.ts';
import { exampleSeal } from './testing/notice.ts';
import { trustedKeyOf } from './trusted-keys.ts';

const at = new Date('2026-11-22T08:10:00Z');
const root = await authority('Root');
const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
const gateway = await issue(root, 'Gateway', { keys });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const signer = await createSigner(
  { ...(await crypto.subtle.exportKey('jwk', keys.privateKey)), kid: 'g1' } as Parameters<typeof createSigner>[0],
  { x5c: [base64(gateway.certificate)] },
);
const { payload } = await exampleSeal();
const jws = await signSeal(payload, signer);

test('the key of a seal whose certificate leads to an anchor opens the seal', async () => {
  const { key, owner, detail } = await trustedKeyOf(jws, { anchors: [root.certificate] }, at);
  expect({ owner, detail }).toEqual({ owner: 'CN=Gateway, O=Test', detail: '' });
  const opened = await openSeal(jws, {
    keys: { keys: [key as never] },
    audience: payload.aud,
    subject: payload.sub,
    draft: null,
    form: payload.form,
    now: at,
  });
  expect(opened.verified).toBe(true);
});

test('a key is not trusted without an anchor, out of time, revoked, or without a certificate', async () => {
  const elsewhere = await authority('Elsewhere');
  expect((await trustedKeyOf(jws, { anchors: [elsewhere.certificate] }, at)).key).toBeNull();
  expect((await trustedKeyOf(jws, { anchors: [root.certificate] }, new Date('2030-01-01'))).detail).toContain(
    'not valid on',
  );
  expect((await trustedKeyOf(jws, { anchors: [root.certificate], isRevoked: () => true }, at)).detail).toBe(
    'its certificate was revoked',
  );
  expect(
    (await trustedKeyOf(jws, { anchors: [root.certificate], accepts: () => 'no gateway of ours' }, at)).detail,
  ).toBe('no gateway of ours');
  expect((await trustedKeyOf(`${Buffer.from('{}').toString('base64url')}.x.y`, { anchors: [] }, at)).detail).toBe(
    'it comes without a certificate',
  );
  expect((await trustedKeyOf('x', { anchors: [] }, at)).detail).toBe('it is no JWS');
});
