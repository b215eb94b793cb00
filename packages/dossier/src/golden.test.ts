// The golden dossiers: files that every later version, and every port to another language, has to judge the same way.
// ONCEFORM_WRITE_GOLDEN=1 writes them anew; otherwise they are compared byte for byte.

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  canonicalJson,
  digestJson,
  reviewDigest,
  type FormDocuments,
  type Json,
  type JsonObject,
  type Pointer,
  type SealItem,
  type SealPayload,
} from '@onceform/core';
import type { BuiltDossier } from './build-dossier.ts';
import { createSigner, openSeal, signSeal, type SealSigner } from '@onceform/store';
import { composeZip, type ZipContent } from './compose-zip.ts';
import { crc32 } from './crc32.ts';
import { saltedDigest } from './provenance.ts';
import { readPackage, UNSIGNED_TYPE } from './read-package.ts';
import { redact } from './redact.ts';
import { signDossier } from './sign-dossier.ts';
import { readPem } from './signer.ts';
import { authority, issue, pem } from './testing/certificates.ts';
import {
  answers,
  documents,
  exampleDossier,
  exampleForm,
  exampleSeal,
  exampleSubmission,
  forge,
  png,
  reference,
} from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';
import { signatureChecker } from './verify-signature.ts';

const folder = new URL('../golden/', import.meta.url);
const writing = process.env['ONCEFORM_WRITE_GOLDEN'] === '1';
const run = promisify(execFile);

/** A key that everybody knows, so that everybody can make these files again. It must never seal anything real. */
const TEST_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'golden',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;

/** Which codes fail, by file. Python gives the same verdicts. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'notice.zip': [],
  'unsealed.zip': [],
  'supplement.zip': [],
  'redacted.zip': [],
  'signed.asice': [],
  'refused-changed-answer.zip': ['PROVENANCE_MISMATCH', 'REVIEW_MISMATCH'],
  'refused-changed-locked.zip': ['LOCKED_VALUE_CHANGED', 'PROVENANCE_MISMATCH', 'REVIEW_MISMATCH'],
  'refused-claimed-origin.zip': ['PROVENANCE_MISMATCH'],
  'refused-extra-file.zip': ['FILE_UNLISTED'],
  'refused-flipped-bit.zip': ['FILE_CRC_MISMATCH', 'FILE_DIGEST_MISMATCH'],
  'refused-forged-seal.zip': ['SEAL_INVALID'],
  'refused-other-schema.zip': ['FORM_DIGEST_MISMATCH'],
  'refused-not-canonical.zip': ['FILE_INVALID'],
  'refused-truncated.zip': ['PACKAGE_INVALID'],
  'two-people.zip': [],
  'refused-changed-part.zip': ['LOCKED_VALUE_CHANGED', 'PART_CHANGED', 'PROVENANCE_MISMATCH', 'REVIEW_MISMATCH'],
  'refused-added-to-part.zip': ['PART_CHANGED'],
  'refused-mixed-people.zip': ['SEAL_INVALID'],
  'refused-null-for-locked.zip': ['LOCKED_VALUE_CHANGED', 'PROVENANCE_MISMATCH'],
  'passed-on.zip': [],
  'refused-other-desk.zip': ['SEAL_RECIPIENT_MISMATCH'],
  'refused-desk-without-seal.zip': ['SEAL_RECIPIENT_MISMATCH'],
};

const zipOf = (contents: readonly ZipContent[], type: string): Blob => composeZip(contents, type).blob;

const files = new Map<string, Uint8Array<ArrayBuffer>>();
let keys: { keys: Parameters<typeof openSeal>[1]['keys']['keys'] };

beforeAll(async () => {
  const signer = await createSigner(TEST_KEY);
  keys = { keys: signer.publicKeys };
  const { payload } = await exampleSeal();
  const seal = { jws: await signSeal(payload, signer), payload, verified: true };
  const notice = await exampleDossier({ submission: await exampleSubmission({ seal }) });
  const put = async (name: string, content: Blob): Promise<void> =>
    void files.set(name, new Uint8Array(await content.arrayBuffer()));
  await put('notice.zip', notice.blob);
  await put('unsealed.zip', (await exampleDossier({ submission: await exampleSubmission({ seal: null }) })).blob);
  await put(
    'supplement.zip',
    (
      await exampleDossier({
        submission: await exampleSubmission({ seal }),
        id: 'urn:uuid:01890000-0000-7000-8000-000000000002',
        previous: { id: notice.manifest.id, sha256: await notice.sha256() },
      })
    ).blob,
  );
  await put(
    'redacted.zip',
    (await redact(notice.blob, { pointers: ['/born', '/children'], components: ['paper'] })).blob,
  );
  const edit = (path: string, change: (value: Record<string, Json>) => void) =>
    forge(notice, async ({ json, setJson }) => {
      const value = await json(path);
      change(value);
      setJson(path, value);
    });
  await put(
    'refused-changed-answer.zip',
    await edit('data/form.json', data => {
      data['phone'] = '0911';
    }),
  );
  await put(
    'refused-changed-locked.zip',
    await edit('data/form.json', data => {
      data['name'] = 'Forged';
    }),
  );
  await put(
    'refused-claimed-origin.zip',
    await edit('data/provenance.json', value => {
      (value['answers'] as Record<string, Record<string, Json>>)['/phone']!['origin'] = 'auto';
    }),
  );
  await put(
    'refused-other-schema.zip',
    await edit('data/schema.json', schema => {
      schema['required'] = [];
    }),
  );
  await put(
    'refused-forged-seal.zip',
    await forge(notice, ({ contents }) => {
      const [header, body, signature] = seal.jws.split('.');
      contents.set(
        'data/seal.jws',
        new Blob([[header, body, `${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`].join('.')]),
      );
    }),
  );
  await put(
    'refused-not-canonical.zip',
    await forge(
      notice,
      async ({ contents }) =>
        void contents.set('data/decisions.json', new Blob([' ', contents.get('data/decisions.json')!])),
    ),
  );
  const bytes = files.get('notice.zip')!;
  const flipped = bytes.slice();
  flipped[Buffer.from(bytes).indexOf('0900')]! ^= 1;
  files.set('refused-flipped-bit.zip', flipped);
  files.set('refused-truncated.zip', bytes.slice(0, -100));
  const reader = await readPackage(notice.blob);
  const more = new TextEncoder().encode('more');
  await put(
    'refused-extra-file.zip',
    zipOf(
      [
        ...[...reader.entries.values()].map(({ path, crc32: crc }) => ({
          path,
          content: reader.content(path),
          crc32: crc,
        })),
        { path: 'data/more.txt', content: new Blob([more]), crc32: crc32(more) },
      ],
      UNSIGNED_TYPE,
    ),
  );

  const two = await twoPeople(signer);
  const together = await two.dossier();
  await put('two-people.zip', together.blob);
  // Signed by the gateway's own key: even so nobody else's answers may stand inside of a part.
  const mixed = await twoPeople(signer, ({ by: _, ...item }) => item);
  await put(
    'refused-mixed-people.zip',
    await forge(together, ({ contents }) => void contents.set('data/seal.jws', new Blob([mixed.jws]))),
  );
  // An answer that the partner never gave: item by item all is well, only the digest of the whole part knows.
  await put(
    'refused-added-to-part.zip',
    (await two.dossier({ languages: ['vi', 'en'], phone: '0911', vow: 'yes' })).blob,
  );
  await put(
    'refused-changed-part.zip',
    await forge(together, async ({ json, setJson }) => {
      const data = await json('data/form.json');
      setJson('data/form.json', { ...data, partner: { ...(data['partner'] as JsonObject), phone: '0999' } });
    }),
  );
  await put(
    'refused-null-for-locked.zip',
    await forge(notice, async ({ json, setJson, manifest }) => {
      const data = { ...(await json('data/form.json')), name: null };
      const { answers, ...rest } = (await json('data/provenance.json')) as { answers: Record<string, JsonObject> };
      const salt = (await json('data/salts.json'))['/name'] as string;
      const name = {
        ...answers['/name'],
        origin: 'override',
        digest: saltedDigest(salt, null),
        officialDigest: saltedDigest(salt, 'Official Name'),
      };
      setJson('data/form.json', data);
      setJson('data/provenance.json', { ...rest, answers: { ...answers, '/name': name } });
      manifest.reviewDigest = await reviewDigest({
        form: notice.manifest.form,
        data,
        components: (await exampleSubmission()).components,
      });
    }),
  );

  // Taken in at the desk of one agency, for another one to decide: the seal says whose desk, and nobody else does.
  const desk = { ...payload, context: { ...payload.context, channel: 'in-person', receivingAgency: 'A2' } } as const;
  const deskSeal = { jws: await signSeal(desk, signer), payload: desk, verified: true };
  const passedOn = await exampleDossier({ submission: await exampleSubmission({ seal: deskSeal }) });
  expect(passedOn.manifest.recipient).toMatchObject({ agency: 'A1', receivingAgency: 'A2' });
  await put('passed-on.zip', passedOn.blob);
  const atDeskOf = (built: BuiltDossier, receivingAgency: string): Promise<Blob> =>
    forge(built, ({ manifest }) => void (manifest.recipient = { ...manifest.recipient, receivingAgency }));
  await put('refused-other-desk.zip', await atDeskOf(passedOn, 'A3'));
  const unsealed = await exampleDossier({ submission: await exampleSubmission({ seal: null }) });
  await put('refused-desk-without-seal.zip', await atDeskOf(unsealed, 'A2'));

  if (!writing) return;
  await mkdir(folder, { recursive: true });
  // Every signature by ECDSA has other bytes: one that stands over the same package stays.
  const present = await readFile(new URL('notice.zip', folder)).catch(() => null);
  if (present === null || !present.equals(files.get('notice.zip')!)) {
    const root = await authority('Golden Root');
    const citizen = await issue(root, 'Golden Citizen');
    await put(
      'signed.asice',
      (await signDossier(notice.blob, citizen.signer, { now: new Date('2026-11-22T08:01:00Z') })).blob,
    );
    await writeFile(new URL('root.pem', folder), pem('CERTIFICATE', root.certificate));
  }
  for (const [name, content] of files) await writeFile(new URL(name, folder), content);
  await writeFile(new URL('keys.json', folder), `${JSON.stringify(keys, null, 2)}\n`);
  await writeFile(new URL('expected.json', folder), `${JSON.stringify(expected, null, 2)}\n`);
});

/** A form that two people declare in, and what the partner confirmed: a name from the register, the rest typed. */
async function twoPeople(signer: SealSigner, inPart: (item: SealItem) => SealItem = item => item) {
  const two: FormDocuments = {
    definition: { ...documents.definition, $id: 'https://example.test/forms/notice-of-two' },
    dataSchema: {
      ...documents.dataSchema,
      properties: {
        ...(documents.dataSchema['properties'] as JsonObject),
        partner: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        wishes: { type: 'object' },
      },
    },
    rules: documents.rules,
  };
  const form = {
    ...(await exampleForm()),
    id: two.definition['$id'] as string,
    digest: await digestJson(two as unknown as Json),
  };
  const part = {
    partner: { name: 'Partner Official', languages: ['vi', 'en'], phone: '0911' },
    wishes: { partner: null },
  };
  const { payload: plain } = await exampleSeal();
  const register = plain.items.find(({ pointer }) => pointer === '/name')!;
  const said = (pointer: Pointer, value: Json, record: Pointer): SealItem => ({
    ...register,
    pointer,
    record,
    value,
    by: 'partner',
    concept: 'declared',
    recordRef: 'partner',
    source: { id: 'co-declarant:partner', name: { en: 'Declared by themselves' }, kind: 'self-declared' },
    verification: { status: 'unverified', assuranceLevel: 'low' },
    chosen: { rule: 'declared', of: 1 },
  });
  const payload: SealPayload = {
    ...plain,
    form: { id: form.id, version: form.version, digest: form.digest },
    items: [
      ...plain.items,
      said('/partner/languages', ['vi', 'en'], '/partner'),
      { ...register, pointer: '/partner/name', record: '/partner', value: 'Partner Official', by: 'partner' },
      inPart(said('/partner/phone', '0911', '/partner')),
      said('/wishes/partner', null, '/wishes/partner'),
    ],
    parts: [
      {
        role: 'partner',
        sub: 'person-2',
        pointers: ['/partner', '/wishes/partner'],
        digest: await digestJson(part),
        confirmed: '2026-11-22T06:30:00Z',
      },
    ],
  };
  const seal = { jws: await signSeal(payload, signer), payload, verified: true };
  return {
    jws: seal.jws,
    /** The package, with other words of the partner's than what they confirmed where given. */
    dossier: async (partner: JsonObject = {}) =>
      exampleDossier({
        form,
        documents: two,
        submission: await exampleSubmission({
          form,
          seal,
          answers: {
            ...answers,
            photo: (await reference('\u1ea2nh.png', 'image/png', png)) as unknown as Json,
            partner: { ...part.partner, ...partner },
            wishes: { mine: 'A garden', partner: null },
          },
        }),
      }),
  };
}

describe('the golden dossiers', () => {
  test('are made again into the same bytes (signatures by ECDSA apart, which differ each time)', async () => {
    for (const [name, content] of files) {
      if (name !== 'signed.asice')
        expect(Buffer.from(content).equals(await readFile(new URL(name, folder))), name).toBe(true);
    }
    expect(JSON.parse(await readFile(new URL('expected.json', folder), 'utf8'))).toEqual(expected);
  });

  test.each(Object.keys(expected))('%s is judged as expected', async name => {
    const { certificates } = readPem(await readFile(new URL('root.pem', folder), 'utf8'));
    const verdict = await verifyDossier(new Uint8Array(await readFile(new URL(name, folder))), {
      openSeal: (jws, manifest) =>
        openSeal(jws, {
          keys,
          audience: manifest.recipient.audience,
          subject: manifest.submitter!.id,
          draft: null,
          form: manifest.form,
          now: new Date('2026-11-22T08:10:00Z'),
        }),
      now: new Date('2026-11-22T08:10:00Z'),
      checkSignature: signatureChecker({ anchors: certificates }),
      minSignatures: name === 'signed.asice' ? 1 : 0,
    });
    expect([...new Set(verdict.findings.filter(({ status }) => status === 'failed').map(({ code }) => code))]).toEqual(
      expected[name],
    );
  });
});

const python = await run('python3', ['--version']).then(
  () => true,
  () => false,
);

describe('the verifier in Python', () => {
  const judge = async (name: string, ...args: string[]) => {
    const script = fileURLToPath(new URL('../python/verify.py', import.meta.url));
    try {
      return { code: 0, out: (await run('python3', [script, fileURLToPath(new URL(name, folder)), ...args])).stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  };

  for (const name of Object.keys(expected)) {
    (python ? test : test.skip)(
      `judges ${name} the same way${python ? '' : ' (skipped: python3 is not installed)'}`,
      async () => {
        const { code, out } = await judge(name, '--keys', fileURLToPath(new URL('keys.json', folder)));
        expect(code, out).toBe(expected[name]!.length === 0 ? 0 : 1);
        const failed = [...out.matchAll(/^FAILED ([A-Z_]+)/gm)].map(([, failure]) => failure!);
        // It may stop earlier, or not look at all that we look at: but what it finds, we find.
        for (const failure of failed) expect(expected[name]).toContain(failure);
        for (const seen of ['PART_CHANGED', 'LOCKED_VALUE_CHANGED'])
          expect(failed.includes(seen), seen).toBe(expected[name]!.includes(seen));
        if (name === 'two-people.zip') expect(out).toMatch(/^ok +PART_CONFIRMED: partner$/m);
      },
    );
  }

  (python ? test : test.skip)('takes no seal for genuine that it has no key for', async () => {
    const { code, out } = await judge('notice.zip');
    expect(code).toBe(0);
    expect(out).toMatch(/NOT CHECKED +SEAL/);
  });

  (python ? test : test.skip)('writes numbers the way canonical JSON does', async () => {
    const numbers = [
      0, -0, 1, -1, 0.1, 1e21, 1e-7, 123456789012345680000, 1.5e300, 5e-324, 0.000001, 1234.5, 9007199254740991, 1e20,
      -2.5e-9,
    ];
    const script = fileURLToPath(new URL('../python/verify.py', import.meta.url));
    const { stdout } = await run('python3', [
      '-c',
      `import importlib.util,sys,json\ns=importlib.util.spec_from_file_location('v',sys.argv[1]);v=importlib.util.module_from_spec(s);s.loader.exec_module(v)\nprint(v.canonical(json.loads(sys.argv[2])))`,
      script,
      JSON.stringify(numbers),
    ]);
    expect(stdout.trim()).toBe(canonicalJson(numbers));
  });
});
