// The engine knows no country: an invented one, whose pack is a single file, runs from prefill to a verified dossier.

import { readFileSync } from 'node:fs';
import type { JsonObject } from '@onceform/core';
import { allIssues, isRelevant, originAt } from '@onceform/core';
import { createMemorySource } from '@onceform/store/memory';
import { describe, expect, test } from 'vitest';
import { lagoonaPack } from '../../examples/second-country/pack.js';
import { NOW, runLine, type LineOptions } from './line.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../examples/second-country/fishing-licence.form.json', import.meta.url), 'utf8'),
) as JsonObject;

const registry = createMemorySource({
  id: 'registry',
  name: 'Island registry',
  clock: () => NOW,
  records: [
    {
      person: 'ann',
      recordRef: 'R-1',
      lastUpdated: '2026-01-05',
      values: { 'person.fullName': 'Ann Tern', 'person.birthDate': '1990-05-04', 'person.islandCode': 'north' },
    },
  ],
});

const line = (more: Partial<LineOptions> = {}): ReturnType<typeof runLine> =>
  runLine({
    definition,
    pack: lagoonaPack,
    sources: [registry],
    citizen: { subject: 'pairwise-ann', person: { key: 'ann' }, identityLevel: 2 },
    answers: [
      ['/byBoat', true],
      ['/boatNumber', 'LG-0042'],
      ['/rods', 4],
    ],
    ...more,
  });

describe('Lagoona, a country that does not exist', () => {
  test('fills in what its registry knows, computes the fee, and files a dossier that verifies', async () => {
    const { session, submission, verdict } = await line();
    expect(allIssues(session.state)).toEqual([]);
    expect(submission.data).toMatchObject({
      angler: { fullName: 'Ann Tern', birthDate: '1990-05-04', island: 'north' },
      byBoat: true,
      boatNumber: 'LG-0042',
      rods: 4,
      fee: 30,
    });
    expect(originAt(session.state, '/angler/fullName')).toMatchObject({ origin: 'auto' });
    expect(submission.origins).toMatchObject({
      '/angler/island': { origin: 'auto' },
      '/rods': { origin: 'manual' },
      '/fee': { origin: 'derived' },
    });
    expect(verdict.findings.filter(finding => finding.status === 'failed')).toEqual([]);
    expect(verdict.ok).toBe(true);
  });

  test('asks for the boat number of nobody who fishes from the shore, and says how many rods are too many', async () => {
    const { session } = await line({
      answers: [
        ['/byBoat', false],
        ['/rods', 3],
      ],
    });
    expect(isRelevant(session.state, '/boatNumber')).toBe(false);
    expect(session.state.data).not.toHaveProperty('boatNumber');
    expect(allIssues(session.state)).toEqual([
      expect.objectContaining({ pointer: '/rods', rule: 'rods-from-the-shore' }),
    ]);
  });

  test('lets the citizen correct the island, and keeps the official one beside it', async () => {
    const { submission, verdict } = await line({
      answers: [
        ['/angler/island', 'tern'],
        ['/byBoat', false],
        ['/rods', 1],
      ],
    });
    expect(submission.origins['/angler/island']).toMatchObject({ origin: 'override', official: 'north' });
    expect(verdict.ok).toBe(true);
  });

  test('a name changed behind the back of the session is found out', async () => {
    const { verdict } = await line({
      tamper: data => ({ ...data, angler: { ...(data.angler as JsonObject), fullName: 'Eve' } }),
    });
    expect(verdict.ok).toBe(false);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ code: 'LOCKED_VALUE_CHANGED', at: '/angler/fullName' }),
    );
  });
});
