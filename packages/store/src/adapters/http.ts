// A register behind HTTP and JSON, described by data: which path, where in the answer each concept stands, and which
// named normaliser brings it into the concept's form. Country packs ship such descriptions; the code is the same.

import {
  formatPointer, isJsonObject, OnceFormError, parsePointer, valueAt, type AbsentReason, type AssuranceLevel, type ConceptId,
  type Json, type JsonObject, type LocalizedText, type Pointer, type SourceKind, type Statement,
} from '@onceform/core';
import type {
  About, CitizenDataSource, ConfirmedRelation, Discrepancy, ItemResult, Person, SourceDescription, SourceQuery, Ticket, UsageRow,
} from '../source.ts';

/** Plain JSON: how one register is spoken to. Paths are below the base URL; everything personal goes in bodies. */
export interface RegisterMapping {
  /** One lookup for each kind of datum the register answers about; `self` is the usual one. */
  readonly lookups: { readonly [about: About]: LookupMapping };
  readonly relations?: RelationMapping;
  /** `POST`; the answer holds the ticket at `ticket`. */
  readonly report?: { readonly path: string; readonly ticket: Pointer };
  /** `POST { person }`; the answer is an array of findUsage rows. */
  readonly usage?: { readonly path: string };
  /** `GET`; any 2xx is healthy. */
  readonly health?: string;
}

export interface LookupMapping {
  readonly path: string;
  /** Members of the request body → pointers into `{ person: { key, claims }, purpose, requester, issue, id }`. */
  readonly body: { readonly [member: string]: Pointer };
  /** The record, or the array of records, in the answer. `null` there, or `[]`, says that nothing was found. */
  readonly records: Pointer;
  /** In each record: its reference at the register. */
  readonly recordRef: Pointer;
  /** In each record: the key of the person it is about. What differs from the asked key is thrown away. */
  readonly subject: Pointer;
  readonly lastUpdated?: Pointer;
  readonly validUntil?: Pointer;
  /** In each record: `true` while the register itself doubts it. */
  readonly disputed?: Pointer;
  readonly values: { readonly [concept: ConceptId]: ValueMapping };
}

export interface ValueMapping {
  /** In each record. */
  readonly at: Pointer;
  /** The name of a normaliser that was passed in. */
  readonly normalize?: string;
  /** The register keeps it as the person said it. */
  readonly unverified?: boolean;
}

/** Relations read from the person's own record. */
export interface RelationMapping {
  readonly path: string;
  readonly body: { readonly [member: string]: Pointer };
  readonly record: Pointer;
  readonly subject: Pointer;
  readonly sex?: ValueMapping;
  readonly people: readonly {
    readonly relation: string;
    /** The other person's key; a segment `[]` stands for every item of an array. Absent there: no such relation. */
    readonly key: Pointer;
    /** Where the register says the other's sex, or what it must be given the person's own. */
    readonly sex?: ValueMapping | { readonly given: { readonly female: 'female' | 'male'; readonly male: 'female' | 'male' } };
  }[];
}

/** Turns a raw value of a register into a concept's value; `undefined` says that it is not one. */
export type Normalizer = (raw: Json) => Json | undefined;

export interface HttpSourceOptions {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind?: SourceKind;
  readonly assuranceLevel?: AssuranceLevel;
  readonly baseUrl: string;
  /** Hosts (`name` or `name:port`) that may be spoken to. The base URL's must be one of them; redirects are refused. */
  readonly allowedHosts: readonly string[];
  readonly mapping: RegisterMapping;
  readonly normalizers?: { readonly [name: string]: Normalizer };
  /** The value of the `Authorization` header for each call. */
  readonly authorize?: (signal: AbortSignal) => Promise<string>;
  readonly fetch?: typeof globalThis.fetch;
  /** How often a call that broke off is tried again. Default 1. */
  readonly retries?: number;
  /** Milliseconds the gateway waits. */
  readonly deadline?: number;
  /** Bytes an answer may have. Default 1,000,000. */
  readonly maxBytes?: number;
  readonly clock?: () => Date;
  /** A number from 0 to 1, for jitter. */
  readonly random?: () => number;
}

/**
 * Makes a source of an HTTP register.
 *
 * @throws {RangeError} when the base URL's host is not listed; when a mapping names a normaliser that was not passed in.
 */
export function createHttpSource(options: HttpSourceOptions): CitizenDataSource {
  const { id, name, kind = 'authoritative', assuranceLevel = 'high', mapping, normalizers = {}, clock = () => new Date() } = options;
  const call = createCaller(options);
  const lookups = Object.values(mapping.lookups);
  const named = [...lookups.flatMap(({ values }) => Object.values(values)), ...(mapping.relations?.sex ? [mapping.relations.sex] : [])];
  for (const { normalize } of named) {
    if (normalize !== undefined && normalizers[normalize] === undefined) throw new RangeError(`The mapping of ${id} names a normaliser "${normalize}" that was not passed in.`);
  }
  const description: SourceDescription = {
    id, name, kind, assuranceLevel, concepts: [...new Set(lookups.flatMap(({ values }) => Object.keys(values)))], about: Object.keys(mapping.lookups),
    ...(mapping.relations ? { relations: [...new Set(mapping.relations.people.map(({ relation }) => relation))] } : {}),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  };
  const read = (record: Json, { at, normalize }: ValueMapping): Json | undefined => {
    const raw = valueAt(record, at);
    return raw === undefined || raw === null || raw === '' ? undefined : normalize === undefined ? raw : normalizers[normalize]!(raw) ?? null;
  };

  const statementsOf = (record: Json, lookup: LookupMapping, about: About, members: readonly ConceptId[]): Statement[] => {
    const recordRef = valueAt(record, lookup.recordRef), subject = valueAt(record, lookup.subject);
    if (typeof recordRef !== 'string' && typeof recordRef !== 'number') throw mismatch();
    const date = (at: Pointer | undefined): string | undefined => {
      const value = at === undefined ? undefined : valueAt(record, at);
      return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
    };
    const validUntil = date(lookup.validUntil);
    const disputed = lookup.disputed !== undefined && valueAt(record, lookup.disputed) === true;
    return members.flatMap((concept): Statement[] => {
      const value = lookup.values[concept];
      const given = value && read(record, value);
      if (value === undefined || given === undefined) return [];
      return [{
        id: `${id}:${recordRef}:${concept}`, concept, ...(given === null ? { absentReason: 'schema-mismatch' as const } : { value: given }),
        subject: { id: String(subject), role: about }, source: { id, name, kind, recordRef: String(recordRef) },
        verification: { status: disputed ? 'disputed' : value.unverified ? 'unverified' : 'verified', assuranceLevel: value.unverified ? 'low' : assuranceLevel },
        lastUpdated: date(lookup.lastUpdated) ?? null, retrievedAt: clock().toISOString(),
        ...(validUntil === undefined ? {} : { validUntil }),
      }];
    });
  };

  return {
    describe: () => description,

    async *query(query, signal): AsyncGenerator<ItemResult, void, undefined> {
      const lookup = mapping.lookups[query.about];
      if (lookup === undefined) return;
      const answer = await call('POST', lookup.path, fill(lookup.body, query), signal);
      if ('absent' in answer) {
        for (const { id: item } of query.items) yield { item, statements: [], ...answer };
        return;
      }
      const found = valueAt(answer.body, lookup.records);
      if (found === undefined) throw mismatch();
      const records = found === null ? [] : Array.isArray(found) ? found as readonly Json[] : [found];
      for (const { id: item, members } of query.items) {
        const statements = records.flatMap(record => statementsOf(record, lookup, query.about, members));
        yield statements.length > 0 ? { item, statements } : { item, statements, absent: 'not-found' };
      }
    },

    async health() {
      if (mapping.health === undefined) return { healthy: true, note: 'not checked' };
      const answer = await call('GET', mapping.health, undefined, AbortSignal.timeout(options.deadline ?? 3000));
      return { healthy: !('absent' in answer) };
    },

    ...(mapping.relations ? { relations: async (person: Person, signal: AbortSignal) => relationsFrom(mapping.relations!, person, signal) } : {}),

    ...(mapping.report ? {
      async report(discrepancy: Discrepancy, signal = AbortSignal.timeout(options.deadline ?? 3000)): Promise<Ticket> {
        const { person, ...rest } = discrepancy;
        const answer = await call('POST', mapping.report!.path, { person: person.key, ...rest } as unknown as Json, signal);
        const ticket = 'body' in answer ? valueAt(answer.body, mapping.report!.ticket) : undefined;
        if (typeof ticket !== 'string') throw mismatch();
        return { ticket, status: 'open' };
      },
    } : {}),

    ...(mapping.usage ? {
      async *usage(person: Person, signal = AbortSignal.timeout(options.deadline ?? 3000)): AsyncGenerator<UsageRow, void, undefined> {
        const answer = await call('POST', mapping.usage!.path, { person: person.key }, signal);
        if ('absent' in answer) throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register did not give its usage log.', { data: { reason: answer.absent } });
        if (!Array.isArray(answer.body)) throw mismatch();
        yield* answer.body as unknown as UsageRow[];
      },
    } : {}),
  };

  async function relationsFrom(relations: RelationMapping, person: Person, signal: AbortSignal): Promise<ConfirmedRelation[]> {
    const answer = await call('POST', relations.path, fill(relations.body, { person } as SourceQuery), signal);
    if ('absent' in answer) {
      if (answer.absent === 'not-found') return [];
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register did not say whom the person is related to.', { data: { reason: answer.absent } });
    }
    const record = valueAt(answer.body, relations.record);
    if (record === undefined || record === null || String(valueAt(record, relations.subject)) !== person.key) return [];
    const sexAt = (mapped: ValueMapping | undefined): 'female' | 'male' | undefined => {
      const value = mapped && read(record, mapped);
      return value === 'female' || value === 'male' ? value : undefined;
    };
    const own = sexAt(relations.sex);
    return [
      { relation: 'self', person, ...(own ? { sex: own } : {}) },
      ...relations.people.flatMap(({ relation, key, sex }) => valuesAt(record, key).map((other): ConfirmedRelation => {
        const theirs = sex === undefined ? undefined : 'given' in sex ? own && sex.given[own] : sexAt(sex);
        return { relation, person: { key: other }, ...(theirs ? { sex: theirs } : {}) };
      })),
    ];
  }
}

type Reply = { readonly body: Json } | { readonly absent: AbsentReason; readonly retryAfter?: number };

/** Speaks HTTP: listed hosts, no redirects, bounded answers, retries with jitter. Error messages hold no values. */
function createCaller({ baseUrl, allowedHosts, authorize, fetch = globalThis.fetch, retries = 1, maxBytes = 1_000_000, random = Math.random }: HttpSourceOptions) {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : baseUrl + '/');
  if (!allowedHosts.includes(base.host)) throw new RangeError(`The host ${base.host} is not on the list of hosts that may be spoken to.`);

  return async (method: 'GET' | 'POST', path: string, body: Json | undefined, signal: AbortSignal): Promise<Reply> => {
    const url = new URL(path.replace(/^\//, ''), base);
    if (url.origin !== base.origin) throw new RangeError('A path of a mapping stays below the base URL.');
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      try {
        const headers: Record<string, string> = { Accept: 'application/json' };
        if (body !== undefined) headers['Content-Type'] = 'application/json';
        if (authorize) headers.Authorization = await authorize(signal);
        response = await fetch(url, { method, headers, redirect: 'error', signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      } catch (cause) {
        if (signal.aborted || attempt >= retries) throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register cannot be reached.', { cause: nameOf(cause) });
        await pause(random() * 100 * 2 ** attempt, signal);
        continue;
      }
      if (response.ok && response.status !== 202) return { body: await readJson(response, maxBytes) };
      await response.body?.cancel();
      if ([502, 503, 504].includes(response.status) && attempt < retries && !response.headers.has('Retry-After')) {
        await pause(random() * 100 * 2 ** attempt, signal);
        continue;
      }
      const seconds = Number(response.headers.get('Retry-After'));
      return { absent: reasonFor(response.status), ...(seconds > 0 ? { retryAfter: Math.ceil(seconds) } : {}) };
    }
  };
}

function reasonFor(status: number): AbsentReason {
  return status === 202 ? 'pending' : status === 404 || status === 410 ? 'not-found' : status === 401 || status === 403 ? 'denied' : 'unavailable';
}

async function readJson(response: Response, maxBytes: number): Promise<Json> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = response.body?.getReader(); reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    if ((size += value.length) > maxBytes) { await reader.cancel(); throw mismatch(); }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  chunks.reduce((at, chunk) => { bytes.set(chunk, at); return at + chunk.length; }, 0);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw mismatch();
  }
}

function fill(body: LookupMapping['body'], query: SourceQuery): JsonObject {
  return Object.fromEntries(Object.entries(body).flatMap(([member, at]) => {
    const value = valueAt(query as unknown as Json, at);
    return value === undefined ? [] : [[member, value]];
  }));
}

/** The texts at a pointer in which `[]` stands for every item. */
function valuesAt(record: Json, pointer: Pointer): string[] {
  const path = parsePointer(pointer), every = path.indexOf('[]');
  const found = every < 0 ? valueAt(record, path) : valueAt(record, path.slice(0, every));
  if (every < 0) return typeof found === 'string' && found !== '' ? [found] : [];
  return Array.isArray(found) ? found.flatMap((item: Json) => valuesAt(item, formatPointer(path.slice(every + 1)))) : [];
}

/** What a foreign error is called; its message may hold what was sent. */
function nameOf(error: unknown): Error {
  return new Error(isJsonObject(error) || !(error instanceof Error) ? 'unknown' : error.name);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason as Error); }, { once: true });
  });
}

function mismatch(): OnceFormError {
  return new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register answered something else than its description says.', { data: { reason: 'schema-mismatch' } });
}

export { createClientCredentials, type ClientCredentialsOptions } from './client-credentials.ts';
