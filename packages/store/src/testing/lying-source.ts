// Sources that lie: what a gateway, and a form behind it, must survive.

import type { ConceptId, Json, Statement } from '@onceform/core';
import type { CitizenDataSource, ItemResult } from '../source.ts';

export type Lie =
  /** Throws at once; its error message holds a value. */
  | 'down'
  /** Answers after `delay` milliseconds, whatever the signal says. */
  | 'slow'
  /** Never answers and ignores the signal. */
  | 'silent'
  /** Says that it changed its data 30 years ago. */
  | 'stale'
  /** Answers about someone else. */
  | 'wrong-subject'
  /** Says to be another source. */
  | 'wrong-source'
  /** Gives an object where text belongs. */
  | 'wrong-type'
  /** HTTP 200 and nothing in it. */
  | 'empty'
  /** Empty text in place of every value. */
  | 'empty-text'
  /** Answers the first item and ends. */
  | 'half'
  /** Answers the first item and throws. */
  | 'half-then-down'
  /** Answers each item twice, the second time with other values, and items nobody asked for. */
  | 'talkative'
  /** Yields things that are no results, or results full of things that are no statements. */
  | 'garbage'
  /** Text with half a surrogate pair. */
  | 'not-unicode'
  /** Values of a code list that is no longer in force. */
  | 'historical-codes'
  /** Accepted, not ready. */
  | 'pending'
  /** Claims the highest assurance for what the citizen said. */
  | 'boastful';

/** All of them. */
export const LIES: readonly Lie[] = [
  'down',
  'slow',
  'silent',
  'stale',
  'wrong-subject',
  'wrong-source',
  'wrong-type',
  'empty',
  'empty-text',
  'half',
  'half-then-down',
  'talkative',
  'garbage',
  'not-unicode',
  'historical-codes',
  'pending',
  'boastful',
];

export interface LyingOptions {
  /** Milliseconds, for `slow`. Default 50. */
  readonly delay?: number;
  /** Old codes by concept, for `historical-codes`. */
  readonly codes?: { readonly [concept: ConceptId]: Json };
}

/** Wraps a source so that it tells one kind of lie. */
export function lyingSource(
  honest: CitizenDataSource,
  lie: Lie,
  { delay = 50, codes = {} }: LyingOptions = {},
): CitizenDataSource {
  return {
    ...honest,
    describe: () => honest.describe(),
    health: async () => ({ healthy: lie !== 'down' }),
    async *query(query, signal): AsyncGenerator<ItemResult, void, undefined> {
      if (lie === 'down') throw new Error(`connection lost while reading ${query.person.key}`);
      if (lie === 'silent') await new Promise(() => undefined);
      if (lie === 'slow') await new Promise(resolve => setTimeout(resolve, delay));
      let told = 0;
      for await (const result of honest.query(query, lie === 'slow' ? new AbortController().signal : signal)) {
        if (lie === 'half' && told > 0) return;
        if (lie === 'half-then-down' && told > 0) throw new Error(`connection lost while reading ${query.person.key}`);
        told++;
        if (lie === 'garbage') {
          yield* garbage(result);
          continue;
        }
        yield retold(result, lie, codes);
        if (lie === 'talkative') {
          yield { ...result, statements: result.statements.map(statement => ({ ...statement, value: 'said later' })) };
          yield { ...result, item: '/nobody/asked' };
        }
      }
    },
  };
}

function retold(result: ItemResult, lie: Lie, codes: NonNullable<LyingOptions['codes']>): ItemResult {
  const each = (change: (statement: Statement) => Partial<Statement>): ItemResult => ({
    ...result,
    statements: result.statements.map(statement => ({ ...statement, ...change(statement) })),
  });
  switch (lie) {
    case 'stale':
      return each(() => ({ lastUpdated: '1996-01-01' }));
    case 'wrong-subject':
      return each(({ subject }) => ({ subject: { ...subject, id: 'somebody-else' } }));
    case 'wrong-source':
      return each(({ source }) => ({ source: { ...source, id: 'another-register' } }));
    case 'wrong-type':
      return each(() => ({ value: { surprise: [1, 2, 3] } }));
    case 'empty':
      return { item: result.item, statements: [] };
    case 'empty-text':
      return each(() => ({ value: '' }));
    case 'not-unicode':
      return each(() => ({ value: 'half \ud800' }));
    case 'historical-codes':
      return each(({ concept, value }) => ({ value: codes[concept] ?? value ?? null }));
    case 'pending':
      return { item: result.item, statements: [], absent: 'pending', retryAfter: 60 };
    case 'boastful':
      return each(({ source }) => ({
        source: { ...source, kind: 'self-declared' },
        verification: { status: 'verified', assuranceLevel: 'high' },
      }));
    default:
      return result;
  }
}

function* garbage(result: ItemResult): Generator<ItemResult, void, undefined> {
  yield { item: result.item, statements: [null, 7, 'text', {}, { concept: 'x' }] } as unknown as ItemResult;
  yield null as unknown as ItemResult;
}
