// What others wrote accepts what we build. Each tool is used where it is installed, and said to be missing where not.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { accessSync, constants, existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from './cades.ts';
import { humanCopy, renderPdf, type HumanCopyInput } from './pdf.ts';
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

/** Every kind of line, Vietnamese letters, and two pages. */
const officialInput: HumanCopyInput = {
  texts: {
    language: 'vi',
    title: 'T\u1edd khai & <b>',
    sections: [
      {
        title: 'All',
        rows: [
          { pointer: '/name', label: 'Name', within: [], text: 'Nguy\u1ec5n Th\u1ecb \u1ef0' },
          { pointer: '/id', label: 'Number', within: [], text: '025 188 001 010' },
          { pointer: '/rows/0/a', label: 'A', within: [], text: 'a' },
        ],
      },
    ],
  },
  data: { name: 'Nguy\u1ec5n Th\u1ecb \u1ef0', id: '025188001010', ok: true, rows: [{ a: 'a' }] },
  origins: { '/name': { origin: 'manual' } },
  print: {
    title: 'FORM & <b>',
    lines: [
      { label: 'Name', pointers: ['/name'], as: 'capitals' },
      { label: 'Number', pointers: ['/id'], as: 'boxes', length: 12 },
      { label: 'Copies', pointers: ['/ok'], choices: [{ value: true, text: 'Yes' }] },
      { table: '/rows', columns: [{ label: 'A', pointers: ['/a'] }] },
    ],
    signatures: [
      { title: 'A', note: '(sign)' },
      { title: 'B', pointers: ['/name'] },
    ],
    dateline: '{day}/{month}/{year}',
    footnotes: ['(1) A note.'],
  },
  letterhead: ['THE COUNTRY', 'Its motto'],
  components: [{ title: 'A paper', fulfilledBy: 'file' }],
  filed: {
    id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
    created: '2026-11-22T15:00:00+07:00',
    reviewDigest: 'a'.repeat(64),
  },
};

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

describe('the human copy is a PDF that archives take', () => {
  // Debian: libpdfbox2-java, libactivation-java, libjaxb-api-java. Elsewhere: the folder that holds the same jars.
  const folderOfJars = process.env['ONCEFORM_PDFBOX'] ?? '/usr/share/java';
  const jars = ['preflight', 'pdfbox2', 'fontbox2', 'xmpbox', 'commons-logging', 'javax.activation', 'jaxb-api'].map(
    name => join(folderOfJars, `${name}.jar`),
  );
  const missing = [...(installed('java') ? [] : ['java']), ...jars.filter(jar => !existsSync(jar))];
  (missing.length === 0 ? test : test.skip)(
    `PDFBox Preflight confirms PDF/A-1b${missing.length === 0 ? '' : ` (skipped: ${missing[0]} is not installed)`}`,
    async () => {
      const require = createRequire(import.meta.url);
      const file = async (path: string) => new Uint8Array(await readFile(path));
      const font = (style: string) => file(require.resolve(`@expo-google-fonts/tinos/${style}/Tinos_${style}.ttf`));
      const copy = humanCopy(officialInput);
      const fonts = {
        regular: await font('400Regular'),
        bold: await font('700Bold'),
        italic: await font('400Regular_Italic'),
      };
      const profile = await file(join(dirname(require.resolve('pdfkit')), 'data', 'sRGB_IEC61966_2_1.icc'));
      const judged = async (name: string, pdf: Uint8Array): Promise<string> => {
        await writeFile(at(name), pdf);
        const args = ['-cp', jars.join(delimiter), 'org.apache.pdfbox.preflight.Validator_A1b', at(name)];
        return run('java', args).then(
          ({ stdout }) => stdout,
          (error: { stdout: string }) => error.stdout,
        );
      };
      expect(await judged('archive.pdf', await renderPdf(copy, { ...fonts, profile }, now))).toContain(
        'is a valid PDF/A-1b file',
      );
      // The checker finds what is missing.
      expect(await judged('plain.pdf', await renderPdf(copy, fonts, now))).toMatch(/not a?\s*valid|2\.4\.3/);
    },
    120_000,
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
