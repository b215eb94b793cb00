// `npm run fuzz -- store`: altered seals against the verifier, until the runs are over. A sound seal must still open
// after them, so that "everything was refused" cannot come from a verifier that refuses everything.

import { generateKeyPairSync, randomInt } from 'node:crypto';
import { createSigner, openSeal, signSeal } from './dist/index.js';
import { mutateSeal } from './dist/testing/mutate-seal.js';

export default async function fuzz({ runs = 100_000 } = {}) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = await createSigner({ ...privateKey.export({ format: 'jwk' }), kid: 'fuzz' });
  const form = { id: 'https://forms.example/fuzz', version: '1', digest: 'a'.repeat(64) };
  const now = new Date(),
    seconds = Math.floor(now.getTime() / 1000);
  const jws = await signSeal(
    {
      format: 'https://onceform.dev/seal/1',
      iss: 'g',
      aud: 'p',
      sub: 's',
      draft: 'd',
      nonce: 'n',
      iat: seconds,
      exp: seconds + 3600,
      form,
      purpose: 'fuzz',
      context: { today: now.toISOString().slice(0, 10), identityLevel: 2, channel: 'online', retrieved: {} },
      items: ['/a', '/b', '/c'].map(pointer => ({
        pointer,
        concept: 'x',
        record: '',
        recordRef: 'r',
        source: { id: 'r', name: 'R', kind: 'authoritative' },
        verification: { status: 'verified', assuranceLevel: 'high' },
        lastUpdated: null,
        retrievedAt: now.toISOString(),
        edit: 'locked',
        chosen: { rule: 'only', of: 1 },
        value: { deep: ['\u1ed9', 1.5, null], at: pointer },
      })),
    },
    signer,
  );
  const expected = { keys: { keys: signer.publicKeys }, audience: 'p', subject: 's', draft: 'd', form, now };
  const random = () => randomInt(2 ** 47) / 2 ** 47;

  let accepted = 0,
    uncoded = 0;
  for (let i = 0; i < runs; i++) {
    await openSeal(mutateSeal(jws, random), expected).then(
      () => {
        accepted++;
      },
      error => {
        if (!error.code?.startsWith('ERR_SEAL_')) uncoded++;
      },
    );
  }
  const sound = await openSeal(jws, expected).then(
    () => true,
    () => false,
  );
  return [
    {
      name: `${runs} altered seals`,
      result: `${accepted} accepted, ${uncoded} refused without a code`,
      ok: accepted === 0 && uncoded === 0,
    },
    { name: 'the unaltered seal', result: sound ? 'opens' : 'does not open', ok: sound },
  ];
}
