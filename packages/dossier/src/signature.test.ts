// Signatures, and the threats against them: T5, T7, T8, T10, T18.

import { describe, expect, test } from 'vitest';
import { asicManifest } from './asic-manifest.ts';
import { readCades, signedAttributes, writeCades, type CadesParts } from './cades.ts';
import { composeDossier } from './build-dossier.ts';
import { readPackage } from './read-package.ts';
import { redact } from './redact.ts';
import { signContent, signDossier } from './sign-dossier.ts';
import { keyFileSigner, webCryptoSigner } from './signer.ts';
import { authority, ES256, issue, pem, PS256, RS256 } from './testing/certificates.ts';
import { exampleDossier, receiver } from './testing/notice.ts';
import { verifyDossier, type VerifyOptions } from './verify-dossier.ts';
import { signatureChecker } from './verify-signature.ts';
import type { TrustPolicy } from './trust.ts';

const now = new Date('2026-11-22T08:05:00Z');
const root = await authority('Root');
const citizen = await issue(root, 'Citizen');
const office = await issue(root, 'Office', { algorithm: PS256, serial: '0103' });
const stranger = await issue(await authority('Elsewhere'), 'Stranger');
const unsigned = await exampleDossier();
const signed = await signDossier(unsigned.blob, citizen.signer, { now });
const content = new TextEncoder().encode('what is signed');

async function findings(source: Blob, policy: Partial<TrustPolicy> = {}, options: Partial<VerifyOptions> = {}) {
  const verdict = await verifyDossier(
    source,
    await receiver({
      checkSignature: signatureChecker({ anchors: [root.certificate], ...policy }),
      minSignatures: 1,
      ...options,
    }),
  );
  return verdict.findings
    .filter(({ code }) => /SIGN|TIMESTAMP|LIST_/.test(code))
    .map(({ code, message }) => `${code}: ${message.en}`);
}

const judge = (signature: Uint8Array<ArrayBuffer>, policy: Partial<TrustPolicy> = {}, over = content) =>
  signatureChecker({ anchors: [root.certificate], ...policy })(signature, over, now);

describe('a signed dossier', () => {
  test('is accepted, names its signer, and says that nobody asked about revocation', async () => {
    const verdict = await verifyDossier(
      signed.blob,
      await receiver({ checkSignature: signatureChecker({ anchors: [root.certificate] }), minSignatures: 1 }),
    );
    expect(verdict.ok).toBe(true);
    expect(verdict.findings.filter(({ status }) => status !== 'ok').map(({ code }) => code)).toEqual([
      'NOT_CHECKED_REVOCATION',
    ]);
    expect(await findings(signed.blob)).toContainEqual(expect.stringContaining('CN=Citizen, O=Test'));
    expect(verdict.package?.type).toBe('application/vnd.etsi.asic-e+zip');
  });

  test('can be signed again by others, with another algorithm, without touching what was signed', async () => {
    const twice = await signDossier(signed.blob, office.signer, { now });
    expect(await findings(twice.blob, {}, { minSignatures: 2 })).toEqual([
      expect.stringContaining('CN=Citizen'),
      expect.stringContaining('CN=Office'),
    ]);
    const [before, after] = [await readPackage(signed.blob), await readPackage(twice.blob)];
    for (const path of before.entries.keys()) expect(await after.bytes(path)).toEqual(await before.bytes(path));
  });

  test('keeps its signatures in a redacted copy, where they are checked against the original manifest', async () => {
    const copy = await redact(signed.blob, { pointers: ['/born'] });
    expect((await findings(copy.blob))[0]).toContain(
      'SIGNATURE_VALID: The signature original/signature001.p7s by CN=Citizen',
    );
    expect((await findings((await redact(unsigned.blob, { pointers: ['/born'] })).blob)).join()).toContain(
      'SIGNATURES_TOO_FEW',
    );
  });

  test('is not made from a package that does not verify', async () => {
    await expect(signDossier(unsigned.blob.slice(0, 900), citizen.signer, { now })).rejects.toMatchObject({
      code: 'ERR_DOSSIER_INVALID',
    });
  });

  test('is signed from a key file too', async () => {
    for (const [who, algorithm] of [
      [citizen, 'ES256'],
      [office, 'PS256'],
    ] as const) {
      const key = new Uint8Array(await crypto.subtle.exportKey('pkcs8', who.keys.privateKey));
      const signer = await keyFileSigner(pem('PRIVATE KEY', key) + pem('CERTIFICATE', who.certificate));
      expect(signer.algorithm).toBe(algorithm);
      expect(await judge(await signContent(content, signer, { now }))).toMatchObject({ status: 'valid' });
    }
    await expect(keyFileSigner('nothing')).rejects.toThrow('PRIVATE KEY');
  });
});

describe('stripping and downgrading (T5)', () => {
  const rebuilt = async (drop: RegExp) => {
    const reader = await readPackage(signed.blob);
    const contents = new Map(signed.manifest.files.map(({ path }) => [path, reader.content(path)]));
    const signatures = new Map(
      [...reader.entries.keys()]
        .filter(path => path.startsWith('META-INF/') && !drop.test(path))
        .map(path => [path, reader.content(path)]),
    );
    return (await composeDossier(signed.manifest, contents, { type: 'application/vnd.etsi.asic-e+zip', signatures }))
      .blob;
  };

  test('a signed package without its signature, or without the list it signs, is refused', async () => {
    expect(await findings(await rebuilt(/p7s/))).toEqual([expect.stringContaining('SIGNATURE_MISSING')]);
    expect(await findings(await rebuilt(/xml/))).toEqual([expect.stringContaining('SIGNATURE_MISSING')]);
    expect(await findings(await rebuilt(/./))).toEqual([expect.stringContaining('SIGNATURE_MISSING')]);
  });

  test('an unsigned one is never valid where signatures are required', async () => {
    expect((await findings(unsigned.blob)).join()).toContain('SIGNATURES_TOO_FEW');
  });

  test('a signature of somebody who does not count is said to be intact but does not count', async () => {
    const other = await signDossier(unsigned.blob, stranger.signer, { now });
    expect((await findings(other.blob)).join()).toMatch(/SIGNATURE_UNTRUSTED.*SIGNATURES_TOO_FEW/);
    expect(
      (
        await findings(signed.blob, {
          accepts: ({ subject }) => (subject.includes('Office') ? null : 'only offices sign here'),
        })
      ).join(),
    ).toContain('only offices sign here');
  });

  test('a signature over another package is refused', async () => {
    const other = await exampleDossier({ language: 'vi' });
    const reader = await readPackage(signed.blob);
    const target = await readPackage(other.blob);
    const graft = await composeDossier(
      other.manifest,
      new Map(other.manifest.files.map(({ path }) => [path, target.content(path)])),
      {
        type: 'application/vnd.etsi.asic-e+zip',
        signatures: new Map([
          ['META-INF/ASiCManifest001.xml', new Blob([await asicManifest(other.manifest, 1)])],
          ['META-INF/signature001.p7s', reader.content('META-INF/signature001.p7s')],
        ]),
      },
    );
    expect((await findings(graft.blob)).join()).toContain('it is over something else');
    const oldList = await composeDossier(
      other.manifest,
      new Map(other.manifest.files.map(({ path }) => [path, target.content(path)])),
      {
        type: 'application/vnd.etsi.asic-e+zip',
        signatures: new Map(
          ['META-INF/ASiCManifest001.xml', 'META-INF/signature001.p7s'].map(path => [path, reader.content(path)]),
        ),
      },
    );
    expect((await findings(oldList.blob)).join()).toContain('LIST_MISMATCH');
  });
});

describe('algorithms (T7)', () => {
  test('a weak key, and a key of another kind than the signature says, are refused', async () => {
    const weak = await issue(root, 'Weak', { algorithm: { ...PS256, modulusLength: 1024 } });
    expect(await judge(await signContent(content, weak.signer, { now }))).toMatchObject({
      status: 'invalid',
      detail: 'the key has only 1024 bits',
    });
    const confused = {
      ...office.signer,
      algorithm: 'ES256' as const,
      certificates: [office.certificate],
      sign: citizen.signer.sign,
    };
    expect(await judge(await signContent(content, confused, { now }))).toMatchObject({
      status: 'invalid',
      detail: 'the key is not one for ES256',
    });
  });

  test('RS256 holds, and counts only where the policy names it', async () => {
    const { keys, certificate } = await issue(root, 'Token', { algorithm: RS256 });
    const parts = {
      certificates: [certificate],
      signingTime: new Date('2026-11-22T08:00:00Z'),
      messageDigest: new Uint8Array(await crypto.subtle.digest('SHA-256', content)),
    };
    const signature = new Uint8Array(
      await crypto.subtle.sign('RSASSA-PKCS1-v1_5', keys.privateKey, await signedAttributes(parts)),
    );
    const cms = await writeCades({ ...parts, algorithm: 'RS256', signature });
    expect(await judge(cms)).toMatchObject({ status: 'untrusted', detail: 'RS256 is not allowed' });
    expect(await judge(cms, { algorithms: ['RS256'] })).toMatchObject({ status: 'valid' });
    expect(await judge(await writeCades({ ...parts, algorithm: 'PS256', signature }))).toMatchObject({
      status: 'invalid',
    });
  });

  test('a key for encryption makes no signer', async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, [
      'deriveBits',
    ]);
    expect(() => webCryptoSigner(privateKey, [])).toThrow(TypeError);
  });
});

describe('certificates and times (T8, T10)', () => {
  test('a certificate exchanged for another one with the same key is refused', async () => {
    const twin = await issue(root, 'Somebody Else', { keys: citizen.keys });
    const parts = await readCades(await signContent(content, citizen.signer, { now }));
    expect(await judge(await writeCades({ ...parts, certificates: [twin.certificate] }))).toMatchObject({
      status: 'invalid',
      detail: 'the signature does not hold',
    });
  });

  test.each([
    ['expired', { notAfter: '2026-11-01' }, 'invalid'],
    ['not valid yet', { notBefore: '2026-12-01' }, 'invalid'],
    ['for encipherment only', { usage: 32 }, 'untrusted'],
  ] as const)('a signer whose certificate is %s does not count', async (_, change, status) => {
    const { signer } = await issue(root, 'X', change);
    expect(await judge(await signContent(content, signer, { now }))).toMatchObject({ status });
  });

  test('a signature from the future is refused, and one by a revoked certificate does not count', async () => {
    expect(
      await judge(await signContent(content, citizen.signer, { now: new Date('2026-11-22T09:00:00Z') })),
    ).toMatchObject({ status: 'invalid', detail: 'it was made in the future' });
    expect(await judge(await signContent(content, citizen.signer, { now }), { isRevoked: () => true })).toMatchObject({
      status: 'untrusted',
      detail: 'its certificate was revoked',
      revocationChecked: true,
    });
  });

  test('an authority that is not an anchor is not trusted, even when the chain brings its root along', async () => {
    const fake = await authority('Root');
    const { certificate, keys } = await issue(fake, 'Citizen');
    const signer = webCryptoSigner(keys.privateKey, [certificate, fake.certificate]);
    expect(await judge(await signContent(content, signer, { now }))).toMatchObject({ status: 'untrusted' });
  });

  test('a certificate that is no authority cannot issue another', async () => {
    const { certificate, keys } = await issue({ certificate: citizen.certificate, keys: citizen.keys }, 'Forged');
    expect(
      await judge(
        await signContent(content, webCryptoSigner(keys.privateKey, [certificate, citizen.certificate]), { now }),
      ),
    ).toMatchObject({ status: 'untrusted' });
  });
});

describe('malleability (T18)', () => {
  test('no flipped bit of a signature is accepted', async () => {
    const cms = await signContent(content, citizen.signer, { now });
    let accepted = 0;
    const step = process.env['ONCEFORM_EVERY_BIT'] === '1' ? 1 : 5;
    for (let bit = 0; bit < cms.length * 8; bit += step) {
      const flipped = cms.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const judgement = await judge(flipped);
      if (judgement.status === 'valid') accepted++;
    }
    expect(accepted).toBe(0);
  }, 120_000);

  test('what is read is written again into the same bytes', async () => {
    for (const { signer } of [citizen, office]) {
      const cms = await signContent(content, signer, { now });
      const parts: CadesParts = await readCades(cms);
      expect(await writeCades(parts)).toEqual(cms);
      expect(parts.signingTime).toEqual(now);
    }
    await expect(readCades(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
  });

  test('two ES256 signatures by the same key differ, and both hold', async () => {
    const [one, two] = [
      await signContent(content, citizen.signer, { now }),
      await signContent(content, citizen.signer, { now }),
    ];
    expect(one).not.toEqual(two);
    for (const cms of [one, two]) expect(await judge(cms)).toMatchObject({ status: 'valid' });
    expect(ES256.hash).toBe('SHA-256');
  });
});
