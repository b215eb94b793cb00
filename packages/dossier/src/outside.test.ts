// What others wrote accepts what we build. Each tool is used where it is installed, and said to be missing where not.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from './cades.ts';
import { signDossier } from './sign-dossier.ts';
import { authority, issue, pem, PS256 } from './testing/certificates.ts';
import { exampleDossier, receiver } from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';
import { signatureChecker } from './verify-signature.ts';

const run = promisify(execFile);

function installed(...tools: string[]): boolean {
  return tools.every(tool =>
    (process.env['PATH'] ?? '').split(delimiter).some(folder => {
      try {
        accessSync(join(folder, tool), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** A test that needs tools of the system; without them it is skipped, by a name that says so. */
function testWith(tools: string[], name: string, body: () => Promise<void>): void {
  if (installed(...tools)) test(`${tools.join(', ')}: ${name}`, body, 60_000);
  else test.skip(`${name} (skipped: ${tools.join(', ')} is not installed)`, () => {});
}

const bagit =
  installed('python3')
  && (await run('python3', ['-c', 'import bagit']).then(
    () => true,
    () => false,
  ));

let folder: string;
const at = (name: string): string => join(folder, name);

const root = await authority('Root');
const citizen = await issue(root, 'Citizen');
const office = await issue(root, 'Office', { algorithm: PS256, serial: '0103' });
const now = new Date();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-outside-'));
  const unsigned = await exampleDossier();
  const signed = await signDossier(
    await signDossier(unsigned.blob, citizen.signer, { now }).then(({ blob }) => blob),
    office.signer,
    { now },
  );
  await writeFile(at('unsigned.zip'), await unsigned.bytes());
  await writeFile(at('signed.asice'), await signed.bytes());
  await writeFile(at('root.pem'), pem('CERTIFICATE', root.certificate));
});

describe('zip tools list and test a package without complaint', () => {
  testWith(['unzip'], 'Info-ZIP', async () => {
    for (const file of ['unsigned.zip', 'signed.asice'])
      expect((await run('unzip', ['-t', at(file)])).stdout).toContain('No errors detected');
  });
  testWith(['7z'], '7-Zip', async () => {
    for (const file of ['unsigned.zip', 'signed.asice'])
      expect((await run('7z', ['t', at(file)])).stdout).toContain('Everything is Ok');
  });
  testWith(['bsdtar'], 'libarchive', async () => {
    expect((await run('bsdtar', ['-tf', at('signed.asice')])).stdout.split('\n').slice(0, 3)).toEqual([
      'mimetype',
      'dossier.json',
      'bagit.txt',
    ]);
  });
  testWith(['file'], 'file(1) knows the container by its mimetype', async () => {
    expect((await run('file', ['--brief', at('signed.asice')])).stdout).toMatch(/asic|Zip/i);
  });
  testWith(['python3'], 'zipfile of the Python standard library', async () => {
    const { stdout } = await run('python3', [
      '-c',
      'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())',
      at('signed.asice'),
    ]);
    expect(stdout.trim()).toBe('None');
  });
});

describe('the unpacked tree is a BagIt bag', () => {
  testWith(['unzip', 'sha256sum'], 'every digest of both lists', async () => {
    for (const file of ['unsigned', 'signed']) {
      await run('unzip', ['-q', at(file === 'signed' ? 'signed.asice' : 'unsigned.zip'), '-d', at(`bag-${file}`)]);
      await run('sha256sum', ['-c', '--strict', '--quiet', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], {
        cwd: at(`bag-${file}`),
      });
    }
  });
  (bagit ? test : test.skip)(
    `bagit-python validates it${bagit ? '' : ' (skipped: the Python module bagit is not installed)'}`,
    async () => {
      await run('python3', ['-m', 'bagit', '--validate', at('bag-unsigned')]);
    },
  );
});

describe('signatures', () => {
  testWith(['openssl', 'unzip'], 'CAdES signatures by ECDSA and RSA-PSS verify', async () => {
    await run('unzip', ['-q', '-o', at('signed.asice'), '-d', at('cms')]);
    for (const number of ['001', '002']) {
      const { stderr } = await run('openssl', [
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        at(`cms/META-INF/signature${number}.p7s`),
        '-content',
        at(`cms/META-INF/ASiCManifest${number}.xml`),
        '-CAfile',
        at('root.pem'),
        '-out',
        '/dev/null',
      ]);
      expect(stderr).toMatch(/CAdES Verification successful/i);
    }
  });

  testWith(
    ['openssl'],
    'time stamps by an RFC 3161 authority make it B-T, and stand up to both sides (T10)',
    async () => {
      const tsa = await issue(root, 'Clock', { purposes: ['1.3.6.1.5.5.7.3.8'], serial: '0104' });
      const wrong = await issue(root, 'No Clock', { serial: '0105' });
      const stamper = async (who: typeof tsa) => {
        await writeFile(at('tsa.pem'), pem('CERTIFICATE', who.certificate));
        await writeFile(
          at('tsa.key'),
          pem('PRIVATE KEY', new Uint8Array(await crypto.subtle.exportKey('pkcs8', who.keys.privateKey))),
        );
        await writeFile(at('serial'), '01\n');
        await writeFile(
          at('tsa.cnf'),
          `[tsa]\ndefault_tsa = one\n[one]\nserial = ${at('serial')}\ncrypto_device = builtin\nsigner_cert = ${at('tsa.pem')}\nsigner_key = ${at('tsa.key')}\n`
            + 'signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\naccuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n',
        );
        return async (request: Bytes): Promise<Bytes> => {
          await writeFile(at('request.tsq'), request);
          await run('openssl', [
            'ts',
            '-reply',
            '-config',
            at('tsa.cnf'),
            '-section',
            'one',
            '-queryfile',
            at('request.tsq'),
            '-out',
            at('reply.tsr'),
          ]);
          return new Uint8Array(await readFile(at('reply.tsr')));
        };
      };
      const unsigned = await exampleDossier();
      const stamped = await signDossier(unsigned.blob, citizen.signer, { now, timestamper: await stamper(tsa) });
      const judged = async (blob: Blob) =>
        (
          await verifyDossier(
            blob,
            await receiver({
              checkSignature: signatureChecker({ anchors: [root.certificate] }),
              now: new Date(Date.now() + 1000),
            }),
          )
        ).findings
          .filter(({ code }) => /SIGNATURE|TIMESTAMP/.test(code))
          .map(({ code }) => code);
      expect(await judged(stamped.blob)).toEqual(['SIGNATURE_VALID', 'TIMESTAMP_VALID']);
      expect(
        (
          await run('openssl', [
            'ts',
            '-verify',
            '-queryfile',
            at('request.tsq'),
            '-in',
            at('reply.tsr'),
            '-CAfile',
            at('root.pem'),
            '-untrusted',
            at('tsa.pem'),
          ])
        ).stdout,
      ).toContain('Verification: OK');

      // A token over another signature is refused when it is asked for; one by a certificate that is no clock, by openssl itself.
      const replay = new Uint8Array(await readFile(at('reply.tsr')));
      await expect(
        signDossier(unsigned.blob, citizen.signer, { now, timestamper: async () => replay }),
      ).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
      await expect(
        signDossier(unsigned.blob, citizen.signer, { now, timestamper: await stamper(wrong) }),
      ).rejects.toThrow();
      // Backdating: the signature claims a time long after the token's.
      const late = await signDossier(unsigned.blob, citizen.signer, {
        now: new Date(now.getTime() + 3_600_000),
        timestamper: await stamper(tsa),
      });
      expect(await judged(late.blob)).toEqual(['SIGNATURE_INVALID']);
    },
  );
});
