// Remembers what a slow register said, for as long as policy allows: per person, in memory, and never a failure.

import type { CitizenDataSource, ItemResult, Person } from '../source.ts';

export interface CacheOptions {
  /** Milliseconds an answer may be given again. */
  readonly maxAge: number;
  /** Answers kept at most; the oldest go first. Default 10,000. */
  readonly maxEntries?: number;
  readonly clock?: () => Date;
}

export interface CachedSource extends CitizenDataSource {
  /** Forgets what is remembered about a person: consent was withdrawn, or they signed out. Returns how many answers. */
  purge(person: Person): number;
}

/**
 * Wraps a source. Only answers with a value are remembered, so that what was down or not found is asked again; what
 * comes from memory keeps its `retrievedAt`. A query with `fresh` goes through.
 */
export function createCachedSource(
  base: CitizenDataSource,
  { maxAge, maxEntries = 10_000, clock = () => new Date() }: CacheOptions,
): CachedSource {
  const entries = new Map<string, { readonly person: string; readonly until: number; readonly result: ItemResult }>();
  const remember = (key: string, person: string, result: ItemResult): void => {
    entries.delete(key);
    entries.set(key, { person, until: clock().getTime() + maxAge, result: structuredClone(result) });
    for (const oldest of entries.keys())
      if (entries.size > maxEntries) entries.delete(oldest);
      else break;
  };
  const { put, report, relations, usage } = base;
  return {
    describe: () => base.describe(),
    health: () => base.health(),
    ...(relations ? { relations: relations.bind(base) } : {}),
    ...(report ? { report: report.bind(base) } : {}),
    ...(usage ? { usage: usage.bind(base) } : {}),
    ...(put
      ? {
          put: async (person, statements, expected) => {
            purge(person);
            return put.call(base, person, statements, expected);
          },
        }
      : {}),
    async *query(query, signal): AsyncGenerator<ItemResult, void, undefined> {
      signal.throwIfAborted();
      const keyOf = (concept: string, members: readonly string[]): string =>
        JSON.stringify([query.person.key, query.about, concept, members.toSorted()]);
      const missing = [];
      for (const item of query.items) {
        const key = keyOf(item.concept, item.members),
          entry = entries.get(key);
        if (entry !== undefined && entry.until <= clock().getTime()) entries.delete(key);
        if (query.fresh || entry === undefined || entry.until <= clock().getTime()) missing.push(item);
        else yield { ...structuredClone(entry.result), item: item.id };
      }
      if (missing.length === 0) return;
      for await (const result of base.query({ ...query, items: missing }, signal)) {
        const item = missing.find(({ id }) => id === result.item);
        if (item && result.absent === undefined && result.statements.length > 0)
          remember(keyOf(item.concept, item.members), query.person.key, result);
        yield result;
      }
    },
    purge,
  };

  function purge({ key: person }: Person): number {
    let gone = 0;
    for (const [key, entry] of entries)
      if (entry.person === person) {
        entries.delete(key);
        gone++;
      }
    return gone;
  }
}
