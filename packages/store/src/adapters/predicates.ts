// Answers to yes-or-no questions in place of the data behind them: a form that needs to know whether someone is of age
// does not learn the birth date. The data stay between this adapter and the register.

import type { ConceptId, Json, LocalizedText, Statement } from '@onceform/core';
import type { CitizenDataSource, ItemResult, SourceDescription } from '../source.ts';

export interface Predicate {
  /** What must be known to answer. */
  readonly from: readonly ConceptId[];
  /** Pure. `null` says that the data do not tell: a birth year alone may not decide. */
  test(values: { readonly [concept: ConceptId]: Json }, today: string): boolean | null;
}

export interface PredicateSourceOptions {
  /** The register that knows. */
  readonly base: CitizenDataSource;
  readonly id: string;
  readonly name: LocalizedText;
  /** `person.isOfAge` → how it is found out. */
  readonly predicates: { readonly [concept: ConceptId]: Predicate };
  readonly clock?: () => Date;
  /** Today where the rule applies, `2026-11-22`. */
  readonly today?: () => string;
}

/** Wraps a register so that it answers predicates, and nothing else. What it says is as sure as the least sure datum. */
export function createPredicateSource({
  base,
  id,
  name,
  predicates,
  clock = () => new Date(),
  today = () => clock().toISOString().slice(0, 10),
}: PredicateSourceOptions): CitizenDataSource {
  const { assuranceLevel, about, deadline } = base.describe();
  const description: SourceDescription = {
    id,
    name,
    kind: 'derived',
    concepts: Object.keys(predicates),
    assuranceLevel,
    ...(about ? { about } : {}),
    ...(deadline ? { deadline } : {}),
  };
  return {
    describe: () => description,
    health: () => base.health(),
    async *query(query, signal): AsyncGenerator<ItemResult, void, undefined> {
      const asked = query.items.map(item => ({
        ...item,
        members: item.members.filter(concept => Object.hasOwn(predicates, concept)),
      }));
      const needed = asked.map(item => ({
        id: item.id,
        concept: item.concept,
        members: [...new Set(item.members.flatMap(concept => predicates[concept]!.from))],
      }));
      for await (const result of base.query({ ...query, items: needed }, signal)) {
        const item = asked.find(one => one.id === result.item);
        if (item === undefined) continue;
        if (result.absent !== undefined) {
          yield { ...result, statements: [] };
          continue;
        }
        const records = new Map<string, Statement[]>();
        for (const statement of result.statements)
          records.set(statement.source.recordRef, [...(records.get(statement.source.recordRef) ?? []), statement]);
        const statements = [...records.values()].flatMap(record =>
          item.members.flatMap(concept => answer(concept, record)),
        );
        yield statements.length > 0
          ? { item: item.id, statements }
          : { item: item.id, statements, absent: 'not-found' };
      }
    },
  };

  function answer(concept: ConceptId, record: readonly Statement[]): Statement[] {
    const { from, test } = predicates[concept]!;
    const known = from.map(one => record.find(statement => statement.concept === one && statement.value !== undefined));
    const [first] = known;
    if (first === undefined || known.includes(undefined)) return [];
    const data = known as readonly Statement[];
    const value = test(Object.fromEntries(data.map(statement => [statement.concept, statement.value!])), today());
    const weakest = data.reduce(
      (worst, { verification }) =>
        RANK[verification.status] < RANK[worst.status]
        || (RANK[verification.status] === RANK[worst.status]
          && LEVELS.indexOf(verification.assuranceLevel) < LEVELS.indexOf(worst.assuranceLevel))
          ? verification
          : worst,
      first.verification,
    );
    return [
      {
        id: `${id}:${first.source.recordRef}:${concept}`,
        concept,
        ...(value === null ? { absentReason: 'not-applicable' as const } : { value }),
        subject: first.subject,
        source: { id, name, kind: 'derived', recordRef: first.source.recordRef },
        verification: weakest,
        lastUpdated:
          data
            .map(({ lastUpdated }) => lastUpdated)
            .filter(date => date !== null)
            .sort()[0] ?? null,
        retrievedAt: clock().toISOString(),
      },
    ];
  }
}

const RANK = { unverified: 0, disputed: 1, 'under-investigation': 1, verified: 2 } as const;
const LEVELS = ['low', 'substantial', 'high'];
