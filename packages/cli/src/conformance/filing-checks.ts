// Filing: what must not be taken in, what must, once and for good, and what comes back. The refusals are tried first,
// each with a package that is right but for one thing; the package that is taken in at the end proves the others' rightness.

import {
  canonicalBytes,
  sha256,
  substitute,
  type Json,
  type JsonObject,
  type OpenedSeal,
  type Receipt,
  type VerifiedSubmission,
} from '@onceform/core';
import { buildDossier, type DossierInput } from '@onceform/dossier';
import { checkReceipt } from '@onceform/dossier/receipt';
import { dossierSummary, receipt as receiptSchema } from '@onceform/server/api-schemas';
import { createSigner, readSeal, signSeal } from '@onceform/store';
import { exportJWK, generateKeyPair } from 'jose';
import { answered, expectStatus, must, refused, type Answer, type Visitor } from './back-end.ts';
import type { Check, Findings } from './conformance.ts';
import { decisionsOf } from './gateway-checks.ts';

interface Package {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** One thing that is wrong with a package; everything else is right. */
interface Flaw {
  readonly seal?: string;
  readonly data?: (data: JsonObject) => JsonObject;
  readonly input?: (input: DossierInput) => DossierInput;
}

/** What a page does when the citizen presses "file". */
async function packageOf(found: Findings, flaw: Flaw = {}): Promise<Package> {
  const { form, opened, citizen, specimen, now } = found;
  const jws = flaw.seal ?? found.seal!;
  const seal: OpenedSeal = { ...readSeal(jws), verified: true };
  const decisions = decisionsOf(found) as never;
  let submission: VerifiedSubmission = substitute({
    form: form!,
    seal,
    answers: specimen!.answers, // what is sealed and locked comes in by itself
    components: specimen!.components ?? [],
    decisions,
  });
  if (flaw.data !== undefined)
    submission = { ...submission, data: flaw.data(structuredClone(submission.data) as JsonObject) };
  const id = `urn:uuid:${crypto.randomUUID()}`;
  const input: DossierInput = {
    submission,
    form: form!,
    documents: await form!.documents(),
    files: new Map(),
    id,
    created: now().toISOString(),
    recipient: { audience: opened!.audience, agency: null, nonce: opened!.nonce },
    submitter: { id: citizen!.person!.id, identityLevel: citizen!.person!.identityLevel },
    language: form!.locale,
  };
  const dossier = await buildDossier(flaw.input?.(input) ?? input);
  return { id, bytes: await dossier.bytes(), type: dossier.blob.type };
}

function put(data: Record<string, Json>, pointer: string, value: Json): void {
  const path = pointer
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at = data;
  for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string, Json>;
  at[path.at(-1)!] = value;
}

function file(visitor: Visitor, { id, bytes, type }: Package, headers: Record<string, string> = {}): Promise<Answer> {
  const path = `/api/dossiers/${id.replace('urn:uuid:', '')}`;
  return visitor.call('PUT', path, { body: bytes, headers: { 'content-type': type, ...headers } });
}

const needs = ['citizen', 'specimen', 'form', 'opened', 'offered', 'seal'] as const;
const SEAL_CODES = ['ERR_DOSSIER_INVALID', 'ERR_SEAL_INVALID', 'ERR_SEAL_KEY_UNKNOWN'];

export const filingChecks: readonly Check[] = [
  {
    id: 'filing.signed-in',
    rule: 'nobody files while nobody is signed in',
    needs,
    async run(found) {
      refused(await file(found.visitor, await packageOf(found)), 401, 'ERR_UNAUTHENTICATED');
    },
  },
  {
    id: 'filing.media-type',
    rule: 'a body that does not say it is a dossier is refused',
    needs,
    async run(found) {
      refused(await file(found.citizen!, await packageOf(found), { 'content-type': 'application/zip' }), 415);
    },
  },
  {
    id: 'filing.no-package',
    rule: 'bytes that are no package are refused',
    needs,
    async run(found) {
      const bytes = new TextEncoder().encode('This is no package, but it is long enough to be one.');
      refused(await file(found.citizen!, { ...(await packageOf(found)), bytes }), 422);
    },
  },
  {
    id: 'filing.truncated',
    rule: 'a package that ends early is refused',
    needs,
    async run(found) {
      const whole = await packageOf(found);
      refused(await file(found.citizen!, { ...whole, bytes: whole.bytes.slice(0, -40) }), 422);
    },
  },
  {
    id: 'filing.flipped-bit',
    rule: 'a package in which one bit changed is refused',
    needs,
    async run(found) {
      const whole = await packageOf(found);
      const bytes = whole.bytes.slice();
      bytes[bytes.length >> 1]! ^= 1;
      refused(await file(found.citizen!, { ...whole, bytes }), 422);
    },
  },
  {
    id: 'filing.other-id',
    rule: 'a package that names another id than its address is refused',
    needs,
    async run(found) {
      const whole = await packageOf(found);
      refused(await file(found.citizen!, { ...whole, id: `urn:uuid:${crypto.randomUUID()}` }), 422);
    },
  },
  {
    id: 'filing.other-person',
    rule: 'a package that somebody else made is refused',
    needs: [...needs, 'other'],
    async run(found) {
      refused(await file(found.other!, await packageOf(found)), 422);
    },
  },
  {
    id: 'filing.audience',
    rule: 'a package for another portal is refused',
    needs,
    async run(found) {
      const flaw: Flaw = {
        input: input => ({ ...input, recipient: { ...input.recipient, audience: 'https://elsewhere.example' } }),
      };
      refused(await file(found.citizen!, await packageOf(found, flaw)), 422);
    },
  },
  {
    id: 'filing.nonce',
    rule: 'a package of no draft of this person is refused',
    needs,
    async run(found) {
      const flaw: Flaw = { input: input => ({ ...input, recipient: { ...input.recipient, nonce: 'n'.repeat(22) } }) };
      refused(await file(found.citizen!, await packageOf(found, flaw)), 422);
    },
  },
  {
    id: 'filing.future',
    rule: 'a package that says it was made tomorrow is refused',
    needs,
    async run(found) {
      const created = new Date(found.now().getTime() + 86_400_000).toISOString();
      refused(await file(found.citizen!, await packageOf(found, { input: input => ({ ...input, created }) })), 422);
    },
  },
  {
    id: 'filing.empty',
    rule: 'a package without the answers that the form asks for is refused, and says which',
    needs,
    async run(found) {
      const flaw: Flaw = {
        data: data => ({ ...(data['$context'] === undefined ? {} : { $context: data['$context'] }) }),
      };
      const answer = await file(found.citizen!, await packageOf(found, flaw));
      refused(answer, 422, 'ERR_DOSSIER_INVALID', 'ERR_SUBMISSION_INVALID');
      must((answer.json<{ issues?: Json[] }>().issues ?? []).length > 0, 'The problem names no issue.');
    },
  },
  {
    id: 'filing.locked-value',
    rule: 'a value that was sealed and locked cannot be changed on the way',
    needs,
    async run(found) {
      const items = readSeal(found.seal!).payload.items;
      const locked = items.find(({ edit, value }) => edit === 'locked' && typeof value === 'string');
      if (locked === undefined) return; // the form locks nothing
      const flaw: Flaw = {
        data: data => {
          put(data as Record<string, Json>, locked.pointer, `${String(locked.value)} `);
          return data;
        },
      };
      refused(await file(found.citizen!, await packageOf(found, flaw)), 422, 'ERR_DOSSIER_INVALID');
    },
  },
  {
    id: 'filing.foreign-seal',
    rule: "a seal that somebody else signed in the gateway's name is refused",
    needs,
    async run(found) {
      const { payload } = readSeal(found.seal!);
      const { kid } = JSON.parse(Buffer.from(found.seal!.split('.')[0]!, 'base64url').toString()) as { kid: string };
      const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
      const seal = await signSeal(payload, await createSigner({ ...(await exportJWK(privateKey)), kid }));
      refused(await file(found.citizen!, await packageOf(found, { seal })), 422, ...SEAL_CODES);
    },
  },
  {
    id: 'filing.accepted',
    rule: 'a right package is taken in with 201 and a receipt for exactly these bytes, signed with a published key',
    needs: [...needs, 'keys'],
    async run(found) {
      const whole = await packageOf(found);
      const receipt = answered<Receipt>(await file(found.citizen!, whole), 201, receiptSchema);
      must(receipt.dossier.id === whole.id, 'The receipt is for another dossier.');
      must(
        receipt.dossier.sha256 === (await sha256(whole.bytes)),
        'The receipt names another digest than the bytes have.',
      );
      const keys = { keys: found.keys as never };
      const findings = await checkReceipt(receipt, new Blob([whole.bytes]), { id: whole.id }, keys);
      const wrong = findings.find(({ status }) => status === 'failed');
      must(wrong === undefined, `The receipt does not hold: ${wrong?.message.en}`);
      found.filed = { ...whole, receipt };
    },
  },
  {
    id: 'filing.again',
    rule: 'the same bytes again, five at once, give 200 and the same receipt: nothing is doubled',
    needs: ['citizen', 'filed'],
    async run({ citizen, filed }) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => file(citizen!, filed!)));
      for (const answer of answers) {
        const receipt = answered<Receipt>(answer, 200, receiptSchema);
        must(same(receipt, filed!.receipt), 'The second receipt differs from the first.');
      }
    },
  },
  {
    id: 'filing.other-bytes',
    rule: 'other bytes under the id of a filed dossier are refused',
    needs: [...needs, 'filed'],
    async run(found) {
      const { id } = found.filed!;
      const flaw: Flaw = { input: input => ({ ...input, id, created: new Date(+found.now() - 1000).toISOString() }) };
      refused(await file(found.citizen!, { ...(await packageOf(found, flaw)), id }), 422, 'ERR_CONFLICT');
    },
  },
  {
    id: 'filing.draft-once',
    rule: 'one draft makes one dossier',
    needs: [...needs, 'filed'],
    async run(found) {
      refused(await file(found.citizen!, await packageOf(found)), 422);
    },
  },
  {
    id: 'dossiers.read',
    rule: 'who filed finds the dossier in the list and by its id, and gets the package back byte for byte',
    needs: ['citizen', 'filed'],
    async run({ citizen, filed }) {
      const path = `/api/dossiers/${filed!.id.replace('urn:uuid:', '')}`;
      const list = { type: 'array', items: dossierSummary };
      const all = answered<{ id: string }[]>(await citizen!.call('GET', '/api/dossiers'), 200, list);
      must(
        all.some(({ id }) => id === filed!.id),
        'The dossier is not in the list.',
      );
      const one = answered<{ receipt: Receipt }>(await citizen!.call('GET', path), 200, dossierSummary);
      must(same(one.receipt, filed!.receipt), 'It stands there with another receipt.');
      const answer = await citizen!.call('GET', `${path}/package`);
      expectStatus(answer, 200);
      must(Buffer.from(answer.bytes).equals(Buffer.from(filed!.bytes)), 'The package is not the one that was filed.');
    },
  },
  {
    id: 'dossiers.private',
    rule: "somebody else's dossier looks like none at all",
    needs: ['other', 'filed'],
    async run({ visitor, other, filed }) {
      const path = `/api/dossiers/${filed!.id.replace('urn:uuid:', '')}`;
      for (const at of [path, `${path}/package`]) {
        refused(await other!.call('GET', at), 404);
        refused(await visitor.call('GET', at), [401, 404]);
      }
      const theirs = (await other!.call('GET', '/api/dossiers')).json<{ id: string }[]>();
      must(!theirs.some(({ id }) => id === filed!.id), "It stands in somebody else's list.");
    },
  },
];

function same(a: Receipt, b: Receipt): boolean {
  return Buffer.from(canonicalBytes(a as unknown as Json)).equals(Buffer.from(canonicalBytes(b as unknown as Json)));
}
