import type { Decision, Offer } from '@onceform/core';
import { describe, expect, test } from 'vitest';
import { latestDecisions, takenOffers } from './decisions.ts';

const offer = (id: string, item: string): Offer => ({
  id,
  item,
  source: { id: 's', name: 'S', kind: 'authoritative' },
  recordRef: id,
  lastUpdated: null,
  retrievedAt: '2026-11-22T00:00:00Z',
  verification: { status: 'verified', assuranceLevel: 'high' },
  values: [{ pointer: `${item}/number`, concept: 'licence.number', edit: 'locked', value: id }],
  flags: [],
  preferred: true,
  rule: 'only',
});
const offers = [offer('a', '/rows/0'), offer('b', '/rows/1'), offer('me', '/me')];
const taken = (...decisions: Decision[]) =>
  [...takenOffers(latestDecisions(decisions), offers)].map(([item, { id, values }]) => [item, id, values[0]!.pointer]);

describe('offers of rows that were taken', () => {
  test('come out for the row they are in by now, in whatever order', () => {
    expect(
      taken(
        { item: '/rows/1', action: 'use', offer: 'b', at: '/rows/0' },
        { item: '/rows/0', action: 'use', offer: 'a', at: '/rows/3' },
      ),
    ).toEqual([
      ['/rows/0', 'b', '/rows/0/number'],
      ['/rows/3', 'a', '/rows/3/number'],
    ]);
  });

  test.each([
    ['another list', [{ item: '/rows/1', action: 'use', offer: 'b', at: '/others/0' }]],
    ['deeper', [{ item: '/rows/1', action: 'use', offer: 'b', at: '/rows/0/inner/0' }]],
    ['no row', [{ item: '/rows/1', action: 'use', offer: 'b', at: '/rows/x' }]],
    ['what is no row', [{ item: '/me', action: 'use', offer: 'me', at: '/you' }]],
    [
      'a row that is taken',
      [
        { item: '/rows/1', action: 'use', offer: 'b', at: '/rows/0' },
        { item: '/rows/0', action: 'use', offer: 'a' },
      ],
    ],
  ] as const)('are refused for %s', (_, decisions) => {
    expect(() => taken(...decisions)).toThrow(expect.objectContaining({ code: 'ERR_SEAL_INVALID' }));
  });

  test('a dispute about one keeps it in its row', () => {
    expect(
      taken({ item: '/rows/1', action: 'dispute', offer: 'b', at: '/rows/0', pointer: '/rows/1/number', reason: 'x' }),
    ).toEqual([['/rows/0', 'b', '/rows/0/number']]);
  });
});
