// A register behind HTTP and JSON, described by data: which path, where in the answer each concept stands, and which
// named normaliser brings it into the concept's form. Country packs ship such descriptions; the code is the same.

import {
  formatPointer,
  OnceFormError,
  parsePointer,
  valueAt,
  type AssuranceLevel,
  type ConceptId,
  type Json,
  type JsonObject,
  type LocalizedText,
  type Pointer,
  type SourceKind,
  type Statement,
} from '@onceform/core';
import type {
  About,
  CitizenDataSource,
  ConfirmedRelation,
  Discrepancy,
  ItemResult,
  Person,
  SourceDescription,
  SourceQuery,
  Ticket,
  UsageRow,
} from '../source.ts';
import { createCaller, mismatch, type CallerOptions } from './http-caller.ts';
import type { LookupMapping, Normalizer, RegisterMapping, RelationMapping, ValueMapping } from './register-mapping.ts';

export interface HttpSourceOptions extends CallerOptions {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind?: SourceKind;
  readonly assuranceLevel?: AssuranceLevel;
  readonly mapping: RegisterMapping;
  readonly normalizers?: { readonly [name: string]: Normalizer };
  /** Milliseconds the gateway waits. */
  readonly deadline?: number;
  readonly clock?: () => Date;
}

/**
 * Makes a source of an HTTP register.
 *
 * @throws {RangeError} when the base URL's host is not listed; when a mapping names a normaliser that was not passed in.
 */
export function createHttpSource(options: HttpSourceOptions): CitizenDataSource {
  const {
    id,
    name,
    kind = 'authoritative',
    assuranceLevel = 'high',
    mapping,
    normalizers = {},
    clock = () => new Date(),
  } = options;
  const call = createCaller(options);
  const lookups = Object.values(mapping.lookups);
  const named = [
    ...lookups.flatMap(({ values }) => Object.values(values)),
    ...(mapping.relations?.sex ? [mapping.relations.sex] : []),
  ];
  for (const { normalize } of named) {
    if (normalize !== undefined && normalizers[normalize] === undefined)
      throw new RangeError(`The mapping of ${id} names a normaliser "${normalize}" that was not passed in.`);
  }
  const description: SourceDescription = {
    id,
    name,
    kind,
    assuranceLevel,
    concepts: [...new Set(lookups.flatMap(({ values }) => Object.keys(values)))],
    about: Object.keys(mapping.lookups),
    ...(mapping.relations ? { relations: [...new Set(mapping.relations.people.map(({ relation }) => relation))] } : {}),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  };
  const read = (record: Json, { at, normalize }: ValueMapping): Json | undefined => {
    const raw = valueAt(record, at);
    return raw === undefined || raw === null || raw === ''
      ? undefined
      : normalize === undefined
        ? raw
        : (normalizers[normalize]!(raw) ?? null);
  };

  const statementsOf = (
    record: Json,
    lookup: LookupMapping,
    about: About,
    members: readonly ConceptId[],
  ): Statement[] => {
    const recordRef = valueAt(record, lookup.recordRef),
      subject = valueAt(record, lookup.subject);
    if (typeof recordRef !== 'string' && typeof recordRef !== 'number') throw mismatch();
    const date = (at: Pointer | undefined): string | undefined => {
      const value = at === undefined ? undefined : valueAt(record, at);
      return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
    };
    const validUntil = date(lookup.validUntil);
    const status = lookup.status === undefined ? undefined : statusOf(valueAt(record, lookup.status));
    const disputed = lookup.disputed !== undefined && valueAt(record, lookup.disputed) === true;
    return members.flatMap((concept): Statement[] => {
      const value = lookup.values[concept];
      const given = value && read(record, value);
      if (value === undefined || given === undefined) return [];
      return [
        {
          id: `${id}:${recordRef}:${concept}`,
          concept,
          ...(given === null ? { absentReason: 'schema-mismatch' as const } : { value: given }),
          subject: { id: String(subject), role: about },
          source: { id, name, kind, recordRef: String(recordRef) },
          verification: {
            status: disputed ? 'disputed' : value.unverified ? 'unverified' : 'verified',
            assuranceLevel: value.unverified ? 'low' : assuranceLevel,
          },
          lastUpdated: date(lookup.lastUpdated) ?? null,
          retrievedAt: clock().toISOString(),
          ...(validUntil === undefined ? {} : { validUntil }),
          ...(status === undefined ? {} : { credentialStatus: status }),
        },
      ];
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
      const records = found === null ? [] : Array.isArray(found) ? (found as readonly Json[]) : [found];
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

    ...(mapping.relations
      ? { relations: async (person: Person, signal: AbortSignal) => relationsFrom(mapping.relations!, person, signal) }
      : {}),

    ...(mapping.report
      ? {
          async report(
            discrepancy: Discrepancy,
            signal = AbortSignal.timeout(options.deadline ?? 3000),
          ): Promise<Ticket> {
            const { person, ...rest } = discrepancy;
            const answer = await call(
              'POST',
              mapping.report!.path,
              { person: person.key, ...rest } as unknown as Json,
              signal,
            );
            const ticket = 'body' in answer ? valueAt(answer.body, mapping.report!.ticket) : undefined;
            if (typeof ticket !== 'string') throw mismatch();
            return { ticket, status: 'open' };
          },
        }
      : {}),

    ...(mapping.usage
      ? {
          async *usage(
            person: Person,
            signal = AbortSignal.timeout(options.deadline ?? 3000),
          ): AsyncGenerator<UsageRow, void, undefined> {
            const answer = await call('POST', mapping.usage!.path, { person: person.key }, signal);
            if ('absent' in answer)
              throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register did not give its usage log.', {
                data: { reason: answer.absent },
              });
            if (!Array.isArray(answer.body)) throw mismatch();
            yield* answer.body as unknown as UsageRow[];
          },
        }
      : {}),
  };

  async function relationsFrom(
    relations: RelationMapping,
    person: Person,
    signal: AbortSignal,
  ): Promise<ConfirmedRelation[]> {
    const answer = await call('POST', relations.path, fill(relations.body, { person } as SourceQuery), signal);
    if ('absent' in answer) {
      if (answer.absent === 'not-found') return [];
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The register did not say whom the person is related to.', {
        data: { reason: answer.absent },
      });
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
      ...relations.people.flatMap(({ relation, key, sex }) =>
        valuesAt(record, key).map((other): ConfirmedRelation => {
          const theirs = sex === undefined ? undefined : 'given' in sex ? own && sex.given[own] : sexAt(sex);
          return { relation, person: { key: other }, ...(theirs ? { sex: theirs } : {}) };
        }),
      ),
    ];
  }
}

/** A place in a status list; what is there and is none counts as one that nobody can look up. */
function statusOf(value: Json | undefined): Statement['credentialStatus'] {
  if (value === undefined || value === null) return undefined;
  const [uri, idx] = [valueAt(value, '/uri'), valueAt(value, '/idx')];
  return typeof uri === 'string' && typeof idx === 'number' ? { uri, idx } : { uri: '', idx: -1 };
}

function fill(body: LookupMapping['body'], query: SourceQuery): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([member, at]) => {
      const value = valueAt(query as unknown as Json, at);
      return value === undefined ? [] : [[member, value]];
    }),
  );
}

/** The texts at a pointer in which `[]` stands for every item. */
function valuesAt(record: Json, pointer: Pointer): string[] {
  const path = parsePointer(pointer),
    every = path.indexOf('[]');
  const found = every < 0 ? valueAt(record, path) : valueAt(record, path.slice(0, every));
  if (every < 0) return typeof found === 'string' && found !== '' ? [found] : [];
  return Array.isArray(found)
    ? found.flatMap((item: Json) => valuesAt(item, formatPointer(path.slice(every + 1))))
    : [];
}

export { createClientCredentials, type ClientCredentialsOptions } from './client-credentials.ts';
export type { LookupMapping, Normalizer, RegisterMapping, RelationMapping, ValueMapping } from './register-mapping.ts';
