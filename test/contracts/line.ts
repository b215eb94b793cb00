// The line through all packages, in Node: definition → compiled form → session → gateway → seal → substitution →
// package → verifier. The same calls that a page and a portal make, in one function.

import { compileForm, validateAgainst } from '@onceform/compiler';
import {
  applySeal,
  isRelevant,
  offersAt,
  openForm,
  receiveOffers,
  submissionOf,
  useOffer,
  type CompiledForm,
  type CountryPack,
  type FormSession,
  type Json,
  type JsonObject,
  type Pointer,
  type PrefillRequestItem,
  type SealPayload,
  type VerifiedSubmission,
} from '@onceform/core';
import { celEvaluator, checkPublishedRules } from '@onceform/core/cel';
import { buildDossier, verifyDossier, type BuiltDossier, type DossierVerdict } from '@onceform/dossier';
import {
  createGateway,
  createMemoryOfferStore,
  createMemoryUsageLog,
  createRelations,
  createSigner,
  openSeal,
  readSeal,
  type CitizenDataSource,
  type CitizenSession,
} from '@onceform/store';

export const NOW = new Date('2026-11-22T03:00:00Z');

/** A key for tests, known to everybody: nothing that it signs means anything. */
const TEST_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'test-2026',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;

export interface LineOptions {
  readonly definition: JsonObject;
  readonly pack: CountryPack;
  readonly sources: readonly CitizenDataSource[];
  readonly roles?: Parameters<typeof createRelations>[1];
  readonly citizen: CitizenSession;
  /** Typed answers, in order; the gateway is asked again when they make more relevant. */
  readonly answers: readonly (readonly [Pointer, Json])[];
  /** Changes the answers of the finished session before they are filed: what a dishonest client would do. */
  readonly tamper?: (answers: JsonObject) => JsonObject;
}

export interface Line {
  readonly form: CompiledForm;
  readonly session: FormSession;
  readonly seal: SealPayload;
  readonly jws: string;
  readonly submission: VerifiedSubmission;
  readonly dossier: BuiltDossier;
  readonly verdict: DossierVerdict;
}

export async function runLine(options: LineOptions): Promise<Line> {
  const { pack, sources, citizen } = options;
  const clock = (): Date => NOW;
  const form = await compileForm(options.definition, { pack });
  const rules = celEvaluator({ functions: pack.functions });
  const session = openForm(form, {
    pack,
    rules,
    clock,
    context: { identityLevel: citizen.identityLevel, channel: 'online' },
  });

  const signer = await createSigner(TEST_KEY);
  const relations = createRelations(sources, options.roles, { clock });
  let count = 0;
  const gateway = createGateway({
    issuer: 'https://gateway.example',
    sources,
    pack,
    signer,
    relations,
    clock,
    log: createMemoryUsageLog(),
    offerStore: createMemoryOfferStore({ clock }),
    random: () => `id-${String((count += 1)).padStart(4, '0')}`,
  });
  const asked = new Set<Pointer>();
  const ask = async (): Promise<void> => {
    const items = form.reuse
      .filter(
        item => item.policy.mode !== 'never' && !asked.has(item.pointer) && isRelevant(session.state, item.pointer),
      )
      .map((item): PrefillRequestItem => ({
        item: item.pointer,
        concept: item.concept,
        subject: item.subject,
        members: item.members.map(({ pointer, concept }) => ({ pointer, concept })),
      }));
    if (items.length === 0) return;
    for (const { item } of items) asked.add(item);
    const request = {
      draft: 'draft-1',
      form: { id: form.id, digest: form.digest },
      items,
      consent: { purpose: form.procedure?.purpose?.code ?? 'prefill', given: true, time: NOW.toISOString() },
    } as const;
    for await (const result of await gateway.prefill(request, citizen, form)) session.dispatch(receiveOffers(result));
    for (const { item } of items) {
      const offers = offersAt(session.state, item);
      const offer = offers.find(one => one.preferred) ?? offers[0];
      if (offer !== undefined) session.dispatch(useOffer(offer.id));
    }
  };

  await ask();
  for (const [set, value] of options.answers) {
    session.dispatch({ changes: { set, value } });
    await ask();
  }
  const { today, identityLevel, channel } = session.state.data.$context as unknown as SealPayload['context'];
  const { seal: jws } = await gateway.seal(
    { draft: 'draft-1', decisions: submissionOf(session.state).decisions },
    citizen,
    form,
    { audience: 'https://portal.example', nonce: 'nonce-1', context: { today, identityLevel, channel } },
  );
  session.dispatch(applySeal(readSeal(jws)));

  let submission = submissionOf(session.state);
  if (options.tamper !== undefined) {
    submission = { ...submission, data: options.tamper(submission.data) };
  }
  const dossier = await buildDossier({
    submission,
    form,
    documents: await form.documents(),
    files: new Map(),
    id: 'urn:uuid:00000000-0000-4000-8000-000000000001',
    created: '2026-11-22T10:00:00+07:00',
    recipient: { audience: 'https://portal.example', agency: null, nonce: 'nonce-1' },
    submitter: { id: citizen.subject, identityLevel: citizen.identityLevel },
    language: form.locale,
    random: length => new Uint8Array(length).fill(7),
  });
  const verdict = await verifyDossier(dossier.blob, {
    now: NOW,
    audience: 'https://portal.example',
    validateData: validateAgainst,
    checkRules: (published, data, { dataSchema }) =>
      checkPublishedRules(published, data, { dataSchema, functions: pack.functions }),
    openSeal: seal =>
      openSeal(seal, {
        keys: { keys: [...signer.publicKeys] },
        audience: 'https://portal.example',
        subject: citizen.subject,
        draft: 'draft-1',
        form,
        now: NOW,
      }),
  });
  return { form, session, seal: readSeal(jws).payload, jws, submission, dossier, verdict };
}
