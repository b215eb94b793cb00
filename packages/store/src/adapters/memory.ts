// A source in memory: for tests, demonstrations and small registers loaded from a file.

import type {
  AbsentReason,
  AssuranceLevel,
  ConceptId,
  Json,
  LocalizedText,
  SourceKind,
  Statement,
  Verification,
} from '@onceform/core';
import { OnceFormError } from '@onceform/core';
import type {
  About,
  CitizenDataSource,
  ConfirmedRelation,
  Discrepancy,
  ItemResult,
  SourceDescription,
  Ticket,
} from '../source.ts';

/** One record about one person. */
export interface MemoryRecord {
  /** The key of the person it is filed under. */
  readonly person: string;
  /** Absent: about that person. */
  readonly about?: About;
  readonly recordRef: string;
  readonly values: { readonly [concept: ConceptId]: Json };
  /** Concepts the register has but does not give, and why. */
  readonly absent?: { readonly [concept: ConceptId]: AbsentReason };
  readonly lastUpdated?: string;
  readonly validUntil?: string;
  /** Absent: verified, with the assurance of the source. */
  readonly verification?: Verification;
}

/** A relation as the register has it; it is confirmed in this direction only. */
export interface MemoryRelation {
  readonly person: string;
  readonly relation: string;
  readonly other: string;
}

export interface MemorySourceOptions {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind?: SourceKind;
  readonly assuranceLevel?: AssuranceLevel;
  /** Absent: every concept that a record holds. */
  readonly concepts?: readonly ConceptId[];
  readonly records: readonly MemoryRecord[];
  readonly relations?: readonly MemoryRelation[];
  /** `female` or `male` by person, so that roles such as mother can be told. */
  readonly sexes?: { readonly [person: string]: 'female' | 'male' };
  readonly deadline?: number;
  readonly clock?: () => Date;
}

/** A memory source, and what a test may look at or change while it runs. */
export interface MemorySource extends Required<Omit<CitizenDataSource, 'usage'>> {
  /** Tickets it was given, oldest first. */
  readonly discrepancies: readonly Discrepancy[];
  /** The present revision of what it holds about a person; 0 when nothing was put. */
  revision(person: string): number;
}

export function createMemorySource(options: MemorySourceOptions): MemorySource {
  const {
    id,
    name,
    kind = 'authoritative',
    assuranceLevel = 'high',
    records,
    relations = [],
    sexes = {},
    clock = () => new Date(),
  } = options;
  const discrepancies: Discrepancy[] = [];
  const put = new Map<string, { readonly revision: number; readonly statements: readonly Statement[] }>();
  const description: SourceDescription = {
    id,
    name,
    kind,
    assuranceLevel,
    concepts: options.concepts ?? [
      ...new Set(records.flatMap(({ values, absent }) => Object.keys({ ...values, ...absent }))),
    ],
    about: records.length === 0 ? ['self'] : [...new Set(records.map(({ about = 'self' }) => about))],
    ...(relations.length > 0 ? { relations: [...new Set(relations.map(({ relation }) => relation))] } : {}),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  };

  const statementsOf = (record: MemoryRecord, members: readonly ConceptId[], retrievedAt: string): Statement[] => {
    const subject = { id: record.person, role: record.about ?? 'self' };
    const source = { id, name, kind, recordRef: record.recordRef };
    const verification: Verification = record.verification ?? { status: 'verified', assuranceLevel };
    return members.flatMap((concept): Statement[] => {
      const reason = record.absent?.[concept];
      const has = Object.hasOwn(record.values, concept);
      if (reason === undefined && !has) return [];
      return [
        {
          id: `${id}:${record.recordRef}:${concept}`,
          concept,
          ...(reason === undefined ? { value: record.values[concept]! } : { absentReason: reason }),
          subject,
          source,
          verification,
          lastUpdated: record.lastUpdated ?? null,
          retrievedAt,
          ...(record.validUntil === undefined ? {} : { validUntil: record.validUntil }),
        },
      ];
    });
  };

  return {
    discrepancies,
    revision: person => put.get(person)?.revision ?? 0,
    describe: () => description,
    async *query({ person, about, items }, signal): AsyncGenerator<ItemResult, void, undefined> {
      const now = clock().toISOString();
      for (const { id: item, members } of items) {
        signal.throwIfAborted();
        const kept = (put.get(person.key)?.statements ?? []).filter(
          ({ concept, subject }) => subject.role === about && members.includes(concept),
        );
        const statements = records
          .filter(record => record.person === person.key && (record.about ?? 'self') === about)
          .flatMap(record => statementsOf(record, members, now))
          .concat(kept);
        yield statements.length > 0 ? { item, statements } : { item, statements, absent: 'not-found' };
      }
    },
    health: async () => ({ healthy: true }),
    async relations(person): Promise<ConfirmedRelation[]> {
      const withSex = (key: string): Pick<ConfirmedRelation, 'person' | 'sex'> => ({
        person: { key },
        ...(sexes[key] ? { sex: sexes[key] } : {}),
      });
      const known = sexes[person.key] !== undefined || relations.some(relation => relation.person === person.key);
      return [
        ...(known ? [{ relation: 'self', ...withSex(person.key) }] : []),
        ...relations
          .filter(relation => relation.person === person.key)
          .map(({ relation, other }) => ({ relation, ...withSex(other) })),
      ];
    },
    async put(person, statements, expected) {
      const { revision = 0, statements: held = [] } = put.get(person.key) ?? {};
      if (expected !== undefined && expected !== revision)
        throw new OnceFormError('ERR_CONFLICT', 'Somebody else changed these data in the meantime.', {
          data: { revision },
        });
      const replaced = new Set(statements.map(({ wasRevisionOf }) => wasRevisionOf));
      put.set(person.key, {
        revision: revision + 1,
        statements: [...held.filter(one => !replaced.has(one.id)), ...statements],
      });
      return { revision: revision + 1 };
    },
    async report(discrepancy): Promise<Ticket> {
      let at = discrepancies.findIndex(one => one.id === discrepancy.id);
      if (at < 0) at = discrepancies.push(discrepancy) - 1;
      return { ticket: `${id}-${at + 1}`, status: 'open' };
    },
  };
}
