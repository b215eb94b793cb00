// The sources of a pack, simulated: what `onceform test` asks when a test says that somebody lets data be fetched. The
// gateway is the real one; only the wire to the registers is short.

import { generateKeyPairSync } from 'node:crypto';
import {
  askableItems,
  type CountryPack,
  type FormSession,
  type JsonObject,
  type LocalizedText,
  receiveOffers,
  requestOf,
} from '@onceform/core';
import type { FormTest } from '@onceform/core/form-test';
import {
  type CitizenDataSource,
  createGateway,
  createMemoryOfferStore,
  createMemoryUsageLog,
  createRelations,
  createSigner,
} from '@onceform/store';
import { createClaimsSource } from '@onceform/store/claims';
import { createHttpSource } from '@onceform/store/http';

type ClaimsOptions = Parameters<typeof createClaimsSource>[0];
type HttpOptions = Parameters<typeof createHttpSource>[0];

/** What a pack module offers beside itself: `MODULE/sources` and `MODULE/personas`. */
export interface SimulatedSources {
  readonly registers: readonly Pick<HttpOptions, 'id' | 'name' | 'kind' | 'assuranceLevel' | 'mapping'>[];
  readonly normalizers: HttpOptions['normalizers'];
  readonly roles?: Parameters<typeof createRelations>[1];
  readonly signInClaims: ClaimsOptions;
  readonly personas: readonly {
    readonly slug: string;
    readonly personalId: string | null;
    readonly name: string;
    readonly about: LocalizedText;
    readonly claims: JsonObject;
  }[];
  simulateRegister(id: string, options?: { readonly down?: readonly string[] }): typeof fetch;
}

/** Those of `--pack <module>`; null where it has none. */
export function simulatedSourcesOf(pack: string | undefined): Promise<SimulatedSources | null> {
  return readSimulatedSources(pack === undefined || pack === 'vn' ? '@onceform/vn' : pack);
}

/** Reads them; null where the module has none. */
export async function readSimulatedSources(module: string): Promise<SimulatedSources | null> {
  try {
    const [sources, people] = (await Promise.all([import(`${module}/sources`), import(`${module}/personas`)])) as [
      Partial<SimulatedSources>,
      Partial<SimulatedSources>,
    ];
    const all = { ...sources, ...people };
    return typeof all.simulateRegister === 'function' && all.registers !== undefined && all.personas !== undefined
      ? (all as SimulatedSources)
      : null;
  } catch (error) {
    if (
      (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
      || (error as { code?: string }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
    )
      return null;
    throw error;
  }
}

/** What the sign-in says, and each register, as a gateway asks them; `down` do not answer. */
export function simulatedSources(
  sources: SimulatedSources,
  { clock, down }: { readonly clock: () => Date; readonly down?: readonly string[] },
): CitizenDataSource[] {
  return [
    createClaimsSource(sources.signInClaims),
    ...sources.registers.map(register => {
      const host = `${register.id.toLowerCase()}.example`;
      return createHttpSource({
        ...register,
        baseUrl: `http://${host}`,
        allowedHosts: [host],
        normalizers: sources.normalizers,
        retries: 0,
        clock,
        fetch: sources.simulateRegister(register.id, down === undefined ? {} : { down }),
      } as HttpOptions);
    }),
  ];
}

/** The prefill port of form tests over simulated sources. */
export function prefillFrom(
  sources: SimulatedSources,
  pack: CountryPack,
): (session: FormSession, test: FormTest) => Promise<void> {
  return async (session, test) => {
    const persona = sources.personas.find(({ slug }) => slug === test.persona);
    if (persona === undefined) throw new RangeError(`There is no persona "${String(test.persona)}".`);
    const now = new Date(`${test.today ?? '2026-01-01'}T08:00:00+07:00`);
    const clock = (): Date => now;
    const adapters = simulatedSources(sources, { clock, ...(test.down === undefined ? {} : { down: test.down }) });
    const { form, state } = session;
    const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const gateway = createGateway({
      issuer: 'https://gateway.example',
      sources: adapters,
      pack,
      log: createMemoryUsageLog(),
      offerStore: createMemoryOfferStore(),
      clock,
      signer: await createSigner({ ...key, kid: 'test' } as Parameters<typeof createSigner>[0]),
      relations: createRelations(adapters, sources.roles),
    });
    const stream = await gateway.prefill(
      {
        draft: 'test',
        form: { id: form.id, digest: form.digest },
        items: askableItems(state).map(item => requestOf(state, item)),
        consent: { purpose: form.procedure?.purpose?.code ?? 'test', given: true, time: now.toISOString() },
      },
      {
        subject: 'test',
        identityLevel: 2,
        person: { key: persona.personalId ?? `no-number-${persona.slug}`, claims: persona.claims },
      },
      form,
    );
    for await (const result of stream) session.dispatch(receiveOffers(result));
  };
}
