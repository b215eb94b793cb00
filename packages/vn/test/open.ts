// The way tests of this pack open a form: the real compiler, the real engine, and the real gateway over the
// simulated registers. Only HTTP is short-circuited.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compileForm } from '@onceform/compiler';
import {
  allIssues,
  askableItems,
  loadLocale,
  openForm,
  receiveOffers,
  requestOf,
  sentence,
  useOffer,
  offersAt,
  isJsonObject,
  type CompiledForm,
  type FormContext,
  type FormSession,
  type Issue,
  type Json,
  type JsonObject,
  type Pointer,
} from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import {
  createGateway,
  createMemoryOfferStore,
  createMemoryUsageLog,
  createRelations,
  createSigner,
  type CitizenDataSource,
} from '@onceform/store';
import { createClaimsSource } from '@onceform/store/claims';
import { createHttpSource } from '@onceform/store/http';
import { vnPack } from '../src/index.ts';
import { personas, simulateRegister } from '../src/personas.ts';
import { normalizers, registers, roles, signInClaims } from '../src/sources.ts';

await Promise.all([loadLocale('vi'), loadLocale('en')]);

export const TODAY = '2026-11-22';
const NOW = new Date('2026-11-22T08:00:00+07:00');

const compiled = new Map<string, Promise<CompiledForm>>();

export function definitionOf(slug: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../forms/${slug}.form.json`, import.meta.url), 'utf8'));
}

export function formOf(slug: string): Promise<CompiledForm> {
  const known = compiled.get(slug) ?? compileForm(definitionOf(slug), { pack: vnPack });
  compiled.set(slug, known);
  return known;
}

/** Opens a form: without data as a citizen finds it, with defaults; with data as they are. */
export async function open(slug: string, data?: JsonObject, context: Partial<FormContext> = {}): Promise<FormSession> {
  const form = await formOf(slug);
  return openForm(form, {
    ...(data === undefined ? {} : { data }),
    clock: () => NOW,
    pack: vnPack,
    rules: celEvaluator({ functions: vnPack.functions }),
    context: { today: TODAY, channel: 'online', identityLevel: 2, ...context },
  });
}

/** Puts answers in, deep: `{ mother: { fullName } }`. */
export function answer(session: FormSession, answers: JsonObject, at: Pointer = ''): void {
  for (const [key, value] of Object.entries(answers)) {
    const pointer = `${at}/${key}`;
    if (isJsonObject(value) && !('scheme' in value)) answer(session, value, pointer);
    else session.dispatch({ changes: { set: pointer, value: value as Json } });
  }
}

/** What would keep the form from being filed, as `pointer keyword-or-rule`, sorted. */
export function errors(session: FormSession): string[] {
  return issues(session, 'error');
}

export function warnings(session: FormSession): string[] {
  return issues(session, 'warn');
}

function issues(session: FormSession, severity: Issue['severity']): string[] {
  return allIssues(session.state)
    .filter(issue => issue.severity === severity)
    .map(issue => `${issue.pointer} ${(issue.rule ?? issue.keyword).replace(/:\d+$/, '')}`)
    .sort();
}

/** The sentences a citizen would read for an issue's place. */
export function sentencesAt(session: FormSession, pointer: Pointer, locale: string): string[] {
  return allIssues(session.state)
    .filter(issue => issue.pointer === pointer)
    .map(issue => sentence(issue, session.form, locale, { formats: vnPack.formats }));
}

export interface SimulatorOptions {
  /** Ids of registers that do not answer. */
  readonly down?: readonly string[];
  /** The person's own earlier answers. */
  readonly own?: CitizenDataSource;
}

/** Asks the simulated registers about a persona and puts the offers into the session, as a portal does. */
export async function prefill(session: FormSession, slug: string, options: SimulatorOptions = {}): Promise<void> {
  const persona = personas.find(candidate => candidate.slug === slug)!;
  const form = session.form;
  const sources = [
    createClaimsSource(signInClaims),
    ...registers.map(register =>
      createHttpSource({
        ...register,
        baseUrl: `http://${register.id.toLowerCase()}.example`,
        allowedHosts: [`${register.id.toLowerCase()}.example`],
        normalizers,
        retries: 0,
        fetch: simulateRegister(register.id, options),
        clock: () => NOW,
      }),
    ),
    ...(options.own === undefined ? [] : [options.own]),
  ];
  const gateway = createGateway({
    issuer: 'https://gateway.example',
    sources,
    pack: vnPack,
    log: createMemoryUsageLog(),
    offerStore: createMemoryOfferStore(),
    signer: await createSigner({
      ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
      kid: 'test',
    } as Parameters<typeof createSigner>[0]),
    relations: createRelations(sources, roles),
    clock: () => NOW,
  });
  const state = session.state;
  const stream = await gateway.prefill(
    {
      draft: 'draft-1',
      form: { id: form.id, digest: form.digest },
      items: askableItems(state).map(item => requestOf(state, item)),
      consent: { purpose: form.procedure!.purpose!.code, given: true, time: NOW.toISOString() },
    },
    {
      subject: 'pairwise-1',
      identityLevel: 2,
      person: { key: persona.personalId ?? `no-number-${slug}`, claims: persona.claims },
    },
    form,
    new AbortController().signal,
  );
  for await (const result of stream) session.dispatch(receiveOffers(result));
}

/** Takes the only (or the n-th) offer for each item. */
export function take(session: FormSession, ...items: readonly (Pointer | readonly [Pointer, number])[]): void {
  for (const each of items) {
    const [item, nth] = typeof each === 'string' ? ([each, 0] as const) : each;
    const offer = offersAt(session.state, item)[nth];
    if (offer === undefined)
      throw new Error(
        `There is no offer ${nth} for ${item}; items: ${session.form.reuse.map(known => known.pointer).join(' ')}`,
      );
    session.dispatch(useOffer(offer.id));
  }
}
