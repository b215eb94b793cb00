// The commands about packages, run as a person would: on a good package, a changed one, a redacted one and a foreign zip.

import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { substitute, digestJson, type Json } from '@onceform/core';
import { buildDossier, type BuiltDossier } from '@onceform/dossier';
import { createReceiptSigner } from '@onceform/dossier/receipt';
import { createSigner, signSeal } from '@onceform/store';
import { authority, issue, pem } from '../../../dossier/src/testing/certificates.ts';
import { runMain } from '../testing/run-main.ts';

let folder: string;
let dossier: BuiltDossier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-cli-'));
  const documents = {
    definition: { $id: 'https://example.test/f' },
    rules: [],
    dataSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { name: { type: 'string', maxLength: 20 } },
      required: ['name'],
    },
  };
  const form = {
    id: 'https://example.test/f',
    version: '1',
    digest: await digestJson(documents as unknown as Json),
    procedure: null,
    components: [],
    computed: [],
  };
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const signer = await createSigner({ ...(await crypto.subtle.exportKey('jwk', privateKey)), kid: 'k1' } as Parameters<
    typeof createSigner
  >[0]);
  const iat = Date.parse('2026-11-22T07:00:00Z') / 1000;
  const payload = {
    format: 'https://onceform.dev/seal/1',
    iss: 'https://gateway.test',
    aud: 'https://portal.test',
    sub: 'p1',
    draft: 'd1',
    nonce: 'n1',
    iat,
    exp: iat + 3600,
    form: { id: form.id, version: form.version, digest: form.digest },
    purpose: 'p',
    context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} },
    items: [
      {
        pointer: '/name',
        concept: 'person.fullName',
        record: '/name',
        recordRef: 'r',
        source: { id: 's', name: { en: 'Register' }, kind: 'authoritative' },
        verification: { status: 'verified', assuranceLevel: 'high' },
        lastUpdated: null,
        retrievedAt: '2026-11-22T07:00:00Z',
        edit: 'locked',
        chosen: { rule: 'only', of: 1 },
        value: 'AN',
      },
    ],
  } as Parameters<typeof signSeal>[0];
  const build = (phone: string) =>
    buildDossier({
      submission: substitute({
        form,
        answers: { name: 'x', phone },
        seal: { jws, payload, verified: true },
        components: [],
        decisions: [],
      }),
      form,
      documents,
      files: new Map(),
      id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
      created: '2026-11-22T14:30:00+07:00',
      recipient: { audience: 'https://portal.test', agency: null, nonce: 'n1' },
      submitter: { id: 'p1', identityLevel: 2 },
      language: 'en',
    });
  const jws = await signSeal(payload, signer);
  dossier = await build('0900');
  const bytes = await dossier.bytes();
  await writeFile(join(folder, 'good.zip'), bytes);
  await writeFile(join(folder, 'other.zip'), await (await build('0911')).bytes());
  await writeFile(
    join(folder, 'changed.zip'),
    bytes.map((byte, i) => (i === 400 ? byte ^ 1 : byte)),
  );
  await writeFile(join(folder, 'foreign.zip'), Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: signer.publicKeys }));
  await writeFile(join(folder, 'wrong-keys.json'), JSON.stringify({ keys: [] }));
});

const run = (...args: string[]) => runMain(args, folder, { LANG: 'C' });

test('verify accepts a good package and says what it did not check', async () => {
  const { code, out } = await run('verify', 'good.zip');
  expect(code).toBe(0);
  expect(out).toContain('✓ The answers satisfy the schema. [SCHEMA_VALID]');
  for (const name of ['NOT_CHECKED_SEAL', 'NOT_CHECKED_FORM', 'NOT_CHECKED_TIME', 'UNSIGNED'])
    expect(out).toContain(`[${name}]`);
});

test('verify checks the seal with the keys of the gateway, and the receiver, time and form when told', async () => {
  const { code, out } = await run(
    'verify',
    'good.zip',
    '--keys',
    'keys.json',
    '--audience',
    'https://portal.test',
    '--received',
    '2026-11-22T14:35:00+07:00',
    '--forms',
    dossier.manifest.form.digest,
  );
  expect(code).toBe(0);
  for (const name of ['SEAL_VALID', 'RECIPIENT_MATCH', 'CREATED_PLAUSIBLE', 'FORM_KNOWN'])
    expect(out).toContain(`[${name}]`);
  expect((await run('verify', 'good.zip', '--keys', 'wrong-keys.json')).code).toBe(1);
  expect((await run('verify', 'good.zip', '--audience', 'x')).code).toBe(1);
  expect((await run('verify', 'good.zip', '--forms', 'f'.repeat(64))).code).toBe(1);
  expect((await run('verify', 'good.zip', '--strict')).code).toBe(1);
});

test('verify refuses a changed package and a foreign zip with 1, and ends with 2 without a file', async () => {
  expect(await run('verify', 'changed.zip')).toMatchObject({ code: 1 });
  const { code, out } = await run('verify', 'foreign.zip', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, findings: [{ code: 'PACKAGE_INVALID', status: 'failed' }] });
  expect(await run('verify', 'none.zip')).toMatchObject({ code: 2, err: expect.stringContaining('none.zip') });
  expect((await run('verify')).code).toBe(2);
});

test('verify speaks Vietnamese when asked', async () => {
  expect((await run('verify', 'good.zip', '--lang', 'vi')).out).toMatch(/[\u1ea0-\u1ef9]/);
});

test('show prints answers with their origins', async () => {
  const { code, out } = await run('show', 'good.zip', '--keys', 'keys.json');
  expect(code).toBe(0);
  expect(out).toMatch(/^\/name +AN +auto Register/m);
  expect(out).toMatch(/^\/phone +0900 +manual$/m);
  expect((await run('show', 'good.zip')).out).toMatch(/^\/name +AN +auto\? /m);
});

test('redact withholds answers, and the copy verifies', async () => {
  expect(await run('redact', 'good.zip', '--keep', '/name', '--out', 'redacted.zip')).toMatchObject({ code: 0 });
  const { code, out } = await run('verify', 'redacted.zip');
  expect(code).toBe(0);
  expect(out).toContain('Withheld: /phone.');
  expect((await readFile(join(folder, 'redacted.zip'))).includes('0900')).toBe(false);
});

test('extract writes a bag, and nothing for a package that does not verify', async () => {
  expect(await run('extract', 'good.zip', '--to', 'bag')).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'bag/data/form.json'), 'utf8')).toContain('"phone":"0900"');
  expect(await run('extract', 'changed.zip', '--to', 'bag2')).toMatchObject({ code: 1 });
  await expect(readFile(join(folder, 'bag2/dossier.json'))).rejects.toThrow();
  expect((await run('extract', 'good.zip', '--to', 'bag')).code).toBe(2);
});

test('diff names the answers that differ', async () => {
  const { code, out } = await run('diff', 'good.zip', 'other.zip', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual([{ kind: 'answer', at: '/phone', before: '0900', after: '0911' }]);
  expect((await run('diff', 'good.zip', 'good.zip')).code).toBe(0);
});

test('print makes a page and a PDF, and only of a package that verifies', async () => {
  expect(await run('print', 'good.zip', '--out', 'form.html', '--pack', 'none')).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'form.html'), 'utf8')).toContain('<dt>phone:</dt><dd>0900</dd>');
  expect(await run('print', 'good.zip', '--out', 'form.pdf', '--pack', 'none')).toMatchObject({ code: 0 });
  expect((await readFile(join(folder, 'form.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
  expect((await run('print', 'changed.zip', '--out', 'other.pdf')).code).toBe(1);
  expect((await run('print', 'good.zip', '--out', 'form.doc')).code).toBe(2);
});

test('sign says what it needs', async () => {
  expect(await run('sign', 'good.zip')).toMatchObject({ code: 2 });
  expect(await run('sign', 'good.zip', '--key', 'keys.json', '--out', 'signed.asice')).toMatchObject({
    code: 2,
    err: expect.stringContaining('PRIVATE KEY'),
  });
});

test('sign makes a package that verifies with the root of its signer, and not with another', async () => {
  const root = await authority('Root');
  const { keys, certificate } = await issue(root, 'Citizen', { notBefore: '2020-01-01', notAfter: '2035-01-01' });
  const key = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  await writeFile(join(folder, 'key.pem'), pem('PRIVATE KEY', key) + pem('CERTIFICATE', certificate));
  await writeFile(join(folder, 'root.pem'), pem('CERTIFICATE', root.certificate));
  await writeFile(join(folder, 'other.pem'), pem('CERTIFICATE', (await authority('Other')).certificate));
  expect(await run('sign', 'good.zip', '--key', 'key.pem', '--out', 'signed.asice')).toMatchObject({ code: 0 });
  const good = await run('verify', 'signed.asice', '--trust', 'root.pem', '--signatures', '1', '--keys', 'keys.json');
  expect(good.out).toContain('by CN=Citizen, O=Test is valid');
  expect(good.code).toBe(0);
  expect(
    await run('verify', 'signed.asice', '--trust', 'other.pem', '--signatures', '1', '--keys', 'keys.json'),
  ).toMatchObject({ code: 1 });
  expect((await run('verify', 'signed.asice')).out).toContain('[NOT_CHECKED_SIGNATURES]');
});

test('verify reads a receipt: for this package, by this portal, or not', async () => {
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const secret = { ...(await crypto.subtle.exportKey('jwk', privateKey)), kid: 'portal' } as Parameters<
    typeof createReceiptSigner
  >[0];
  const { d: _, ...open } = secret;
  const { keys } = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8')) as { keys: object[] };
  await writeFile(join(folder, 'all-keys.json'), JSON.stringify({ keys: [...keys, open] }));
  const sign = await createReceiptSigner(secret);
  const receipt = await sign({
    format: 'https://onceform.dev/receipt/1',
    code: 'H29.01-261122-0001',
    dossier: { id: dossier.manifest.id, sha256: await dossier.sha256(), size: dossier.size },
    receivedAt: '2026-11-22T14:35:00+07:00',
    agency: null,
    procedure: null,
    noticeBy: null,
  });
  await writeFile(join(folder, 'receipt.json'), JSON.stringify(receipt));
  const { code, out } = await run('verify', 'good.zip', '--receipt', 'receipt.json', '--keys', 'all-keys.json');
  expect(out).toContain('[RECEIPT_VALID]');
  expect(code).toBe(0);
  expect((await run('verify', 'other.zip', '--receipt', 'receipt.json', '--keys', 'all-keys.json')).out).toContain(
    '[RECEIPT_OTHER_PACKAGE]',
  );
});

test('each command says in words that its file is a folder, is not there, or that nothing is overwritten', async () => {
  await writeFile(join(folder, 'taken.html'), 'mine');
  for (const name of ['verify', 'show']) {
    expect(await run(name, '.')).toMatchObject({ code: 2, err: expect.stringContaining('. is no file.') as string });
    expect((await run(name, 'nothing.zip')).err).toContain('There is no file nothing.zip.');
  }
  const taken = await run('print', 'good.zip', '--out', 'taken.html', '--pack', 'none');
  expect([taken.code, taken.err]).toEqual([2, expect.stringMatching(/taken\.html is there already/)]);
  expect(await readFile(join(folder, 'taken.html'), 'utf8')).toBe('mine');
  expect((await run('print', 'good.zip', '--out', 'no/such/form.html', '--pack', 'none')).err).toMatch(/is not there/);
});
