// One small submission that the tests of this package share: a form of four questions, a seal, two files.

import {
  canonicalBytes,
  digestJson,
  sha256,
  substitute,
  type CompiledForm,
  type DossierFile,
  type DossierManifest,
  type FileReference,
  type FormDocuments,
  type Json,
  type JsonObject,
  type OpenedSeal,
  type SealItem,
  type SealPayload,
  type SubmissionInput,
  type VerifiedSubmission,
} from '@onceform/core';
import { buildDossier, composeDossier, type BuiltDossier, type DossierInput } from '../build-dossier.ts';
import { digestBlob } from '../digest-blob.ts';
import { readPackage } from '../read-package.ts';
import type { VerifyOptions } from '../verify-dossier.ts';

export const documents: FormDocuments = {
  definition: { $id: 'https://example.test/forms/notice', title: 'Notice', type: 'object', form: { version: '1.0.0' } },
  dataSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      $context: { type: 'object' },
      name: { type: 'string', minLength: 1 },
      born: { type: 'string' },
      phone: { type: 'string' },
      age: { type: 'integer' },
      photo: { type: 'object' },
      children: { type: 'array' },
    },
    required: ['name'],
  },
  rules: [{ id: 'age', kind: 'compute', target: '/age', expression: '5', needs: [] }],
};

export async function exampleForm(): Promise<
  Pick<CompiledForm, 'id' | 'version' | 'digest' | 'procedure' | 'components' | 'computed'>
> {
  return {
    id: 'https://example.test/forms/notice',
    version: '1.0.0',
    digest: await digestJson(documents as unknown as Json),
    procedure: { code: '1.000001', name: { en: 'Notice' } },
    components: [
      {
        id: 'paper',
        title: { en: 'The paper' },
        handling: 'submit',
        required: true,
        accept: ['application/pdf'],
        maxSize: 1e6,
        maxFiles: 2,
      },
    ],
    computed: documents.rules.map((rule, order) => ({
      ...rule,
      order,
      reads: [],
      type: 'integer',
    })) as unknown as CompiledForm['computed'],
  };
}

export const pdf = new TextEncoder().encode('%PDF-1.7\n% a paper\n%%EOF\n');
export const png = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
]);

export async function reference(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileReference> {
  return { name, type, size: bytes.length, sha256: await sha256(bytes) };
}

export const answers: JsonObject = {
  name: 'TYPED OVER',
  born: '2021-02-18',
  phone: '0900',
  age: 5,
  children: [{ name: 'A' }, {}],
};

function item(pointer: string, value: Json, edit: SealItem['edit']): SealItem {
  return {
    pointer,
    concept: 'person.x',
    record: pointer,
    recordRef: 'r-1',
    source: { id: 'register', name: { en: 'Register' }, kind: 'authoritative' },
    verification: { status: 'verified', assuranceLevel: 'high' },
    lastUpdated: '2025-01-01',
    retrievedAt: '2026-11-22T07:00:00Z',
    edit,
    chosen: { rule: 'only', of: 1 },
    value,
  };
}

/** A seal as the gateway would write it; nobody signed it: the test's `openSeal` is what makes it genuine. */
export async function exampleSeal(change: Partial<SealPayload> = {}): Promise<OpenedSeal> {
  const form = await exampleForm();
  const payload: SealPayload = {
    format: 'https://onceform.dev/seal/1',
    iss: 'https://gateway.test',
    aud: 'https://portal.test',
    sub: 'person-1',
    draft: 'd1',
    nonce: 'n1',
    iat: Date.parse('2026-11-22T07:00:00Z') / 1000,
    exp: Date.parse('2026-11-22T09:00:00Z') / 1000,
    form: { id: form.id, version: form.version, digest: form.digest },
    purpose: 'p',
    context: { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: { '/name': 'provided' } },
    items: [item('/born', '2021-02-19', 'correctable'), item('/name', 'Official Name', 'locked')],
    ...change,
  };
  const part = (value: unknown): string =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  return { jws: `${part({ alg: 'EdDSA' })}.${part(payload)}.c2ln`, payload, verified: true };
}

/** Takes a seal for genuine when it is the one given. */
export function opensOnly(seal: OpenedSeal): (jws: string) => Promise<OpenedSeal> {
  return async jws => ({ ...seal, verified: jws === seal.jws });
}

/** The same "random" bytes every time. */
export const fixedRandom = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255);

export async function exampleSubmission(change: Partial<SubmissionInput> = {}): Promise<VerifiedSubmission> {
  const form = await exampleForm();
  return substitute({
    form,
    answers: { ...answers, photo: (await reference('\u1ea2nh.png', 'image/png', png)) as unknown as Json },
    seal: await exampleSeal(),
    components: [
      { id: 'paper', fulfilledBy: 'file', files: [await reference('Gi\u1ea5y khai sinh.pdf', 'application/pdf', pdf)] },
    ],
    decisions: [{ item: '/name', action: 'use', offer: 'o1' }],
    ...change,
  });
}

export async function exampleInput(change: Partial<DossierInput> = {}): Promise<DossierInput> {
  return {
    submission: await exampleSubmission(),
    form: await exampleForm(),
    documents,
    files: new Map([
      [await sha256(pdf), new Blob([pdf])],
      [await sha256(png), new Blob([png])],
    ]),
    id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
    created: '2026-11-22T15:00:00+07:00',
    recipient: { audience: 'https://portal.test', agency: 'A1', nonce: 'n1' },
    submitter: { id: 'person-1', identityLevel: 2 },
    language: 'en',
    random: fixedRandom,
    ...change,
  };
}

export async function exampleDossier(change: Partial<DossierInput> = {}): Promise<BuiltDossier> {
  return buildDossier(await exampleInput(change));
}

/** A receiver that can check everything but signatures. */
export async function receiver(change: Partial<VerifyOptions> = {}): Promise<VerifyOptions> {
  return {
    validateData: () => [],
    checkRules: () => [],
    openSeal: opensOnly(await exampleSeal()),
    now: new Date('2026-11-22T08:10:00Z'),
    audience: 'https://portal.test',
    submitter: 'person-1',
    nonce: nonce => nonce === 'n1',
    knownForms: () => true,
    ...change,
  };
}

export interface Forgery {
  /** Contents by path; changed, added and removed in place. */
  readonly contents: Map<string, Blob>;
  /** The manifest, to be changed in place. */
  readonly manifest: { -readonly [K in keyof DossierManifest]: DossierManifest[K] };
  json(path: string): Promise<Record<string, Json>>;
  setJson(path: string, value: Json): void;
}

/**
 * What a forger who understands the format does: changes something and makes every size, digest and list agree again.
 */
export async function forge(built: BuiltDossier, change: (forgery: Forgery) => void | Promise<void>): Promise<Blob> {
  const reader = await readPackage(built.blob);
  const contents = new Map(built.manifest.files.map(({ path }) => [path, reader.content(path)]));
  const manifest = structuredClone(built.manifest) as Forgery['manifest'];
  await change({
    contents,
    manifest,
    json: async path => JSON.parse(await contents.get(path)!.text()),
    setJson: (path, value) => void contents.set(path, new Blob([canonicalBytes(value)])),
  });
  const files = await Promise.all(
    [...contents].map(async ([path, content]): Promise<DossierFile> => {
      const known = manifest.files.find(file => file.path === path);
      const { sha256, size } = await digestBlob(content);
      return { ...(known ?? { path, role: 'evidence', type: 'text/plain' }), sha256, size };
    }),
  );
  return (await composeDossier({ ...manifest, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }, contents))
    .blob;
}
